#include "import.h"

#include "buf.h"
#include "feed.h"
#include "html.h"
#include "mem.h"
#include "url.h"

#include <string.h>

struct job {
	struct arena *arena;
	struct diags *diags;
	struct str file;
	struct imported *out;
	struct place at; /* of the line under way */
};

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

static void
left_out(struct job *j, struct str what, const char *hint)
{
	diag_add(j->diags, DIAG_WARNING, j->at, str_c(hint), "left out: '%.*s'",
	    STR_ARG(str_sub(what, 0, 200)));
}

static bool
is_url(struct str s)
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
add_local(struct job *j, struct str url, struct str title)
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
add_filtered(struct job *j, struct str line, struct str title)
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
add_url(struct job *j, struct str url, struct str title)
{
	if (str_starts(url, STR("query:")))
		return "a query over feeds is a [watch] here";
	if (str_starts(url, STR("filter:")))
		return add_filtered(j, url, title);
	if (feed_scheme(url) != FEED_HTTP)
		return add_local(j, url, title);
	return is_url(url) && subscriptions_add(&j->out->feeds, url, title, j->arena)
		   ? NULL
		   : "only http and https are asked";
}

static void
read_url_line(struct job *j, struct str line)
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
		left_out(j, url, why);
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
		return is_url(line) || str_starts(line, STR("\"query:")) ||
		       str_starts(line, STR("query:")) || str_starts(line, STR("\"exec:")) ||
		       str_starts(line, STR("exec:")) || str_starts(line, STR("\"filter:")) ||
		       str_starts(line, STR("filter:"));
	}
	return false;
}

static void
read_urls(struct job *j, struct str text)
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
add_rss2email_feed(struct job *j, const struct rss2email_feed *feed)
{
	if (feed->name.n == 0 || feed->off)
		return;
	if (!subscriptions_add(&j->out->feeds, feed->url, feed->name, j->arena))
		left_out(j, feed->name, "it has no http or https address");
}

static void
read_rss2email(struct job *j, struct str text)
{
	struct rss2email_feed feed = { 0 };
	struct str line;

	while (next_line(&text, &line)) {
		struct str key, value;
		size_t equals = str_find_char(line, '=');

		j->at.line++;
		if (line.n && line.p[0] == '[') {
			add_rss2email_feed(j, &feed);
			feed = (struct rss2email_feed){ 0 };
			if (str_starts(line, STR("[feed.")))
				feed.name = str_sub(line, 6, line.n - 1);
			continue;
		}
		if (!str_cut(line, equals == STR_NONE ? ':' : '=', &key, &value))
			continue;
		key = str_trim(key);
		if (str_eq_ci(key, STR("url")))
			feed.url = str_trim(value);
		else if (str_eq_ci(key, STR("active")))
			feed.off = str_eq_ci(str_trim(value), STR("false"));
	}
	add_rss2email_feed(j, &feed);
}

/* ---- CSV (RFC 4180), its separator a comma, a semicolon or a tab ---- */

#define CELLS_MAX 64

enum column { COLUMN_NONE, COLUMN_URL, COLUMN_TITLE, COLUMN_TAGS };

static const struct {
	struct str name;
	enum column is;
} columns[] = {
	{ STR_INIT("url"), COLUMN_URL },
	{ STR_INIT("xmlurl"), COLUMN_URL },
	{ STR_INIT("feed"), COLUMN_URL },
	{ STR_INIT("feed url"), COLUMN_URL },
	{ STR_INIT("feed_url"), COLUMN_URL },
	{ STR_INIT("feedurl"), COLUMN_URL },
	{ STR_INIT("rss"), COLUMN_URL },
	{ STR_INIT("link"), COLUMN_URL },
	{ STR_INIT("address"), COLUMN_URL },
	{ STR_INIT("title"), COLUMN_TITLE },
	{ STR_INIT("name"), COLUMN_TITLE },
	{ STR_INIT("text"), COLUMN_TITLE },
	{ STR_INIT("tags"), COLUMN_TAGS },
	{ STR_INIT("tag"), COLUMN_TAGS },
	{ STR_INIT("category"), COLUMN_TAGS },
	{ STR_INIT("categories"), COLUMN_TAGS },
	{ STR_INIT("folder"), COLUMN_TAGS },
	{ STR_INIT("group"), COLUMN_TAGS },
};

/* Heads of a list of names. */
static const struct str name_heads[] = { STR_INIT("name"), STR_INIT("term"), STR_INIT("entry"),
	STR_INIT("keyword"), STR_INIT("company"), STR_INIT("vendor"), STR_INIT("agency"),
	STR_INIT("technology"), STR_INIT("alias"), STR_INIT("aliases") };

struct row {
	struct str cells[CELLS_MAX];
	size_t n;
	int lines; /* of the file that it took */
};

static struct str
next_cell(struct str *text, char separator, struct arena *arena, int *lines)
{
	struct str cell;
	size_t i = 0;
	char *p;
	size_t n = 0;

	if (text->n == 0 || text->p[0] != '"') {
		while (i < text->n && text->p[i] != separator && text->p[i] != '\n')
			i++;
		cell = str_sub(*text, 0, i);
		*text = str_sub(*text, i, text->n);
		return str_trim(cell);
	}
	p = arena_bytes(arena, text->n);
	for (i = 1; i < text->n; i++) {
		if (text->p[i] == '"' && (i + 1 == text->n || text->p[i + 1] != '"'))
			break;
		i += text->p[i] == '"';
		*lines += text->p[i] == '\n';
		p[n++] = text->p[i];
	}
	while (i < text->n && text->p[i] != separator && text->p[i] != '\n')
		i++;
	*text = str_sub(*text, i, text->n);
	return str_trim(str_n(p, n));
}

