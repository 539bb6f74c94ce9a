#include "feed_pack.h"

#include "mem.h"
#include "packed.h"

#include <stdlib.h>
#include <string.h>

#define STATE(field) offsetof(struct feed_state, field)
const struct feed_field feed_fields[] = {
	{ "etag", FEED_FIELD_BYTES, STATE(etag) },
	{ "last_modified", FEED_FIELD_BYTES, STATE(last_modified) },
	{ "body_hash", FEED_FIELD_I64, STATE(body_hash) },
	{ "partial_hash", FEED_FIELD_I64, STATE(partial_hash) },
	{ "deadly_hash", FEED_FIELD_I64, STATE(deadly_hash) },
	{ "asked_hash", FEED_FIELD_I64, STATE(asked_hash) },
	{ "next_due_s", FEED_FIELD_I64, STATE(next_due_s) },
	{ "not_before_s", FEED_FIELD_I64, STATE(not_before_s) },
	{ "fresh_for_s", FEED_FIELD_I64, STATE(fresh_for_s) },
	{ "ttl_s", FEED_FIELD_I64, STATE(hints.ttl_s) },
	{ "skip_hours", FEED_FIELD_I32, STATE(hints.skip_hours) },
	{ "skip_days", FEED_FIELD_U8, STATE(hints.skip_days) },
	{ "update_period_s", FEED_FIELD_I64, STATE(hints.update_period_s) },
	{ "update_base_s", FEED_FIELD_I64, STATE(hints.update_base_s) },
	{ "first_s", FEED_FIELD_I64, STATE(first_s) },
	{ "last_try_s", FEED_FIELD_I64, STATE(last_try_s) },
	{ "last_ok_s", FEED_FIELD_I64, STATE(last_ok_s) },
	{ "last_full_s", FEED_FIELD_I64, STATE(last_full_s) },
	{ "last_change_s", FEED_FIELD_I64, STATE(last_change_s) },
	{ "unconditional_s", FEED_FIELD_I64, STATE(unconditional_s) },
	{ "distrust_until_s", FEED_FIELD_I64, STATE(distrust_until_s) },
	{ "failures", FEED_FIELD_REAL, STATE(failures) },
	{ "failing_since_s", FEED_FIELD_I64, STATE(failing_since_s) },
	{ "error", FEED_FIELD_TEXT, STATE(error) },
	{ "error_s", FEED_FIELD_I64, STATE(error_s) },
	{ "moved_url", FEED_FIELD_TEXT, STATE(moved_url) },
	{ "moved_since_s", FEED_FIELD_I64, STATE(moved_since_s) },
	{ "moved_count", FEED_FIELD_I32, STATE(moved_count) },
	{ "status", FEED_FIELD_I32, STATE(status) },
	{ "items", FEED_FIELD_I32, STATE(items) },
	{ "polls_no_items", FEED_FIELD_I32, STATE(polls_no_items) },
	{ "polls_no_feed", FEED_FIELD_I32, STATE(polls_no_feed) },
	{ "deaths", FEED_FIELD_I32, STATE(deaths) },
	{ "polls_frozen", FEED_FIELD_I32, STATE(polls_frozen) },
	{ "newest_s", FEED_FIELD_I64, STATE(newest_s) },
	{ "hidden_s", FEED_FIELD_I64, STATE(hidden_s) },
	{ "half_window_s", FEED_FIELD_I64, STATE(half_window_s) },
	{ "gap_s", FEED_FIELD_I64, STATE(gap_s) },
	{ "gaps", FEED_FIELD_I32, STATE(gaps) },
	{ "churn_s", FEED_FIELD_I64, STATE(churn_s) },
	{ "gone_since_s", FEED_FIELD_I64, STATE(gone_since_s) },
	{ "quiet_since_s", FEED_FIELD_I64, STATE(quiet_since_s) },
	{ "quiet_n", FEED_FIELD_I32, STATE(quiet_n) },
	{ "rhythm", FEED_FIELD_RHYTHM, STATE(rhythm) },
	{ "next_why", FEED_FIELD_I32, STATE(next_why) },
	{ "health", FEED_FIELD_I32, STATE(health) },
	{ "health_since_s", FEED_FIELD_I64, STATE(health_since_s) },
};
const size_t n_feed_fields = ARRAY_LEN(feed_fields);

#define MASK ((ARRAY_LEN(feed_fields) + 7) / 8)
/*
 * A mask of the fields that are not 0, then these fields in order: numbers in their short form
 * (packed.h), of which most are times near EPOCH_S; hashes and reals as they are; text with its
 * length.
 */
#define EPOCH_S ((int64_t)1750000000)
#define FIXED_MAX                                                                                  \
	(MASK + ARRAY_LEN(feed_fields) * PACKED_SHORT_MAX + RHYTHM_ARRIVALS * PACKED_SHORT_MAX + 64)

/* From memory of ours: it is whole. */
static uint64_t
get_number(const unsigned char **p)
{
	uint64_t v = 0;

	*p = packed_get_short(*p, PACKED_SHORT_MAX, &v);
	return v;
}

