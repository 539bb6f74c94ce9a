#include "json_in.h"

#include "ascii.h"
#include "utf8.h"

#include <string.h>

void
json_in_init(struct json_in *j, struct str in)
{
	*j = (struct json_in){ .in = in };
}

bool
json_in_cut(const struct json_in *j)
{
	return (j->damaged & 1u << JSON_IN_CUT) != 0;
}

static void
damage(struct json_in *j, enum json_damage what, size_t at)
{
	if (!(j->damaged & 1u << what))
		j->damaged_at[what] = at;
	j->damaged |= 1u << what;
}

/* White space goes; the byte at the front, or 0 at the end (a NUL in the document is none). */
static char
front(struct json_in *j)
{
	while (j->at < j->in.n && (str_is_space(j->in.p[j->at]) || j->in.p[j->at] == '\0'))
		j->at++;
	return j->at < j->in.n ? j->in.p[j->at] : '\0';
}

/* ---- strings ---- */

/* Is the quote at `at` the end of its string?  What follows tells. */
static bool
is_closing(const struct json_in *j, size_t at)
{
	char c;

	for (at++; at < j->in.n && str_is_space(j->in.p[at]); at++)
		;
	if (at == j->in.n)
		return true;
	c = j->in.p[at];
	return c == ',' || c == ':' || c == '}' || c == ']';
}

/*
 * At a '"': the raw bytes up to its end, which is passed.  *escaped: there is something to decode.
 * False when the document ends in it.
 */
static bool
raw_string(struct json_in *j, struct str *raw, bool *escaped)
{
	const char *p = j->in.p;
	size_t from = ++j->at, at = from, n = j->in.n;

	*escaped = false;
	for (; at < n; at++) {
		unsigned char c = (unsigned char)p[at];

		if ((c > '"' && c != '\\') || c == ' ' || c == '!')
			continue; /* nearly always */
		if (c == '\\') {
			*escaped = true;
			at++;
		} else if (c == '"') {
			if (is_closing(j, at)) {
				*raw = str_sub(j->in, from, at);
				j->at = at + 1;
				return true;
			}
			damage(j, JSON_IN_QUOTE, at);
		} else {
			damage(j, JSON_IN_CONTROL, at);
		}
	}
	j->at = j->in.n;
	damage(j, JSON_IN_CUT, j->in.n);
	return false;
}

/* Four hexadecimal digits at the front, or UTF8_BAD. */
static uint32_t
hex4(struct str s)
{
	uint32_t value = 0;

	if (s.n < 4)
		return UTF8_BAD;
	for (size_t i = 0; i < 4; i++) {
		int digit = ascii_hex(s.p[i]);

		if (digit < 0)
			return UTF8_BAD;
		value = value << 4 | (uint32_t)digit;
	}
	return value;
}

/* s begins behind "\u"; returns the bytes taken, 0 when it is no escape. */
static size_t
unicode_escape(struct str s, uint32_t *ret)
{
	uint32_t c = hex4(s), low;

	*ret = c;
	if (c == UTF8_BAD)
		return 0;
	if (c < 0xD800 || c > 0xDFFF)
		return 4;
	*ret = UTF8_BAD;
	if (c > 0xDBFF || !str_starts(str_sub(s, 4, s.n), STR("\\u")))
		return 4;
	low = hex4(str_sub(s, 6, s.n));
	if (low < 0xDC00 || low > 0xDFFF)
		return 4;
	*ret = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
	return 10;
}

/* s begins with '\\' and has another byte; returns the bytes taken, *to is moved. */
static size_t
unescape(struct json_in *j, struct str s, char **to)
{
	static const char from[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *known = strchr(from, s.p[1]);
	uint32_t c;
	size_t n;

	if (s.p[1] && known) {
		*(*to)++ = means[known - from];
		return 2;
	}
	if (s.p[1] == 'u') {
		n = unicode_escape(str_sub(s, 2, s.n), &c);
		if (c == UTF8_BAD)
			damage(j, JSON_IN_ESCAPE, (size_t)(s.p - j->in.p));
		if (n && c == UTF8_BAD)
			c = 0xFFFD;
		if (n) {
			*to += utf8_encode(c, *to);
			return 2 + n;
		}
	}
	damage(j, JSON_IN_ESCAPE, (size_t)(s.p - j->in.p));
	return 1; /* the backslash goes, what follows is text */
}

static struct str
decoded(struct json_in *j, struct str raw, struct arena *arena)
{
	char *start = arena_bytes(arena, raw.n), *to = start;

	while (raw.n) {
		size_t plain = str_find_char(raw, '\\');

		if (plain == STR_NONE)
			plain = raw.n;
		memcpy(to, raw.p, plain);
		to += plain;
		raw = str_sub(raw, plain, raw.n);
		if (raw.n >= 2)
			raw = str_sub(raw, unescape(j, raw, &to), raw.n);
		else
			raw.n = 0;
	}
	return str_n(start, (size_t)(to - start));
}

static bool
string(struct json_in *j, struct arena *arena, struct str *ret)
{
	struct str raw;
	bool escaped;

	*ret = STR("");
	if (!raw_string(j, &raw, &escaped))
		return false;
	if (arena)
		*ret = escaped ? decoded(j, raw, arena) : raw;
	return true;
}

/* ---- values ---- */

/* Bytes that belong together though they are no JSON, too: up to what ends a value. */
static struct str
word(struct json_in *j)
{
	size_t from = j->at;

	while (j->at < j->in.n && !str_is_space(j->in.p[j->at]) &&
	       !memchr(",:{}[]\"", j->in.p[j->at], 7))
		j->at++;
	if (j->at == j->in.n)
		damage(j, JSON_IN_CUT, j->at);
	return str_sub(j->in, from, j->at);
}

static bool
is_known_word(struct str s)
{
	return str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("null"));
}

