#include "words.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define HASH_A 0x9e3779b97f4a7c15u
#define HASH_B 0xd6e8feb86659fd93u

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The bytes of a word of n that are in the first and in the second eight. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MASK(n) ((n) == 0 ? 0 : (n) >= 8 ? ~(uint64_t)0 : ~(uint64_t)0 >> (64 - 8 * (n)))
#else
#define MASK(n) ((n) == 0 ? 0 : (n) >= 8 ? ~(uint64_t)0 : ~(uint64_t)0 << (64 - 8 * (n)))
#endif
#define MASKS(n)                                                                                   \
	{                                                                                          \
		MASK(n), (n) > 8 ? MASK((n)-8) : 0                                                 \
	}
static const uint64_t masks[17][2] = {
	MASKS(0),
	MASKS(1),
	MASKS(2),
	MASKS(3),
	MASKS(4),
	MASKS(5),
	MASKS(6),
	MASKS(7),
	MASKS(8),
	MASKS(9),
	MASKS(10),
	MASKS(11),
	MASKS(12),
	MASKS(13),
	MASKS(14),
	MASKS(15),
	MASKS(16),
};

static inline uint64_t
load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* Up to 16 bytes without a branch that depends on how many: lengths cannot be guessed. */
static inline uint64_t
hash(const char *p, size_t n)
{
	uint64_t h = HASH_A ^ n;

	for (; n > 16; n -= 8, p += 8)
		h = mix(h ^ load(p), HASH_B);
	h = mix(h ^ (load(p) & masks[n][0]), HASH_B ^ (load(p + 8) & masks[n][1]));
	return h | 1;
}

uint64_t
words_hash(const char *p, size_t n)
{
	return hash(p, n);
}

void
words_free(struct words *w)
{
	free(w->v);
	free(w->bits);
	*w = (struct words){ 0 };
}

/* Bit i: byte i is a letter or digit, or no ASCII. */
static uint64_t
word_bits(const char *p)
{
	uint64_t ret = 0;

#if defined(__SSE2__)
	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i letter = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('a' - 1)),
		    _mm_cmplt_epi8(v, _mm_set1_epi8('z' + 1)));
		__m128i digit = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)),
		    _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));
		int bits = _mm_movemask_epi8(_mm_or_si128(v, _mm_or_si128(letter, digit)));

		ret |= (uint64_t)(unsigned)bits << (16 * i);
	}
#else
	for (int i = 0; i < 64; i++) {
		unsigned char c = (unsigned char)p[i];
		bool in = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;

		ret |= (uint64_t)in << i;
	}
#endif
	return ret;
}

static void
clear_bits(uint64_t *bits, size_t from, size_t to)
{
	for (; from < to && from % 64; from++)
		bits[from / 64] &= ~((uint64_t)1 << from % 64);
	for (; from + 64 <= to; from += 64)
		bits[from / 64] = 0;
	for (; from < to; from++)
		bits[from / 64] &= ~((uint64_t)1 << from % 64);
}

static inline void
add_word(struct words *w, const struct folded *t, size_t start, size_t end)
{
	w->v[w->n++] =
	    (struct word){ (uint32_t)start, (uint32_t)end, hash(t->p + start, end - start) };
}

/* The end of the set bits that begin at `at`, at most n. */
static size_t
run_end(const uint64_t *bits, size_t n, size_t at)
{
	size_t k = at / 64;
	uint64_t gap = ~bits[k] & (~(uint64_t)0 << at % 64);

	while (!gap && ++k <= n / 64)
		gap = ~bits[k];
	at = gap ? k * 64 + (size_t)__builtin_ctzll(gap) : n;
	return at < n ? at : n;
}

/* The words whose first bits are set in `starts` of a block. */
static inline struct word *
cut_block(const char *p, const uint64_t *all, size_t n, size_t block, uint64_t starts,
    uint64_t bits, struct word *out)
{
	for (; starts; starts &= starts - 1) {
		unsigned at = (unsigned)__builtin_ctzll(starts);
		uint64_t behind = ~(bits >> at);
		size_t start = block * 64 + at;
		size_t length = behind ? (unsigned)__builtin_ctzll(behind) : 64;

		if (at + length >= 64) /* perhaps it goes on in the next block */
			length = run_end(all, n, start) - start;
		*out++ = (struct word){ (uint32_t)start, (uint32_t)(start + length),
			hash(p + start, length) };
	}
	return out;
}

