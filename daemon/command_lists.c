/*
 * newsbell lists: which terms earn their place.  Each term with the items it found in the last 7,
 * 30 and 90 days; terms that found nothing, terms that find too much, terms that stand twice, and
 * terms that another one makes needless.
 */
#include "command.h"

#include "archive_scan.h"
#include "match_source.h"
#include "mem.h"
#include "needless.h"
#include "store_hits.h"
#include "table.h"
#include "watchlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define DAY_S ((int64_t)86400)
#define NOISY_ITEMS 100 /* in 90 days, at least, and */
#define SHOWN 20        /* of what was told of most, without --all */
#define NOISY_PERCENT 2 /* of all items */

struct row {
	size_t id; /* of the entry, as the watchset counts them: two may have one name */
	struct str list, entry, written;
	int line;
	int64_t n7, n30, n90;
	struct str meaning; /* kind and pattern: the same for the same meaning */
	struct str remark;
};

struct audit {
	struct command_options common;
	const char *only; /* a list's name, or NULL */
	bool all;         /* also what has no remark */
	struct arena *arena;
	struct folder *folder;
	struct watchset *set; /* all lists as watches of their own */
	struct needless *needless;
	struct row *v;
	size_t n, cap;
	int64_t items;
	struct str list;  /* being read */
	size_t n_entries; /* read so far */
};

/* ---- the terms ---- */

static struct str
remark(struct audit *a, struct str before, const char *what, struct str by)
{
	return str_fmt(
	    a->arena, "%.*s%s%s%.*s", STR_ARG(before), before.n ? "; " : "", what, STR_ARG(by));
}

static void
on_entry(void *cookie, const struct list_entry *e)
{
	struct audit *a = cookie;
	const struct list_term **covers = xcalloc(e->n_terms, sizeof(*covers));

	needless_find(a->needless, e, a->n_entries, a->folder, covers);
	for (size_t i = 0; i < e->n_terms; i++) {
		const struct term *term = &e->terms[i].term;
		struct row *row = ARENA_PUSH(a->arena, a->v, a->n, a->cap);

		*row = (struct row){ .id = a->n_entries,
			.list = a->list,
			.entry = str_dup(a->arena, e->name),
			.written = str_dup(a->arena, term->written),
			.line = term->at.line,
			.meaning = str_fmt(a->arena, "%d%d%d%.*s", term->kind, term->exact,
			    term->caseless, STR_ARG(term->pattern)) };
		if (covers[i])
			row->remark = remark(a, row->remark, "needless beside ",
			    str_dup(a->arena, covers[i]->term.written));
	}
	free(covers);
	a->n_entries++;
}

static void
read_lists(struct audit *a, const struct config *config)
{
	struct arena *arena = arena_new();
	struct diags diags; /* said when the configuration was read */

	diags_init(&diags, arena);
	for (size_t i = 0; i < config->n_lists; i++) {
		a->list = config->lists[i].name;
		watchlist_read(&config->lists[i], a->folder, &diags, on_entry, a);
	}
	arena_free(arena);
}

static int
by_meaning(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a, *y = *(const struct row *const *)b;
	int d = str_cmp(x->meaning, y->meaning);

	return d ? d : x < y ? -1 : x > y;
}

static void
find_duplicates(struct audit *a)
{
	struct row **v = ARENA_ARRAY(a->arena, struct row *, a->n + 1);

	for (size_t i = 0; i < a->n; i++)
		v[i] = &a->v[i];
	if (a->n)
		qsort(v, a->n, sizeof(*v), by_meaning);
	for (size_t i = 1; i < a->n; i++)
		if (str_eq(v[i]->meaning, v[i - 1]->meaning))
			v[i]->remark = remark(a, v[i]->remark, "stands also in ",
			    str_fmt(a->arena, "%.*s, line %d", STR_ARG(v[i - 1]->list),
				v[i - 1]->line));
}

/* ---- what they found ---- */

static int
by_entry(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->id != y->id ? (x->id < y->id ? -1 : 1) : str_cmp(x->written, y->written);
}

/* As they are shown. */
static int
by_place(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int d = str_cmp(x->list, y->list);

	if (d == 0)
		d = str_cmp(x->entry, y->entry);
	if (d == 0)
		d = x->line != y->line ? (x->line < y->line ? -1 : 1) : 0;
	return d ? d : str_cmp(x->written, y->written);
}