enum json_kind
json_in_value(struct json_in *j, struct arena *arena, struct json_value *ret)
{
	char c = front(j);

	*ret = (struct json_value){ JSON_IN_NONE, STR("") };
	switch (c) {
	case '{':
		ret->kind = JSON_IN_OBJECT;
		j->at++;
		break;
	case '[':
		ret->kind = JSON_IN_ARRAY;
		j->at++;
		break;
	case '"':
		if (string(j, arena, &ret->text))
			ret->kind = JSON_IN_STRING;
		break;
	case ',':
	case ':':
	case '}':
	case ']':
		damage(j, JSON_IN_SYNTAX, j->at);
		break;
	case '\0':
		damage(j, JSON_IN_CUT, j->at);
		break;
	default:
		ret->kind = c == '-' || ascii_is_digit(c) ? JSON_IN_NUMBER : JSON_IN_WORD;
		ret->text = word(j);
		if (ret->kind == JSON_IN_WORD && !is_known_word(ret->text))
			damage(j, JSON_IN_SYNTAX, j->at - ret->text.n);
	}
	return ret->kind;
}

/*
 * Commas go.  Is there something before the bracket that ends what is open?  A bracket of the other
 * kind ends it too, and stays for what is around.
 */
static bool
next(struct json_in *j, char end)
{
	char c;

	while ((c = front(j)) == ',')
		j->at++;
	if (c == '\0') {
		damage(j, JSON_IN_CUT, j->at);
		return false;
	}
	if (c == end) {
		j->at++;
		return false;
	}
	if (c != '}' && c != ']')
		return true;
	damage(j, JSON_IN_SYNTAX, j->at);
	return false;
}

bool
json_in_member(struct json_in *j, struct arena *arena, struct str *key)
{
	while (next(j, '}')) {
		char c = j->in.p[j->at];

		if (c != '"') {
			damage(j, JSON_IN_SYNTAX, j->at);
			if (c == ':')
				j->at++;
			else
				json_in_skip(j);
			continue;
		}
		if (!string(j, arena, key))
			return false;
		if (front(j) == ':') {
			j->at++;
			return true;
		}
		damage(j, j->at == j->in.n ? JSON_IN_CUT : JSON_IN_SYNTAX, j->at);
	}
	return false;
}

bool
json_in_element(struct json_in *j)
{
	while (next(j, ']')) {
		if (j->in.p[j->at] != ':')
			return true;
		damage(j, JSON_IN_SYNTAX, j->at);
		j->at++;
	}
	return false;
}

/* Behind the bracket that ends what is open `depth` times. */
static void
pass_brackets(struct json_in *j, size_t depth)
{
	while (depth) {
		struct str text;

		switch (front(j)) {
		case '{':
		case '[':
			depth++;
			j->at++;
			break;
		case '}':
		case ']':
			depth--;
			j->at++;
			break;
		case '"':
			string(j, NULL, &text);
			break;
		case ',':
		case ':':
			j->at++;
			break;
		case '\0':
			damage(j, JSON_IN_CUT, j->at);
			return;
		default:
			word(j);
		}
	}
}

void
json_in_leave(struct json_in *j)
{
	pass_brackets(j, 1);
}

void
json_in_skip(struct json_in *j)
{
	struct json_value v;

	switch (json_in_value(j, NULL, &v)) {
	case JSON_IN_OBJECT:
	case JSON_IN_ARRAY:
		pass_brackets(j, 1);
		return;
	case JSON_IN_NONE:
	case JSON_IN_STRING:
	case JSON_IN_NUMBER:
	case JSON_IN_WORD:
		return;
	}
}
