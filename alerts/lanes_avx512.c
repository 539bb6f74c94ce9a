/* AVX-512 with byte compression (VBMI2): masks are registers, and a block's edges come at once. */
#include "lanes_inside.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FEATURES "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi2,bmi,bmi2,popcnt"
#define AVX512 __attribute__((target(FEATURES)))
#define AVX512_INLINE static inline __attribute__((always_inline, target(FEATURES)))

AVX512_INLINE __mmask64
among_64(__m512i v, char first, char n)
{
	return _mm512_cmplt_epu8_mask(
	    _mm512_sub_epi8(v, _mm512_set1_epi8(first)), _mm512_set1_epi8(n));
}

AVX512_INLINE __m512i
fold_64(__m512i v, __m512i bit)
{
	__mmask64 line = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));

	v = _mm512_mask_max_epu8(v, ~line, v, _mm512_set1_epi8(' '));
	return _mm512_mask_add_epi8(v, among_64(v, 'A', 26), v, bit);
}

/* Returns which bytes of the block are no ASCII. */
AVX512_INLINE uint64_t
fold_block(__m512i v, __m512i bit, char *to)
{
	_mm512_storeu_si512((void *)to, fold_64(v, bit));
	return _mm512_movepi8_mask(v);
}

/* Two blocks at a time: where the ASCII ends cannot be guessed. */
AVX512 static size_t
fold_avx512(const char *from, size_t n, bool lower, char *to)
{
	const __m512i bit = _mm512_set1_epi8(lower ? 0x20 : 0);
	size_t i = 0;

	for (; i + 128 <= n; i += 128) {
		__m512i v = _mm512_loadu_si512((const void *)(from + i));
		__m512i w = _mm512_loadu_si512((const void *)(from + i + 64));
		uint64_t high = fold_block(v, bit, to + i), next = fold_block(w, bit, to + i + 64);

		__builtin_prefetch(from + i + LANES_AHEAD);
		__builtin_prefetch(from + i + LANES_AHEAD + 64);
		if (high | next)
			return i + (high ? _tzcnt_u64(high) : 64 + _tzcnt_u64(next));
	}
	for (; i < n; i += 64) {
		__mmask64 left = _bzhi_u64(~(uint64_t)0, n - i < 64 ? (unsigned)(n - i) : 64);
		uint64_t high = fold_block(_mm512_maskz_loadu_epi8(left, from + i), bit, to + i);

		if (high)
			return i + _tzcnt_u64(high);
	}
	return n;
}

AVX512 static bool
classify_avx512(const char *p, size_t blocks, uint64_t *bits)
{
	struct lanes_dots dots = { 0 };

	for (size_t i = 0; i < blocks; i++, p += 64) {
		__m512i v = _mm512_loadu_si512((const void *)p);
		__mmask64 digit = among_64(v, '0', 10), high = _mm512_movepi8_mask(v);
		const struct lanes_block b = {
			.word = among_64(v, 'a', 26) | digit | high,
			.digit = digit,
			.high = high,
			.dot = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('.')),
		};

		bits[i] = b.word;
		lanes_look_for_dots(&dots, &b);
	}
	return dots.found != 0;
}

/* Sixteen edges of a block. */
AVX512_INLINE void
put_edges(uint32_t *edge, __m128i places, __m512i base)
{
	_mm512_storeu_si512((void *)edge, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), base));
}

AVX512 static size_t
runs_avx512(const uint64_t *bits, size_t from, size_t to, struct word *out)
{
	static const char numbers[64] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,
		38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
		59, 60, 61, 62, 63 };
	const __m512i all = _mm512_loadu_si512((const void *)numbers);
	uint32_t *edge = &out->start;
	uint64_t before = 0;

	for (size_t block = from / 64; block <= to / 64; block++) {
		uint64_t v = lanes_within(bits, block, from, to), edges = v ^ (v << 1 | before);
		int n = __builtin_popcountll(edges);
		__m512i places = _mm512_maskz_compress_epi8(edges, all);
		__m512i base = _mm512_set1_epi32((int)(block * 64));

		put_edges(edge, _mm512_extracti32x4_epi32(places, 0), base);
		put_edges(edge + 16, _mm512_extracti32x4_epi32(places, 1), base);
		if (__builtin_expect(n > 32, 0)) {
			put_edges(edge + 32, _mm512_extracti32x4_epi32(places, 2), base);
			put_edges(edge + 48, _mm512_extracti32x4_epi32(places, 3), base);
		}
		edge += n;
		before = v >> 63;
	}
	return (size_t)(edge - &out->start) / 2;
}

AVX512_INLINE __m128i
load_word(const char *p, const struct word *v)
{
	return _mm_loadu_si128((const __m128i *)(const void *)(p + v->start));
}

/* The first sixteen bytes of every other word, four of them. */
AVX512_INLINE __m512i
load_four(const char *p, const struct word *v)
{
	__m512i ret = _mm512_castsi128_si512(load_word(p, v));

	ret = _mm512_inserti64x2(ret, load_word(p, v + 2), 1);
	ret = _mm512_inserti64x2(ret, load_word(p, v + 4), 2);
	return _mm512_inserti64x2(ret, load_word(p, v + 6), 3);
}

AVX512_INLINE __m512i
times(__m512i v, uint64_t by)
{
	return _mm512_mullo_epi64(v, _mm512_set1_epi64((long long)by));
}

AVX512_INLINE __m512i
xor_shifted(__m512i v, unsigned n)
{
	return _mm512_xor_si512(v, _mm512_srli_epi64(v, n));
}

/* lanes_join of eight words at a time, and what does not fit by itself. */
AVX512 static void
hash_avx512(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	const __m512i ones = _mm512_set1_epi64(-1), all = _mm512_set1_epi64(128);

	for (size_t i = 0; i < n; i += 8) {
		__m512i words = _mm512_loadu_si512((const void *)(v + i));
		__m512i bits = _mm512_slli_epi64(
		    _mm512_maskz_sub_epi32(0x5555, _mm512_srli_epi64(words, 32), words), 3);
		__m512i even = load_four(p, v + i), odd = load_four(p, v + i + 1);
		__m512i first = _mm512_andnot_si512(
		    _mm512_sllv_epi64(ones, bits), _mm512_unpacklo_epi64(even, odd));
		__m512i second =
		    _mm512_and_si512(_mm512_srlv_epi64(ones, _mm512_sub_epi64(all, bits)),
			_mm512_unpackhi_epi64(even, odd));
		__m512i h = _mm512_xor_si512(
		    times(first, HASH_A), _mm512_rol_epi64(times(second, HASH_B), 32));

		h = xor_shifted(times(xor_shifted(h, 32), HASH_C), 29);
		_mm512_storeu_si512((void *)(out + i), _mm512_or_si512(h, _mm512_set1_epi64(1)));
		if (__builtin_expect(_mm512_cmpgt_epi64_mask(bits, all), 0))
			lanes_hash_all(p, v + i, 8, out + i);
	}
}

const struct lanes lanes_avx512 = { "AVX-512", fold_avx512, classify_avx512, runs_avx512,
	hash_avx512 };

#else
typedef int lanes_avx512_is_empty; /* a file must not be */
#endif
