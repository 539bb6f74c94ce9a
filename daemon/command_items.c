/*
 * newsbell items: the items that are kept, listed; or all that is known of one.
 */
#include "command.h"

#include "decision_show.h"
#include "json_out.h"
#include "mem.h"
#include "selection.h"
#include "store_browse.h"
#include "store_lookup.h"
#include "table.h"
#include "wording.h"
#include "date.h"

#include <stdio.h>
#include <sysexits.h>

#define LIMIT 50
#define COLUMNS 78                  /* of running text */
#define JSON_MAX ((size_t)64 << 20) /* bytes of one item */

enum { OPTION_FEED = 1, OPTION_WATCH };

struct items_options {
	struct command_options common;
	struct selection selection;
	struct str feed, watch;
};

/* One item and what became of it. */
struct dossier {
	struct item_found text;
	struct item_row row;
	struct item_source *sources;
	struct item_version *versions;
	struct told_row *told;
	struct decision_row *decisions;
	size_t n_sources, n_versions, n_told, n_decisions;
};

/* ---- JSON ---- */

static void
put_lines(struct json_out *o, const char *key, struct str lines)
{
	jout_open(o, key, '[');
	while (lines.n) {
		struct str line;

		str_cut(lines, '\n', &line, &lines);
		jout_str(o, NULL, line);
	}
	jout_close(o, ']');
}

static void
put_item(struct json_out *o, const struct item_row *i)
{
	jout_i64(o, "item", i->row);
	jout_str(o, "id", i->id);
	jout_str(o, "feed", i->feed);
	jout_str(o, "title", i->title);
	jout_str_or_null(o, "link", i->link);
	jout_str_or_null(o, "author", i->author);
	jout_str_or_null(o, "lang", i->lang);
	jout_date(o, "seen", i->seen_s);
	jout_date(o, "published", i->published_s);
	jout_date(o, "updated", i->updated_s);
	jout_i64(o, "edits", i->revision);
	put_lines(o, "watches", i->watches);
}

static void
put_history(struct json_out *o, const struct dossier *d)
{
	jout_open(o, "sources", '[');
	for (size_t i = 0; i < d->n_sources; i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "feed", d->sources[i].feed);
		jout_date(o, "seen", d->sources[i].seen_s);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	jout_open(o, "versions", '[');
	for (size_t i = 0; i < d->n_versions; i++) {
		jout_open(o, NULL, '{');
		jout_date(o, "until", d->versions[i].until_s);
		jout_str(o, "title", d->versions[i].title);
		jout_str(o, "summary", d->versions[i].summary);
		jout_str(o, "body", d->versions[i].body);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	jout_open(o, "alerts", '[');
	for (size_t i = 0; i < d->n_told; i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "id", d->told[i].alert);
		jout_str(o, "watch", d->told[i].watch);
		jout_date(o, "created", d->told[i].created_s);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	decisions_json(o, d->decisions, d->n_decisions);
}

static void
print_dossier_json(const struct dossier *d)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	put_item(&o, &d->row);
	put_lines(&o, "categories", d->text.categories);
	jout_str(&o, "summary", d->text.summary);
	jout_str(&o, "body", d->text.body);
	put_history(&o, d);
	jout_close(&o, '}');
	command_json_line(&o);
}

/* ---- for people ---- */

static struct str
joined(struct str lines, struct arena *arena)
{
	char *p = arena_bytes(arena, lines.n * 2);
	size_t n = 0;

	for (size_t i = 0; i < lines.n; i++) {
		p[n++] = lines.p[i] == '\n' ? ',' : lines.p[i];
		if (lines.p[i] == '\n')
			p[n++] = ' ';
	}
	return str_n(p, n);
}

static void
print_list(const struct item_row *rows, size_t n, struct arena *arena)
{
	static const char *const heads[] = { "#ITEM", "SEEN", "FEED", "WATCHES", "TITLE" };
	struct table t;

	table_init(&t, arena, heads, ARRAY_LEN(heads));
	t.cut = true;
	for (size_t i = n; i-- > 0;) { /* the newest last, where the eye is */
		struct str title = wording_line(rows[i].title, arena);

		table_add(&t, str_fmt(arena, "%lld", (long long)rows[i].row), COLOUR_DIM);
		table_add(&t, date_rfc3339(rows[i].seen_s, arena), COLOUR_NONE);
		table_add(&t, rows[i].feed, COLOUR_NONE);
		table_add(&t, joined(rows[i].watches, arena), COLOUR_GOOD);
		table_add(&t, title, COLOUR_NONE);
	}
	table_print(&t, stdout, command_colour());
}

static void
add_history(struct table *t, const struct dossier *d, struct arena *arena)
{
	for (size_t i = 0; i < d->n_sources; i++)
		table_add_named(t, "also in",
		    str_fmt(arena, "%.*s, seen %.*s", STR_ARG(d->sources[i].feed),
			STR_ARG(date_rfc3339(d->sources[i].seen_s, arena))),
		    COLOUR_NONE);
	for (size_t i = 0; i < d->n_versions; i++)
		table_add_named(t, "until then",
		    str_fmt(arena, "%.*s %.*s",
			STR_ARG(date_rfc3339(d->versions[i].until_s, arena)),
			STR_ARG(d->versions[i].title)),
		    COLOUR_NONE);
	for (size_t i = 0; i < d->n_told; i++)
		table_add_named(t, "alert",
		    str_fmt(arena, "%.*s of watch %.*s, %lld of %lld deliveries made",
			STR_ARG(d->told[i].alert), STR_ARG(d->told[i].watch),
			(long long)d->told[i].done, (long long)d->told[i].deliveries),
		    COLOUR_NONE);
	for (size_t i = 0; i < d->n_decisions; i++)
		table_add_named(t, "not told",
		    str_fmt(arena, "%.*s%s%.*s%s%.*s%s%.*s", STR_ARG(d->decisions[i].watch),
			d->decisions[i].watch.n && d->decisions[i].entry.n ? ", " : "",
			STR_ARG(d->decisions[i].entry),
			d->decisions[i].watch.n + d->decisions[i].entry.n ? ": " : "",
			STR_ARG(d->decisions[i].reason), d->decisions[i].detail.n ? ", " : "",
			STR_ARG(d->decisions[i].detail)),
		    COLOUR_NONE);
}

