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

static size_t
fold_sse2(const char *from, size_t n, bool lower, char *to)
{
	const __m128i bit = _mm_set1_epi8(lower ? 0x20 : 0);
	char last[64] = { 0 };
	uint64_t high;
	size_t i = 0;

	for (; i + 64 <= n; i += 64) {
		high = fold_block_sse2(from + i, bit, to + i);
		if (high)
			return i + (size_t)__builtin_ctzll(high);
	}
	memcpy(last, from + i, n - i);
	high = fold_block_sse2(last, bit, to + i);
	return high ? i + (size_t)__builtin_ctzll(high) : n;
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

const struct lanes lanes_sse2 = { "SSE2", fold_sse2, classify_sse2, runs_sse2, hash_sse2 };

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

AVX2 static size_t
fold_avx2(const char *from, size_t n, bool lower, char *to)
{
	const __m256i bit = _mm256_set1_epi8(lower ? 0x20 : 0);
	char last[64] = { 0 };
	uint64_t high;
	size_t i = 0;

	for (; i + 64 <= n; i += 64) {
		__builtin_prefetch(from + i + LANES_AHEAD);
		high = fold_block_avx2(from + i, bit, to + i);
		if (high)
			return i + _tzcnt_u64(high);
	}
	memcpy(last, from + i, n - i);
	high = fold_block_avx2(last, bit, to + i);
	return high ? i + _tzcnt_u64(high) : n;
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

/* The first sixteen bytes of one word and of the next but one. */
AVX2_INLINE __m256i
load_two(const char *p, const struct word *v)
{
	const char *a = p + v[0].start, *b = p + v[2].start;

	return _mm256_inserti128_si256(
	    _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)a)),
	    _mm_loadu_si128((const __m128i *)(const void *)b), 1);
}

AVX2_INLINE __m256i
times(__m256i v, uint64_t by)
{
	const __m256i low = _mm256_set1_epi64x((long long)(by & 0xffffffff));
	const __m256i high = _mm256_set1_epi64x((long long)(by >> 32));
	__m256i upper = _mm256_add_epi64(
	    _mm256_mul_epu32(v, high), _mm256_mul_epu32(_mm256_srli_epi64(v, 32), low));

	return _mm256_add_epi64(_mm256_mul_epu32(v, low), _mm256_slli_epi64(upper, 32));
}

AVX2_INLINE __m256i
xor_shifted_32(__m256i v, int n)
{
	return _mm256_xor_si256(v, _mm256_srli_epi64(v, n));
}

/* lanes_join of four words at a time, and what does not fit by itself. */
AVX2 static void
hash_avx2(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	const __m256i ones = _mm256_set1_epi64x(-1), all = _mm256_set1_epi64x(128);

	for (size_t i = 0; i < n; i += 4) {
		__m256i words = _mm256_loadu_si256((const __m256i *)(const void *)(v + i));
		__m256i bits =
		    _mm256_slli_epi64(_mm256_sub_epi64(_mm256_srli_epi64(words, 32),
					  _mm256_blend_epi32(words, _mm256_setzero_si256(), 0xaa)),
			3);
		__m256i even = load_two(p, v + i), odd = load_two(p, v + i + 1);
		__m256i first = _mm256_andnot_si256(
		    _mm256_sllv_epi64(ones, bits), _mm256_unpacklo_epi64(even, odd));
		__m256i second =
		    _mm256_and_si256(_mm256_srlv_epi64(ones, _mm256_sub_epi64(all, bits)),
			_mm256_unpackhi_epi64(even, odd));
		__m256i h = _mm256_xor_si256(
		    times(first, HASH_A), _mm256_shuffle_epi32(times(second, HASH_B), 0xb1));
		__m256i longer = _mm256_cmpgt_epi64(bits, all);

		h = xor_shifted_32(times(xor_shifted_32(h, 32), HASH_C), 29);
		_mm256_storeu_si256(
		    (__m256i *)(void *)(out + i), _mm256_or_si256(h, _mm256_set1_epi64x(1)));
		if (__builtin_expect(!_mm256_testz_si256(longer, longer), 0))
			lanes_hash_all(p, v + i, 4, out + i);
	}
}

const struct lanes lanes_avx2 = { "AVX2", fold_avx2, classify_avx2, runs_avx2, hash_avx2 };

#else
typedef int lanes_x86_is_empty; /* a file must not be */
#endif
