#include "wording.h"

#include "date.h"
#include "html.h"
#include "mem.h"
#include "tz.h"
#include "utf8.h"

#include <utf8proc.h>

#define ELLIPSIS "\xE2\x80\xA6"
#define DOT " \xC2\xB7 "
#define AUTHOR_MAX 80    /* characters */
#define CHANGE_CONTEXT 3 /* words shown on each side of a change */
#define CHANGE_MAX 400   /* characters of it */
#define LINE_MAX_BYTES ((size_t)64 << 10)

struct str
wording_line(struct str s, struct arena *arena)
{
	return text_one_line(text_clean(s, arena, LINE_MAX_BYTES), arena);
}

struct str
wording_cut(struct str s, size_t max, struct arena *arena)
{
	size_t i = 0, n = 0, keep = 0;
	uint32_t c;

	while (i < s.n) {
		if (n + 1 == max)
			keep = i;
		if (n++ == max)
			return str_join(arena, str_trim(str_sub(s, 0, keep)), STR(ELLIPSIS));
		i += utf8_decode(str_sub(s, i, s.n), &c);
	}
	return s;
}

static bool
is_told(const struct alert *alert, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq_ci(alert->entries[k].name, alert->entries[i].name))
			return true;
	return false;
}

struct str
wording_names(const struct alert *alert, size_t max, struct arena *arena)
{
	struct str s = STR("");
	size_t told = 0, more = alert->n_more;

	for (size_t i = 0; i < alert->n_entries; i++) {
		if (is_told(alert, i))
			continue;
		if (told == max) {
			more++;
			continue;
		}
		s = str_fmt(arena, "%.*s%s%.*s", STR_ARG(s), told++ ? ", " : "",
		    STR_ARG(wording_line(alert->entries[i].name, arena)));
	}
	if (more)
		s = str_fmt(arena, "%.*s and %zu more", STR_ARG(s), more);
	return s;
}

struct str
wording_subject(const struct alert *alert, size_t max, struct arena *arena)
{
	struct str names = wording_names(alert, 3, arena),
		   title = wording_line(alert->title, arena);
	struct str s;

	if (names.n == 0) /* an operator's, or a bundle's */
		names = wording_line(alert->watch, arena);
	if (title.n == 0)
		title = wording_line(alert->link, arena);
	s = str_fmt(arena, "%.*s%s: %.*s", STR_ARG(names),
	    alert->was_title.n || alert->was_summary.n ? ", edited" : "", STR_ARG(title));
	if (alert->n_entries == 0 && str_ends(title, names)) /* it says so itself */
		s = title;
	if (alert->severity != SEVERITY_NORMAL)
		s = str_fmt(arena, "[%s] %.*s", severity_names[alert->severity], STR_ARG(s));
	return wording_cut(s, max, arena);
}

struct str
wording_feed(const struct alert *alert, struct arena *arena)
{
	struct str title = wording_line(alert->feed_title, arena);

	return title.n ? title : wording_line(alert->feed, arena);
}

static struct str
time_of(int64_t at_s, const struct tz *zone, struct arena *arena)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	struct str name;
	struct civil c;
	int32_t east_s;

	if (at_s == DATE_NONE)
		return STR("");
	east_s = tz_offset(zone, at_s, &name);
	if (!date_civil(at_s + east_s, &c))
		return STR("");
	return str_fmt(arena, "%d %s %d %02d:%02d %.*s", c.day, months[c.month - 1], c.year, c.hour,
	    c.minute, STR_ARG(name));
}

struct str
wording_when(const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	return time_of(
	    alert->published_s != DATE_NONE ? alert->published_s : alert->seen_s, zone, arena);
}

struct str
wording_source(const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	const struct str parts[] = {
		wording_feed(alert, arena),
		wording_when(alert, zone, arena),
		wording_cut(wording_line(alert->author, arena), AUTHOR_MAX, arena),
	};
	struct str s = STR("");

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].n)
			s = str_fmt(
			    arena, "%.*s%s%.*s", STR_ARG(s), s.n ? DOT : "", STR_ARG(parts[i]));
	return s;
}

/* How many bytes both begin with, but for the last CHANGE_CONTEXT words of these. */
static size_t
same_head(struct str a, struct str b)
{
	size_t n = 0, words = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	for (; n; n--)
		if (a.p[n - 1] == ' ' && words++ == CHANGE_CONTEXT)
			break;
	return n;
}

/* The same of their ends. */
static size_t
same_tail(struct str a, struct str b)
{
	size_t n = 0, words = 0;

	while (n < a.n && n < b.n && a.p[a.n - 1 - n] == b.p[b.n - 1 - n])
		n++;
	for (; n; n--)
		if (a.p[a.n - n] == ' ' && words++ == CHANGE_CONTEXT)
			break;
	return n;
}

static struct str
between(struct str s, size_t head, size_t tail, struct arena *arena)
{
	return str_fmt(arena, "%s%.*s%s", head ? ELLIPSIS " " : "",
	    STR_ARG(str_sub(s, head, s.n - tail)), tail ? " " ELLIPSIS : "");
}

