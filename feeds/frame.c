#include "frame.h"

#define FRAME_READ_MAX ((size_t)1 << 20) /* bytes one read may add beyond the message */

void
frame_reader_init(struct frame_reader *r, size_t max)
{
	*r = (struct frame_reader){ .max = max };
	buf_init(&r->arrived, max + FRAME_HEADER + FRAME_READ_MAX);
}

void
frame_reader_free(struct frame_reader *r)
{
	buf_free(&r->arrived);
}

char *
frame_room(struct frame_reader *r, size_t n)
{
	if (r->taken) {
		buf_drop(&r->arrived, r->taken);
		r->taken = 0;
	}
	return buf_reserve(&r->arrived, n < FRAME_READ_MAX ? n : FRAME_READ_MAX);
}

void
frame_arrived(struct frame_reader *r, size_t n)
{
	r->arrived.n += n;
}

enum frame_verdict
frame_next(struct frame_reader *r, struct str *ret)
{
	struct str all = str_sub(buf_str(&r->arrived), r->taken, r->arrived.n);
	const unsigned char *h = (const unsigned char *)all.p;
	size_t n;

	if (all.n < FRAME_HEADER)
		return FRAME_MORE;
	n = (size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3];
	if (n > r->max)
		return FRAME_BROKEN;
	if (all.n - FRAME_HEADER < n)
		return FRAME_MORE;
	*ret = str_sub(all, FRAME_HEADER, FRAME_HEADER + n);
	r->taken += FRAME_HEADER + n;
	return FRAME_READY;
}

void
frame_header(size_t n, char ret[FRAME_HEADER])
{
	for (int i = 3; i >= 0; i--, n >>= 8)
		ret[i] = (char)(n & 0xff);
}
