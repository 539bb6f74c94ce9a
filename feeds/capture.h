/*
 * The text of the field that is open, while a document is being walked through: its pieces, and
 * what they are together.
 */
#ifndef FEEDS_CAPTURE_H
#define FEEDS_CAPTURE_H

#include "format.h"

/* A run of the document inside a field: text and tags, or what stands in a CDATA section. */
struct piece {
	const char *p;
	size_t n : 63;
	size_t cdata : 1;
};

/* The text of the field that is open. */
struct capture {
	const struct rule *rule; /* NULL: none is open */
	size_t depth;            /* of its element */
	enum text_kind kind;
	bool base64, markup, has_tags;
	bool no_tags; /* an address or a name is no prose: tags in it are noise */
	struct str base;
	struct piece *pieces;
	size_t n, cap;
};

/* What kind of text it is the reader knows by now. */
void capture_begin(
    struct capture *c, const struct rule *rule, size_t depth, const struct reader *r);

/* A part of the document; keep holds the list of pieces. */
void capture_text(struct capture *c, struct str raw, bool cdata, struct arena *keep);
/* "<xhtml:p class=x>" is "<p class=x>" to HTML; prefix without ':'. */
void capture_tag(struct capture *c, struct str raw, struct str prefix, struct arena *keep);

/* All of it, decoded, of the document or in tmp; c->kind is settled. */
struct str capture_end(struct capture *c, struct xml *x, struct arena *tmp);

#endif
