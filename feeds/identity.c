#include "identity.h"

#include "mem.h"
#include "url.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <string.h>

/* ---- canonical links ---- */

/* Parameters that tell the publisher who sent the reader; '*' ends a prefix. */
static const struct str tracking[] = {
	STR_INIT("utm_*"),
	STR_INIT("mtm_*"),
	STR_INIT("pk_*"),
	STR_INIT("piwik_*"),
	STR_INIT("matomo_*"),
	STR_INIT("at_campaign*"),
	STR_INIT("at_medium"),
	STR_INIT("at_custom*"),
	STR_INIT("ns_campaign"),
	STR_INIT("ns_mchannel"),
	STR_INIT("ns_source"),
	STR_INIT("fbclid"),
	STR_INIT("gclid"),
	STR_INIT("gclsrc"),
	STR_INIT("dclid"),
	STR_INIT("gbraid"),
	STR_INIT("wbraid"),
	STR_INIT("msclkid"),
	STR_INIT("yclid"),
	STR_INIT("twclid"),
	STR_INIT("igshid"),
	STR_INIT("mc_cid"),
	STR_INIT("mc_eid"),
	STR_INIT("_hsenc"),
	STR_INIT("_hsmi"),
	STR_INIT("oly_anon_id"),
	STR_INIT("oly_enc_id"),
	STR_INIT("vero_id"),
	STR_INIT("wt_mc"),
	STR_INIT("wt_zmc"),
	STR_INIT("cmpid"),
	STR_INIT("ocid"),
	STR_INIT("ncid"),
	STR_INIT("sr_share"),
	STR_INIT("ref_src"),
	STR_INIT("ref_url"),
	STR_INIT("spm"),
	STR_INIT("share_token"),
	STR_INIT("xtor"),
	STR_INIT("s_cid"),
	STR_INIT("icid"),
	STR_INIT("feature=youtu.be"),
	STR_INIT("CMP"),
	STR_INIT("smid"),
};

static bool
is_tracking(struct str parameter)
{
	struct str name, value;

	str_cut(parameter, '=', &name, &value);
	for (size_t i = 0; i < ARRAY_LEN(tracking); i++) {
		struct str t = tracking[i];

		if (t.p[t.n - 1] == '*' ? str_starts_ci(name, str_sub(t, 0, t.n - 1))
					: str_eq_ci(name, t) || str_eq_ci(parameter, t))
			return true;
	}
	return false;
}

struct str
identity_canonical_link(struct str link, struct arena *arena)
{
	struct str normal = url_normal(link, arena), query, one;
	struct url u;
	char *start, *to;
	bool first = true;

	if (!url_is_http(normal))
		return normal;
	url_split(normal, &u);
	if (u.query.n + u.fragment.n == 0)
		return normal;
	start = to = arena_bytes(arena, normal.n + 2);
	to = mempcpy(to, normal.p, (size_t)(u.path.p + u.path.n - normal.p));
	for (query = u.query; query.n;) {
		str_cut(query, '&', &one, &query);
		if (one.n == 0 || is_tracking(one))
			continue;
		*to++ = first ? '?' : '&';
		to = mempcpy(to, one.p, one.n);
		first = false;
	}
	if (str_starts(u.fragment, STR("!")) || str_starts(u.fragment, STR("/"))) {
		*to++ = '#';
		to = mempcpy(to, u.fragment.p, u.fragment.n);
	}
	return (struct str){ start, (size_t)(to - start) };
}

/* ---- fingerprints ---- */

static void
update(XXH3_state_t *state, struct str s)
{
	/* the length keeps "ab" + "c" and "a" + "bc" apart */
	XXH3_128bits_update(state, &s.n, sizeof(s.n));
	if (s.n)
		XXH3_128bits_update(state, s.p, s.n);
}

static struct str
hex(XXH128_hash_t h, struct arena *arena)
{
	char *p = arena_bytes(arena, IDENTITY_FINGERPRINT_LEN);

	for (int i = 0; i < IDENTITY_FINGERPRINT_LEN / 2; i++) {
		p[i] = "0123456789abcdef"[h.high64 >> (60 - 4 * i) & 15];
		p[IDENTITY_FINGERPRINT_LEN / 2 + i] =
		    "0123456789abcdef"[h.low64 >> (60 - 4 * i) & 15];
	}
	return str_n(p, IDENTITY_FINGERPRINT_LEN);
}