static bool
next_row(struct str *text, char separator, struct arena *arena, struct row *row)
{
	row->n = 0;
	row->lines = 1;
	if (text->n == 0)
		return false;
	for (;;) {
		struct str cell = next_cell(text, separator, arena, &row->lines);

		if (row->n < CELLS_MAX)
			row->cells[row->n++] = cell;
		if (text->n == 0 || text->p[0] == '\n')
			break;
		*text = str_sub(*text, 1, text->n);
	}
	*text = str_sub(*text, 1, text->n);
	return true;
}

/* The one of which the first line has most. */
static char
separator_of(struct str text)
{
	static const char candidates[] = ",;\t";
	struct str line, rest;
	size_t best = 0;
	char ret = ',';

	str_cut(text, '\n', &line, &rest);
	for (size_t c = 0; candidates[c]; c++) {
		size_t n = 0;

		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == candidates[c];
		if (n > best) {
			best = n;
			ret = candidates[c];
		}
	}
	return ret;
}

static enum column
column_named(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (str_eq_ci(columns[i].name, name))
			return columns[i].is;
	return COLUMN_NONE;
}

/* What the cells of the first row say of the columns; false when it is no head. */
static bool
read_head(const struct row *row, enum column is[CELLS_MAX])
{
	bool url = false;

	for (size_t i = 0; i < row->n; i++) {
		if (is_url(row->cells[i]))
			return false;
		is[i] = column_named(row->cells[i]);
		url |= is[i] == COLUMN_URL;
	}
	return url;
}

/* No head: the first address is the feed, the first other cell its title. */
static void
guess_head(const struct row *row, enum column is[CELLS_MAX])
{
	bool url = false, title = false;

	for (size_t i = 0; i < row->n; i++) {
		is[i] = COLUMN_TAGS;
		if (is_url(row->cells[i]))
			is[i] = url ? COLUMN_NONE : COLUMN_URL;
		else if (!title)
			is[i] = COLUMN_TITLE;
		url |= is[i] == COLUMN_URL;
		title |= is[i] == COLUMN_TITLE;
	}
}

static void
add_tags(struct job *j, struct str tags)
{
	char separator = str_find_char(tags, ',') != STR_NONE   ? ','
			 : str_find_char(tags, ';') != STR_NONE ? ';'
								: '|';
	struct str tag;

	while (tags.n) {
		str_cut(tags, separator, &tag, &tags);
		subscriptions_tag(&j->out->feeds, tag, j->arena);
	}
}

static void
add_feed_row(struct job *j, const struct row *row, const enum column is[CELLS_MAX])
{
	struct str url = STR(""), title = STR("");

	for (size_t i = 0; i < row->n; i++)
		if (is[i] == COLUMN_URL && url.n == 0)
			url = row->cells[i];
		else if (is[i] == COLUMN_TITLE && title.n == 0)
			title = row->cells[i];
	if (url.n == 0 && title.n == 0)
		return;
	if (!subscriptions_add(&j->out->feeds, url, title, j->arena)) {
		left_out(j, url.n ? url : title, "it has no http or https address");
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		if (is[i] == COLUMN_TAGS)
			add_tags(j, row->cells[i]);
}

static void
add_name_row(struct job *j, const struct row *row)
{
	struct imported *out = j->out;
	struct import_entry *entry = NULL;

	for (size_t i = 0; i < row->n; i++) {
		struct str rest = row->cells[i], one;

		while (rest.n) {
			str_cut(
			    rest, str_find_char(rest, ';') != STR_NONE ? ';' : '|', &one, &rest);
			one = text_one_line(
			    text_clean(one, j->arena, SUBSCRIPTION_TEXT_MAX), j->arena);
			if (one.n == 0 || (!entry && out->n_entries == IMPORT_ENTRIES_MAX))
				continue;
			if (!entry) {
				entry = ARENA_PUSH(
				    j->arena, out->entries, out->n_entries, out->cap_entries);
				*entry = (struct import_entry){ 0 };
			}
			*ARENA_PUSH(j->arena, entry->terms, entry->n, entry->cap) = one;
		}
	}
}

static bool
is_name_head(const struct row *row)
{
	for (size_t i = 0; i < ARRAY_LEN(name_heads); i++)
		if (row->n && str_eq_ci(row->cells[0], name_heads[i]))
			return true;
	return false;
}

static void
read_csv(struct job *j, struct str text)
{
	bool feeds = str_find_ci(text, STR("http://")) != STR_NONE ||
		     str_find_ci(text, STR("https://")) != STR_NONE;
	char separator = separator_of(text);
	enum column is[CELLS_MAX] = { COLUMN_NONE };
	struct row row;
	bool first = true, head;

	j->out->format = feeds ? "CSV of feeds" : "a list of names";
	while (next_row(&text, separator, j->arena, &row)) {
		j->at.line++;
		if (row.n == 1 && (row.cells[0].n == 0 || row.cells[0].p[0] == '#')) {
			j->at.line += row.lines - 1;
			continue;
		}
		head = first && (feeds ? read_head(&row, is) : is_name_head(&row));
		if (first && feeds && !head)
			guess_head(&row, is);
		first = false;
		if (!head && feeds)
			add_feed_row(j, &row, is);
		else if (!head)
			add_name_row(j, &row);
		j->at.line += row.lines - 1;
	}
}

/* ---- all of it ---- */

bool
import_read(struct str utf8, struct str file, struct arena *arena, struct diags *diags,
    struct imported *ret)
{
	struct job j = { .arena = arena, .diags = diags, .file = file, .out = ret };

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
		read_csv(&j, utf8);
	}
	return ret->feeds.n || ret->n_entries;
}
