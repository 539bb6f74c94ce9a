#include "newness_record.h"

#include "identity.h"
#include "mem.h"
#include "packed.h"
#include "seen.h"
#include "url.h"
#include "utf8.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define LINK_REST_BITS 40 /* of a link's key; the others are the host's */
#define LINK_TEXT 240     /* bytes of a link that are hashed at one go */

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

struct newness_record
newness_record_of(const struct item *item, uint64_t link)
{
	int64_t date_s = item->published_s != DATE_NONE ? item->published_s : item->updated_s;
	uint32_t short_link = (uint32_t)(link ^ link >> 32);

	return (struct newness_record){
		.key = seen_key(item->id),
		.link = link && !short_link ? 1 : short_link,
		.title = short_hash(item->title),
		.text = short_hash(newness_lead(item->summary, item->body)),
		.date = date_s == DATE_NONE ? 0 : (uint32_t)(date_s / 60),
	};
}

/* ---- packing ---- */

void
newness_record_pack(const struct newness_record *r, unsigned char *to)
{
	packed_put(to, r->key, 8);
	packed_put(to + 8, r->link, 4);
	packed_put(to + 12, r->title, 4);
	packed_put(to + 16, r->text, 4);
	packed_put(to + 20, r->date, 4);
}

size_t
newness_records_unpack(struct str packed, struct arena *arena, struct newness_record **ret)
{
	const unsigned char *p = (const unsigned char *)packed.p;
	size_t n = packed.n / NEWNESS_RECORD;

	*ret = ARENA_ARRAY(arena, struct newness_record, n + 1);
	for (size_t i = 0; i < n; i++, p += NEWNESS_RECORD)
		(*ret)[i] = (struct newness_record){
			.key = packed_get(p, 8),
			.link = (uint32_t)packed_get(p + 8, 4),
			.title = (uint32_t)packed_get(p + 12, 4),
			.text = (uint32_t)packed_get(p + 16, 4),
			.date = (uint32_t)packed_get(p + 20, 4),
		};
	return n;
}
