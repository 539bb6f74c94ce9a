/*
 * The watch language by rows: tests/data/match/ *.rows hold lists, expressions, texts and what is
 * to be found.  See tests/data/match/README for their form.
 */
#include "match.h"
#include "mem.h"

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

/* Text "!": want is "column: words of the error" or "column: words ~ words of the hint". */
static void
check_error(struct bench *b, const struct row *row, const struct diags *diags, struct arena *arena)
{
	struct str column, rest, words, hint;
	const struct diag *d = NULL;

	str_cut(row->want, ':', &column, &rest);
	str_cut(rest, '~', &words, &hint);
	for (size_t i = 0; i < diags->n && !d; i++)
		if (diags->v[i].level == DIAG_ERROR)
			d = &diags->v[i];
	if (!d)
		complain(b, row, STR("no error"));
	else if (!str_eq(column, str_fmt(arena, "%d", d->at.column)) ||
		 str_find(d->text, str_trim(words)) == STR_NONE ||
		 str_find(d->hint, str_trim(hint)) == STR_NONE)
		complain(b, row,
		    str_fmt(arena, "%d: %.*s ~ %.*s", d->at.column, STR_ARG(d->text),
			STR_ARG(d->hint)));
}

static void
check_row(struct bench *b, const struct row *row)
{
	static const struct str feeds[] = { STR_INIT("wire"), STR_INIT("deftech") };
	static const struct str tags[] = { STR_INIT("press"), STR_INIT("defense") };
	struct arena *arena = arena_new();
	struct str_list feed_list = { (struct str *)feeds, 2 },
			tag_list = { (struct str *)tags, 2 };
	struct watch_source watch = { .name = STR("w"), .severity = SEVERITY_NORMAL };
	struct diags diags;
	struct watchset *set;
	struct matcher *m;
	struct match_input in;
	struct match_result result;
	struct str got;

	diags_init(&diags, arena);
	watch.when.value = unescape(row->when, arena);
	watch.when.value_at = (struct place){ STR("t"), 1, 1, watch.when.value };
	set = watchset_build(
	    b->lists, b->n_lists, &watch, row->when.n > 0, &feed_list, &tag_list, &diags);
	b->rows++;
	if (str_eq_c(row->text, "!"))
		check_error(b, row, &diags, arena);
	else if (!set)
		complain(b, row, diag_text(&diags.v[0], arena));
	else {
		fill_input(row->text, arena, &in);
		m = matcher_new(set);
		matcher_run(m, &in, arena, &result);
		got = found_text(&result, &in, arena);
		if (!str_eq(got, unescape(row->want, arena)) &&
		    !(str_eq_c(row->want, "yes") && result.n_fired))
			complain(b, row, got);
		matcher_free(m);
	}
	watchset_free(set);
	arena_free(arena);
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
	struct bench b = { .arena = arena_new() };
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
	print_message("%s: %d rows\n", name, b.rows);
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
#file, rows_of, NULL, NULL, (char[])                                               \
		{                                                                                  \
#file ".rows"                                                              \
		}                                                                                  \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROWS(terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
