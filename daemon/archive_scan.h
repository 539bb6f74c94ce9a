/*
 * A watchset over all items that are kept, on all cores, nothing written.
 */
#ifndef DAEMON_ARCHIVE_SCAN_H
#define DAEMON_ARCHIVE_SCAN_H

#include "alert.h"
#include "config.h"
#include "store_archive.h"

struct archive_query {
	const char *database;
	const struct watchset *set;
	const struct config *config; /* whose feeds have tags; or NULL */
	struct str watch;            /* the only one of set that counts, or empty */
	struct str feed;             /* the only one, or empty */
	int64_t since_s, until_s;
	bool tell_all; /* also occurrences inside of others, as matcher_tell_all() says */
	bool progress; /* a bar on standard error */
};

struct archive_entry {
	size_t id; /* 0 .. watchset_entries() - 1 */
	struct str list, name;
	struct str *terms; /* of it that hit, each once */
	size_t n_terms;
};

struct archive_match {
	int64_t row, seen_s;
	bool told, fired; /* then, as store_item_fate() says */
	struct str feed, title, link;
	struct archive_entry *entries;
	size_t n_entries;
	enum zone zone; /* of the snippet */
	struct snippet snippet;
};

struct archive_result {
	struct archive_match *v; /* the newest first */
	size_t n;
	int64_t scanned;
	int64_t limited;       /* items on which a regular expression ran into its limits */
	struct arena **arenas; /* private */
	size_t n_arenas;
};

/* "On 3 items a regular expression ran into its limits ..." on standard error, when it is so. */
void archive_note_limited(const char *command, const struct archive_result *result);

bool archive_scan(const struct archive_query *q, struct archive_result *ret, struct err *e);
void archive_result_free(struct archive_result *r);

#endif
