/*
 * The watch language by rows: tests/data/match/ *.rows hold lists, expressions, texts and what is
 * to be found.  See tests/data/match/README for their form.
 */
#include "buf.h"
#include "fold.h"
#include "match.h"
#include "mem.h"
#include "query.h"
#include "sketch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LISTS_MAX 8

struct row {
	struct str name, when, text, want;
};

/* What the rows behind it are tried with. */
struct bench {
	struct arena *arena; /* of the file */
	struct list_source lists[LISTS_MAX];
	size_t n_lists;
	int rows, failed;
	struct sketcher *sketcher;
	int may_fire, may_fire_else; /* by the sketch of the row's text, and of another */
};

static struct str
read_file(struct arena *arena, const char *name)
{
	char path[512], *p;
	FILE *f;
	long n;

	snprintf(path, sizeof(path), "%s/match/%s", TEST_DATA, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s", path);
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	p = arena_bytes(arena, (size_t)n + 1);
	if (fread(p, 1, (size_t)n, f) != (size_t)n)
		fail_msg("cannot read %s", path);
	fclose(f);
	return str_n(p, (size_t)n);
}

/* \n, \t, \\ and \u{hex} (UTF-8). */
static struct str
unescape(struct str s, struct arena *arena)
{
	char *p = arena_bytes(arena, s.n + 1), *to = p;

	for (size_t i = 0; i < s.n; i++) {
		unsigned long c;
		char *end;

		if (s.p[i] != '\\' || i + 1 >= s.n || !strchr("ntu\\", s.p[i + 1])) {
			*to++ = s.p[i];
			continue;
		}
		i++;
		if (s.p[i] != 'u') {
			*to++ = s.p[i] == 'n' ? '\n' : s.p[i] == 't' ? '\t' : '\\';
			continue;
		}
		c = strtoul(s.p + i + 2, &end, 16);
		i = (size_t)(end - s.p);
		if (c < 0x80)
			*to++ = (char)c;
		else if (c < 0x800) {
			*to++ = (char)(0xc0 | c >> 6);
			*to++ = (char)(0x80 | (c & 63));
		} else if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
			*to++ = (char)(0x80 | (c >> 6 & 63));
			*to++ = (char)(0x80 | (c & 63));
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 63));
			*to++ = (char)(0x80 | (c >> 6 & 63));
			*to++ = (char)(0x80 | (c & 63));
		}
	}
	return str_n(p, (size_t)(to - p));
}

/* "T> title B> body": zones by letters; all of it is the title when no letter is there. */
static void
fill_input(struct str text, struct arena *arena, struct match_input *in)
{
	static const char letters[] = "TSBACUFGL";
	size_t from = 0, key = 0;

	*in = (struct match_input){ 0 };
	for (size_t i = 0; i <= text.n; i++) {
		bool end = i == text.n;
		bool mark = i + 2 < text.n && text.p[i + 1] == '>' && text.p[i + 2] == ' ' &&
			    (i == 0 || text.p[i - 1] == ' ') && strchr(letters, text.p[i]);
		struct str part;

		if (!end && !mark)
			continue;
		part = unescape(str_trim(str_sub(text, from, i)), arena);
		if (i > 0 && key < ZONE_COUNT)
			in->zone[key] = part;
		else if (i > 0 && letters[key] == 'F')
			in->feed = part;
		else if (i > 0 && letters[key] == 'G')
			settings_list(part, &in->tags, arena, &(struct err){ 0 });
		else if (i > 0)
			in->lang = part;
		if (mark) {
			key = (size_t)(strchr(letters, text.p[i]) - letters);
			from = i + 2;
		}
	}
}

/* The texts of all hits, "; " between them; "none" when nothing fired. */
static struct str
found_text(const struct match_result *r, const struct match_input *in, struct arena *arena)
{
	struct str ret = STR("");

	if (r->n_fired == 0)
		return STR("none");
	for (size_t w = 0; w < r->n_fired; w++)
		for (size_t i = 0; i < r->fired[w].n_entries; i++)
			for (size_t k = 0; k < r->fired[w].entries[i].n_hits; k++) {
				const struct hit *h = &r->fired[w].entries[i].hits[k];
				struct str t =
				    str_sub(in->zone[h->zone], h->offset, h->offset + h->length);

				if (ret.n)
					ret = str_join(arena, ret, STR("; "));
				ret = str_join(arena, ret, t);
			}
	return ret.n ? ret : STR("yes");
}

static void
complain(struct bench *b, const struct row *row, struct str got)
{
	b->failed++;
	print_error("row '%.*s': %.*s on '%.*s': want '%.*s', got '%.*s'\n", STR_ARG(row->name),
	    STR_ARG(row->when), STR_ARG(row->text), STR_ARG(row->want), STR_ARG(got));
}

