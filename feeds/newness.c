#include "newness.h"

#include "identity.h"
#include "seen.h"

#include <stdlib.h>
#include <string.h>

#define KEPT_MIN 20   /* records of items that left are kept at least, beside what is listed */
#define KEPT_MAX 2000 /* and at most */
#define CHURN_MIN 3   /* fewer new ids are no churn */
#define GAP_LISTED 3  /* a feed that lists fewer always looks as if it had a gap */

struct record_at {
	uint64_t key;
	size_t at;
};

/* What is known by what: sorted by hash, for look-ups. */
struct entry {
	uint32_t hash;
	uint32_t at;
};

struct work {
	struct item *items;
	size_t n;
	struct newness_record *now;  /* of the items */
	struct newness_record *then; /* as remembered, newest document first */
	size_t n_then;
	bool *listed; /* then[i]'s key is that of an item of this document */
	bool *is_new;
	struct arena *arena;
	struct newness *ret;
};

/* ---- look-ups ---- */

static int
by_key(const void *a, const void *b)
{
	const struct record_at *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static struct record_at *
sorted_keys(const struct newness_record *v, size_t n, struct arena *arena)
{
	struct record_at *ret = ARENA_ARRAY(arena, struct record_at, n + 1);

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct record_at){ v[i].key, i };
	qsort(ret, n, sizeof(*ret), by_key);
	return ret;
}

static struct newness_record *
find(const struct record_at *sorted, size_t n, struct newness_record *v, uint64_t key)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (sorted[middle].key < key)
			from = middle + 1;
		else
			to = middle;
	}
	return from < n && sorted[from].key == key ? &v[sorted[from].at] : NULL;
}

static int
by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Those of v that have a hash there and may be found by it. */
static size_t
sorted_by(const struct newness_record *v, size_t n, size_t offset, const bool *left_out,
    struct arena *arena, struct entry **ret)
{
	size_t k = 0;

	*ret = ARENA_ARRAY(arena, struct entry, n + 1);
	for (size_t i = 0; i < n; i++) {
		uint32_t hash;

		memcpy(&hash, (const char *)&v[i] + offset, sizeof(hash));
		if (hash && !(left_out && left_out[i]))
			(*ret)[k++] = (struct entry){ hash, (uint32_t)i };
	}
	qsort(*ret, k, sizeof(**ret), by_hash);
	return k;
}

/* The first of that hash, or NULL; *single: there is but one. */
static const struct entry *
find_by(const struct entry *v, size_t n, uint32_t hash, bool *single)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (v[middle].hash < hash)
			from = middle + 1;
		else
			to = middle;
	}
	if (hash == 0 || from == n || v[from].hash != hash)
		return NULL;
	*single = from + 1 == n || v[from + 1].hash != hash;
	return &v[from];
}

/* ---- the verdicts ---- */

/* A link that several items share says nothing of any of them. */
static void
take_links(struct work *w)
{
	struct newness_record *of_links = ARENA_ARRAY(w->arena, struct newness_record, w->n + 1);
	struct record_at *sorted;

	for (size_t i = 0; i < w->n; i++) {
		w->ret->items[i].link = newness_link_key(w->items[i].link, w->arena);
		of_links[i].key = w->ret->items[i].link;
	}
	sorted = sorted_keys(of_links, w->n, w->arena);
	for (size_t i = 0; i < w->n; i++)
		if ((i > 0 && sorted[i].key == sorted[i - 1].key) ||
		    (i + 1 < w->n && sorted[i].key == sorted[i + 1].key))
			w->ret->items[sorted[i].at].link = 0;
}

/*
 * An id that was another item's before: neither link, title nor lead are what they were.  It gets
 * its link added, for then it stays itself from poll to poll.
 */
static void
part_reused_ids(struct work *w, const struct record_at *sorted)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct newness_record *was = find(sorted, w->n_then, w->then, w->now[i].key);
		struct item *item = &w->items[i];

		if (!was || was->link == w->now[i].link || was->title == w->now[i].title ||
		    was->text == w->now[i].text || !was->link || !was->title || !w->now[i].link ||
		    !w->now[i].title)
			continue;
		item->id = str_fmt(w->arena, "%.*s %.*s", STR_ARG(item->id), STR_ARG(item->link));
		if (item->id.n > ITEM_ID_MAX)
			item->id = identity_fingerprint(item, w->arena);
		w->now[i].key = seen_key(item->id);
	}
}

/* One thing in common may be chance: a page that is used again, a title that comes each week. */
static bool
same_in_two(const struct newness_record *a, const struct newness_record *b)
{
	return (a->link && a->link == b->link) + (a->title && a->title == b->title) +
		   (a->text && a->text == b->text) + (a->date && a->date == b->date) >=
	       2;
}

static bool
same_in_all(const struct newness_record *a, const struct newness_record *b)
{
	return a->link == b->link && a->title == b->title && a->text == b->text &&
	       a->date == b->date && (a->link || a->title);
}

/*
 * New ids of what was there before.  One alone must be the same in everything but its id; when most
 * ids are new, two things in common are enough.
 */
