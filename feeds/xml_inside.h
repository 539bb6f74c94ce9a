/*
 * What the parts of xml.h's reader share: xml.c (text and what is no tag), xml_tag.c (how tags are
 * written), xml_element.c (what they open and close, and in which namespace).
 */
#ifndef FEEDS_XML_INSIDE_H
#define FEEDS_XML_INSIDE_H

#include "ascii.h"
#include "dtd.h"
#include "xml.h"

struct frame {
	struct str qname;
	enum xml_weight weight;
	unsigned n_ns; /* declarations in scope outside of it */
};

struct ns_decl {
	struct str prefix, uri;
	enum ns ns;
};

/* What is looked for far ahead: see xml_seek. */
enum needle {
	NEEDLE_QUOTE,
	NEEDLE_APOSTROPHE,
	NEEDLE_CDATA_END,
	NEEDLE_COMMENT_END,
	NEEDLE_PI_END,
	NEEDLE_COUNT
};

struct xml {
	struct str doc;
	size_t pos;
	const struct xml_handler *handler;
	void *cookie;
	struct arena *scratch;
	bool wanted, root_seen, doctype_seen, stopped;
	size_t nested_cdata; /* "]]>" that are still to be dropped from text */
	size_t depth;
	size_t weighty; /* frames that are XML_FRAME */
	unsigned n_ns;
	enum ns home;
	struct str home_uri;
	size_t n_attrs;
	size_t found[NEEDLE_COUNT], searched[NEEDLE_COUNT];

	/* from here on not cleared at first: long arrays that have their lengths above */
	struct frame frames[XML_DEPTH_MAX];
	unsigned char marks[XML_DEPTH_MAX]; /* of the frames' names, to find one at a stroke */
	struct ns_decl ns[XML_NS_MAX];
	struct xml_attr attrs[XML_ATTRS_MAX];
	struct str attr_prefix[XML_ATTRS_MAX];
	struct dtd dtd;
};

static inline void
xml_damage(struct xml *x, enum xml_damage what, size_t offset)
{
	x->handler->damage(x->cookie, what, x->doc.p + offset);
}

static inline char
xml_at(const struct xml *x, size_t i)
{
	return i < x->doc.n ? x->doc.p[i] : '\0';
}

static inline bool
xml_is_name_start(char c)
{
	return ascii_is_letter(c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

static inline bool
xml_is_name(char c)
{
	return xml_is_name_start(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

static inline size_t
xml_skip_space(const struct xml *x, size_t i)
{
	while (i < x->doc.n && str_is_space(x->doc.p[i]))
		i++;
	return i;
}

static inline size_t
xml_skip_name(const struct xml *x, size_t i)
{
	while (i < x->doc.n && xml_is_name(x->doc.p[i]))
		i++;
	return i;
}

/* "a:b" -> "a" and "b"; without ':' the prefix is empty. */
static inline void
xml_split_qname(struct str qname, struct str *prefix, struct str *local)
{
	if (!str_cut(qname, ':', prefix, local)) {
		*local = qname;
		*prefix = str_sub(qname, 0, 0);
	}
}

/* First occurrence at or after `from`, or STR_NONE; where it was is remembered, so that no byte is
 * searched twice. */
size_t xml_seek(struct xml *x, enum needle which, size_t from);

/* Something stands outside of the root. */
void xml_note_junk(struct xml *x, size_t offset);

/* The tag that was read, from `from` to `to`; its attributes are in x. */
void xml_open_element(struct xml *x, struct str qname, size_t from, size_t to, bool empty);
void xml_end_element(struct xml *x, struct str qname, size_t from, size_t to);

enum tag_verdict { TAG_READ, TAG_IS_TEXT, TAG_CUT };
/* x->pos is at '<' with a name behind it. */
enum tag_verdict xml_read_tag(struct xml *x);
/* x->pos is at "</" with a name behind it, if need be after a blank. */
void xml_read_end_tag(struct xml *x);

#endif
