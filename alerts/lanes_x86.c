/* SSE2, which every x86-64 has, and AVX2 with the bit instructions that came with it. */
#include "lanes_inside.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- SSE2 ---- */

/* Bytes from `first` on, `n` of them; a comparison of signed bytes moved to one end. */
LANES_INLINE __m128i
among_16(__m128i v, char first, int n)
{
	__m128i moved = _mm_add_epi8(v, _mm_set1_epi8((char)(-128 - first)));

	return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(-128 + n)));
}

LANES_INLINE __m128i
fold_16(__m128i v, __m128i lower)
{
	__m128i control =
	    _mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')), among_16(v, 0, 32));

	v = _mm_or_si128(_mm_andnot_si128(control, v), _mm_and_si128(control, _mm_set1_epi8(' ')));
	return _mm_or_si128(v, _mm_and_si128(among_16(v, 'A', 26), lower));
}

LANES_INLINE uint64_t
fold_block_sse2(const char *from, __m128i bit, char *to)
{
	uint64_t high = 0;

	for (int k = 0; k < 64; k += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(from + k));

		high |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << k;
		_mm_storeu_si128((__m128i *)(void *)(to + k), fold_16(v, bit));
	}
	return high;
}

static bool
fold_sse2(const char *from, size_t n, bool lower, char *to, uint64_t *high)
{
	const __m128i bit = _mm_set1_epi8(lower ? 0x20 : 0);
	char last[64] = { 0 };
	uint64_t any = 0;
	size_t i = 0;

	for (; i + 64 <= n; i += 64)
		any |= high[i / 64] = fold_block_sse2(from + i, bit, to + i);
	memcpy(last, from + i, n - i);
	any |= high[i / 64] = fold_block_sse2(last, bit, last);
	memcpy(to + i, last, n - i);
	return any != 0;
}

static bool
classify_sse2(const char *p, size_t blocks, uint64_t *bits)
{
	struct lanes_dots dots = { 0 };

	for (size_t i = 0; i < blocks; i++, p += 64) {
		struct lanes_block b = { 0 };

		for (int k = 0; k < 64; k += 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + k));
			__m128i digit = among_16(v, '0', 10);
			__m128i word = _mm_or_si128(_mm_or_si128(v, digit), among_16(v, 'a', 26));
			__m128i dot = _mm_cmpeq_epi8(v, _mm_set1_epi8('.'));

			b.word |= (uint64_t)(unsigned)_mm_movemask_epi8(word) << k;
			b.digit |= (uint64_t)(unsigned)_mm_movemask_epi8(digit) << k;
			b.high |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << k;
			b.dot |= (uint64_t)(unsigned)_mm_movemask_epi8(dot) << k;
		}
		bits[i] = b.word;
		lanes_look_for_dots(&dots, &b);
	}
	return dots.found != 0;
}

static size_t
runs_sse2(const uint64_t *bits, size_t from, size_t to, struct word *out)
{
	uint32_t *edge = &out->start;
	uint64_t before = 0;

	for (size_t block = from / 64; block <= to / 64; block++) {
		uint64_t v = lanes_within(bits, block, from, to);

		for (uint64_t edges = v ^ (v << 1 | before); edges; edges &= edges - 1)
			*edge++ = (uint32_t)(block * 64) + (uint32_t)__builtin_ctzll(edges);
		before = v >> 63;
	}
	return (size_t)(edge - &out->start) / 2;
}

static void
hash_sse2(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	lanes_hash_all(p, v, n, out);
}

static uint64_t
sift_sse2(const uint64_t *hashes, const uint64_t *filter, unsigned shift)
{
	return lanes_sift(hashes, filter, shift);
}

const struct lanes lanes_sse2 = { "SSE2", fold_sse2, classify_sse2, runs_sse2, hash_sse2,
	sift_sse2 };

/* ---- AVX2 ---- */

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AVX2_INLINE static inline __attribute__((always_inline, target("avx2,bmi,bmi2,popcnt")))

AVX2_INLINE __m256i
among_32(__m256i v, char first, int n)
{
	__m256i moved = _mm256_add_epi8(v, _mm256_set1_epi8((char)(-128 - first)));

	return _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(-128 + n)), moved);
}

AVX2_INLINE __m256i
fold_32(__m256i v, __m256i lower)
{
	__m256i line = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\n'));

	v = _mm256_blendv_epi8(_mm256_max_epu8(v, _mm256_set1_epi8(' ')), v, line);
	return _mm256_or_si256(v, _mm256_and_si256(among_32(v, 'A', 26), lower));
}

