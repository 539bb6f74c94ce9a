/* The plain way, and which is the best. */
#include "lanes_inside.h"

_Alignas(64) const unsigned char lanes_ones[32] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

uint64_t
lanes_hash_long(const char *p, size_t n)
{
	uint64_t h = n;

	for (; n > 16; n -= 8, p += 8)
		h = lanes_join(h, lanes_load(p), 0);
	return lanes_hash_end(h, p, n);
}

static size_t
fold(const char *from, size_t n, bool lower, char *to)
{
	size_t i;

	for (i = 0; i < n && !(from[i] & 0x80); i++) {
		char c = from[i];

		if (c < ' ' && c != '\n')
			c = ' ';
		to[i] = lower && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return i;
}

static struct lanes_block
classes(const char *p)
{
	struct lanes_block b = { 0 };

	for (int i = 0; i < 64; i++) {
		unsigned char c = (unsigned char)p[i];
		bool digit = c >= '0' && c <= '9', high = c >= 0x80;

		b.digit |= (uint64_t)digit << i;
		b.high |= (uint64_t)high << i;
		b.word |= (uint64_t)(digit || high || (c >= 'a' && c <= 'z')) << i;
		b.dot |= (uint64_t)(c == '.') << i;
	}
	return b;
}

static bool
classify(const char *p, size_t blocks, uint64_t *bits)
{
	struct lanes_dots dots = { 0 };

	for (size_t i = 0; i < blocks; i++) {
		struct lanes_block b = classes(p + 64 * i);

		bits[i] = b.word;
		lanes_look_for_dots(&dots, &b);
	}
	return dots.found != 0;
}

static size_t
runs(const uint64_t *bits, size_t from, size_t to, struct word *out)
{
	size_t n = 0;
	bool before = false;

	for (size_t i = from; i < to; i++) {
		bool in = bits[i / 64] >> i % 64 & 1;

		if (in && !before)
			out[n].start = (uint32_t)i;
		if (!in && before)
			out[n++].end = (uint32_t)i;
		before = in;
	}
	if (before)
		out[n++].end = (uint32_t)to;
	return n;
}

static void
hash(const char *p, const struct word *v, size_t n, uint64_t *out)
{
	lanes_hash_all(p, v, n, out);
}

const struct lanes lanes_plain = { "plain", fold, classify, runs, hash };

#if defined(__x86_64__)
static bool
has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static bool
has_avx512(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
}
#endif

void
lanes_all(const struct lanes *ret[LANES_MAX])
{
	size_t n = 0;

	ret[n++] = &lanes_plain;
#if defined(__x86_64__)
	ret[n++] = &lanes_sse2;
	if (has_avx2())
		ret[n++] = &lanes_avx2;
	if (has_avx512())
		ret[n++] = &lanes_avx512;
#endif
	ret[n] = NULL;
}

const struct lanes *
lanes_best(void)
{
#if defined(__x86_64__)
	return has_avx512() ? &lanes_avx512 : has_avx2() ? &lanes_avx2 : &lanes_sse2;
#else
	return &lanes_plain;
#endif
}
