#include "newness.h"

#include "identity.h"
#include "mem.h"
#include "packed.h"
#include "seen.h"
#include "url.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define KEPT_MIN 20       /* records of items that left are kept at least, beside what is listed */
#define KEPT_MAX 2000     /* and at most */
#define CHURN_MIN 3       /* fewer new ids are no churn */
#define LINK_REST_BITS 40 /* of a link's key; the others are the host's */
#define LINK_TEXT 240     /* bytes of a link that are hashed at one go */
#define GAP_LISTED 3      /* a feed that lists fewer always looks as if it had a gap */

/* What is remembered of an item: parts of hashes, 0 = none. */
struct record {
	uint64_t key;
	uint32_t link, title, text, date;
};

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
	struct record *now;  /* of the items */
	struct record *then; /* as remembered, newest document first */
	size_t n_then;
	bool *listed; /* then[i]'s key is that of an item of this document */
	bool *is_new;
	struct arena *arena;
	struct newness *ret;
};

/* ---- keys ---- */

struct str
newness_lead(struct str summary, struct str body)
{
	return utf8_cut(summary.n ? summary : body, NEWNESS_LEAD_MAX);
}

/* Without "www." and what else sends the same page to another device. */
static struct str
plain_host(struct str s)
{
	static const struct str prefixes[] = { STR_INIT("www."), STR_INIT("m."),
		STR_INIT("mobile."), STR_INIT("amp.") };
	size_t i = 0;

	while (i < ARRAY_LEN(prefixes)) {
		/* what is left must still be a host with a dot */
		if (str_starts(s, prefixes[i]) &&
		    str_find_char(str_sub(s, prefixes[i].n, s.n), '.') != STR_NONE) {
			s = str_sub(s, prefixes[i].n, s.n);
			i = 0;
		} else {
			i++;
		}
	}
	return s;
}

static struct str
plain_path(struct str s)
{
	while (str_ends(s, STR("/")))
		s.n--;
	if (str_ends(s, STR("/amp")))
		s.n -= 4;
	while (str_ends(s, STR("/")))
		s.n--;
	return s;
}

/* Path, query and fragment of a link. */
static uint64_t
hash_rest(struct str path, const struct url *u)
{
	const struct str parts[] = { path, STR("?"), u->query, STR("#"), u->fragment };
	char text[LINK_TEXT], *to = text;
	XXH3_state_t state;

	if (path.n + u->query.n + u->fragment.n + 2 > sizeof(text)) {
		XXH3_64bits_reset(&state);
		for (size_t i = 0; i < ARRAY_LEN(parts); i++)
			XXH3_64bits_update(&state, parts[i].p, parts[i].n);
		return XXH3_64bits_digest(&state);
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].n)
			to = mempcpy(to, parts[i].p, parts[i].n);
	return XXH3_64bits(text, (size_t)(to - text)); /* the same at one go */
}

uint64_t
newness_link_key(struct str link, struct arena *arena)
{
	struct str canonical, host, path;
	struct url u;
	uint64_t hash;

	if (link.n == 0)
		return 0;
	canonical = identity_canonical_link(link, arena);
	if (!url_is_http(canonical))
		return 0;
	url_split(canonical, &u);
	path = plain_path(u.path);
	if (path.n == 0 && u.query.n == 0 && u.fragment.n == 0)
		return 0;
	host = plain_host(u.authority);
	if (str_ends(host, STR(":80")))
		host.n -= 3;
	else if (str_ends(host, STR(":443")))
		host.n -= 4;
	/* the host in front: what is stored together stands together in an index */
	hash = XXH3_64bits(host.p, host.n) << LINK_REST_BITS |
	       hash_rest(path, &u) >> (64 - LINK_REST_BITS);
	return hash ? hash : 1;
}

static uint32_t
short_hash(struct str s)
{
	uint32_t h;

	if (s.n == 0)
		return 0;
	h = (uint32_t)XXH3_64bits(s.p, s.n);
	return h ? h : 1;
}

static struct record
record_of(const struct item *item, uint64_t link)
{
	int64_t date_s = item->published_s != DATE_NONE ? item->published_s : item->updated_s;
	uint32_t short_link = (uint32_t)(link ^ link >> 32);

	return (struct record){
		.key = seen_key(item->id),
		.link = link && !short_link ? 1 : short_link,
		.title = short_hash(item->title),
		.text = short_hash(newness_lead(item->summary, item->body)),
		.date = date_s == DATE_NONE ? 0 : (uint32_t)(date_s / 60),
	};
}

