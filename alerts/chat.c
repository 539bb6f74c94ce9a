#include "chat.h"

#include "html_out.h"
#include "target.h"
#include "url.h"
#include "utf8.h"
#include "wording.h"

#include <jansson.h>
#include <string.h>

#define BODY_MAX ((size_t)128 << 10) /* bytes */
#define ELLIPSIS "\xE2\x80\xA6"
#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"
#define DOT " \xC2\xB7 "
#define PATH_PART_MAX 32 /* bytes of a part of a path */

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

/* ---- links ---- */

/* An address with what would end it percent-encoded. */
static void
put_address(struct buf *b, struct str url, const char *ends)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] && strchr(ends, url.p[i]))
			buf_addf(b, "%%%02X", (unsigned char)url.p[i]);
		else
			buf_add_char(b, url.p[i]);
}

void
chat_link_html(struct buf *b, struct str url, struct str text)
{
	buf_add(b, STR("<a href=\""));
	html_escape(b, url);
	buf_addf(b, "\">%.*s</a>", STR_ARG(text));
}

void
chat_link_markdown(struct buf *b, struct str url, struct str text)
{
	buf_addf(b, "[%.*s](", STR_ARG(text));
	put_address(b, url, "()<>\\ ");
	buf_add_char(b, ')');
}

void
chat_link_slack(struct buf *b, struct str url, struct str text)
{
	struct buf address;

	buf_init(&address, BODY_MAX);
	put_address(&address, url, "|<>");
	buf_add_char(b, '<');
	for (size_t i = 0; i < address.n; i++)
		if (address.p[i] == '&')
			buf_add(b, STR("&amp;"));
		else
			buf_add_char(b, address.p[i]);
	buf_addf(b, "|%.*s>", STR_ARG(text));
	buf_free(&address);
}

void
chat_link_plain(struct buf *b, struct str url, struct str text)
{
	buf_addf(b, "%.*s\n%.*s", STR_ARG(text), STR_ARG(url));
}

struct str
chat_linked(const struct chat_style *style, struct str url, struct str text, struct arena *arena)
{
	struct buf b;
	struct str ret;

	if (!url_is_http(url) || url.n > CHAT_LINK_MAX)
		return text;
	buf_init(&b, BODY_MAX);
	style->link(&b, url, text);
	ret = b.n > CHAT_LINK_MAX + text.n ? text : str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

/* ---- lengths ---- */

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

size_t
chat_bytes(struct str s)
{
	return s.n;
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

struct str
chat_cut_escaped(const struct chat_style *style, struct str s, size_t max, struct arena *arena)
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

	return chat_cut_escaped(style, title, max, arena);
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
