#include "alert.h"

#include "gist.h"
#include "html.h"
#include "mem.h"
#include "snippet.h"
#include "utf8.h"

#include <nettle/hmac.h>

#define ELLIPSIS "\xE2\x80\xA6"

/* ---- ids ---- */

/* A length before each part, so that no two lists of parts run into the same bytes. */
static void
absorb(struct hmac_sha256_ctx *ctx, struct str part)
{
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)part.n >> (8 * i));
	hmac_sha256_update(ctx, sizeof(length), length);
	if (part.n)
		hmac_sha256_update(ctx, part.n, (const uint8_t *)part.p);
}

/* The first 130 bits, five a character (the alphabet of RFC 4648 in lower case). */
static struct str
base32(const uint8_t digest[SHA256_DIGEST_SIZE], struct arena *arena)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	char *out = arena_bytes(arena, ALERT_ID_LEN);

	for (size_t i = 0; i < ALERT_ID_LEN; i++) {
		size_t bit = 5 * i;
		unsigned two = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];

		out[i] = alphabet[two >> (11 - bit % 8) & 31];
	}
	return str_n(out, ALERT_ID_LEN);
}

static struct str
derive(struct str secret, const struct str *parts, size_t n, struct arena *arena)
{
	struct hmac_sha256_ctx ctx;
	uint8_t digest[SHA256_DIGEST_SIZE];

	hmac_sha256_set_key(&ctx, secret.n, (const uint8_t *)secret.p);
	for (size_t i = 0; i < n; i++)
		absorb(&ctx, parts[i]);
	hmac_sha256_digest(&ctx, sizeof(digest), digest);
	return base32(digest, arena);
}

struct str
alert_id(const struct alert_identity *identity, struct arena *arena)
{
	const struct str parts[] = {
		STR("alert"),
		identity->watch,
		identity->feed_url,
		identity->item_id,
		str_fmt(arena, "%lld", (long long)identity->revision),
	};

	return derive(identity->secret, parts, ARRAY_LEN(parts), arena);
}

struct str
delivery_id(struct str secret, struct str alert, struct str channel, struct arena *arena)
{
	const struct str parts[] = { STR("delivery"), alert, channel };

	return derive(secret, parts, ARRAY_LEN(parts), arena);
}

/* ---- facts ---- */

/* A copy of at most max bytes, cut at the end of a word where there is one near. */
static struct str
excerpt(struct str s, size_t max, struct arena *arena)
{
	struct str cut;

	if (s.n <= max)
		return str_dup(arena, s);
	cut = utf8_cut(s, max - (sizeof(ELLIPSIS) - 1));
	for (size_t i = cut.n; i > cut.n / 2; i--)
		if (str_is_space(cut.p[i - 1])) {
			cut = str_trim(str_sub(cut, 0, i));
			break;
		}
	return str_join(arena, cut, STR(ELLIPSIS));
}

static void
make_entry(const struct entry_hit *from, const struct match_input *in, bool with_snippet,
    struct arena *arena, struct alert_entry *ret)
{
	const struct hit *first = from->n_hits ? &from->hits[0] : NULL;

	*ret = (struct alert_entry){
		.list = str_dup(arena, from->list),
		.name = str_dup(arena, from->name),
		.count = (int64_t)from->n_hits,
	};
	if (!first)
		return;
	ret->term = str_dup(arena, first->term);
	ret->zone = first->zone;
	if (with_snippet)
		ret->snippet =
		    snippet_make(in->zone[first->zone], first->offset, first->length, arena);
}

void
alert_make(const struct watch_hit *fired, const struct item *item, const struct match_input *in,
    struct arena *arena, struct alert *ret)
{
	struct str summary = item->summary.n ? item->summary : item->body;
	size_t n = fired->n_entries < ALERT_ENTRIES_MAX ? fired->n_entries : ALERT_ENTRIES_MAX;

	*ret = (struct alert){
		.watch = str_dup(arena, fired->name),
		.severity = fired->severity,
		.title = excerpt(text_one_line(item->title, arena), ALERT_TITLE_MAX, arena),
		.link = str_dup(arena, item->link),
		.summary = excerpt(summary, ALERT_SUMMARY_MAX, arena),
		.feed = str_dup(arena, in->feed),
		.item_id = str_dup(arena, item->id),
		.author = excerpt(text_one_line(item->author, arena), ALERT_TITLE_MAX, arena),
		.published_s = item->published_s != DATE_NONE ? item->published_s : item->updated_s,
		.entries = ARENA_ARRAY(arena, struct alert_entry, n),
		.n_entries = n,
		.n_more = fired->n_entries - n,
	};
	for (size_t i = 0; i < n; i++)
		make_entry(&fired->entries[i], in, i < ALERT_SNIPPETS_MAX, arena, &ret->entries[i]);
}

bool
alert_edited(struct alert *alert, struct str title, struct str lead, struct arena *arena)
{
	title = excerpt(text_one_line(title, arena), ALERT_TITLE_MAX, arena);
	lead = excerpt(lead, ALERT_SUMMARY_MAX, arena);
	if (!gist_same(title, alert->title, arena))
		alert->was_title = title;
	if (!gist_same(lead, alert->summary, arena))
		alert->was_summary = lead;
	return alert->was_title.n || alert->was_summary.n;
}