/* A term that stands twice in one entry found in each place what it found in the other. */
static void
share_counts(struct audit *a)
{
	for (size_t i = 0, n; i < a->n; i += n) {
		struct row *first = &a->v[i];

		for (n = 1; i + n < a->n && by_entry(first, &first[n]) == 0; n++) {
			first->n7 += first[n].n7;
			first->n30 += first[n].n30;
			first->n90 += first[n].n90;
		}
		for (size_t k = 1; k < n; k++) {
			first[k].n7 = first->n7;
			first[k].n30 = first->n30;
			first[k].n90 = first->n90;
		}
	}
}

static void
count(struct audit *a, const struct archive_result *result, int64_t now_s)
{
	if (a->n)
		qsort(a->v, a->n, sizeof(*a->v), by_entry);
	for (size_t i = 0; i < result->n; i++) {
		const struct archive_match *m = &result->v[i];

		for (size_t k = 0; k < m->n_entries; k++) {
			const struct archive_entry *e = &m->entries[k];

			for (size_t t = 0; t < e->n_terms; t++) {
				const struct row key = { .id = e->id, .written = e->terms[t] };
				struct row *row =
				    bsearch(&key, a->v, a->n, sizeof(*a->v), by_entry);

				if (!row)
					continue;
				row->n90++;
				row->n30 += m->seen_s >= now_s - 30 * DAY_S;
				row->n7 += m->seen_s >= now_s - 7 * DAY_S;
			}
		}
	}
	share_counts(a);
	if (a->n)
		qsort(a->v, a->n, sizeof(*a->v), by_place);
}

static void
judge(struct audit *a)
{
	for (size_t i = 0; i < a->n; i++) {
		struct row *row = &a->v[i];

		if (row->n90 == 0 && a->items)
			row->remark = remark(a, row->remark, "dead", STR(""));
		if (row->n90 >= NOISY_ITEMS && row->n90 * 100 >= a->items * NOISY_PERCENT)
			row->remark = remark(a, row->remark, "noisy", STR(""));
	}
}

/* Over what is kept. */
static bool
scan(struct audit *a, int64_t now_s, struct err *e)
{
	struct archive_result result;
	struct archive_query q;
	struct home home;
	bool good;

	command_home(&a->common, a->arena, &home);
	q = (struct archive_query){ .database = str_z(a->arena, home.database),
		.set = a->set,
		.since_s = now_s - 90 * DAY_S,
		.until_s = now_s + DAY_S,
		.tell_all = true,
		.progress = isatty(STDERR_FILENO) };
	good = archive_scan(&q, &result, e);
	if (good) {
		a->items = result.scanned;
		archive_note_limited("lists", &result);
		count(a, &result, now_s);
		archive_result_free(&result);
	}
	return good;
}

/* ---- showing ---- */

static void
print_json(const struct audit *a)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct row *r = &a->v[i];
		json_t *o;

		if (a->only && !str_eq_c(r->list, a->only))
			continue;
		o = json_pack("{s:s%,s:s%,s:s%,s:i,s:I,s:I,s:I,s:s%}", "list", r->list.p, r->list.n,
		    "entry", r->entry.p, r->entry.n, "term", r->written.p, r->written.n, "line",
		    r->line, "items_7d", (json_int_t)r->n7, "items_30d", (json_int_t)r->n30,
		    "items_90d", (json_int_t)r->n90, "remark", r->remark.n ? r->remark.p : "",
		    r->remark.n);
		json_dumpf(o, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(o);
	}
}

static void
print_terms(const struct audit *a)
{
	static const char *const heads[] = { "list", "entry", "term", "#7 d", "#30 d", "#90 d",
		"" };
	size_t shown = 0, of = 0;
	struct table t;

	table_init(&t, a->arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < a->n; i++) {
		const struct row *r = &a->v[i];

		if (a->only && !str_eq_c(r->list, a->only))
			continue;
		of++;
		if (!a->all && !r->remark.n)
			continue;
		shown++;
		table_add(&t, r->list, COLOUR_NONE);
		table_add(&t, r->entry, COLOUR_NONE);
		table_add(&t, r->written, COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)r->n7), COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)r->n30), COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)r->n90), COLOUR_NONE);
		table_add(&t, r->remark, COLOUR_WARN);
	}
	table_print(&t, stdout, command_colour());
	printf("%zu of %zu terms%s, over %lld items kept of the last 90 days\n", shown, of,
	    a->all ? "" : " are worth a look (--all shows the others)", (long long)a->items);
}

