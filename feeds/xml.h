/*
 * One pass over XML as it is met: the events of a namespace-aware SAX parser for what is well
 * formed, and for what is not the repair that loses least, named to the caller.  Nothing is ever
 * fetched: a DTD's external parts do not exist, internal entities expand within the caps of dtd.h.
 * Time and memory are linear in the document whatever it holds.
 */
#ifndef FEEDS_XML_H
#define FEEDS_XML_H

#include "arena.h"
#include "ns.h"

#define XML_DEPTH_MAX 256 /* open elements; deeper ones are read as if they were empty */
#define XML_ATTRS_MAX 128 /* of one tag; more are dropped */
#define XML_NS_MAX 128    /* namespace declarations in scope; more are dropped */

/* What was not well formed. */
enum xml_damage {
	XML_PROLOG_JUNK,
	XML_TRAILING_JUNK,
	XML_BARE_AMPERSAND,
	XML_BARE_LESS,
	XML_BAD_TAG,    /* attributes without quotes or values, a tag without '>' */
	XML_STRAY_END,  /* an end tag for nothing that is open: ignored */
	XML_UNCLOSED,   /* an end tag closed other elements too */
	XML_CUT,        /* the document ended before its elements did */
	XML_OPEN_CDATA, /* a CDATA section without end */
	XML_NESTED_CDATA,
	XML_OPEN_MARKUP,  /* a comment, instruction or declaration without end */
	XML_NO_NAMESPACE, /* a prefix that is not declared */
	XML_TOO_DEEP,
	XML_TOO_MANY_ATTRS,
	XML_TOO_MANY_NS,
	XML_EXPANSION, /* entities beyond their caps: dropped */
	XML_DAMAGE_COUNT
};

struct xml_attr {
	enum ns ns;       /* NS_NONE without prefix */
	struct str name;  /* local */
	struct str value; /* decoded; of the document or the scratch arena */
};

struct xml_tag {
	enum ns ns;
	struct str prefix, name; /* name: local */
	const struct xml_attr *attrs;
	size_t n_attrs;
	bool empty;     /* "<br/>" */
	struct str raw; /* as it stands in the document, "<" to ">" */
};

/*
 * How firmly an element stands when end tags do not match: an end tag closes what is open inside
 * its element, but never something of more weight than its element.
 */
enum xml_weight {
	XML_VOID,  /* not opened at all: an HTML <br>; its end tag, if any, is ignored */
	XML_LIGHT, /* markup inside a field, elements nobody knows */
	XML_FIELD, /* title, description, ... */
	XML_FRAME, /* channel, item, ... */
	XML_RAW,   /* HTML's script and style: opened, and closed at its end tag, whatever stands
		      between */
};

struct xml;

struct xml_handler {
	enum xml_weight (*start)(void *cookie, struct xml *x, const struct xml_tag *tag);
	/* The innermost open element ends; raw is its end tag, empty when there is none. */
	void (*end)(void *cookie, struct xml *x, struct str raw);
	/* Called while xml_want_text is on.  Not decoded: see xml_decode.  A part of the document.
	 */
	void (*text)(void *cookie, struct xml *x, struct str raw, bool cdata);
	void (*damage)(void *cookie, enum xml_damage what, const char *at);
};

/*
 * utf8     valid UTF-8, borrowed; every view of an event points into it or into scratch.
 * scratch  may be reset by the handler once it needs no decoded text any more; attribute values
 *          that are still to be read in the same call are in it.
 *
 * Elements that are open at the end are not ended; with one of weight among them the document was
 * cut (XML_CUT).
 */
void xml_walk(
    struct str utf8, const struct xml_handler *handler, void *cookie, struct arena *scratch);

/* For handlers. */
size_t xml_depth(const struct xml *x); /* open elements; in start: without the new one */
void xml_want_text(struct xml *x, bool wanted);
/* End the innermost elements until only depth are open. */
void xml_close(struct xml *x, size_t depth);
/* Nothing more is read. */
void xml_stop(struct xml *x);
/*
 * In start of the root: elements without namespace, in an unknown default namespace, or in that of
 * `prefix` (when only_unknown: if it is one nobody knows) are in `home` from now on.
 */
void xml_set_home(struct xml *x, struct str prefix, enum ns home, bool only_unknown);
/* Character references and entities -> text: raw itself when there are none, else in scratch. */
struct str xml_decode(struct xml *x, struct str raw);

/* The value of the first attribute of that name (any case), or the empty view. */
struct str xml_attr(const struct xml_tag *tag, enum ns ns, const char *name);
bool xml_has_attr(const struct xml_tag *tag, enum ns ns, const char *name);

#endif