/* "(except; with)": why occurrences do not count. */
static struct str
suppressed_text(const struct match_result *r, struct arena *arena)
{
	static const char *const whys[] = { [SUPPRESS_EXCEPT] = "except",
		[SUPPRESS_WITHOUT] = "without",
		[SUPPRESS_WITH] = "with",
		[SUPPRESS_SHOUTED] = "shouted",
		[SUPPRESS_ZONE] = "zone",
		[SUPPRESS_LIMIT] = "limit" };
	struct str ret = STR(" (");

	for (size_t i = 0; i < r->n_suppressed; i++)
		ret = str_fmt(
		    arena, "%.*s%s%s", STR_ARG(ret), i ? "; " : "", whys[r->suppressed[i].why]);
	return str_join(arena, ret, STR(")"));
}

/* want is "[line.]column: words" or "[line.]column: words ~ words of the hint". */
static bool
says(struct str want, const struct diag *d, struct arena *arena)
{
	struct str place, line, column, rest, words, hint;

	str_cut(want, ':', &place, &rest);
	if (!str_cut(place, '.', &line, &column)) {
		column = line;
		line = STR("");
	}
	str_cut(rest, '~', &words, &hint);
	return str_eq(column, str_fmt(arena, "%d", d->at.column)) &&
	       (line.n == 0 || str_eq(line, str_fmt(arena, "%d", d->at.line))) &&
	       str_find(d->text, str_trim(words)) != STR_NONE &&
	       str_find(d->hint, str_trim(hint)) != STR_NONE;
}

/* Text "!": the first error.  Text "?": the first of anything, or "none". */
static void
check_diag(struct bench *b, const struct row *row, const struct diags *diags, struct arena *arena)
{
	bool error = str_eq_c(row->text, "!");

	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->v[i];

		if (error && d->level != DIAG_ERROR)
			continue;
		if ((!error && d->level == DIAG_ERROR) || !says(row->want, d, arena))
			complain(b, row, diag_text(d, arena));
		return;
	}
	if (error || !str_eq_c(row->want, "none"))
		complain(b, row, STR("no word of it"));
}

/* ---- a sound expression ---- */

struct trial {
	struct bench *b;
	const struct row *row;
	struct arena *arena;
	struct diags diags;
};

static struct watchset *
build(struct trial *t, struct str when)
{
	static const struct str feeds[] = { STR_INIT("wire"), STR_INIT("deftech") };
	static const struct str tags[] = { STR_INIT("press"), STR_INIT("defense") };
	const struct str_list feed_list = { (struct str *)feeds, 2 },
			      tag_list = { (struct str *)tags, 2 };
	struct watch_source watch = { .name = STR("w"), .severity = SEVERITY_NORMAL };

	watch.when.value = when;
	watch.when.value_at = (struct place){ STR("t"), 1, 1, when };
	return watchset_build(
	    t->b->lists, t->b->n_lists, &watch, when.n > 0, &feed_list, &tag_list, &t->diags);
}

/* What fires on a text may fire by its sketch; a sketch of another text rarely says so. */
static void
check_sketch(struct trial *t, const struct watchset *set, const struct match_input *in, bool fired)
{
	struct sketcher *k = t->b->sketcher;
	struct str sketch;

	for (unsigned zone = 0; zone < ZONE_URL; zone++)
		sketcher_add(k, in->zone[zone]);
	sketch = sketcher_end(k, t->arena);
	if (fired && !watchset_may_fire(set, STR(""), sketch))
		complain(t->b, t->row, STR("its sketch says that it does not occur"));
	t->b->may_fire += watchset_may_fire(set, STR(""), sketch);
	sketcher_add(k, STR("something else"));
	t->b->may_fire_else += watchset_may_fire(set, STR(""), sketcher_end(k, t->arena));
}

static struct str
matched(struct trial *t, const struct watchset *set, bool reasons)
{
	struct matcher *m = matcher_new(set);
	struct match_input in;
	struct match_result result;
	struct str got;

	fill_input(t->row->text, t->arena, &in);
	matcher_run(m, &in, t->arena, &result);
	check_sketch(t, set, &in, result.n_fired > 0);
	got = found_text(&result, &in, t->arena);
	if (str_eq_c(t->row->want, "yes") && result.n_fired)
		got = t->row->want;
	if (reasons)
		got = str_join(t->arena, got, suppressed_text(&result, t->arena));
	matcher_free(m);
	return got;
}

