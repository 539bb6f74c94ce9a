/*
 * Engines to compare with, in the same run, on the same texts.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "corpus.h"

struct peer_result {
	bool ran; /* false: not there, or it took too long */
	bool counted_hits;
	double build_s, scan_s; /* CPU */
	size_t bytes_scanned, memory;
	uint64_t hits, items; /* whole words found; items that hold one */
};

/* Is [start, end) of text a whole word, by the language's rules? */
bool peer_is_whole(struct str text, size_t start, size_t end);

double cpu_s(void);

/* limit: bytes of the corpus to scan.  False: built without it. */
bool peer_vectorscan(
    const struct corpus *c, const struct terms_text *t, size_t limit, struct peer_result *ret);
/* argv's last is the text; items by their lines (-c).  limit_s: then it is stopped. */
bool peer_program(const char *const *argv, const struct corpus *c, const struct terms_text *t,
    size_t limit, double limit_s, struct peer_result *ret);

#endif
