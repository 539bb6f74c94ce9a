/* From occurrences to entries that count, and from these to queries that hold. */
#include "uses.h"

#include <stdlib.h>
#include <string.h>

/* ---- one entry ---- */

/* All uses of one entry's terms. */
struct uses {
	const struct use *v;
	size_t n;
};

/* The first hit of a with: or without: term in the text zones. */
static const struct use *
first_of(const struct uses *uses, enum user_role role)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->v[i].user->role == role && !uses->v[i].hit->limit &&
		    (1u << uses->v[i].hit->zone & ZONES_TEXT))
			return &uses->v[i];
	return NULL;
}

static void
suppress(struct occurrence *o, enum suppression why, struct str by)
{
	o->counts = false;
	o->why = why;
	o->by = by;
}

/* In the item all the same, though perhaps in a zone that does not count. */
static bool
supports(const struct occurrence *o)
{
	return o->counts || o->why == SUPPRESS_ZONE;
}

/* Occurrences inside of an except: phrase do not count.  Both are in text order. */
static void
judge_except(const struct watchset *set, const struct uses *uses, struct found *f)
{
	const struct use *reach = NULL; /* the phrase so far that ends last */
	size_t k = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct occurrence *o = &f->v[i];

		for (; k < uses->n; k++) {
			const struct use *u = &uses->v[k];

			if (u->hit->zone > o->zone ||
			    (u->hit->zone == o->zone && u->hit->start > o->start))
				break;
			if (u->user->role != ROLE_EXCEPT || u->hit->limit)
				continue;
			if (!reach || reach->hit->zone != u->hit->zone ||
			    u->hit->end > reach->hit->end)
				reach = u;
		}
		if (supports(o) && reach && reach->hit->zone == o->zone &&
		    reach->hit->end >= o->end)
			suppress(o, SUPPRESS_EXCEPT, set_written(set, reach->user));
	}
}

/* A.I. says that it is no word, also among capitals. */
static bool
has_dots(const struct judge *j, const struct occurrence *o)
{
	return memchr(j->in->zone[o->zone].p + o->start, '.', o->end - o->start) != NULL;
}

static bool
is_shouted(struct judge *j, const struct occurrence *o)
{
	/* labels and names of authors are often all in capitals, and no sentences */
	if (!o->user->capitals || !(1u << o->zone & ZONES_TEXT) || has_dots(j, o))
		return false;
	if (!j->shouts[o->zone])
		j->shouts[o->zone] = shout_read(j->in->zone[o->zone], j->arena);
	return shout_surrounds(j->shouts[o->zone], o->start, o->end);
}

/* Another alias, or the same outside of shouted text, supports a shouted abbreviation. */
static void
judge_shouted(struct judge *j, struct found *f, bool with)
{
	const struct set_user *plain = NULL, *first = NULL, *other = NULL;

	for (size_t i = 0; i < f->n; i++) {
		struct occurrence *o = &f->v[i];

		if (!supports(o))
			continue;
		o->shouted = is_shouted(j, o);
		if (!o->shouted)
			plain = o->user;
		if (!first)
			first = o->user;
		else if (first->term != o->user->term)
			other = o->user;
	}
	if (plain || other || with)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].counts && f->v[i].shouted)
			suppress(&f->v[i], SUPPRESS_SHOUTED, STR(""));
}

static void
judge_weak(struct found *f, bool with)
{
	bool strong = with;

	for (size_t i = 0; i < f->n; i++)
		strong = strong || (supports(&f->v[i]) && f->v[i].user->role == ROLE_STRONG);
	if (strong)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].counts && f->v[i].user->role == ROLE_WEAK)
			suppress(&f->v[i], SUPPRESS_WITH, STR(""));
}

