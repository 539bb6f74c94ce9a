#include "json_out.h"

#include "date.h"
#include "utf8.h"

#include <inttypes.h>

void
jout_init(struct json_out *o, size_t max)
{
	*o = (struct json_out){ 0 };
	buf_init(&o->b, max);
}

/* Offset of the first byte that a JSON string does not show as it is, or s.n. */
static size_t
plain_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && (unsigned char)s.p[i] >= ' ' && s.p[i] != '"' && s.p[i] != '\\')
		i++;
	return i;
}

static bool
escape_char(struct buf *b, char c)
{
	switch (c) {
	case '"':
		return buf_add(b, STR("\\\""));
	case '\\':
		return buf_add(b, STR("\\\\"));
	case '\n':
		return buf_add(b, STR("\\n"));
	case '\r':
		return buf_add(b, STR("\\r"));
	case '\t':
		return buf_add(b, STR("\\t"));
	}
	return buf_addf(b, "\\u%04x", (unsigned char)c);
}

static bool
escape_valid(struct buf *b, struct str s)
{
	while (s.n) {
		size_t k = plain_length(s);

		if (!buf_add(b, str_sub(s, 0, k)))
			return false;
		if (k < s.n && !escape_char(b, s.p[k++]))
			return false;
		s = str_sub(s, k, s.n);
	}
	return true;
}

bool
json_escape(struct buf *b, struct str s)
{
	while (s.n) {
		size_t valid = utf8_valid_length(s);
		uint32_t c;

		if (!escape_valid(b, str_sub(s, 0, valid)))
			return false;
		s = str_sub(s, valid, s.n);
		if (s.n == 0)
			break;
		if (!buf_add(b, STR(UTF8_REPLACEMENT)))
			return false;
		s = str_sub(s, utf8_decode(s, &c), s.n);
	}
	return true;
}

static void
add(struct json_out *o, struct str s)
{
	o->full = !buf_add(&o->b, s) || o->full;
}

static void
add_string(struct json_out *o, struct str s)
{
	add(o, STR("\""));
	o->full = !json_escape(&o->b, s) || o->full;
	add(o, STR("\""));
}

static void
begin(struct json_out *o, const char *key)
{
	if (o->comma)
		add(o, STR(","));
	o->comma = true;
	if (key) {
		add_string(o, str_c(key));
		add(o, STR(":"));
	}
}

void
jout_open(struct json_out *o, const char *key, char bracket)
{
	begin(o, key);
	add(o, str_n(&bracket, 1));
	o->comma = false;
}

void
jout_close(struct json_out *o, char bracket)
{
	add(o, str_n(&bracket, 1));
	o->comma = true;
}

void
jout_raw(struct json_out *o, const char *key, struct str json)
{
	begin(o, key);
	add(o, json);
}

void
jout_str(struct json_out *o, const char *key, struct str s)
{
	begin(o, key);
	add_string(o, s);
}

void
jout_str_or_null(struct json_out *o, const char *key, struct str s)
{
	if (s.n)
		jout_str(o, key, s);
	else
		jout_raw(o, key, STR("null"));
}

void
jout_i64(struct json_out *o, const char *key, int64_t v)
{
	begin(o, key);
	o->full = !buf_addf(&o->b, "%" PRId64, v) || o->full;
}

void
jout_bool(struct json_out *o, const char *key, bool v)
{
	jout_raw(o, key, v ? STR("true") : STR("false"));
}

/* v as n digits */
static void
digits(char *to, int v, int n)
{
	for (int i = n; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
}

void
jout_date(struct json_out *o, const char *key, int64_t s)
{
	char text[] = "\"0000-00-00T00:00:00Z\"";
	struct civil c;

	if (s == DATE_NONE || !date_civil(s, &c)) {
		jout_raw(o, key, STR("null"));
		return;
	}
	digits(text + 1, c.year, 4);
	digits(text + 6, c.month, 2);
	digits(text + 9, c.day, 2);
	digits(text + 12, c.hour, 2);
	digits(text + 15, c.minute, 2);
	digits(text + 18, c.second, 2);
	jout_raw(o, key, str_n(text, sizeof(text) - 1));
}

struct str
jout_done(struct json_out *o, struct arena *arena)
{
	struct str s = o->full ? STR("") : str_dup(arena, buf_str(&o->b));

	buf_free(&o->b);
	*o = (struct json_out){ 0 };
	return s;
}
