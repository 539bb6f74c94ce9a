/*
 * HTML, cut into tags and the text between them.  Knows the elements of HTML; decodes nothing. Each
 * byte is looked at a bounded number of times, whatever is unclosed.
 */
#ifndef FEEDS_HTML_TOKEN_H
#define FEEDS_HTML_TOKEN_H

#include "html_element.h"

enum html_kind {
	HTML_TEXT,  /* raw is text, entities and all */
	HTML_START, /* <name attributes> */
	HTML_END,   /* </name> */
	HTML_OTHER, /* comment, doctype, processing instruction, CDATA marker */
};

struct html_token {
	enum html_kind kind;
	struct str raw;  /* all of it */
	struct str name; /* of a tag, as written */
	struct str attributes;
	const struct html_element *element; /* NULL: unknown */
};

struct html_reader {
	struct str in;
	size_t at;
	size_t text_to; /* what stands before it was looked at and is text */
	/*
	 * Text that may be HTML or may not: a tag with a name HTML does not know, or with words in
	 * it that are no attributes, is text ("List<String>", "x <b and y> z"), so is an unclosed
	 * comment.
	 */
	bool doubtful;
	bool cdata;                              /* inside <![CDATA[ */
	bool no_quote[2], no_comment_end, no_gt; /* searched to the end once, in vain */
	unsigned no_end; /* likewise for the ends of hidden elements, one bit a letter */
};

void html_reader_init(struct html_reader *r, struct str html, bool doubtful);

/* false at the end. */
bool html_next(struct html_reader *r, struct html_token *ret);

/* After the start tag of an HTML_HIDDEN element: go on before its end tag. */
void html_skip_hidden(struct html_reader *r, const struct html_element *element);

/* The next attribute of token.attributes, which is shortened; false when none is left.  *value is
 * undecoded. */
bool html_attribute(struct str *attributes, struct str *name, struct str *value, bool *has_value);

#endif
