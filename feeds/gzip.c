#include "gzip.h"

#include "mem.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* the largest window; 16: a gzip header and no other */
#define CHUNK ((size_t)256 << 10)

/* What was inflated, on the heap until its length is known. */
struct output {
	char *p;
	size_t n, cap;
};

bool
gzip_is(struct str body)
{
	return str_starts(body, STR("\x1f\x8b\x08"));
}

/* The most that `in` bytes may become. */
static size_t
limit_of(size_t in)
{
	size_t limit = in > GZIP_OUT_MAX / GZIP_RATIO_MAX ? GZIP_OUT_MAX : in * GZIP_RATIO_MAX;

	return limit > GZIP_RATIO_FREE ? limit : GZIP_RATIO_FREE;
}

/* Inflates up to `limit` bytes and one more, all members; Z_STREAM_END when the last one is whole.
 */
static int
inflate_all(z_stream *z, struct output *out, size_t limit)
{
	int status = Z_OK;

	while (status == Z_OK && out->n <= limit) {
		if (out->n == out->cap) {
			out->cap = out->cap ? out->cap * 2 : CHUNK;
			out->p = xrealloc(out->p, out->cap);
		}
		z->next_out = (Bytef *)out->p + out->n;
		z->avail_out = (uInt)(out->cap - out->n);
		status = inflate(z, Z_NO_FLUSH);
		out->n = out->cap - z->avail_out;
		/* another member follows; rubbish behind the last one is nobody's loss */
		if (status == Z_STREAM_END && gzip_is(str_n((char *)z->next_in, z->avail_in)))
			status = inflateReset(z);
	}
	return status;
}

bool
gzip_inflate(struct str body, struct arena *arena, struct str *ret, bool *cut, struct err *e)
{
	z_stream z = { 0 };
	struct output out = { 0 };
	size_t limit = limit_of(body.n);
	int status;
	bool ok = true;

	if (body.n > UINT_MAX)
		return err_set(e, ERR_LIMIT, "gzip: %zu bytes are too many", body.n);
	z.next_in = (Bytef *)body.p;
	z.avail_in = (uInt)body.n;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		mem_exhausted(0);
	status = inflate_all(&z, &out, limit);
	inflateEnd(&z);
	if (out.n > limit) {
		ok = err_set(e, ERR_LIMIT, "gzip: %zu bytes become more than %zu", body.n, limit);
	} else if (out.n == 0 && status != Z_STREAM_END) {
		ok = err_set(e, ERR_INPUT, "gzip: damaged from the start");
	} else {
		*ret = str_dup(arena, str_n(out.p, out.n));
		*cut = status != Z_STREAM_END;
	}
	free(out.p);
	return ok;
}
