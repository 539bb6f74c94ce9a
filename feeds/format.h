/*
 * How a feed format plugs in: one const struct, named in the table of parse.c.  An XML format is a
 * table of rules (which element means what, and where) for the one reader of reader.c; a format
 * that is not XML reads by itself.
 */
#ifndef FEEDS_FORMAT_H
#define FEEDS_FORMAT_H

#include "draft.h"
#include "xml.h"

struct reader;

/* Where in a document an element stands. */
enum rule_place {
	PLACE_NONE = 0, /* inside something that means nothing */
	IN_FEED = 1,
	IN_ITEM = 2,
	IN_PERSON = 4,
	IN_BOTH = IN_FEED | IN_ITEM,
};

enum action {
	ACT_TEXT,   /* its text is a candidate for a slot */
	ACT_FEED,   /* opens the feed's own part */
	ACT_ITEM,   /* opens an item */
	ACT_PERSON, /* a person: text, or name and email inside */
	ACT_ENTER,  /* its children count as if they stood here */
	ACT_SKIP,   /* start() says it all; what is inside means nothing */
};

struct rule {
	enum ns ns;
	struct str name; /* local, any case */
	unsigned in;     /* enum rule_place, or-ed */
	enum action act;
	enum slot slot;
	int rank; /* the highest of a slot wins, the first of equals */
	enum text_kind kind;
	bool prose; /* ACT_TEXT: may hold markup of any kind; else a sibling's start ends it */
	/* Reads the attributes; may be NULL. */
	void (*start)(struct reader *r, const struct xml_tag *tag);
	/* ACT_TEXT without slot: what to do with the text. */
	void (*done)(struct reader *r, struct str text);
};

struct format {
	const char *name; /* feed_doc.format */
	/* XML: is this element the root of such a document? */
	bool (*claims)(const struct xml_tag *root);
	/* Reads the root's attributes; may be NULL. */
	void (*root)(struct reader *r, const struct xml_tag *root);
	enum ns home; /* what the root's own namespace, and none, count as */
	const struct rule *rules;
	size_t n_rules;
	bool home_is_nested; /* the root stands in a namespace of its own (RDF) */
	bool modules;        /* the rules of modules.c hold too */
	bool inherits;       /* an item without author has the feed's */
	/* Not XML: does the text begin like one, and read it.  See feed_parse for the rest. */
	bool (*begins)(struct str utf8);
	bool (*read)(struct reader *r, struct str utf8, struct err *e);
};

extern const struct format format_rss, format_rdf, format_atom, format_json, format_sitemap,
    format_cdf;

/* Dublin Core, content, media, itunes, ...: they may stand in any XML format. */
extern const struct rule module_rules[];
extern const size_t n_module_rules;

/* <link href rel type>, wherever it stands. */
void atom_link(struct reader *r, const struct xml_tag *tag);

/* Rows of rule tables.  TOKEN: an address, identifier or date; GUESS: a line of text that may be
 * HTML; PROSE: a text with any markup; ATTRS: all is in the attributes; DONE: the text goes to a
 * function. */
#define RULE_ATOM_TEXT(element, where, to, order, is_prose)                                        \
	{                                                                                          \
		NS_ATOM, STR_INIT(element), where, ACT_TEXT, to, order, TEXT_PLAIN, is_prose,      \
		    reader_capture_type, NULL                                                      \
	}
#define RULE_TOKEN(space, element, where, to, order)                                               \
	{                                                                                          \
		space, STR_INIT(element), where, ACT_TEXT, to, order, TEXT_TOKEN, false, NULL,     \
		    NULL                                                                           \
	}
#define RULE_GUESS(space, element, where, to, order)                                               \
	{                                                                                          \
		space, STR_INIT(element), where, ACT_TEXT, to, order, TEXT_GUESS, false, NULL,     \
		    NULL                                                                           \
	}
#define RULE_PROSE(space, element, where, to, order, how)                                          \
	{                                                                                          \
		space, STR_INIT(element), where, ACT_TEXT, to, order, how, true, NULL, NULL        \
	}
#define RULE_ATTRS(space, element, where, function)                                                \
	{                                                                                          \
		space, STR_INIT(element), where, ACT_SKIP, SLOT_NONE, 0, TEXT_TOKEN, false,        \
		    function, NULL                                                                 \
	}
#define RULE_DONE(space, element, where, function)                                                 \
	{                                                                                          \
		space, STR_INIT(element), where, ACT_TEXT, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,  \
		    function                                                                       \
	}

/* ---- for rules: the document as far as it is read ---- */

struct reader {
	const struct feed_source *source;
	struct arena *out;  /* what is returned */
	struct arena *keep; /* until the document is read */
	struct arena *tmp;  /* until the item is read */
	struct str utf8;
	const struct format *format; /* NULL until the root is known */
	struct feed_doc doc;
	size_t cap_items, cap_warnings, cap_leads;
	size_t out_before; /* bytes in out that are not ours */
	struct draft feed, item;
	bool in_item;
	struct str base, lang;       /* xml:base and xml:lang in scope, or empty */
	enum text_kind capture_kind; /* of the text that begins: start() may set it */
	bool capture_base64;
	bool capture_markup; /* the text is markup by itself (xhtml, mode="xml") */
	bool capture_parts;  /* no text: the same element several times, in kinds to choose from */
	int64_t sy_period_s, sy_frequency;
	uint64_t warned;      /* bits of what was told once */
	size_t line, line_at; /* lines counted up to this offset */
};

/* Bits of reader_warn beyond the xml_damage ones. */
enum {
	WARN_BYTES = 32,
	WARN_CONTROL,
	WARN_GZIP,
	WARN_ITEMS,
	WARN_DUPLICATES,
	WARN_JSON, /* and those after it */
};

/* The draft that is being filled. */
struct draft *reader_draft(struct reader *r);
/* Where a view that must live as long as that draft is allocated. */
struct arena *reader_arena(struct reader *r);
void reader_text(struct reader *r, enum slot slot, int rank, enum text_kind kind, struct str text);
void reader_enclosure(
    struct reader *r, struct str url, struct str type, struct str length, struct str base);
void reader_lead(struct reader *r, struct str url, struct str type, struct str title);

/* The text construct's type and mode, as Atom means them, for the text that begins. */
void reader_capture_type(struct reader *r, const struct xml_tag *tag);

/* For one more item; false, and told, at FEED_ITEMS_MAX or FEED_OUT_MAX. */
bool reader_has_room(struct reader *r);
void reader_begin_item(struct reader *r);
void reader_end_item(struct reader *r);
/* Read r->utf8 as XML: r->format is set when a root was found. */
void reader_walk(struct reader *r, const struct format *const *formats, size_t n);
/* Identities, feed fields and hints, when all is read. */
void reader_finish(struct reader *r);
/* Told once for each `once` (0-63); at: in utf8, or NULL.  loses: content may be missing now. */
void reader_warn(struct reader *r, unsigned once, const char *at, bool loses, const char *text);

#endif
