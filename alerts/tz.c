#include "tz.h"

#include "posix_tz.h"

#define DAY_S ((int64_t)86400)
#define HEADER_SIZE ((size_t)44)
#define TIMES_MAX ((size_t)4096) /* changes in one file; the database's longest has about 250 */
#define TYPES_MAX ((size_t)256)  /* an index is one byte */
/* RFC 8536, 3.2 */
#define OFFSET_MIN (-89999)
#define OFFSET_MAX 93599

struct local_type {
	int32_t offset_s;
	struct str abbreviation;
};

struct tz {
	int64_t *times; /* ascending: from times[i] on, types[of[i]] is in force */
	uint8_t *of;
	size_t n_times;
	struct local_type *types; /* [0] before the first change */
	size_t n_types;
	bool has_rule; /* after the last change */
	struct posix_tz rule;
};

/* The counts of a header, in the file's order. */
struct header {
	size_t is_ut, is_standard, leaps, times, types, characters;
	char version;
};

static uint32_t
read_u32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

static int64_t
read_i64(const char *p)
{
	return (int64_t)((uint64_t)read_u32(p) << 32 | read_u32(p + 4));
}

static bool
read_header(struct str s, struct header *ret, struct err *e)
{
	size_t *counts[] = { &ret->is_ut, &ret->is_standard, &ret->leaps, &ret->times, &ret->types,
		&ret->characters };

	if (s.n < HEADER_SIZE || !str_starts(s, STR("TZif")))
		return err_set(e, ERR_INPUT, "not a time zone file");
	ret->version = s.p[4];
	if (ret->version < '2')
		return err_set(e, ERR_INPUT, "a time zone file of version 1, too old to go by");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		*counts[i] = read_u32(s.p + 20 + 4 * i);
		if (*counts[i] > TZ_FILE_MAX)
			return err_set(e, ERR_LIMIT, "a count beyond all measure");
	}
	return true;
}

static size_t
block_size(const struct header *h, size_t time_size)
{
	return h->times * (time_size + 1) + h->types * 6 + h->characters +
	       h->leaps * (time_size + 4) + h->is_standard + h->is_ut;
}

static bool
check_header(const struct header *h, struct err *e)
{
	if (h->times > TIMES_MAX || h->types > TYPES_MAX)
		return err_set(e, ERR_LIMIT, "more than %zu changes or %zu kinds of time",
		    TIMES_MAX, TYPES_MAX);
	if (h->types == 0 || h->characters == 0)
		return err_set(e, ERR_INPUT, "a time zone without any time");
	if (h->leaps)
		return err_set(
		    e, ERR_INPUT, "it counts leap seconds; use the zone without 'right/'");
	return true;
}

static bool
read_types(
    struct tz *zone, struct str types, struct str characters, struct arena *arena, struct err *e)
{
	zone->n_types = types.n / 6;
	zone->types = ARENA_ARRAY(arena, struct local_type, zone->n_types);
	for (size_t i = 0; i < zone->n_types; i++) {
		const char *p = types.p + 6 * i;
		int32_t offset_s = (int32_t)read_u32(p);
		struct str rest = str_sub(characters, (unsigned char)p[5], characters.n);
		size_t n = str_find_char(rest, '\0');

		if (offset_s < OFFSET_MIN || offset_s > OFFSET_MAX || n == STR_NONE)
			return err_set(e, ERR_INPUT, "a kind of time that cannot be");
		zone->types[i] =
		    (struct local_type){ offset_s, str_dup(arena, str_sub(rest, 0, n)) };
	}
	return true;
}

static bool
read_times(struct tz *zone, struct str times, struct str of, struct arena *arena, struct err *e)
{
	zone->n_times = of.n;
	zone->times = ARENA_ARRAY(arena, int64_t, zone->n_times);
	zone->of = ARENA_ARRAY(arena, uint8_t, zone->n_times);
	for (size_t i = 0; i < zone->n_times; i++) {
		zone->times[i] = read_i64(times.p + 8 * i);
		zone->of[i] = (uint8_t)of.p[i];
		if (zone->of[i] >= zone->n_types)
			return err_set(e, ERR_INPUT, "a change to a time that is not there");
		if (i && zone->times[i] <= zone->times[i - 1])
			return err_set(e, ERR_INPUT, "its changes are not in order");
	}
	return true;
}

