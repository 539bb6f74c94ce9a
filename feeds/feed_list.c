#include "feed_list.h"

#include "buf.h"
#include "feed.h"
#include "url.h"

/* The next word of *rest; quotes keep blanks together.  False when a quote is not closed. */
static bool
next_word(struct str *rest, struct str *ret)
{
	struct str s = str_trim(*rest);
	size_t end;

	if (s.n > 0 && s.p[0] == '"') {
		end = str_find_char(str_sub(s, 1, s.n), '"');
		*ret = str_sub(s, 1, end == STR_NONE ? s.n : end + 1);
		*rest = str_sub(s, end == STR_NONE ? s.n : end + 2, s.n);
		return end != STR_NONE;
	}
	for (end = 0; end < s.n && !str_is_space(s.p[end]); end++)
		;
	*ret = str_sub(s, 0, end);
	*rest = str_sub(s, end, s.n);
	return true;
}

/* "https://me:secret@www.example.org/feed" -> "www.example.org/feed" */
static struct str
name_of(struct str url)
{
	struct url u;
	size_t begin;

	url_split(url, &u);
	if (!u.has_authority)
		return url;
	begin = (size_t)(u.authority.p - url.p) + u.authority.n;
	while (begin > 0 && url.p[begin - 1] != '/' && url.p[begin - 1] != '@')
		begin--;
	return str_sub(url, begin, url.n);
}

static bool
read_words(struct str rest, struct feed_listed *feed, struct arena *arena, struct diags *diags)
{
	size_t cap = 0;
	struct str word;

	while (str_trim(rest).n > 0) {
		if (!next_word(&rest, &word)) {
			diag_add(diags, DIAG_ERROR, feed->at, STR(""), "a quote is not closed");
			return false;
		}
		if (str_starts(word, STR("~")) && word.n > 1)
			feed->name = str_trim(str_sub(word, 1, word.n));
		else if (feed->tags.n == FEED_LIST_TAGS_MAX)
			diag_add(diags, DIAG_ERROR, feed->at, STR(""), "more than %d tags",
			    FEED_LIST_TAGS_MAX);
		else if (str_trim(word).n > 0)
			*ARENA_PUSH(arena, feed->tags.v, feed->tags.n, cap) = str_trim(word);
	}
	return true;
}

static bool
read_line(struct str line, struct feed_listed *feed, struct arena *arena, struct diags *diags)
{
	struct str rest = line;

	if (!next_word(&rest, &feed->url) ||
	    (feed_scheme(feed->url) == FEED_HTTP && !url_is_http(feed->url))) {
		diag_add(diags, DIAG_ERROR, feed->at,
		    STR("one feed a line: URL \"~name\" tag \"another tag\""),
		    "this line does not begin with the address of a feed");
		return false;
	}
	feed->name = name_of(feed->url);
	return read_words(rest, feed, arena, diags);
}

void
feed_list_read(struct str text, struct str file, struct arena *arena, struct diags *diags,
    struct feed_listed **ret, size_t *n)
{
	size_t cap = 0;
	int number = 0;

	*ret = NULL;
	*n = 0;
	while (text.n > 0) {
		struct feed_listed feed = { 0 };
		struct str line;

		str_cut(text, '\n', &line, &text);
		feed.at = (struct place){ file, ++number, 1, line };
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (read_line(line, &feed, arena, diags))
			*ARENA_PUSH(arena, *ret, *n, cap) = feed;
	}
}

#define WRITE_MAX ((size_t)256 << 20) /* bytes of text that are made */

/* In quotes: ~ before the name. */
static void
put_word(struct buf *b, const char *before, struct str word)
{
	buf_addf(b, " \"%s", before);
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		buf_add_char(b, c == '"' ? '\'' : (unsigned char)c < ' ' ? ' ' : c);
	}
	buf_add_char(b, '"');
}

static bool
fits_line(struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] == '"' || str_is_space(url.p[i]))
			return false;
	return url.n > 0 && url.p[0] != '#';
}

struct str
feed_list_write(const struct feed_listed *v, size_t n, struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, WRITE_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!fits_line(v[i].url))
			continue;
		buf_add(&b, v[i].url);
		if (v[i].name.n)
			put_word(&b, "~", v[i].name);
		for (size_t t = 0; t < v[i].tags.n; t++)
			put_word(&b, "", v[i].tags.v[t]);
		buf_add_char(&b, '\n');
	}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