/* The entry's own occurrences, each judged. */
static void
judge_uses(struct judge *j, const struct uses *uses)
{
	const struct set_entry *entry = &j->set->entries[uses->v[0].user->entry];
	const struct use *with = NULL, *without = NULL;
	struct found f = { .entry = uses->v[0].user->entry };
	unsigned roles = 0;
	bool capitals = false;

	f.v = ARENA_ARRAY(j->arena, struct occurrence, uses->n);
	for (size_t i = 0; i < uses->n; i++) {
		const struct use *u = &uses->v[i];
		struct occurrence *o = &f.v[f.n];

		roles |= 1u << u->user->role;
		if (u->user->role != ROLE_STRONG && u->user->role != ROLE_WEAK)
			continue;
		capitals = capitals || u->user->capitals;
		*o = (struct occurrence){ .user = u->user,
			.start = u->hit->start,
			.end = u->hit->end,
			.zone = u->hit->zone,
			.counts = true };
		if (u->hit->limit)
			suppress(o, SUPPRESS_LIMIT, STR(""));
		else if (entry->zones && !(entry->zones & 1u << o->zone))
			suppress(o, SUPPRESS_ZONE, STR(""));
		f.n++;
	}
	if (f.n == 0)
		return;
	if (roles & 1u << ROLE_WITH)
		with = first_of(uses, ROLE_WITH);
	if (roles & 1u << ROLE_WITHOUT)
		without = first_of(uses, ROLE_WITHOUT);
	if (roles & 1u << ROLE_EXCEPT)
		judge_except(j->set, uses, &f);
	if (capitals)
		judge_shouted(j, &f, with != NULL);
	if (roles & 1u << ROLE_WEAK)
		judge_weak(&f, with != NULL);
	for (size_t i = 0; without && i < f.n; i++)
		if (f.v[i].counts)
			suppress(&f.v[i], SUPPRESS_WITHOUT, set_written(j->set, without->user));
	j->found[j->n_found++] = f;
}

/* ---- the item ---- */

static void
scan_zones(struct judge *j)
{
	engine_scratch_clear(j->scratch);
	for (unsigned zone = 0; zone < ZONE_COUNT; zone++)
		if ((j->set->zones & 1u << zone) && j->in->zone[zone].n)
			engine_scan(j->set->engine, j->scratch, j->in->zone[zone], (uint8_t)zone,
			    zone == ZONE_URL);
}

void
judge_item(struct judge *j, const struct watchset *set, struct engine_scratch *scratch,
    const struct match_input *in, struct arena *arena)
{
	size_t n, groups = 0;
	struct use *uses;

	*j = (struct judge){ .set = set, .scratch = scratch, .in = in, .arena = arena };
	scan_zones(j);
	uses = uses_find(j, &n);
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		groups += i == 0 || uses[i].user->entry != uses[i - 1].user->entry;
	j->found = ARENA_ARRAY(arena, struct found, groups);
	for (size_t i = 0; i < n;) {
		struct uses group = { &uses[i], 0 };

		while (i < n && uses[i].user->entry == group.v[0].user->entry) {
			group.n++;
			i++;
		}
		judge_uses(j, &group);
	}
}

struct found *
judge_entries(const struct judge *j, uint32_t first, size_t *n)
{
	size_t low = 0, high = j->n_found, end;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (j->found[middle].entry < first)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < j->n_found && j->found[end].entry - first < *n;)
		end++;
	*n = end - low;
	return *n ? &j->found[low] : NULL;
}

/* Does it count in any of these zones? */
static bool
found_counts(const struct found *f, unsigned zones)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].counts && (zones & 1u << f->v[i].zone))
			return true;
	return false;
}

/* ---- queries ---- */

static bool
take_found(struct judge *j, const struct query *q, struct found *f, struct evidence_list *evidence)
{
	unsigned zones = set_leaf_zones(&j->set->entries[f->entry], q->zones);
	bool any = false;

	if (!evidence)
		return found_counts(f, zones);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].counts && (zones & 1u << f->v[i].zone)) {
			*ARENA_PUSH(j->arena, evidence->v, evidence->n, evidence->cap) =
			    (struct evidence){ f, &f->v[i] };
			any = true;
		}
	return any;
}

