#include "compose.h"

#include "mem.h"
#include "script.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define PLACES_LOG 12 /* four times as many as there are composites */
#define PLACES (1u << PLACES_LOG)
#define FIRST_CHAR 0xa0u
#define END_CHAR 0x20000u /* behind it stand ideographs */
#define PARTS_MAX 8

struct composer {
	struct composite {
		uint32_t a, b, both; /* both 0: the place is free */
	} v[PLACES];
};

/* Where a and b are, or would be. */
static size_t
place(const struct composer *composer, uint32_t a, uint32_t b)
{
	const struct composite *v = composer->v;
	uint32_t at = (a * 0x9e3779b1u ^ b * 0x85ebca6bu) * 0xc2b2ae35u >> (32 - PLACES_LOG);

	while (v[at].both && (v[at].a != a || v[at].b != b))
		at = (at + 1) % PLACES;
	return at;
}

/* Composes n characters in place by utf8proc; returns how many are left. */
static size_t
compose_by_utf8proc(utf8proc_int32_t *v, size_t n)
{
	utf8proc_ssize_t m = utf8proc_normalize_utf32(v, (utf8proc_ssize_t)n, UTF8PROC_COMPOSE);

	return m < 0 ? 0 : (size_t)m;
}

/* A composite is what its decomposition becomes again: not all do. */
static void
learn(struct composer *composer, uint32_t c)
{
	utf8proc_int32_t parts[PARTS_MAX], whole[PARTS_MAX];
	int boundary = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char(
	    (utf8proc_int32_t)c, parts, PARTS_MAX, UTF8PROC_DECOMPOSE, &boundary);
	uint32_t first, last;

	if (n < 2 || n > PARTS_MAX)
		return;
	memcpy(whole, parts, sizeof(whole));
	if (compose_by_utf8proc(whole, (size_t)n) != 1 || (uint32_t)whole[0] != c)
		return;
	last = (uint32_t)parts[n - 1];
	if (compose_by_utf8proc(parts, (size_t)n - 1) != 1)
		return;
	first = (uint32_t)parts[0];
	composer->v[place(composer, first, last)] = (struct composite){ first, last, c };
}

#define SYLLABLES 0xac00u
#define SYLLABLES_N 11172u
#define LEADS 0x1100u
#define LEADS_N 19u
#define VOWELS 0x1161u
#define VOWELS_N 21u
#define TAILS 0x11a7u /* one before the first: no tail */
#define TAILS_N 28u

struct composer *
composer_new(void)
{
	struct composer *ret = xcalloc(1, sizeof(*ret));

	for (uint32_t c = FIRST_CHAR; c < END_CHAR; c++)
		if (c - SYLLABLES >= SYLLABLES_N)
			learn(ret, c);
	return ret;
}

void
composer_free(struct composer *c)
{
	free(c);
}

static uint32_t
syllable(uint32_t a, uint32_t b)
{
	uint32_t at = a - SYLLABLES;

	if (a - LEADS < LEADS_N && b - VOWELS < VOWELS_N)
		return SYLLABLES + ((a - LEADS) * VOWELS_N + b - VOWELS) * TAILS_N;
	if (at < SYLLABLES_N && at % TAILS_N == 0 && b > TAILS && b - TAILS < TAILS_N)
		return a + b - TAILS;
	return 0;
}

uint32_t
compose_pair(const struct composer *c, uint32_t a, uint32_t b)
{
	uint32_t ret = syllable(a, b);

	return ret ? ret : c->v[place(c, a, b)].both;
}

compose_unit
compose_unit_of(uint32_t c)
{
	uint32_t class = utf8proc_get_property((utf8proc_int32_t)c)->combining_class;

	return c | class << 21 | (script_may_join(c) ? COMPOSE_JOINS : 0);
}

static void
put_in_order(compose_unit *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		compose_unit u = v[i];
		size_t at = i;

		while (at > 0 && COMPOSE_CLASS(u) && COMPOSE_CLASS(v[at - 1]) > COMPOSE_CLASS(u)) {
			v[at] = v[at - 1];
			at--;
		}
		v[at] = u;
	}
}

size_t
compose(const struct composer *composer, compose_unit *v, size_t n)
{
	size_t m = 0, starter = SIZE_MAX;
	uint32_t before = 0; /* class of the last one that stayed behind the starter */

	put_in_order(v, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t c = COMPOSE_CHAR(v[i]), class = COMPOSE_CLASS(v[i]), both = 0;

		if ((v[i] & COMPOSE_JOINS) && starter != SIZE_MAX &&
		    (m == starter + 1 || (before && before < class)))
			both = compose_pair(composer, v[starter], c);
		if (both) {
			v[starter] = both;
			continue;
		}
		if (class == 0)
			starter = m;
		before = class;
		v[m++] = c;
	}
	return m;
}