/* What the watches told of, by the counts that outlive the items. */
static bool
print_watches(const struct audit *a, int64_t now_s, struct err *e)
{
	static const char *const heads[] = { "watch", "entry", "#7 d", "#30 d", "#90 d" };
	struct hits_row *v;
	struct store *store;
	struct table t;
	size_t n, shown = 0, of = 0;
	int status;

	store = command_store("lists", &a->common, &status);
	if (!store)
		return err_set(e, ERR_SYSTEM, "no counts");
	if (!store_hits(store, now_s, a->arena, &v, &n, e)) {
		store_close(store);
		return false;
	}
	store_close(store);
	table_init(&t, a->arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < n; i++) {
		if ((a->only && !str_eq_c(v[i].list, a->only)) || (++of > SHOWN && !a->all))
			continue;
		shown++;
		table_add(&t, v[i].watch, COLOUR_NONE);
		table_add(&t,
		    str_fmt(a->arena, "%.*s%s%.*s", STR_ARG(v[i].list), v[i].list.n ? "/" : "",
			STR_ARG(v[i].entry)),
		    COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)v[i].n7), COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)v[i].n30), COLOUR_NONE);
		table_add(&t, str_fmt(a->arena, "%lld", (long long)v[i].n90), COLOUR_NONE);
	}
	puts("\nalerts by watch and entry:");
	table_print(&t, stdout, command_colour());
	if (shown < of)
		printf("and %zu more (--all shows them)\n", of - shown);
	return true;
}

/* Is there the list that was asked for?  False after saying which there are. */
static bool
knows_list(const struct audit *a, const struct config *config)
{
	struct str *names = ARENA_ARRAY(a->arena, struct str, config->n_lists + 1), hint;

	for (size_t i = 0; i < config->n_lists; i++) {
		names[i] = config->lists[i].name;
		if (str_eq_c(names[i], a->only))
			return true;
	}
	hint = diag_suggest(str_c(a->only), names, config->n_lists, a->arena);
	command_fail("lists", EX_DATAERR, "there is no list '%s'%s%.*s", a->only,
	    hint.n ? "; " : "", STR_ARG(hint));
	return false;
}

static int
look(struct audit *a, const struct config *config)
{
	const struct match_lists lists = { config->lists, config->n_lists, config->n_lists };
	const int64_t now_s = (int64_t)time(NULL);
	struct diags diags;
	struct err e;
	int status = EX_OK;

	diags_init(&diags, a->arena);
	a->set = match_build(&lists, STR("lists"), STR(""), NULL, &diags);
	if (!a->set)
		return command_fail("lists", EX_CONFIG,
		    "there is no list: write one entry a line into watchlists/NAME.list beside %s",
		    a->common.config);
	a->needless = needless_new(a->set);
	read_lists(a, config);
	find_duplicates(a);
	if (!scan(a, now_s, &e))
		status = command_fail("lists", EX_NOINPUT, "%s", e.text);
	else {
		judge(a);
		if (a->common.json)
			print_json(a);
		else {
			print_terms(a);
			if (!print_watches(a, now_s, &e))
				status = command_fail("lists", EX_NOINPUT, "%s", e.text);
		}
	}
	return status;
}

static int
run(struct audit *a)
{
	struct config *config = command_config(&a->common, a->arena);
	int status = EX_DATAERR;

	if (!config)
		return EX_CONFIG;
	if (!a->only || knows_list(a, config))
		status = look(a, config);
	needless_free(a->needless);
	watchset_free(a->set);
	config_unref(config);
	return status;
}

enum { OPTION_ALL = 1 };

int
command_lists(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "all", no_argument, NULL, OPTION_ALL }, { 0 } };
	struct audit a = { 0 };
	int c, status;

	command_options_init(&a.common);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1) {
		if (command_option(c, &a.common))
			continue;
		if (c != OPTION_ALL)
			return EX_USAGE;
		a.all = true;
	}
	if (argc - optind > 1)
		return command_fail("lists", EX_USAGE, "give one list's name, or none");
	a.only = argv[optind];
	a.arena = arena_new();
	a.folder = folder_new();
	status = run(&a);
	folder_free(a.folder);
	arena_free(a.arena);
	return status;
}
