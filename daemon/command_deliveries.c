/*
 * newsbell deliveries: what was sent where, and what came of it.  newsbell retry: owe it again.
 */
#include "command.h"

#include "alert.h"
#include "control.h"
#include "date.h"
#include "delivery_show.h"
#include "mem.h"
#include "selection.h"
#include "table.h"
#include "wording.h"

#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#define LIMIT 50
#define JSON_MAX ((size_t)16 << 20) /* bytes of one delivery */
#define ID_SHOWN 10                 /* characters: enough to name it */

enum { OPTION_FAILED = 0x100, OPTION_PENDING, OPTION_CHANNEL };

struct deliveries_options {
	struct command_options common;
	struct delivery_filter filter;
};

static int
read_options(int argc, char **argv, struct deliveries_options *o)
{
	static const struct option longs[] = { COMMAND_LONGS, SELECTION_LONGS,
		{ "failed", no_argument, NULL, OPTION_FAILED },
		{ "pending", no_argument, NULL, OPTION_PENDING },
		{ "channel", required_argument, NULL, OPTION_CHANNEL }, { 0 } };
	struct selection selection;
	int c;

	command_options_init(&o->common);
	selection_init(&selection, LIMIT);
	o->filter = (struct delivery_filter){ .state = -1 };
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case OPTION_FAILED:
			o->filter.state = DELIVERY_DEAD;
			break;
		case OPTION_PENDING:
			o->filter.state = DELIVERY_PENDING;
			break;
		case OPTION_CHANNEL:
			o->filter.channel = str_c(optarg);
			break;
		default:
			if (!command_option(c, &o->common) &&
			    selection_option("deliveries", c, &selection) != SELECTION_TAKEN)
				return EX_USAGE;
		}
	if (argc - optind > 1)
		return command_fail("deliveries", EX_USAGE, "name one delivery or alert by its id");
	o->filter.since_s = selection.since_s;
	o->filter.until_s = selection.until_s;
	o->filter.limit = selection.limit;
	if (optind < argc)
		o->filter.id = str_c(argv[optind]);
	return EX_OK;
}

/* ---- newsbell deliveries ---- */

static struct str
title_of(const struct delivery_row *row, struct arena *arena)
{
	struct alert alert;
	struct err e;

	if (!alert_from_json(row->facts, arena, &alert, &e))
		return STR("");
	if (row->kind != BUNDLE_SINGLE)
		return str_fmt(arena, "%s of %lld alert%s%s", bundle_kind_names[row->kind],
		    (long long)row->alerts, row->alerts == 1 ? "" : "s",
		    row->told && row->told < row->alerts
			? str_z(
			      arena, str_fmt(arena, ", %lld of them through", (long long)row->told))
			: "");
	return wording_line(alert.title, arena);
}

static json_t *
text(struct str s)
{
	json_t *v = json_stringn(s.n ? s.p : "", s.n);

	return v ? v : json_string("");
}

static void
print_attempts(const struct delivery_row *row, const struct attempt_row *attempts, size_t n,
    struct arena *arena)
{
	printf("%.*s to %.*s, %s%.*s: %s\n", STR_ARG(row->id), STR_ARG(row->channel),
	    row->alert.n ? "alert " : "", STR_ARG(row->alert.n ? row->alert : title_of(row, arena)),
	    delivery_state_names[row->state]);
	for (size_t i = 0; i < n; i++)
		printf("  %.*s  %lld ms  %.*s\n", STR_ARG(date_rfc3339(attempts[i].at_s, arena)),
		    (long long)attempts[i].elapsed_ms,
		    STR_ARG(wording_line(attempts[i].text, arena)));
	if (row->state == DELIVERY_PENDING)
		printf("  next try %.*s\n", STR_ARG(date_rfc3339(row->next_try_s, arena)));
}

static void
print_table(const struct delivery_row *rows, size_t n, struct arena *arena)
{
	static const char *const heads[] = { "DELIVERY", "CREATED", "CHANNEL", "STATE", "#TRIES",
		"ANSWER", "WHAT" };
	struct table t;

	table_init(&t, arena, heads, ARRAY_LEN(heads));
	t.cut = true;
	for (size_t i = n; i-- > 0;) { /* the newest last, where the eye is */
		table_add(&t, str_sub(rows[i].id, 0, ID_SHOWN), COLOUR_DIM);
		table_add(&t, date_rfc3339(rows[i].created_s, arena), COLOUR_NONE);
		table_add(&t, rows[i].channel, COLOUR_NONE);
		table_add(&t, str_c(delivery_state_names[rows[i].state]),
		    delivery_state_colours[rows[i].state]);
		table_add(&t, str_fmt(arena, "%lld", (long long)rows[i].attempts), COLOUR_NONE);
		table_add(
		    &t, wording_cut(wording_line(rows[i].text, arena), 40, arena), COLOUR_NONE);
		table_add(&t, title_of(&rows[i], arena), COLOUR_NONE);
	}
	table_print(&t, stdout, command_colour());
}

