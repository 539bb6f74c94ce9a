/*
 * What is remembered of an item, so that it is known again: parts of hashes of its id, its link,
 * its title and its lead, and its date; packed as NEWNESS_RECORD bytes.
 */
#ifndef FEEDS_NEWNESS_RECORD_H
#define FEEDS_NEWNESS_RECORD_H

#include "item.h"

#define NEWNESS_RECORD ((size_t)24) /* bytes: key 8, then link, title, text, date 4 each */

struct newness_record {
	uint64_t key;                     /* seen_key of the id */
	uint32_t link, title, text, date; /* 0: none; date in minutes */
};

/* link: newness_link_key of the item's, or 0. */
struct newness_record newness_record_of(const struct item *item, uint64_t link);

/* to: NEWNESS_RECORD bytes. */
void newness_record_pack(const struct newness_record *r, unsigned char *to);
/* All of them in *ret, in arena, and how many. */
size_t newness_records_unpack(struct str packed, struct arena *arena, struct newness_record **ret);

/*
 * The same for all spellings of a place: no tracking parameters, scheme, "www." "m." "amp.", "/amp"
 * or "/" at the end.  0 when the link is none or leads to a site's front page, which says nothing.
 */
uint64_t newness_link_key(struct str link, struct arena *arena);

/* The lead: the summary, or the beginning of the body when there is none. */
#define NEWNESS_LEAD_MAX ((size_t)1000) /* bytes */
struct str newness_lead(struct str summary, struct str body);

#endif
