/*
 * An item (or the feed itself) while it is being read: raw candidates for each field, best first,
 * and what becomes of them.
 */
#ifndef FEEDS_DRAFT_H
#define FEEDS_DRAFT_H

#include "parse.h"

enum slot {
	SLOT_NONE,
	SLOT_TITLE,
	SLOT_LINK,
	SLOT_ID,
	SLOT_SUMMARY,
	SLOT_BODY,
	SLOT_LANG,
	SLOT_TEXTS, /* how many there are of the above */
	SLOT_PUBLISHED,
	SLOT_UPDATED,
	SLOT_AUTHOR,   /* several */
	SLOT_CATEGORY, /* several */
	SLOT_KEYWORDS, /* categories at commas */
};

/* What a text is said to be; what it is in truth is for draft_finish to find out. */
enum text_kind {
	TEXT_GUESS, /* the format does not say: HTML when it looks like it */
	TEXT_PLAIN,
	TEXT_HTML,
	TEXT_TOKEN, /* an address, identifier, date: no prose */
};

struct candidate {
	struct str text;
	struct str base; /* xml:base in scope, or empty */
	enum text_kind kind;
	int rank; /* 0: there is none */
};

struct raw_enclosure {
	struct str url, type, base;
	int64_t length;
};

struct draft {
	struct candidate texts[SLOT_TEXTS];
	int64_t published_s, updated_s;
	int published_rank, updated_rank; /* 0: no date */
	size_t n_dates;                   /* texts that were looked at for one */
	bool id_is_link;                  /* a guid that may be followed */
	bool id_is_relative;              /* and is said to be: even without scheme and host */
	struct str base;                  /* xml:base in scope of the item */
	struct str *authors, *categories;
	size_t n_authors, n_categories, cap_authors, cap_categories;
	struct raw_enclosure *enclosures;
	size_t n_enclosures, cap_enclosures;
};

#define DRAFT_AUTHORS_MAX 16
#define DRAFT_DATES_MAX 64

void draft_clear(struct draft *d);

/*
 * A text for a slot; kept when it is not blank and ranks higher than what is there.  Views must
 * live until the draft is finished; the arrays grow in arena.
 */
void draft_text(struct draft *d, enum slot slot, const struct candidate *c, struct arena *arena);
void draft_enclosure(struct draft *d, const struct raw_enclosure *e, struct arena *arena);

/* Where relative links lead, in this order after a candidate's own base. */
struct draft_bases {
	struct str channel, document;
};

/* The draft as an item whose promises are kept but for id: that may be empty, and unique only
 * later. */
void draft_finish(const struct draft *d, const struct draft_bases *bases, bool want_content,
    struct arena *out, struct arena *tmp, struct item *ret);

/* The title of a feed or item from its candidate. */
struct str draft_title(const struct draft *d, struct arena *out);
/* A candidate's absolute http(s) URL, or empty. */
struct str draft_link(const struct candidate *c, const struct draft_bases *bases, struct arena *out,
    struct arena *tmp);

#endif