static bool
print_each(struct store *store, const struct deliveries_options *o, const struct delivery_row *rows,
    size_t n, struct arena *arena, struct err *e)
{
	for (size_t i = n; i-- > 0;) {
		struct attempt_row *attempts;
		size_t n_attempts;

		if (!store_attempts(store, rows[i].id, arena, &attempts, &n_attempts, e))
			return false;
		if (o->common.json) {
			struct json_out json;

			jout_init(&json, JSON_MAX);
			delivery_json(&json, &rows[i], attempts, n_attempts);
			command_json_line(&json);
		} else
			print_attempts(&rows[i], attempts, n_attempts, arena);
	}
	return true;
}

int
command_deliveries(int argc, char **argv)
{
	struct deliveries_options o;
	int status = read_options(argc, argv, &o);
	struct arena *arena;
	struct store *store;
	struct delivery_row *rows;
	struct err e = { 0 };
	size_t n;

	if (status != EX_OK)
		return status;
	store = command_store("deliveries", &o.common, &status);
	if (!store)
		return status;
	arena = arena_new();
	if (!store_deliveries(store, &o.filter, arena, &rows, &n, &e))
		status = command_fail("deliveries", EX_SOFTWARE, "%s", e.text);
	else if (n == 0 && o.filter.id.n)
		status = command_fail("deliveries", EX_DATAERR,
		    "no delivery or alert has an id that begins with '%.*s'", STR_ARG(o.filter.id));
	else if (o.common.json || o.filter.id.n) {
		if (!print_each(store, &o, rows, n, arena, &e))
			status = command_fail("deliveries", EX_SOFTWARE, "%s", e.text);
	} else if (n) {
		print_table(rows, n, arena);
	} else {
		command_none("deliveries", &o.common,
		    &(struct command_names){ .channel = o.filter.channel });
	}
	store_close(store);
	arena_free(arena);
	return status;
}

/* ---- newsbell retry ---- */

/* Without a daemon the database is written directly. */
static int
retry_here(const struct deliveries_options *o, size_t *n)
{
	struct arena *arena = arena_new();
	struct home home;
	struct store *store;
	struct err e = { 0 };
	int status = EX_OK;

	command_home(&o->common, arena, &home);
	store = store_open(str_z(arena, home.database), STORE_CHANGE, &e);
	if (!store || !store_retry(store, &o->filter, (int64_t)time(NULL), n, &e))
		status = command_fail("retry", EX_UNAVAILABLE, "%s", e.text);
	store_close(store);
	arena_free(arena);
	return status;
}

static int
retry_by_daemon(const struct deliveries_options *o, size_t *n, bool *here)
{
	struct arena *arena = arena_new();
	struct home home;
	struct err e = { 0 };
	json_t *answer = NULL, *request = json_object();
	int status = EX_OK;

	json_object_set_new(request, "command", json_string("retry"));
	json_object_set_new(request, "id", text(o->filter.id));
	json_object_set_new(request, "channel", text(o->filter.channel));
	command_home(&o->common, arena, &home);
	if (control_ask(str_z(arena, home.control), request, &answer, &e))
		*n = (size_t)json_integer_value(json_object_get(answer, "deliveries"));
	else if (e.kind == ERR_NET)
		*here = true;
	else
		status = command_fail("retry", EX_NOPERM, "%s", e.text);
	json_decref(request);
	json_decref(answer);
	arena_free(arena);
	return status;
}

static int
read_retry_options(int argc, char **argv, struct deliveries_options *o)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "channel", required_argument, NULL, OPTION_CHANNEL }, { 0 } };
	int c;

	command_options_init(&o->common);
	o->filter = (struct delivery_filter){ .state = -1 };
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		if (c == OPTION_CHANNEL)
			o->filter.channel = str_c(optarg);
		else if (!command_option(c, &o->common))
			return EX_USAGE;
	if (argc - optind > 1)
		return command_fail("retry", EX_USAGE, "name one delivery or alert by its id");
	if (optind < argc)
		o->filter.id = str_c(argv[optind]);
	return EX_OK;
}

int
command_retry(int argc, char **argv)
{
	struct deliveries_options o;
	int status = read_retry_options(argc, argv, &o);
	bool here = false;
	size_t n = 0;

	if (status != EX_OK)
		return status;
	if (o.filter.id.n == 0 && o.filter.channel.n == 0)
		return command_fail("retry", EX_USAGE,
		    "name a delivery or an alert by its id, or a channel: retry ID, retry "
		    "--channel NAME");
	status = retry_by_daemon(&o, &n, &here);
	if (here)
		status = retry_here(&o, &n);
	if (status != EX_OK)
		return status;
	if (o.common.json)
		printf("{\"deliveries\":%zu}\n", n);
	else if (n == 0)
		command_fail("retry", EX_DATAERR,
		    "nothing that was given up is meant by '%.*s' (newsbell deliveries --failed "
		    "shows what was)",
		    STR_ARG(o.filter.id.n ? o.filter.id : o.filter.channel));
	else
		printf("%zu %s owed again\n", n, n == 1 ? "delivery is" : "deliveries are");
	return n || o.filter.id.n == 0 ? EX_OK : EX_DATAERR;
}
