/*
 * HTML -> the text a reader sees, and HTML -> HTML that is safe to show.  All of it is linear in
 * its input, takes any bytes (invalid UTF-8 becomes U+FFFD) and returns copies in the arena, never
 * views of its input.
 *
 * Text that comes out is NFC, without control characters (C0, C1, the bidi controls U+202A-202E and
 * U+2066-2069) but '\n', which ends a block; white space is one space, none at the ends of a block;
 * cut to max bytes between characters.
 */
#ifndef FEEDS_HTML_H
#define FEEDS_HTML_H

#include "arena.h"

/*
 * Tags go; <br> is a space, block elements (p, div, li, td, h1, ...) end a block; script, style,
 * head, noscript, template, iframe and comments go with what is in them; alt text is not part of
 * it; entities are decoded once.
 * '<' that begins no tag and '&' that begins no reference are text.
 */
struct str html_to_text(struct str html, struct arena *arena, size_t max);

/*
 * The same for text of a feed whose format does not say whether it is HTML (RSS titles and
 * descriptions after XML decoding), or says so and is wrong.  Tags of HTML go, unknown ones stay
 * ("List<String>"), and a blank line ends a block when there are no tags.  When the outcome still
 * shows what nobody writes on purpose (end tags, attributes, "&#8217;", "AT&amp;T") it was escaped
 * twice and is read again, HTML_FEED_LEVELS times in all; "the <b> tag" and "a &amp; b" stay.
 */
#define HTML_FEED_LEVELS 3
struct str html_text_from_feed(struct str text, struct arena *arena, size_t max);

/* Plain text: the same cleaning, tags and entities untouched.  A blank line ends a block. */
struct str text_clean(struct str plain, struct arena *arena, size_t max);

/* Text as the functions above return it, each '\n' a space: for titles and names.  May return text
 * itself. */
struct str text_one_line(struct str text, struct arena *arena);

/*
 * Would a reader see markup?  True for a tag with the name of an HTML element, a comment, or a
 * reference that entity_decode knows and that ends in ';'; false for "a < b", "List<String>",
 * "R&D".
 */
bool html_has_markup(struct str text);

/* Is it the name of an element of HTML, old or new, in any case? */
bool html_is_element(struct str name);

/*
 * HTML for an e-mail's body: elements and attributes of an allow-list, every tag closed, links
 * absolute http(s) or mailto (resolved against base_url, which may be empty: then relative ones
 * go), nothing that loads by itself: <video>, <audio> and the like become a link to what they
 * would have loaded, its text the alt text or the file's name, <img> the same with an <img> that
 * has nothing but that text.  Other elements of HTML become <div> or <span>.  Nesting deeper than
 * HTML_DEPTH_MAX is flattened.
 */
#define HTML_DEPTH_MAX 64
struct str html_sanitise(struct str html, struct str base_url, struct arena *arena, size_t max);

#endif