/* ---- packing ---- */

static void
unpack(struct work *w, struct str listed)
{
	const unsigned char *p = (const unsigned char *)listed.p;

	w->n_then = listed.n / NEWNESS_RECORD;
	w->then = ARENA_ARRAY(w->arena, struct record, w->n_then + 1);
	for (size_t i = 0; i < w->n_then; i++, p += NEWNESS_RECORD)
		w->then[i] = (struct record){
			.key = packed_get(p, 8),
			.link = (uint32_t)packed_get(p + 8, 4),
			.title = (uint32_t)packed_get(p + 12, 4),
			.text = (uint32_t)packed_get(p + 16, 4),
			.date = (uint32_t)packed_get(p + 20, 4),
		};
}

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
		const struct record *r = i < w->n ? &w->now[i] : &w->then[i - w->n];

		if (i >= w->n && (w->listed[i - w->n] || n++ >= kept))
			continue;
		packed_put(p, r->key, 8);
		packed_put(p + 8, r->link, 4);
		packed_put(p + 12, r->title, 4);
		packed_put(p + 16, r->text, 4);
		packed_put(p + 20, r->date, 4);
		p += NEWNESS_RECORD;
	}
	w->ret->listed = str_n((const char *)start, (size_t)(p - start));
	w->ret->listed_changed = !str_eq(w->ret->listed, old);
}

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
sorted_keys(const struct record *v, size_t n, struct arena *arena)
{
	struct record_at *ret = ARENA_ARRAY(arena, struct record_at, n + 1);

	for (size_t i = 0; i < n; i++)
		ret[i] = (struct record_at){ v[i].key, i };
	qsort(ret, n, sizeof(*ret), by_key);
	return ret;
}

static struct record *
find(const struct record_at *sorted, size_t n, struct record *v, uint64_t key)
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
sorted_by(const struct record *v, size_t n, size_t offset, const bool *left_out,
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
	struct record *of_links = ARENA_ARRAY(w->arena, struct record, w->n + 1);
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
		const struct record *was = find(sorted, w->n_then, w->then, w->now[i].key);
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
same_in_two(const struct record *a, const struct record *b)
{
	return (a->link && a->link == b->link) + (a->title && a->title == b->title) +
		   (a->text && a->text == b->text) + (a->date && a->date == b->date) >=
	       2;
}

static bool
same_in_all(const struct record *a, const struct record *b)
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
	    w->then, w->n_then, offsetof(struct record, link), w->listed, w->arena, &links);
	n_titles = sorted_by(
	    w->then, w->n_then, offsetof(struct record, title), w->listed, w->arena, &titles);
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
		const struct record *was = find(sorted, w->n_then, w->then, w->now[i].key);

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

void
newness_judge(struct item *items, size_t n, struct str seen, struct str listed, bool delta,
    int64_t now_s, struct arena *arena, struct newness *ret)
{
	struct work w = { .items = items, .n = n, .arena = arena, .ret = ret };
	uint64_t *keys = ARENA_ARRAY(arena, uint64_t, n + 1);
	struct record_at *sorted;
	size_t n_new = 0;

	*ret = (struct newness){ .items = ARENA_ARRAY(arena, struct newness_item, n + 1) };
	w.now = ARENA_ARRAY(arena, struct record, n + 1);
	w.is_new = ARENA_ARRAY(arena, bool, n + 1);
	unpack(&w, listed);
	w.listed = ARENA_ARRAY(arena, bool, w.n_then + 1);
	take_links(&w);
	for (size_t i = 0; i < n; i++)
		w.now[i] = record_of(&items[i], ret->items[i].link);
	sorted = sorted_keys(w.then, w.n_then, arena);
	part_reused_ids(&w, sorted);
	for (size_t i = 0; i < n; i++) {
		const struct record *was = find(sorted, w.n_then, w.then, w.now[i].key);

		keys[i] = w.now[i].key;
		if (was)
			w.listed[was - w.then] = true;
	}
	ret->seen_changed = seen_update(seen, keys, n, now_s, arena, w.is_new, &ret->seen);
	for (size_t i = 0; i < n; i++)
		n_new += w.is_new[i];
	if (n_new > 0 && w.n_then > 0)
		find_renamed(&w, n_new);
	give_verdicts(&w, sorted);
	ret->gap = !delta && w.n_then >= GAP_LISTED && n >= GAP_LISTED && ret->n_new == n;
	pack(&w, listed, delta);
}
