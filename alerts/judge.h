/*
 * One item being judged: which entries occur in it, what of that counts, and which watches hold.
 */
#ifndef ALERTS_JUDGE_H
#define ALERTS_JUDGE_H

#include "set.h"
#include "shout.h"

/* An occurrence of an entry's term. */
struct occurrence {
	const struct set_user *user;
	uint32_t start, end; /* bytes of the zone's text */
	uint8_t zone;
	bool counts;
	bool shouted;
	bool near;            /* scratch of near.c */
	enum suppression why; /* when it does not count */
	struct str by;
};

/* An entry that occurs, with its occurrences in text order. */
struct found {
	uint32_t entry;
	struct occurrence *v;
	size_t n;
};

struct judge {
	const struct watchset *set;
	struct engine_scratch *scratch;
	const struct match_input *in;
	struct arena *arena;
	struct found *found; /* sorted by entry */
	size_t n_found;
	/* made when asked for */
	struct ordinals *ordinals[ZONE_COUNT]; /* near.c */
	const struct shout *shouts[ZONE_COUNT];
};

/* Look at the texts and fill j->found. */
void judge_item(struct judge *j, const struct watchset *set, struct engine_scratch *scratch,
    const struct match_input *in, struct arena *arena);

/* The found entries of [first, first + n), in *n. */
struct found *judge_entries(const struct judge *j, uint32_t first, size_t *n);

/* An occurrence that made a query hold. */
struct evidence {
	struct found *found;
	struct occurrence *occurrence;
};
struct evidence_list {
	struct evidence *v;
	size_t n, cap;
};

/* Does the query hold?  evidence may be NULL. */
bool judge_query(struct judge *j, const struct query *q, struct evidence_list *evidence);

/* How many different entries of an ATLEAST occur, and groups in it that hold. */
size_t judge_members(struct judge *j, const struct query *q, struct evidence_list *evidence);

/*
 * Two sides of a NEAR: appends to evidence every occurrence that has a partner on the other side in
 * the same block with at most `count` words between them.
 */
bool near_holds(struct judge *j, const struct query *q, const struct evidence_list *left,
    const struct evidence_list *right, struct evidence_list *evidence);

/* match.c: the judge of an item, as matcher_run makes one. */
struct matcher;
void matcher_judge(
    struct matcher *m, const struct match_input *in, struct arena *arena, struct judge *ret);

#endif
