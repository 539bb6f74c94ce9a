#include "chat.h"

#include "html_out.h"
#include "target.h"
#include "utf8.h"
#include "wording.h"

#include <jansson.h>
#include <string.h>

#define BODY_MAX ((size_t)128 << 10) /* bytes */
#define SUMMARY_UNITS 600            /* of an alert that has more to say */
#define ELLIPSIS "\xE2\x80\xA6"
#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"
#define DOT " \xC2\xB7 "
#define PATH_PART_MAX 32 /* bytes of a part of a path */
#define MORE_UNITS 24    /* kept for "and 1234 more" */

/* ---- text ---- */

/* '@' followed by something that is not part of a name calls nobody. */
static void
put_char(struct buf *b, char c)
{
	buf_add_char(b, c);
	if (c == '@')
		buf_add(b, STR(ZERO_WIDTH_SPACE));
}

void
chat_escape_plain(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		put_char(b, s.p[i]);
}

void
chat_escape_markdown(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr("\\`*_{}[]()<>#+-.!|~>:", s.p[i]))
			buf_add_char(b, '\\');
		put_char(b, s.p[i]);
	}
}

void
chat_escape_html(struct buf *b, struct str s)
{
	struct buf plain;

	buf_init(&plain, BODY_MAX);
	chat_escape_plain(&plain, s);
	html_escape(b, buf_str(&plain));
	buf_free(&plain);
}

void
chat_escape_slack(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			buf_add(b, STR("&amp;"));
			break;
		case '<':
			buf_add(b, STR("&lt;"));
			break;
		case '>':
			buf_add(b, STR("&gt;"));
			break;
		default:
			put_char(b, s.p[i]);
		}
}

size_t
chat_units(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80
			 ? ((unsigned char)s.p[i] >= 0xF0 ? 2 : 1)
			 : 0;
	return n;
}

struct str
chat_cut(struct str s, size_t max, struct arena *arena)
{
	size_t i = 0, n = 0;
	uint32_t c;

	if (chat_units(s) <= max)
		return s;
	while (i < s.n) {
		size_t k = utf8_decode(str_sub(s, i, s.n), &c);

		n += k == 4 ? 2 : 1;
		if (n + 1 > max)
			break;
		i += k;
	}
	return str_join(arena, str_sub(s, 0, i), STR(ELLIPSIS));
}

struct str
chat_escaped(const struct chat_style *style, struct str s, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, BODY_MAX);
	style->escape(&b, s);
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

/* Escaped and at most max units: it is the text that is cut, never an escape. */
static struct str
cut_escaped(const struct chat_style *style, struct str s, size_t max, struct arena *arena)
{
	struct str ret = chat_escaped(style, s, arena);

	for (size_t room = max; chat_units(ret) > max && room > 1;) {
		room = room * 3 / 4;
		ret = chat_escaped(style, chat_cut(s, room, arena), arena);
	}
	return ret;
}

struct str
chat_title(
    const struct alert *alert, const struct chat_style *style, size_t max, struct arena *arena)
{
	struct str title = wording_line(alert->title.n ? alert->title : alert->link, arena);

	return cut_escaped(style, title, max, arena);
}

/* ---- a body within its limit ---- */

struct body {
	struct buf b;
	size_t units, max;
	struct arena *arena;
	const struct chat_style *style;
};

static bool
put(struct body *body, struct str piece)
{
	size_t units = chat_units(piece);

	if (body->units + units > body->max || !buf_add(&body->b, piece))
		return false;
	body->units += units;
	return true;
}

/* The blocks of a text, each a line, as far as there is room. */
static void
put_summary(struct body *body, struct str summary, size_t max)
{
	size_t left = 0;

	if (max > body->max - body->units)
		max = body->max - body->units;
	max += body->units;
	while (summary.n) {
		struct str line;

		str_cut(summary, '\n', &line, &summary);
		line = cut_escaped(
		    body->style, wording_line(line, body->arena), SUMMARY_UNITS, body->arena);
		if (line.n == 0)
			continue;
		if (left || body->units + chat_units(line) + MORE_UNITS > max ||
		    !put(body, str_fmt(body->arena, "%.*s%s", STR_ARG(line), body->style->newline)))
			left++;
	}
	if (left)
		put(body, str_fmt(body->arena, "and %zu more%s", left, body->style->newline));
}