static uint64_t
zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t
zagzig(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

/* Small numbers stay small, times become small: the lowest bit says which it is. */
static unsigned char *
put_i64(unsigned char *p, int64_t v)
{
	bool is_time = v > EPOCH_S / 2 && v < EPOCH_S * 2;

	if (!is_time && (v >= INT64_MAX / 16 || v <= INT64_MIN / 16)) { /* a hash, DATE_NONE */
		*p++ = 0x03;
		memcpy(p, &v, sizeof(v));
		return p + sizeof(v);
	}
	if (is_time)
		return packed_put_short(p, zigzag(v - EPOCH_S) << 2 | 1);
	return packed_put_short(p, zigzag(v) << 2);
}

static int64_t
get_i64(const unsigned char **p)
{
	uint64_t v = get_number(p);
	int64_t ret;

	if ((v & 3) == 3) {
		memcpy(&ret, *p, sizeof(ret));
		*p += sizeof(ret);
		return ret;
	}
	return v & 1 ? zagzig(v >> 2) + EPOCH_S : zagzig(v >> 2);
}

/* In order of time, as differences. */
static unsigned char *
put_rhythm(unsigned char *p, const struct feed_rhythm *r)
{
	uint32_t before = 0;

	*p++ = r->n;
	*p++ = r->next;
	p = packed_put_short(p, r->exact);
	p = packed_put_short(p, r->longest_s);
	for (size_t i = 0; i < r->n; i++) {
		p = packed_put_short(p, zigzag((int64_t)r->arrivals_min[i] - before));
		before = r->arrivals_min[i];
	}
	return p;
}

static void
get_rhythm(const unsigned char **p, struct feed_rhythm *r)
{
	int64_t before = 0;

	r->n = *(*p)++;
	r->next = *(*p)++;
	r->exact = (uint16_t)get_number(p);
	r->longest_s = (uint32_t)get_number(p);
	for (size_t i = 0; i < r->n; i++) {
		before += zagzig(get_number(p));
		r->arrivals_min[i] = (uint32_t)before;
	}
}

static int64_t
number_of(const struct feed_field *f, const void *at)
{
	switch (f->kind) {
	case FEED_FIELD_I64:
		return *(const int64_t *)at;
	case FEED_FIELD_I32:
		return *(const int32_t *)at;
	case FEED_FIELD_U8:
		return *(const uint8_t *)at;
	case FEED_FIELD_REAL:
	case FEED_FIELD_TEXT:
	case FEED_FIELD_BYTES:
	case FEED_FIELD_RHYTHM:
		break;
	}
	return 0;
}

static bool
is_zero(const struct feed_field *f, const void *at)
{
	switch (f->kind) {
	case FEED_FIELD_REAL:
		return *(const double *)at == 0;
	case FEED_FIELD_TEXT:
	case FEED_FIELD_BYTES:
		return ((const struct str *)at)->n == 0;
	case FEED_FIELD_RHYTHM:
		return ((const struct feed_rhythm *)at)->n == 0;
	case FEED_FIELD_I64:
	case FEED_FIELD_I32:
	case FEED_FIELD_U8:
		break;
	}
	return number_of(f, at) == 0;
}

static unsigned char *
put_field(unsigned char *p, const struct feed_field *f, const void *at)
{
	const struct str *s = at;

	switch (f->kind) {
	case FEED_FIELD_I64:
	case FEED_FIELD_I32:
	case FEED_FIELD_U8:
		return put_i64(p, number_of(f, at));
	case FEED_FIELD_REAL:
		memcpy(p, at, sizeof(double));
		return p + sizeof(double);
	case FEED_FIELD_TEXT:
	case FEED_FIELD_BYTES:
		return mempcpy(packed_put_short(p, s->n), s->p, s->n);
	case FEED_FIELD_RHYTHM:
		return put_rhythm(p, at);
	}
	return p;
}

static void
get_field(const unsigned char **p, const struct feed_field *f, void *at)
{
	struct str *s = at;

	switch (f->kind) {
	case FEED_FIELD_I64:
		*(int64_t *)at = get_i64(p);
		break;
	case FEED_FIELD_I32:
		*(int32_t *)at = (int32_t)get_i64(p);
		break;
	case FEED_FIELD_U8:
		*(uint8_t *)at = (uint8_t)get_i64(p);
		break;
	case FEED_FIELD_REAL:
		memcpy(at, *p, sizeof(double));
		*p += sizeof(double);
		break;
	case FEED_FIELD_TEXT:
	case FEED_FIELD_BYTES:
		s->n = (size_t)get_number(p);
		s->p = (const char *)*p;
		*p += s->n;
		break;
	case FEED_FIELD_RHYTHM:
		get_rhythm(p, at);
		break;
	}
}

unsigned char *
feed_pack(const struct feed_state *state)
{
	size_t room = FIXED_MAX, any = 0;
	unsigned char *block, *p;

	for (size_t i = 0; i < n_feed_fields; i++)
		if (feed_fields[i].kind == FEED_FIELD_TEXT ||
		    feed_fields[i].kind == FEED_FIELD_BYTES)
			room += ((const struct str *)(const void *)((const char *)state +
								    feed_fields[i].offset))
				    ->n;
	block = xcalloc(1, room);
	p = block + MASK;
	for (size_t i = 0; i < n_feed_fields; i++) {
		const void *at = (const char *)state + feed_fields[i].offset;

		if (is_zero(&feed_fields[i], at))
			continue;
		block[i / 8] = (unsigned char)(block[i / 8] | 1u << i % 8);
		p = put_field(p, &feed_fields[i], at);
		any++;
	}
	if (!any) {
		free(block);
		return NULL;
	}
	return xrealloc(block, (size_t)(p - block));
}

void
feed_unpack(const unsigned char *packed, struct feed_state *ret)
{
	const unsigned char *p;

	*ret = (struct feed_state){ 0 };
	if (!packed)
		return;
	p = packed + MASK;
	for (size_t i = 0; i < n_feed_fields; i++)
		if (packed[i / 8] >> i % 8 & 1)
			get_field(&p, &feed_fields[i], (char *)ret + feed_fields[i].offset);
}