static struct query *
parse(struct trial *t, struct str when)
{
	struct setting_line line = { .value = when, .value_at = { STR("t"), 1, 1, when } };
	struct folder *f = folder_new();
	struct query *q = query_parse(&line, f, t->arena, &t->diags);

	folder_free(f);
	return q;
}

static struct str
printed(struct trial *t, struct str when)
{
	struct query *q = parse(t, when);

	return q ? query_print(q, t->arena) : STR("(not read)");
}

static struct str
described(struct trial *t, struct str when)
{
	struct query *q = parse(t, when);

	while (q && q->n_kids)
		q = q->kids[0];
	return q ? term_describe(&q->term, t->arena) : STR("(not read)");
}

/* The printed form is read as the same expression. */
static void
check_round_trip(struct trial *t, struct str when, struct str found, bool reasons)
{
	struct str print = printed(t, when), again = printed(t, print);
	struct watchset *set;

	if (!str_eq(print, again))
		complain(t->b, t->row,
		    str_fmt(t->arena, "%.*s -> %.*s", STR_ARG(print), STR_ARG(again)));
	set = build(t, print);
	if (!set || !str_eq(matched(t, set, reasons), found))
		complain(t->b, t->row, str_fmt(t->arena, "%.*s matches otherwise", STR_ARG(print)));
	watchset_free(set);
}

static void
check_match(struct trial *t, struct str when, const struct watchset *set)
{
	bool reasons =
	    str_ends(t->row->want, STR(")")) && str_find(t->row->want, STR(" (")) != STR_NONE;
	struct str got = matched(t, set, reasons);

	if (!str_eq(got, unescape(t->row->want, t->arena)))
		complain(t->b, t->row, got);
	if (when.n)
		check_round_trip(t, when, got, reasons);
}

static void
check_row(struct bench *b, const struct row *row)
{
	struct trial t = { .b = b, .row = row, .arena = arena_new() };
	struct str when = unescape(row->when, t.arena), got;
	struct watchset *set;

	diags_init(&t.diags, t.arena);
	b->rows++;
	set = build(&t, when);
	if (str_eq_c(row->text, "!") || str_eq_c(row->text, "?"))
		check_diag(b, row, &t.diags, t.arena);
	else if (!set)
		complain(b, row, diag_text(&t.diags.v[0], t.arena));
	else if (str_eq_c(row->text, "=") || str_eq_c(row->text, "describe")) {
		got = row->text.n == 1 ? printed(&t, when) : described(&t, when);
		if (!str_eq(got, row->want))
			complain(b, row, got);
	} else
		check_match(&t, when, set);
	watchset_free(set);
	arena_free(t.arena);
}

/* "@list NAME" ... "@end": a list for the rows that follow; "@clear" takes all away. */
static struct str
read_list(struct bench *b, struct str head, struct str rest)
{
	struct list_source *l = &b->lists[b->n_lists++];
	size_t end = str_find(rest, STR("@end"));

	assert_true(b->n_lists <= LISTS_MAX && end != STR_NONE);
	l->name = str_trim(str_sub(head, 6, head.n));
	l->file = str_fmt(b->arena, "%.*s.list", STR_ARG(l->name));
	l->text = unescape(str_sub(rest, 0, end), b->arena);
	rest = str_sub(rest, end, rest.n);
	str_cut(rest, '\n', &head, &rest);
	return rest;
}

static bool
cut_field(struct str *rest, struct str *ret)
{
	size_t at = str_find(*rest, STR(" :: "));

	*ret = str_trim(str_sub(*rest, 0, at));
	*rest = at == STR_NONE ? STR("") : str_sub(*rest, at + 4, rest->n);
	return at != STR_NONE;
}

static void
run_rows(const char *name)
{
	struct bench b = { .arena = arena_new(), .sketcher = sketcher_new() };
	struct str rest = read_file(b.arena, name), line;

	while (rest.n) {
		struct row row;

		str_cut(rest, '\n', &line, &rest);
		if (str_trim(line).n == 0 || line.p[0] == '#')
			continue;
		if (str_starts(line, STR("@list "))) {
			rest = read_list(&b, line, rest);
			continue;
		}
		if (str_starts(line, STR("@clear"))) {
			b.n_lists = 0;
			continue;
		}
		if (!cut_field(&line, &row.name) || !cut_field(&line, &row.when) ||
		    !cut_field(&line, &row.text))
			fail_msg("%s: a row has four fields: %.*s", name, STR_ARG(row.name));
		row.want = str_trim(line);
		check_row(&b, &row);
	}
	print_message("%s: %d rows; by sketches %d may fire, %d of another text\n", name, b.rows,
	    b.may_fire, b.may_fire_else);
	sketcher_free(b.sketcher);
	assert_true(b.rows > 0);
	arena_free(b.arena);
	assert_int_equal(b.failed, 0);
}

