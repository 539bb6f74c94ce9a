#include "import_inside.h"

#include "feed.h"

#include <stdlib.h>

/* The next line of *text, without its end; false when there is none. */
static bool
next_line(struct str *text, struct str *line)
{
	if (text->n == 0)
		return false;
	str_cut(*text, '\n', line, text);
	*line = str_trim(*line);
	return true;
}

void
import_left_out(struct import_job *j, struct str what, const char *hint)
{
	diag_add(j->diags, DIAG_WARNING, j->at, str_c(hint), "left out: '%.*s'",
	    STR_ARG(str_sub(what, 0, 200)));
}

bool
import_is_url(struct str s)
{
	return str_starts_ci(s, STR("http://")) || str_starts_ci(s, STR("https://"));
}

/* ---- a list of URLs, newsboat's urls file ---- */

/* A word, or "words with \" in them"; false at the end. */
static bool
next_word(struct str *line, struct str *word, struct arena *arena)
{
	char *p;
	size_t n = 0, i = 0;

	*line = str_trim(*line);
	if (line->n == 0)
		return false;
	if (line->p[0] != '"') {
		while (i < line->n && !str_is_space(line->p[i]))
			i++;
		*word = str_sub(*line, 0, i);
		*line = str_sub(*line, i, line->n);
		return true;
	}
	p = arena_bytes(arena, line->n);
	for (i = 1; i < line->n && line->p[i] != '"'; i++) {
		if (line->p[i] == '\\' && i + 1 < line->n)
			i++;
		p[n++] = line->p[i];
	}
	*word = str_n(p, n);
	*line = str_sub(*line, i + 1, line->n);
	return true;
}

/* "exec:PROGRAM", "file:///PATH": what this machine brings. */
static const char *
add_local(struct import_job *j, struct str url, struct str title)
{
	struct feed_program ignored;
	struct err e;

	if (feed_scheme(url) == FEED_EXEC && !feed_program_parse(url, j->arena, &ignored, &e))
		return "name the program by its whole path";
	return subscriptions_add_local(&j->out->feeds, url, title, j->arena) ? NULL
									     : "too many feeds";
}

/* "filter:PROGRAM:URL" */
static const char *
add_filtered(struct import_job *j, struct str line, struct str title)
{
	struct subscriptions *feeds = &j->out->feeds;
	struct str program, url;
	struct feed_program ignored;
	struct err e;
	size_t at = str_find(line, STR(":http"));

	if (at == STR_NONE)
		return "write filter:PROGRAM:URL";
	program = str_sub(line, sizeof("filter:") - 1, at);
	url = str_sub(line, at + 1, line.n);
	if (!feed_program_parse(program, j->arena, &ignored, &e))
		return "name the program by its whole path";
	if (!subscriptions_add(feeds, url, title, j->arena))
		return "only http and https are asked";
	feeds->v[feeds->n - 1].filter = program;
	return NULL;
}

/* NULL, or why it is left out. */
static const char *
add_url(struct import_job *j, struct str url, struct str title)
{
	if (str_starts(url, STR("query:")))
		return "a query over feeds is a [watch] here";
	if (str_starts(url, STR("filter:")))
		return add_filtered(j, url, title);
	if (feed_scheme(url) != FEED_HTTP)
		return add_local(j, url, title);
	return import_is_url(url) && subscriptions_add(&j->out->feeds, url, title, j->arena)
		   ? NULL
		   : "only http and https are asked";
}

static void
read_url_line(struct import_job *j, struct str line)
{
	struct str url, word, title = STR(""), rest;
	const char *why;

	if (!next_word(&line, &url, j->arena))
		return;
	for (rest = line; next_word(&rest, &word, j->arena);)
		if (str_starts(word, STR("~")))
			title = str_sub(word, 1, word.n);
	why = add_url(j, url, title);
	if (why) {
		import_left_out(j, url, why);
		return;
	}
	for (rest = line; next_word(&rest, &word, j->arena);)
		if (word.n && word.p[0] != '~' && word.p[0] != '!')
			subscriptions_tag(&j->out->feeds, word, j->arena);
}