static void
find_renamed(struct work *w, size_t n_new)
{
	struct entry *links, *titles;
	size_t n_links, n_titles, known = 0;
	bool *taken = ARENA_ARRAY(w->arena, bool, w->n_then + 1);
	size_t *from = ARENA_ARRAY(w->arena, size_t, w->n + 1);

	n_links = sorted_by(
	    w->then, w->n_then, offsetof(struct newness_record, link), w->listed, w->arena, &links);
	n_titles = sorted_by(w->then, w->n_then, offsetof(struct newness_record, title), w->listed,
	    w->arena, &titles);
	for (size_t i = 0; i < w->n; i++) {
		const struct entry *found = NULL;
		bool single = false;

		from[i] = SIZE_MAX;
		if (!w->is_new[i])
			continue;
		if (w->ret->items[i].link)
			found = find_by(links, n_links, w->now[i].link, &single);
		if (!found || !single)
			found = find_by(titles, n_titles, w->now[i].title, &single);
		if (!found || !single || taken[found->at] ||
		    !same_in_two(&w->now[i], &w->then[found->at]))
			continue;
		taken[found->at] = true;
		from[i] = found->at;
		known++;
	}
	w->ret->churn = n_new >= CHURN_MIN && n_new * 2 >= w->n && known * 2 >= n_new;
	for (size_t i = 0; i < w->n; i++) {
		if (from[i] == SIZE_MAX ||
		    (!w->ret->churn && !same_in_all(&w->now[i], &w->then[from[i]])))
			continue;
		w->ret->items[i].verdict = NEWNESS_RENAMED;
		w->ret->items[i].old_key = w->then[from[i]].key;
		w->ret->n_renamed++;
		w->listed[from[i]] = true; /* its record is the new one */
	}
}

static void
give_verdicts(struct work *w, const struct record_at *sorted)
{
	struct newness *ret = w->ret;

	for (size_t i = 0; i < w->n; i++) {
		struct newness_item *item = &ret->items[i];
		const struct newness_record *was = find(sorted, w->n_then, w->then, w->now[i].key);

		item->key = w->now[i].key;
		if (item->verdict == NEWNESS_RENAMED)
			continue;
		if (w->is_new[i]) {
			item->verdict = NEWNESS_NEW;
			ret->n_new++;
		} else if (was && (was->title != w->now[i].title || was->text != w->now[i].text)) {
			item->verdict = NEWNESS_CHANGED;
			ret->n_changed++;
		}
	}
}

/* ---- what is remembered of it ---- */

/* What is listed now, then what was listed before, as far as it is kept. */
static void
pack(struct work *w, struct str old, bool delta)
{
	size_t kept = w->n > KEPT_MIN ? w->n : KEPT_MIN, n = 0;
	unsigned char *start, *p;

	if (delta && kept < w->n_then)
		kept = w->n_then;
	if (kept > KEPT_MAX)
		kept = KEPT_MAX;
	start = p = (unsigned char *)arena_bytes(w->arena, (w->n + kept) * NEWNESS_RECORD);
	for (size_t i = 0; i < w->n + w->n_then; i++) {
		const struct newness_record *r = i < w->n ? &w->now[i] : &w->then[i - w->n];

		if (i >= w->n && (w->listed[i - w->n] || n++ >= kept))
			continue;
		newness_record_pack(r, p);
		p += NEWNESS_RECORD;
	}
	w->ret->listed = str_n((const char *)start, (size_t)(p - start));
	w->ret->listed_changed = !str_eq(w->ret->listed, old);
}

void
newness_judge(const struct newness_source *from, struct arena *arena, struct newness *ret)
{
	const size_t n = from->n;
	struct work w = { .items = from->items, .n = n, .arena = arena, .ret = ret };
	uint64_t *keys = ARENA_ARRAY(arena, uint64_t, n + 1);
	struct record_at *sorted;
	size_t n_new = 0;

	*ret = (struct newness){ .items = ARENA_ARRAY(arena, struct newness_item, n + 1) };
	w.now = ARENA_ARRAY(arena, struct newness_record, n + 1);
	w.is_new = ARENA_ARRAY(arena, bool, n + 1);
	w.n_then = newness_records_unpack(from->listed, arena, &w.then);
	w.listed = ARENA_ARRAY(arena, bool, w.n_then + 1);
	take_links(&w);
	for (size_t i = 0; i < n; i++)
		w.now[i] = newness_record_of(&from->items[i], ret->items[i].link);
	sorted = sorted_keys(w.then, w.n_then, arena);
	part_reused_ids(&w, sorted);
	for (size_t i = 0; i < n; i++) {
		const struct newness_record *was = find(sorted, w.n_then, w.then, w.now[i].key);

		keys[i] = w.now[i].key;
		if (was)
			w.listed[was - w.then] = true;
	}
	ret->seen_changed =
	    seen_update(from->seen, keys, n, from->now_s, arena, w.is_new, &ret->seen);
	for (size_t i = 0; i < n; i++)
		n_new += w.is_new[i];
	if (n_new > 0 && w.n_then > 0)
		find_renamed(&w, n_new);
	give_verdicts(&w, sorted);
	ret->gap = !from->delta && w.n_then >= GAP_LISTED && n >= GAP_LISTED && ret->n_new == n;
	pack(&w, from->listed, from->delta);
}