AVX2_INLINE uint64_t
mask_64(__m256i low, __m256i high)
{
	return (uint64_t)(unsigned)_mm256_movemask_epi8(low) |
	       (uint64_t)(unsigned)_mm256_movemask_epi8(high) << 32;
}

AVX2_INLINE uint64_t
fold_block_avx2(const char *from, __m256i bit, char *to)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)from);
	__m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(from + 32));

	_mm256_storeu_si256((__m256i *)(void *)to, fold_32(v, bit));
	_mm256_storeu_si256((__m256i *)(void *)(to + 32), fold_32(w, bit));
	return mask_64(v, w);
}

AVX2 static bool
fold_avx2(const char *from, size_t n, bool lower, char *to, uint64_t *high)
{
	const __m256i bit = _mm256_set1_epi8(lower ? 0x20 : 0);
	char last[64] = { 0 };
	uint64_t any = 0;
	size_t i = 0;

	for (; i + 64 <= n; i += 64) {
		__builtin_prefetch(from + i + LANES_AHEAD);
		any |= high[i / 64] = fold_block_avx2(from + i, bit, to + i);
	}
	memcpy(last, from + i, n - i);
	any |= high[i / 64] = fold_block_avx2(last, bit, last);
	memcpy(to + i, last, n - i);
	return any != 0;
}

AVX2_INLINE __m256i
word_32(__m256i v, __m256i digit)
{
	return _mm256_or_si256(_mm256_or_si256(v, digit), among_32(v, 'a', 26));
}

AVX2 static bool
classify_avx2(const char *p, size_t blocks, uint64_t *bits)
{
	const __m256i dot = _mm256_set1_epi8('.');
	struct lanes_dots dots = { 0 };

	for (size_t i = 0; i < blocks; i++, p += 64) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i w = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
		__m256i v_digit = among_32(v, '0', 10), w_digit = among_32(w, '0', 10);
		const struct lanes_block b = {
			.word = mask_64(word_32(v, v_digit), word_32(w, w_digit)),
			.digit = mask_64(v_digit, w_digit),
			.high = mask_64(v, w),
			.dot = mask_64(_mm256_cmpeq_epi8(v, dot), _mm256_cmpeq_epi8(w, dot)),
		};

		bits[i] = b.word;
		lanes_look_for_dots(&dots, &b);
	}
	return dots.found != 0;
}

AVX2_INLINE uint64_t
put_edge(uint32_t *edge, uint64_t edges, uint32_t base)
{
	*edge = base + (uint32_t)_tzcnt_u64(edges);
	return _blsr_u64(edges);
}

AVX2_INLINE uint64_t
put_four(uint32_t *edge, uint64_t edges, uint32_t base)
{
	edges = put_edge(edge, edges, base);
	edges = put_edge(edge + 1, edges, base);
	edges = put_edge(edge + 2, edges, base);
	return put_edge(edge + 3, edges, base);
}

/* Eight edges at a time, some too many: how many there are cannot be guessed. */
AVX2 static size_t
runs_avx2(const uint64_t *bits, size_t from, size_t to, struct word *out)
{
	uint32_t *edge = &out->start;
	uint64_t before = 0;

	for (size_t block = from / 64; block <= to / 64; block++) {
		uint64_t v = lanes_within(bits, block, from, to), edges = v ^ (v << 1 | before);
		uint32_t *next = edge + __builtin_popcountll(edges);

		for (; edge < next; edge += 8) {
			edges = put_four(edge, edges, (uint32_t)(block * 64));
			edges = put_four(edge + 4, edges, (uint32_t)(block * 64));
		}
		edge = next;
		before = v >> 63;
	}
	return (size_t)(edge - &out->start) / 2;
}

AVX2 static void
hash_avx2(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	lanes_hash_all(p, v, n, out);
}

AVX2 static uint64_t
sift_avx2(const uint64_t *hashes, const uint64_t *filter, unsigned shift)
{
	uint64_t ret = 0;

	for (unsigned i = 0; i < 64; i += 4) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(hashes + i));
		__m256i bit = _mm256_srli_epi64(v, (int)shift);
		__m256i words = _mm256_i64gather_epi64(
		    (const long long *)(const void *)filter, _mm256_srli_epi64(bit, 6), 8);

		bit = _mm256_and_si256(bit, _mm256_set1_epi64x(63));
		words = _mm256_slli_epi64(_mm256_srlv_epi64(words, bit), 63);
		ret |= (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(words)) << i;
	}
	return ret;
}

const struct lanes lanes_avx2 = { "AVX2", fold_avx2, classify_avx2, runs_avx2, hash_avx2,
	sift_avx2 };

#else
typedef int lanes_x86_is_empty; /* a file must not be */
#endif