/* The found entries a leaf speaks of. */
static struct found *
leaf_found(const struct judge *j, const struct query *q, size_t *n)
{
	uint32_t first = (uint32_t)q->id;

	*n = 1;
	if (q->kind == QUERY_LIST) {
		first = j->set->lists[q->id].first;
		*n = j->set->lists[q->id].n;
	}
	return judge_entries(j, first, n);
}

static bool
judge_leaf(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	size_t n;
	struct found *f = leaf_found(j, q, &n);
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		any = take_found(j, q, &f[i], evidence) || any;
		if (any && !evidence)
			return true;
	}
	return any;
}

static bool
judge_near(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	struct evidence_list left = { 0 }, right = { 0 };

	return judge_query(j, q->kids[0], &left) && judge_query(j, q->kids[1], &right) &&
	       near_holds(j, q, &left, &right, evidence);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

size_t
judge_members(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	uint32_t *entries = NULL;
	size_t n_entries = 0, cap = 0, count = 0;

	for (size_t i = 0; i < q->n_kids; i++) {
		const struct query *kid = q->kids[i];
		size_t n;
		struct found *f;

		if (kid->kind != QUERY_TERM && kid->kind != QUERY_LIST &&
		    kid->kind != QUERY_ENTRY) {
			count += judge_query(j, kid, evidence);
			continue;
		}
		f = leaf_found(j, kid, &n);
		for (size_t k = 0; k < n; k++)
			if (take_found(j, kid, &f[k], evidence))
				*ARENA_PUSH(j->arena, entries, n_entries, cap) = f[k].entry;
	}
	if (n_entries)
		qsort(entries, n_entries, sizeof(*entries), by_number);
	for (size_t i = 0; i < n_entries; i++)
		count += i == 0 || entries[i] != entries[i - 1];
	return count;
}

static bool
judge_atleast(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	size_t before = evidence ? evidence->n : 0;

	if (judge_members(j, q, evidence) >= q->count)
		return true;
	if (evidence)
		evidence->n = before;
	return false;
}

static bool
judge_filter(const struct judge *j, const struct query *q)
{
	struct str lang = j->in->lang;

	switch (q->filter) {
	case FILTER_FEED:
		return str_eq_ci(j->in->feed, q->value);
	case FILTER_TAG:
		for (size_t i = 0; i < j->in->tags.n; i++)
			if (str_eq_ci(j->in->tags.v[i], q->value))
				return true;
		return false;
	case FILTER_LANG:
		return str_starts_ci(lang, q->value) &&
		       (lang.n == q->value.n || lang.p[q->value.n] == '-' ||
			   lang.p[q->value.n] == '_');
	}
	return false;
}

static bool
judge_all(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	size_t before = evidence ? evidence->n : 0;

	for (size_t i = 0; i < q->n_kids; i++)
		if (!judge_query(j, q->kids[i], evidence)) {
			if (evidence)
				evidence->n = before;
			return false;
		}
	return true;
}

bool
judge_query(struct judge *j, const struct query *q, struct evidence_list *evidence)
{
	bool any = false;

	switch (q->kind) {
	case QUERY_AND:
		return judge_all(j, q, evidence);
	case QUERY_OR:
		for (size_t i = 0; i < q->n_kids; i++)
			any = judge_query(j, q->kids[i], evidence) || any;
		return any;
	case QUERY_NOT:
		return !judge_query(j, q->kids[0], NULL);
	case QUERY_NEAR:
		return judge_near(j, q, evidence);
	case QUERY_ATLEAST:
		return judge_atleast(j, q, evidence);
	case QUERY_TERM:
	case QUERY_LIST:
	case QUERY_ENTRY:
		return judge_leaf(j, q, evidence);
	case QUERY_FILTER:
		return judge_filter(j, q);
	}
	return false;
}