static void
rows_of(void **state)
{
	run_rows(*state);
}

#define ROWS(file)                                                                                 \
	{                                                                                          \
		file, rows_of, NULL, NULL, (char[])                                                \
		{                                                                                  \
			file ".rows"                                                               \
		}                                                                                  \
	}

/* A list that holds all of itself again says so some times, and how often more. */
static void
many_duplicates(void **state)
{
	enum { LINES = 1000 };
	struct arena *arena = arena_new();
	struct list_source list = { STR("l"), STR("l.list"), STR("") };
	char *p = arena_bytes(arena, 4 * LINES);
	struct diags diags;
	struct watchset *set;

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		memcpy(p + 4 * i, "Foo\n", 4);
	list.text = str_n(p, 4 * LINES);
	diags_init(&diags, arena);
	set = watchset_build(&list, 1, NULL, 0, NULL, NULL, &diags);
	assert_non_null(set);
	assert_int_equal(diags.n, 21);
	assert_true(str_eq_c(diags.v[20].text, "979 more duplicate terms"));
	watchset_free(set);
	arena_free(arena);
}

/* Nor is there an end to what is said of a list that is wrong throughout. */
static void
many_warnings(void **state)
{
	enum { TERMS = 1000 };
	struct arena *arena = arena_new();
	struct list_source list = { STR("l"), STR("l.list"), STR("") };
	struct buf b;
	struct diags diags;
	struct watchset *set;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_add(&b, STR("Foo [with: "));
	for (size_t i = 0; i < TERMS; i++)
		buf_add(&b, STR("x, "));
	buf_add(&b, STR("bar]\n"));
	list.text = buf_str(&b);
	diags_init(&diags, arena);
	set = watchset_build(&list, 1, NULL, 0, NULL, NULL, &diags);
	assert_non_null(set);
	assert_int_equal(diags.n, DIAG_WARNINGS_MAX + 1);
	assert_true(str_eq_c(diags.v[DIAG_WARNINGS_MAX].text, "900 more warnings of this file"));
	watchset_free(set);
	buf_free(&b);
	arena_free(arena);
}

/* Options for all entries that are not UTF-8 are as wrong as an entry that is not. */
static void
foreign_bytes(void **state)
{
	static const struct {
		struct str text;
		int line, column;
	} cases[] = {
		{ STR_INIT("Foo\nB\xe4r\n"), 2, 2 },
		{ STR_INIT("[defaults; with: b\xe4r]\nFoo\n"), 1, 19 },
		{ STR_INIT("Foo [with: b\xe4r]\n"), 1, 13 },
		{ STR_INIT("# b\xe4r\nFoo\n"), 0, 0 },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct list_source list = { STR("l"), STR("l.list"), cases[i].text };
		struct diags diags;
		struct watchset *set;

		diags_init(&diags, arena);
		set = watchset_build(&list, 1, NULL, 0, NULL, NULL, &diags);
		assert_int_equal(set == NULL, cases[i].line != 0);
		watchset_free(set);
		if (cases[i].line == 0)
			continue;
		assert_int_equal(diags.errors, 1);
		assert_int_equal(diags.v[0].at.line, cases[i].line);
		assert_int_equal(diags.v[0].at.column, cases[i].column);
	}
	arena_free(arena);
}

/* A letter with marks and no end of them, the last of which belong before all others: linear. */
static void
endless_marks(void **state)
{
	enum { MARKS = 200000 };
	struct folder *f = folder_new();
	struct folded t = { 0 };
	char *p = xmalloc(2 * MARKS);

	(void)state;
	for (size_t i = 0; i < MARKS; i++)
		memcpy(p + 2 * i, i == 0 ? "ж" : i < MARKS / 2 ? "\xcc\x85" : "\xcc\xa3", 2);
	for (int form = FOLD_NORMAL; form <= FOLD_FOLDED; form++) {
		fold_text(f, str_n(p, 2 * MARKS), (enum fold_form)form, &t);
		assert_int_equal(t.n, 2 * MARKS); /* of Cyrillic letters no mark goes */
		assert_int_equal(folded_end(&t, t.n), 2 * MARKS);
	}
	free(p);
	folded_free(&t);
	folder_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* clang-format off */
		ROWS("terms"),
		ROWS("normal"),
		ROWS("edges"),
		ROWS("pieces"),
		ROWS("shout"),
		ROWS("lists"),
		ROWS("query"), /* clang-format on */
		cmocka_unit_test(many_duplicates),
		cmocka_unit_test(many_warnings),
		cmocka_unit_test(foreign_bytes),
		cmocka_unit_test(endless_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