static bool
read_footer(struct tz *zone, struct str s, struct arena *arena, struct err *e)
{
	struct str rule, rest;

	if (s.n == 0 || s.p[0] != '\n' || !str_cut(str_sub(s, 1, s.n), '\n', &rule, &rest))
		return err_set(e, ERR_INPUT, "cut short: it has no footer");
	if (rule.n == 0)
		return true; /* the last change holds for ever */
	zone->has_rule = posix_tz_read(str_dup(arena, rule), &zone->rule);
	return zone->has_rule || err_set(e, ERR_INPUT, "a footer that is no rule");
}

/* The parts of the second block, cut one after the other. */
static struct str
cut(struct str *s, size_t n)
{
	struct str part = str_sub(*s, 0, n);

	*s = str_sub(*s, n, s->n);
	return part;
}

bool
tz_read(struct str tzif, struct arena *arena, const struct tz **ret, struct err *e)
{
	struct tz *zone = ARENA_NEW(arena, struct tz);
	struct header h;
	struct str times, of, types, characters;

	if (tzif.n > TZ_FILE_MAX)
		return err_set(e, ERR_LIMIT, "bigger than any time zone");
	/* The first block is for readers of version 1. */
	if (!read_header(tzif, &h, e))
		return false;
	cut(&tzif, HEADER_SIZE + block_size(&h, 4));
	if (!read_header(tzif, &h, e) || !check_header(&h, e))
		return false;
	cut(&tzif, HEADER_SIZE);
	if (tzif.n < block_size(&h, 8))
		return err_set(e, ERR_INPUT, "cut short");
	times = cut(&tzif, h.times * 8);
	of = cut(&tzif, h.times);
	types = cut(&tzif, h.types * 6);
	characters = cut(&tzif, h.characters);
	cut(&tzif, h.is_standard + h.is_ut);
	if (!read_types(zone, types, characters, arena, e) ||
	    !read_times(zone, times, of, arena, e) || !read_footer(zone, tzif, arena, e))
		return false;
	*ret = zone;
	return true;
}

/* How many changes lie at or before this instant. */
static size_t
changes_until(const struct tz *zone, int64_t at_s)
{
	size_t from = 0, to = zone->n_times;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (zone->times[middle] <= at_s)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

int32_t
tz_offset(const struct tz *zone, int64_t at_s, struct str *abbreviation)
{
	struct str unwanted;
	const struct local_type *type;
	size_t n;

	if (!abbreviation)
		abbreviation = &unwanted;
	*abbreviation = STR("UTC");
	if (!zone)
		return 0;
	n = changes_until(zone, at_s);
	if (n == zone->n_times && zone->has_rule)
		return posix_tz_offset(&zone->rule, at_s, abbreviation);
	type = &zone->types[n ? zone->of[n - 1] : 0];
	*abbreviation = type->abbreviation;
	return type->offset_s;
}

int64_t
tz_local(const struct tz *zone, int64_t at_s)
{
	return at_s + tz_offset(zone, at_s, NULL);
}

/* The first instant after `from` (excluded) up to `to` at which another offset is in force. */
static int64_t
find_change(const struct tz *zone, int64_t from, int64_t to)
{
	int32_t before = tz_offset(zone, from, NULL);

	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (tz_offset(zone, middle, NULL) == before)
			from = middle;
		else
			to = middle;
	}
	return to;
}

/*
 * No offset reaches a day, so the offsets in force a day before and a day after are the only ones
 * that can lead to this wall time, unless clocks are changed twice within two days.
 */
int64_t
tz_instant(const struct tz *zone, int64_t local_s, enum tz_pick pick)
{
	int64_t before_s = local_s - tz_offset(zone, local_s - DAY_S, NULL);
	int64_t after_s = local_s - tz_offset(zone, local_s + DAY_S, NULL);
	bool before_is = tz_local(zone, before_s) == local_s;
	bool after_is = tz_local(zone, after_s) == local_s;

	if (before_is && after_is)
		return (pick == TZ_FIRST) == (before_s < after_s) ? before_s : after_s;
	if (before_is || after_is)
		return before_is ? before_s : after_s;
	return after_s < before_s ? find_change(zone, after_s, before_s)
				  : find_change(zone, before_s, after_s);
}