static void
print_dossier(const struct dossier *d, struct arena *arena)
{
	static const char *const heads[] = { "item", "" };
	struct str body = d->text.body.n ? d->text.body : d->text.summary;
	struct table t;
	struct buf text;

	table_init(&t, arena, heads, ARRAY_LEN(heads));
	table_add_named(&t, "number", str_fmt(arena, "%lld", (long long)d->row.row), COLOUR_NONE);
	table_add_named(&t, "title", d->row.title, COLOUR_NONE);
	table_add_named(&t, "link", d->row.link, COLOUR_NONE);
	table_add_named(&t, "id", d->row.id, COLOUR_NONE);
	table_add_named(&t, "feed", d->row.feed, COLOUR_NONE);
	table_add_named(&t, "seen", date_rfc3339(d->row.seen_s, arena), COLOUR_NONE);
	table_add_named(&t, "published", date_rfc3339(d->row.published_s, arena), COLOUR_NONE);
	table_add_named(&t, "updated", date_rfc3339(d->row.updated_s, arena), COLOUR_NONE);
	table_add_named(&t, "author", d->row.author, COLOUR_NONE);
	table_add_named(&t, "categories", joined(d->text.categories, arena), COLOUR_NONE);
	table_add_named(&t, "language", d->row.lang, COLOUR_NONE);
	add_history(&t, d, arena);
	table_print(&t, stdout, command_colour());
	if (body.n == 0)
		return;
	buf_init(&text, JSON_MAX);
	wording_wrap(&text, body, STR(""), COLUMNS);
	printf("\n%.*s", STR_ARG(buf_str(&text)));
	buf_free(&text);
}

/* ---- the command ---- */

static bool
gather(struct store *s, struct str what, struct arena *arena, struct dossier *d, struct err *e)
{
	struct item_filter filter = { 0 };
	struct item_row *rows;
	size_t n;

	if (!store_find_item(s, what, arena, &d->text, e))
		return false;
	filter.row = d->text.row;
	if (!store_browse_items(s, &filter, arena, &rows, &n, e))
		return false;
	if (n == 0)
		return err_set(e, ERR_CONFIG, "item %lld went just now", (long long)filter.row);
	d->row = rows[0];
	return store_item_sources(s, filter.row, arena, &d->sources, &d->n_sources, e) &&
	       store_item_versions(s, filter.row, arena, &d->versions, &d->n_versions, e) &&
	       store_item_told(s, filter.row, arena, &d->told, &d->n_told, e) &&
	       store_item_decisions(s, filter.row, arena, &d->decisions, &d->n_decisions, e);
}

static int
show_one(struct store *s, const struct items_options *o, const char *what, struct arena *arena)
{
	struct dossier d = { 0 };
	struct err e;

	if (!gather(s, str_c(what), arena, &d, &e))
		return command_fail(
		    "items", e.kind == ERR_CONFIG ? EX_DATAERR : EX_IOERR, "%s", e.text);
	if (o->common.json)
		print_dossier_json(&d);
	else
		print_dossier(&d, arena);
	return EX_OK;
}

static int
show_list(struct store *s, const struct items_options *o, struct arena *arena)
{
	const struct item_filter filter = { .since_s = o->selection.since_s,
		.until_s = o->selection.until_s,
		.feed = o->feed,
		.watch = o->watch,
		.limit = o->selection.limit };
	struct item_row *rows;
	struct err e;
	size_t n;

	if (!store_browse_items(s, &filter, arena, &rows, &n, &e))
		return command_fail("items", EX_IOERR, "%s", e.text);
	for (size_t i = n; o->common.json && i-- > 0;) {
		struct json_out json;

		jout_init(&json, JSON_MAX);
		jout_open(&json, NULL, '{');
		put_item(&json, &rows[i]);
		jout_close(&json, '}');
		command_json_line(&json);
	}
	if (!o->common.json && n)
		print_list(rows, n, arena);
	else if (!o->common.json)
		command_none("items", &o->common,
		    &(struct command_names){ .feed = o->feed, .watch = o->watch });
	return EX_OK;
}

int
command_items(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS, SELECTION_LONGS,
		{ "feed", required_argument, NULL, OPTION_FEED },
		{ "watch", required_argument, NULL, OPTION_WATCH }, { 0 } };
	struct items_options o = { 0 };
	struct arena *arena;
	struct store *store;
	int c, status;

	command_options_init(&o.common);
	selection_init(&o.selection, LIMIT);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (c == OPTION_FEED)
			o.feed = str_c(optarg);
		else if (c == OPTION_WATCH)
			o.watch = str_c(optarg);
		else if (!command_option(c, &o.common) &&
			 selection_option("items", c, &o.selection) != SELECTION_TAKEN)
			return EX_USAGE;
	if (argc - optind > 1)
		return command_fail(
		    "items", EX_USAGE, "name one item, by its number, link, id or an alert's id");
	store = command_store("items", &o.common, &status);
	if (!store)
		return status;
	arena = arena_new();
	status =
	    optind < argc ? show_one(store, &o, argv[optind], arena) : show_list(store, &o, arena);
	store_close(store);
	arena_free(arena);
	return status;
}
