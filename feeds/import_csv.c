/*
 * Tables of feeds, or of names to watch.
 */
#include "import_inside.h"

#include "html.h"
#include "mem.h"

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
		if (import_is_url(row->cells[i]))
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
		if (import_is_url(row->cells[i]))
			is[i] = url ? COLUMN_NONE : COLUMN_URL;
		else if (!title)
			is[i] = COLUMN_TITLE;
		url |= is[i] == COLUMN_URL;
		title |= is[i] == COLUMN_TITLE;
	}
}

static void
add_tags(struct import_job *j, struct str tags)
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
add_feed_row(struct import_job *j, const struct row *row, const enum column is[CELLS_MAX])
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
		import_left_out(j, url.n ? url : title, "it has no http or https address");
		return;
	}
	for (size_t i = 0; i < row->n; i++)
		if (is[i] == COLUMN_TAGS)
			add_tags(j, row->cells[i]);
}

static void
add_name_row(struct import_job *j, const struct row *row)
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

/* Spreadsheets on Macs end lines by a carriage return alone, if told to. */
static struct str
with_newlines(struct str text, struct arena *arena)
{
	char *p;

	if (str_find_char(text, '\n') != STR_NONE || str_find_char(text, '\r') == STR_NONE)
		return text;
	p = arena_bytes(arena, text.n);
	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] == '\r' ? '\n' : text.p[i];
	return str_n(p, text.n);
}

void
import_csv(struct import_job *j, struct str text)
{
	bool feeds = str_find_ci(text, STR("http://")) != STR_NONE ||
		     str_find_ci(text, STR("https://")) != STR_NONE;
	enum column is[CELLS_MAX] = { COLUMN_NONE };
	struct row row;
	bool first = true, head;
	char separator;

	text = with_newlines(text, j->arena);
	separator = separator_of(text);
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