/* All words of a text without runs. */
static void
cut_all(const struct folded *t, struct words *w)
{
	size_t blocks = t->n / 64 + 1;
	const uint64_t *all = w->bits;
	struct word *out = w->v;
	uint64_t before = 0, lone_before = 0, dotted = 0;

	for (size_t block = 0; block < blocks; block++) {
		uint64_t bits = all[block], starts = bits & ~(bits << 1 | before), lone;

		out = cut_block(t->p, all, t->n, block, starts, bits, out);
		lone = starts & ~(bits >> 1);
		dotted |= lone & (lone << 2 | lone_before);
		lone_before = lone >> 62;
		before = bits >> 63;
	}
	w->n = (size_t)(out - w->v);
	w->single_letters = w->single_letters || dotted;
}

/* Plain words in [from, to); what stands before and behind it is no word's. */
static void
cut_plain(const struct folded *t, struct words *w, size_t from, size_t to)
{
	struct word *out = w->v + w->n;

	for (size_t block = from / 64; block * 64 < to; block++) {
		uint64_t bits = w->bits[block], before = block ? w->bits[block - 1] >> 63 : 0;

		if (block == from / 64) {
			bits &= ~(uint64_t)0 << from % 64;
			before = 0;
		}
		if (to < (block + 1) * 64)
			bits &= ((uint64_t)1 << to % 64) - 1;
		out =
		    cut_block(t->p, w->bits, t->n, block, bits & ~(bits << 1 | before), bits, out);
	}
	w->n = (size_t)(out - w->v);
}

/* Text that is no word's needs no cutting: its bits are clear. */
static bool
is_cut_apart(const struct fold_run *run)
{
	return run->class == CHAR_HANGUL || run->class == CHAR_UNSPACED;
}

static void
cut_run(const struct folded *t, struct words *w, const struct fold_run *run)
{
	switch (run->class) {
	case CHAR_HANGUL:
		add_word(w, t, run->start, run->end);
		return;
	case CHAR_UNSPACED:
		for (size_t at = run->start; at < run->end;) {
			uint32_t c;
			size_t used = script_decode(t->p + at, run->end - at, &c);

			add_word(w, t, at, at + used);
			at += used;
		}
		return;
	case CHAR_OTHER:
	case CHAR_WORD:
		return;
	}
}

void
words_cut(const struct folded *t, struct words *ret)
{
	size_t blocks = t->n / 64 + 1, from = 0, apart = 0;

	if (ret->bits_cap < blocks) {
		ret->bits_cap = blocks * 2;
		ret->bits = xreallocarray(ret->bits, ret->bits_cap, sizeof(*ret->bits));
	}
	if (ret->cap <
	    t->n / 2 + 3) { /* a word and what parts it take two bytes, unless not ASCII */
		ret->cap = t->n + 3;
		ret->v = xreallocarray(ret->v, ret->cap, sizeof(*ret->v));
	}
	for (size_t i = 0; i < blocks; i++)
		ret->bits[i] = word_bits(t->p + 64 * i);
	for (size_t i = 0; i < t->n_runs; i++) {
		clear_bits(ret->bits, t->runs[i].start, t->runs[i].end);
		apart += is_cut_apart(&t->runs[i]);
	}
	ret->n = 0;
	ret->single_letters = t->n_runs || !t->ascii;
	if (apart == 0)
		cut_all(t, ret);
	for (size_t i = 0; apart && i < t->n_runs; i++) {
		if (!is_cut_apart(&t->runs[i]))
			continue;
		cut_plain(t, ret, from, t->runs[i].start);
		cut_run(t, ret, &t->runs[i]);
		from = t->runs[i].end;
	}
	if (apart)
		cut_plain(t, ret, from, t->n);
	ret->v[ret->n] = (struct word){ (uint32_t)t->n, (uint32_t)t->n, 0 };
}