struct str
identity_fingerprint(const struct item *item, struct arena *arena)
{
	XXH3_state_t state;

	XXH3_128bits_reset(&state);
	update(&state, item->title);
	if (item->title.n == 0 || item->published_s == DATE_NONE) {
		update(&state, item->summary);
		update(&state, item->body);
	}
	XXH3_128bits_update(&state, &item->published_s, sizeof(item->published_s));
	return hex(XXH3_128bits_digest(&state), arena);
}

/* ---- the same id twice ---- */

/* A set of items by some of their fields: open addressing, twice as many slots as items. */
struct set {
	uint32_t *slots; /* index + 1, 0 is free */
	size_t mask;
	const struct item *items;
	bool whole; /* link and title count too */
};

static struct set
set_new(const struct item *items, size_t n, bool whole, struct arena *tmp)
{
	size_t size = 16;

	while (size < n * 2)
		size *= 2;
	return (struct set){ ARENA_ARRAY(tmp, uint32_t, size), size - 1, items, whole };
}

static bool
same(const struct set *set, const struct item *a, const struct item *b)
{
	return str_eq(a->id, b->id) &&
	       (!set->whole || (str_eq(a->link, b->link) && str_eq(a->title, b->title)));
}

/* The earlier item that is the same, or i itself, which is then in the set. */
static size_t
set_add(struct set *set, size_t i)
{
	const struct item *item = &set->items[i];
	uint64_t h = XXH3_64bits(item->id.p, item->id.n);

	if (set->whole) {
		h ^= XXH3_64bits_withSeed(item->link.p, item->link.n, 1);
		h ^= XXH3_64bits_withSeed(item->title.p, item->title.n, 2);
	}
	for (size_t at = (size_t)h & set->mask;; at = (at + 1) & set->mask) {
		if (set->slots[at] == 0) {
			set->slots[at] = (uint32_t)i + 1;
			return i;
		}
		if (same(set, &set->items[set->slots[at] - 1], item))
			return set->slots[at] - 1;
	}
}

/* shared[i]: another item that is none of the repeats has the id of item i.  Returns whether any
 * is. */
static bool
find_shared(
    const struct item *items, size_t n, const size_t *first, bool *shared, struct arena *tmp)
{
	struct set set = set_new(items, n, false, tmp);
	bool any = false;

	memset(shared, 0, n);
	for (size_t i = 0; i < n; i++) {
		size_t same_id;

		if (first[i] != i)
			continue;
		same_id = set_add(&set, i);
		if (same_id != i)
			any = shared[i] = shared[same_id] = true;
	}
	return any;
}

static void
append_to_id(struct item *item, struct str more, struct arena *arena)
{
	if (more.n == 0)
		return;
	if (item->said_id.n == 0)
		item->said_id = item->id;
	if (item->id.n + more.n + 1 > ITEM_ID_MAX) {
		XXH3_state_t state;

		XXH3_128bits_reset(&state);
		update(&state, item->id);
		update(&state, more);
		item->id = hex(XXH3_128bits_digest(&state), arena);
		return;
	}
	item->id = str_fmt(arena, "%.*s %.*s", STR_ARG(item->id), STR_ARG(more));
}

static void
give_id(struct item *item, struct arena *arena)
{
	if (item->id.n)
		return;
	if (item->link.n)
		item->id = identity_canonical_link(item->link, arena);
	else if (item->n_enclosures)
		item->id = identity_canonical_link(item->enclosures[0].url, arena);
	if (item->id.n == 0 || item->id.n > ITEM_ID_MAX)
		item->id = identity_fingerprint(item, arena);
}

bool
identity_assign(struct item *items, size_t n, struct arena *arena, struct arena *tmp)
{
	bool *shared = ARENA_ARRAY(tmp, bool, n + 1);
	size_t *first = ARENA_ARRAY(tmp, size_t, n + 1); /* of those that are the same */
	struct set whole = set_new(items, n, true, tmp);

	for (size_t i = 0; i < n; i++) {
		give_id(&items[i], arena);
		first[i] = set_add(&whole, i);
	}
	if (!find_shared(items, n, first, shared, tmp))
		return false;
	for (size_t i = 0; i < n; i++)
		if (shared[i])
			append_to_id(&items[i], items[i].link, arena);
	if (find_shared(items, n, first, shared, tmp))
		for (size_t i = 0; i < n; i++)
			if (shared[i])
				append_to_id(
				    &items[i], identity_fingerprint(&items[i], arena), arena);
	for (size_t i = 0; i < n; i++) {
		items[i].id = items[first[i]].id;
		items[i].said_id = items[first[i]].said_id;
	}
	return true;
}