static bool
is_urls(struct str text)
{
	struct str line;

	while (next_line(&text, &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (str_find_char(line, ';') != STR_NONE ||
		    str_find(line, STR(",\"")) != STR_NONE || str_find(line, STR(", ")) != STR_NONE)
			return false;
		return import_is_url(line) || str_starts(line, STR("\"query:")) ||
		       str_starts(line, STR("query:")) || str_starts(line, STR("\"exec:")) ||
		       str_starts(line, STR("exec:")) || str_starts(line, STR("\"filter:")) ||
		       str_starts(line, STR("filter:"));
	}
	return false;
}

static void
read_urls(struct import_job *j, struct str text)
{
	struct str line;

	while (next_line(&text, &line)) {
		j->at.line++;
		if (line.n && line.p[0] != '#')
			read_url_line(j, line);
	}
}

/* ---- rss2email's configuration ---- */

static bool
is_rss2email(struct str text)
{
	return str_starts(text, STR("[feed.")) || str_find(text, STR("\n[feed.")) != STR_NONE;
}

struct rss2email_feed {
	struct str name, url;
	bool off;
};

static void
add_rss2email_feed(struct import_job *j, const struct rss2email_feed *feed)
{
	if (feed->name.n == 0 || feed->off)
		return;
	if (!subscriptions_add(&j->out->feeds, feed->url, feed->name, j->arena))
		import_left_out(j, feed->name, "it has no http or https address");
}

static void
read_rss2email(struct import_job *j, struct str text)
{
	struct rss2email_feed feed = { 0 };
	struct str line;

	while (next_line(&text, &line)) {
		struct str key, value;
		size_t equals = str_find_char(line, '='), colon = str_find_char(line, ':');

		j->at.line++;
		if (line.n && line.p[0] == '[') {
			add_rss2email_feed(j, &feed);
			feed = (struct rss2email_feed){ 0 };
			if (str_starts(line, STR("[feed.")))
				feed.name = str_sub(line, 6, line.n - 1);
			continue;
		}
		/* the first of the two parts them, as "url: http://x/?a=b" shows */
		if (!str_cut(line, colon < equals ? ':' : '=', &key, &value))
			continue;
		key = str_trim(key);
		if (str_eq_ci(key, STR("url")))
			feed.url = str_trim(value);
		else if (str_eq_ci(key, STR("active")))
			feed.off = str_eq_ci(str_trim(value), STR("false"));
	}
	add_rss2email_feed(j, &feed);
}

/* ---- all of it ---- */

static int
by_url(const void *a, const void *b)
{
	const struct subscription *x = *(const struct subscription *const *)a,
				  *y = *(const struct subscription *const *)b;
	int d = str_cmp(x->url, y->url);

	return d ? d : (x > y) - (x < y);
}

/* A feed that stands in two folders is one with the tags of both. */
static void
unite_repeated(struct import_job *j)
{
	struct subscriptions *feeds = &j->out->feeds;
	struct subscription **sorted = ARENA_ARRAY(j->arena, struct subscription *, feeds->n + 1);
	struct subscription *first = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < feeds->n; i++)
		sorted[i] = &feeds->v[i];
	if (feeds->n)
		qsort(sorted, feeds->n, sizeof(struct subscription *), by_url);
	j->at.line = 0;
	for (size_t i = 0; i < feeds->n; i++) {
		if (!first || !str_eq(first->url, sorted[i]->url)) {
			first = sorted[i];
			continue;
		}
		import_left_out(j, sorted[i]->url, "it stands there more than once");
		for (size_t t = 0; t < sorted[i]->n_tags; t++)
			subscription_tag(first, sorted[i]->tags[t], j->arena);
		sorted[i]->url = (struct str){ 0 };
	}
	for (size_t i = 0; i < feeds->n; i++)
		if (feeds->v[i].url.n)
			feeds->v[kept++] = feeds->v[i];
	feeds->n = kept;
}

bool
import_read(struct str utf8, struct str file, struct arena *arena, struct diags *diags,
    struct imported *ret)
{
	struct import_job j = { .arena = arena, .diags = diags, .file = file, .out = ret };

	*ret = (struct imported){ 0 };
	j.at.file = file;
	if (str_find_ci(str_sub(utf8, 0, 64 << 10), STR("<opml")) != STR_NONE) {
		ret->format = "OPML";
		opml_read(utf8, file, arena, diags, &ret->feeds);
	} else if (is_rss2email(utf8)) {
		ret->format = "a configuration of rss2email";
		read_rss2email(&j, utf8);
	} else if (is_urls(utf8)) {
		ret->format = "a list of URLs";
		read_urls(&j, utf8);
	} else if (str_trim(utf8).n && str_trim(utf8).p[0] != '<' && str_trim(utf8).p[0] != '{') {
		import_csv(&j, utf8);
	}
	unite_repeated(&j);
	return ret->feeds.n || ret->n_entries;
}
