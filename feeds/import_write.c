#include "ascii.h"
#include "buf.h"
#include "import.h"
#include "mem.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES ((size_t)40) /* of a feed's name */
#define WRITE_MAX ((size_t)1 << 30) /* bytes of text that are made */

/* ---- names ---- */

/* Letters and digits in lower case, hyphens for what is between: a name that needs no quotes. */
static struct str
slug(struct str text, struct arena *arena)
{
	char *p = arena_bytes(arena, NAME_MAX_BYTES);
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < NAME_MAX_BYTES; i++) {
		if (ascii_is_alnum(text.p[i]))
			p[n++] = ascii_lower(text.p[i]);
		else if (n && p[n - 1] != '-')
			p[n++] = '-';
	}
	while (n && p[n - 1] == '-')
		n--;
	return str_n(p, n);
}

static struct str
name_of(const struct subscription *feed, struct arena *arena)
{
	struct str name = slug(feed->title, arena), host = url_host(feed->url);

	if (name.n > 2)
		return name;
	if (str_starts_ci(host, STR("www.")))
		host = str_sub(host, 4, host.n);
	name = slug(host, arena);
	return name.n ? name : STR("feed");
}

struct named {
	struct str name;
	size_t order;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int d = str_cmp(x->name, y->name);

	return d ? d : x->order < y->order ? -1 : x->order > y->order;
}

static bool
is_taken(const struct named *sorted, size_t n, struct str name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int d = str_cmp(name, sorted[middle].name);

		if (d == 0)
			return true;
		if (d > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* names[i] for feed i: the second "news" is "news-2", unless somebody is called so already. */
static struct str *
make_names(const struct subscriptions *feeds, struct arena *arena)
{
	struct str *names = ARENA_ARRAY(arena, struct str, feeds->n + 1);
	struct named *sorted = ARENA_ARRAY(arena, struct named, feeds->n + 1);
	size_t count = 0;

	for (size_t i = 0; i < feeds->n; i++)
		sorted[i] = (struct named){ name_of(&feeds->v[i], arena), i };
	qsort(sorted, feeds->n, sizeof(*sorted), by_name);
	for (size_t i = 0; i < feeds->n; i++) {
		struct str name = sorted[i].name;

		if (i == 0 || !str_eq(name, sorted[i - 1].name))
			count = 1;
		while (count > 1 || (i && str_eq(sorted[i].name, sorted[i - 1].name))) {
			name = str_fmt(arena, "%.*s-%zu", STR_ARG(sorted[i].name), ++count);
			if (!is_taken(sorted, feeds->n, name))
				break;
		}
		names[sorted[i].order] = name;
	}
	return names;
}

static void
put_feeds(struct buf *b, const struct subscriptions *feeds, struct arena *arena)
{
	struct str *names = make_names(feeds, arena);

	for (size_t i = 0; i < feeds->n; i++) {
		const struct subscription *feed = &feeds->v[i];

		buf_addf(b, "%s[feed \"%.*s\"]\n", i ? "\n" : "", STR_ARG(names[i]));
		if (feed->title.n)
			buf_addf(b, "# %.*s\n", STR_ARG(feed->title));
		buf_addf(b, "url = %.*s\n", STR_ARG(feed->url));
		if (feed->filter.n)
			buf_addf(b, "filter = %.*s\n", STR_ARG(feed->filter));
		for (size_t t = 0; t < feed->n_tags; t++)
			buf_addf(b, "%s%.*s%s", t ? ", " : "tags = ", STR_ARG(feed->tags[t]),
			    t + 1 == feed->n_tags ? "\n" : "");
	}
}

/* ---- lines of a watchlist ---- */

/* Bytes of a typographic quote at the start of s; lists read it as a plain one. */
static size_t
typographic_quote(struct str s)
{
	static const struct str quotes[] = { STR_INIT("\xc2\xab"), STR_INIT("\xc2\xbb"),
		STR_INIT("\xe2\x80\x9c"), STR_INIT("\xe2\x80\x9d"), STR_INIT("\xe2\x80\x9e"),
		STR_INIT("\xe2\x80\x9f"), STR_INIT("\xef\xbc\x82") };

	for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
		if (str_starts(s, quotes[i]))
			return quotes[i].n;
	return 0;
}

/* Quoted in part, so that the quotes belong to the name; those around all of it do not. */
static bool
begins_quoted(struct str term)
{
	size_t open = typographic_quote(term);

	if (open == 0)
		return false;
	for (size_t i = open; i < term.n; i++) {
		size_t close = typographic_quote(str_sub(term, i, term.n));

		if (close)
			return i + close < term.n;
	}
	return true;
}

/* Would the language of lists read something else into it? */
static bool
needs_quotes(struct str term)
{
	for (size_t i = 0; i < term.n; i++)
		if (memchr("|[]\"", term.p[i], 4))
			return true;
	return memchr("#=~/", term.p[0], 4) || term.p[term.n - 1] == '?' || begins_quoted(term);
}

static void
put_term(struct buf *b, struct str term)
{
	if (!needs_quotes(term)) {
		buf_add(b, term);
		return;
	}
	buf_add_char(b, '"');
	for (size_t i = 0; i < term.n; i++) {
		if (term.p[i] == '"')
			buf_add_char(b, '"');
		buf_add_char(b, term.p[i]);
	}
	buf_add_char(b, '"');
}

static void
put_entries(struct buf *b, const struct imported *in)
{
	for (size_t i = 0; i < in->n_entries; i++) {
		for (size_t t = 0; t < in->entries[i].n; t++) {
			if (t)
				buf_add(b, STR(" | "));
			put_term(b, in->entries[i].terms[t]);
		}
		buf_add_char(b, '\n');
	}
}

struct str
import_write(const struct imported *in, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, WRITE_MAX);
	put_feeds(&b, &in->feeds, arena);
	put_entries(&b, in);
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
