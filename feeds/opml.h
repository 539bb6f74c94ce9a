/*
 * Lists of feeds as other readers keep them: OPML 1 and 2 (opml.org), in and out.
 */
#ifndef FEEDS_OPML_H
#define FEEDS_OPML_H

#include "diag.h"

/* A feed as such a list names it; everything lives in the arena it was read into. */
struct subscription {
	struct str url;   /* absolute http(s); of an import also file:/ or exec:/ */
	struct str title; /* plain text in one line, or empty */
	struct str *tags; /* folders and categories, outermost first; none twice */
	size_t n_tags, cap_tags;
	struct str filter; /* of an import: a program that what is fetched goes through, or empty */
};

struct subscriptions {
	struct subscription *v;
	size_t n, cap;
	bool cut; /* the document ended too early: some may be missing */
};

#define SUBSCRIPTIONS_MAX 200000
#define SUBSCRIPTION_TAGS_MAX 16
#define SUBSCRIPTION_TEXT_MAX ((size_t)200) /* bytes of a title, of a tag */

/*
 * Add a feed.  False when url is no http(s) address, or when there are too many: nothing is added.
 * The text is cleaned and copied.
 */
bool subscriptions_add(
    struct subscriptions *s, struct str url, struct str title, struct arena *arena);
/* The same for what this machine brings: a file: or exec: feed, which is checked by the caller. */
bool subscriptions_add_local(
    struct subscriptions *s, struct str url, struct str title, struct arena *arena);
/* A tag for the one that was added last; commas, which part tags in settings, become spaces. */
void subscriptions_tag(struct subscriptions *s, struct str tag, struct arena *arena);
void subscription_tag(struct subscription *feed, struct str tag, struct arena *arena);

/*
 * Every <outline> with an xmlUrl is a feed; the ones around it, and its category attribute, are
 * tags.  utf8 is read as tolerantly as a feed.  What cannot be used goes to diags, with its line in
 * `file`.  False when it is no OPML.
 */
bool opml_read(struct str utf8, struct str file, struct arena *arena, struct diags *diags,
    struct subscriptions *ret);

/* The feeds of one first tag stand in one folder; those without stand at the end, outside. */
struct str opml_write(struct str title, const struct subscriptions *s, struct arena *arena);

#endif