static struct str
entry_text(const struct chat_style *style, const struct alert_entry *e, struct arena *arena)
{
	const struct snippet *s = &e->snippet;
	struct buf b;
	struct str ret;

	buf_init(&b, BODY_MAX);
	buf_add(&b, str_c(style->bold[0]));
	style->escape(&b, wording_line(e->name, arena));
	buf_add(&b, str_c(style->bold[1]));
	style->escape(
	    &b, str_sub(wording_entry(e, arena), wording_line(e->name, arena).n, SIZE_MAX));
	buf_add(&b, str_c(style->newline));
	if (s->marked.n) {
		style->escape(&b, s->before);
		buf_add(&b, str_c(style->mark[0]));
		style->escape(&b, wording_line(s->marked, arena));
		buf_add(&b, str_c(style->mark[1]));
		style->escape(&b, s->after);
		buf_add(&b, str_c(style->newline));
	}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

struct str
chat_body(const struct alert *alert, const struct chat_style *style, const struct tz *zone,
    size_t max, struct arena *arena)
{
	struct body body = { .max = max, .arena = arena, .style = style };
	struct str source = wording_source(alert, zone, arena), ret;
	size_t left = alert->n_more;

	buf_init(&body.b, BODY_MAX);
	if (source.n)
		put(&body, str_fmt(arena, "%.*s%s", STR_ARG(cut_escaped(style, source, 300, arena)),
			       style->newline));
	put_summary(&body, alert->summary, alert->n_entries ? SUMMARY_UNITS : max);
	if (alert->n_entries)
		put(&body, str_c(style->gap));
	for (size_t i = 0; i < alert->n_entries; i++) {
		struct str text = entry_text(style, &alert->entries[i], arena);

		if (left > alert->n_more || body.units + chat_units(text) + MORE_UNITS > max ||
		    !put(&body, text))
			left++;
	}
	if (left)
		put(&body, str_fmt(arena, "and %zu more%s", left, style->newline));
	ret = str_dup(arena, buf_str(&body.b));
	buf_free(&body.b);
	return ret;
}

struct str
chat_footer(const struct alert *alert, struct arena *arena)
{
	return str_fmt(arena, "%s" DOT "%.*s" DOT "newsbell alert %.*s",
	    severity_names[alert->severity],
	    STR_ARG(wording_cut(wording_line(alert->watch, arena), 100, arena)),
	    STR_ARG(wording_line(alert->id, arena)));
}

int
chat_colour(enum severity severity)
{
	static const int colours[SEVERITY_COUNT] = {
		[SEVERITY_LOW] = 0x5f6b7a,
		[SEVERITY_NORMAL] = 0x1d5fa8,
		[SEVERITY_HIGH] = 0xb85200,
		[SEVERITY_CRITICAL] = 0xb3141c,
	};

	return colours[severity];
}

/* ---- answers ---- */

/* The value at "a.b"; *root is to be given back. */
static const json_t *
find(struct str body, const char *path, json_t **root)
{
	const json_t *v = *root = json_loadb(body.n ? body.p : "", body.n, 0, NULL);
	struct str rest = str_c(path);

	while (v && rest.n) {
		char name[PATH_PART_MAX] = "";
		struct str key;

		str_cut(rest, '.', &key, &rest);
		memcpy(name, key.p, key.n < sizeof(name) ? key.n : sizeof(name) - 1);
		v = json_object_get(v, name);
	}
	return v;
}

double
chat_number(struct str body, const char *path, double otherwise)
{
	json_t *root;
	const json_t *v = find(body, path, &root);
	double n = json_is_number(v) ? json_number_value(v) : otherwise;

	json_decref(root);
	return n;
}

struct str
chat_text(struct str body, const char *path, struct arena *arena)
{
	json_t *root;
	const json_t *v = find(body, path, &root);
	struct str s = json_is_string(v)
			   ? str_dup(arena, str_n(json_string_value(v), json_string_length(v)))
			   : STR("");

	json_decref(root);
	return s;
}

struct http_request
chat_post(const struct target *target, struct str url, struct str body, struct arena *arena)
{
	static const struct http_header json[] = { { STR_INIT("Content-Type"),
	    STR_INIT("application/json") } };

	return target_request(target, "POST", url, json, 1, body, arena);
}