struct str
wording_changes(const struct alert *alert, struct arena *arena)
{
	struct str was = wording_line(alert->was_summary, arena),
		   now = wording_line(alert->summary, arena), ret = STR("");
	size_t head = same_head(was, now), tail;

	if (alert->was_title.n)
		ret = str_fmt(
		    arena, "Title before: %.*s\n", STR_ARG(wording_line(alert->was_title, arena)));
	if (was.n == 0)
		return ret;
	tail = same_tail(str_sub(was, head, was.n), str_sub(now, head, now.n));
	return str_fmt(arena, "%.*sText before: %.*s\nText now: %.*s\n", STR_ARG(ret),
	    STR_ARG(wording_cut(between(was, head, tail, arena), CHANGE_MAX, arena)),
	    STR_ARG(wording_cut(between(now, head, tail, arena), CHANGE_MAX, arena)));
}

struct str
wording_outlets(const struct alert *alert, struct arena *arena)
{
	const struct alert_story *s = &alert->story;
	int64_t more = s->outlets > 1 ? s->outlets - 1 : s->items - 1;

	if (s->id == 0 || s->items < 2)
		return STR("");
	return str_fmt(arena, "+%lld %s%s", (long long)more, s->outlets > 1 ? "outlet" : "item",
	    more == 1 ? "" : "s");
}

struct str
wording_story(const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	static const char *const again[] = {
		[AGAIN_NO] = "",
		[AGAIN_OUTLETS] = "told again as more outlets have it: ",
		[AGAIN_ENTRY] = "told again for a name new to the story: ",
		[AGAIN_SEVERITY] = "told again as it is more severe now: ",
		[AGAIN_ROUTE] = "",
	};
	struct str outlets = wording_outlets(alert, arena);

	if (outlets.n == 0)
		return outlets;
	return str_fmt(arena, "%s%.*s, %lld items since %.*s", again[alert->story.again],
	    STR_ARG(outlets), (long long)alert->story.items,
	    STR_ARG(time_of(alert->story.opened_s, zone, arena)));
}

struct str
wording_entry(const struct alert_entry *entry, struct arena *arena)
{
	static const char *const places[] = {
		[ZONE_TITLE] = "the title",
		[ZONE_SUMMARY] = "the summary",
		[ZONE_BODY] = "the text",
		[ZONE_AUTHOR] = "the author",
		[ZONE_CATEGORY] = "the categories",
		[ZONE_URL] = "the address",
	};
	struct str name = wording_line(entry->name, arena), list = wording_line(entry->list, arena),
		   term = wording_line(entry->term, arena), s = name;
	bool alias = term.n && !str_eq_ci(term, name);

	if (list.n || alias)
		s = str_fmt(arena, "%.*s (%.*s%s%s%.*s%s)", STR_ARG(name), STR_ARG(list),
		    list.n && alias ? ", " : "", alias ? "as \xE2\x80\x9C" : "",
		    STR_ARG(alias ? term : STR("")), alias ? "\xE2\x80\x9D" : "");
	if (entry->count == 1)
		return str_fmt(arena, "%.*s, in %s", STR_ARG(s), places[entry->zone]);
	return str_fmt(arena, "%.*s, %lld times, first in %s", STR_ARG(s), (long long)entry->count,
	    places[entry->zone]);
}

/* ---- lines ---- */

struct wrap {
	struct buf *b;
	struct str indent;
	size_t columns, at; /* at: columns of the open line, 0 = none is open */
};

static void
end_line(struct wrap *w)
{
	if (w->at)
		buf_add_char(w->b, '\n');
	w->at = 0;
}

static void
put(struct wrap *w, struct str piece, size_t width, bool space)
{
	if (w->at && w->at + (space ? 1 : 0) + width > w->columns)
		end_line(w);
	if (w->at == 0) {
		buf_add(w->b, w->indent);
		w->at = w->indent.n;
	} else if (space) {
		buf_add_char(w->b, ' ');
		w->at++;
	}
	buf_add(w->b, piece);
	w->at += width;
}

/* Not what moves a cursor or turns the direction of the line. */
static bool
is_shown(uint32_t c)
{
	return c >= ' ' && !(c >= 0x7f && c < 0xa0) && !(c >= 0x202a && c <= 0x202e) &&
	       !(c >= 0x2066 && c <= 0x2069);
}

/* A word without spaces; between wide characters a line may end too. */
static void
put_word(struct wrap *w, struct str word)
{
	bool space = true;

	while (word.n) {
		size_t n = 0, width = 0, skip = 0;

		while (n < word.n) {
			uint32_t c;
			size_t k = utf8_decode(str_sub(word, n, word.n), &c);
			int columns = c == UTF8_BAD ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);

			if (!is_shown(c)) {
				skip = k;
				break;
			}
			if (columns == 2 && n)
				break;
			n += k;
			width += (size_t)columns;
			if (columns == 2)
				break;
		}
		if (n) {
			put(w, str_sub(word, 0, n), width, space);
			space = false;
		}
		word = str_sub(word, n + skip, word.n);
	}
}

void
wording_wrap(struct buf *b, struct str text, struct str indent, size_t columns)
{
	struct wrap w = { .b = b, .indent = indent, .columns = columns };

	while (text.n) {
		struct str line;

		str_cut(text, '\n', &line, &text);
		for (line = str_trim(line); line.n; line = str_trim(line)) {
			struct str word;

			str_cut(line, ' ', &word, &line);
			put_word(&w, word);
		}
		end_line(&w);
	}
}
