/*
 * newsbell silence: not to be told of something for a while; listed and ended.  The running daemon
 * writes it; without one the database is written directly.
 */
#include "command.h"

#include "control.h"
#include "date.h"
#include "mem.h"
#include "silences.h"
#include "table.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#define LISTED_S ((int64_t)7 * 86400) /* ended ones are shown so long */

struct request {
	struct command_options common;
	const char *what, *span, *reason, *author, *end;
	bool list;
};

/* ---- what is meant ---- */

struct meant {
	struct arena *arena;
	struct str name;
	enum silence_kind kind;
	struct str full; /* as it is stored */
	size_t n;        /* how many things have that name */
	struct str all;  /* "watch:vendors, feed:vendors" */
};

static void
found(struct meant *m, enum silence_kind kind, struct str full)
{
	if (m->n && m->kind == kind && str_eq_ci(m->full, full))
		return; /* a bare term that two watches look for */
	m->all = str_fmt(m->arena, "%.*s%s%s:%.*s", STR_ARG(m->all), m->n++ ? ", " : "",
	    silence_kind_names[kind], STR_ARG(full));
	m->kind = kind;
	m->full = full;
}

static void
look_for_entry(struct meant *m, const struct watchset *set)
{
	for (size_t i = 0; i < watchset_entries(set); i++) {
		struct str list, name, full;

		watchset_entry(set, i, &list, &name);
		full = list.n ? str_fmt(m->arena, "%.*s/%.*s", STR_ARG(list), STR_ARG(name)) : name;
		if (str_eq_ci(m->name, name) || str_eq_ci(m->name, full))
			found(m, SILENCE_ENTRY, full);
	}
}

static void
look_for(struct meant *m, const struct config *c, const bool wanted[SILENCE_KIND_COUNT])
{
	if (wanted[SILENCE_WATCH])
		for (size_t i = 0; i < watchset_watches(c->watchset); i++)
			if (str_eq_ci(m->name, watchset_watch_name(c->watchset, i)))
				found(m, SILENCE_WATCH, watchset_watch_name(c->watchset, i));
	if (wanted[SILENCE_FEED])
		for (size_t i = 0; i < c->n_feeds; i++)
			if (str_eq_ci(m->name, c->feeds[i].name))
				found(m, SILENCE_FEED, c->feeds[i].name);
	if (wanted[SILENCE_ENTRY])
		look_for_entry(m, c->watchset);
}

/* The nearest name of any kind. */
static struct str
suggest(const struct config *c, struct str name, struct arena *arena)
{
	size_t n = 0, n_watches = watchset_watches(c->watchset);
	size_t n_entries = watchset_entries(c->watchset);
	struct str *all = ARENA_ARRAY(arena, struct str, n_watches + c->n_feeds + n_entries);

	for (size_t i = 0; i < n_watches; i++)
		all[n++] = watchset_watch_name(c->watchset, i);
	for (size_t i = 0; i < c->n_feeds; i++)
		all[n++] = c->feeds[i].name;
	for (size_t i = 0; i < n_entries; i++) {
		struct str list;

		watchset_entry(c->watchset, i, &list, &all[n++]);
	}
	return diag_suggest(name, all, n, arena);
}

/* NAME, or watch:NAME, entry:NAME, feed:NAME where several things have it. */
static int
resolve(const struct request *r, struct meant *m)
{
	bool wanted[SILENCE_KIND_COUNT] = { true, true, true };
	struct config *config = command_config(&r->common, m->arena);
	struct str prefix, rest, hint;
	int status = EX_OK;

	if (!config)
		return EX_CONFIG;
	m->name = str_c(r->what);
	if (str_cut(m->name, ':', &prefix, &rest))
		for (int i = 0; i < SILENCE_KIND_COUNT; i++)
			if (str_eq_ci(prefix, str_c(silence_kind_names[i]))) {
				memset(wanted, 0, sizeof(wanted));
				wanted[i] = true;
				m->name = rest;
				break;
			}
	look_for(m, config, wanted);
	if (m->n > 1) {
		status = command_fail(
		    "silence", EX_DATAERR, "'%s' may be %.*s: say which", r->what, STR_ARG(m->all));
	} else if (m->n == 0) {
		hint = suggest(config, m->name, m->arena);
		status = command_fail("silence", EX_DATAERR,
		    "there is no watch, entry or feed '%s'%s%.*s", r->what, hint.n ? "; " : "",
		    STR_ARG(hint));
	}
	m->full = str_dup(m->arena, m->full);
	config_unref(config);
	return status;
}

/* ---- writing ---- */

/* By the daemon, or into the database that no daemon has open.  Takes request. */
static int
write_it(const struct request *r, const char *verb, json_t *request, json_t **answer,
    bool (*direct)(struct store *, int64_t, json_t *, json_t *, struct err *))
{
	struct arena *arena = arena_new();
	struct home home;
	struct store *store;
	struct err e = { 0 };
	int status = EX_OK;

	command_home(&r->common, arena, &home);
	json_object_set_new(request, "command", json_string(verb));
	*answer = NULL;
	if (!control_ask(str_z(arena, home.control), request, answer, &e)) {
		if (e.kind != ERR_NET) {
			status = command_fail(
			    "silence", e.kind == ERR_SYSTEM ? EX_NOPERM : EX_DATAERR, "%s", e.text);
		} else if (!(store = store_open(str_z(arena, home.database), STORE_CHANGE, &e))) {
			status = command_fail("silence", EX_UNAVAILABLE, "%s", e.text);
		} else {
			*answer = json_object();
			if (!direct(store, (int64_t)time(NULL), request, *answer, &e)) {
				status = command_fail("silence", EX_DATAERR, "%s", e.text);
				json_decref(*answer);
			}
			store_close(store);
		}
	}
	json_decref(request);
	arena_free(arena);
	return status;
}

static const char *
author(const struct request *r)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *me;

	if (r->author)
		return r->author;
	if (sudo && *sudo)
		return sudo;
	me = getpwuid(getuid());
	return me ? me->pw_name : "somebody";
}

static int
add(const struct request *r, struct arena *arena)
{
	struct meant m = { .arena = arena };
	json_t *request, *answer;
	struct err e;
	int64_t for_s;
	int status;

	if (!r->span || !r->reason)
		return command_fail(
		    "silence", EX_USAGE, "say for how long and why: --for 2h --reason TEXT");
	if (!settings_duration(str_c(r->span), &for_s, &e))
		return command_fail("silence", EX_USAGE, "--for: %s", e.text);
	status = resolve(r, &m);
	if (status != EX_OK)
		return status;
	request = json_pack("{s:s,s:s%,s:I,s:s,s:s}", "kind", silence_kind_names[m.kind], "name",
	    m.full.p, m.full.n, "for_s", (json_int_t)for_s, "reason", r->reason, "author",
	    author(r));
	if (!request)
		return command_fail("silence", EX_DATAERR, "reason and author must be UTF-8");
	status = write_it(r, "silence", request, &answer, silences_add);
	if (status != EX_OK)
		return status;
	if (r->common.json)
		printf("{\"id\":%lld,\"until_s\":%lld}\n",
		    (long long)json_integer_value(json_object_get(answer, "id")),
		    (long long)json_integer_value(json_object_get(answer, "until_s")));
	else
		printf("silence %lld: %s '%.*s' is not told for %s; `newsbell silence --end %lld` "
		       "ends "
		       "it\n",
		    (long long)json_integer_value(json_object_get(answer, "id")),
		    silence_kind_names[m.kind], STR_ARG(m.full), r->span,
		    (long long)json_integer_value(json_object_get(answer, "id")));
	json_decref(answer);
	return EX_OK;
}

static int
end(const struct request *r)
{
	json_t *answer;
	int64_t id;
	int status;

	if (!str_to_i64(str_c(r->end), &id))
		return command_fail(
		    "silence", EX_USAGE, "--end takes the number that --list shows");
	status = write_it(
	    r, "silence-end", json_pack("{s:I}", "id", (json_int_t)id), &answer, silences_end);
	if (status != EX_OK)
		return status;
	puts(r->common.json ? "{\"ok\":true}" : "ended: it is told again");
	json_decref(answer);
	return EX_OK;
}

/* ---- listing ---- */

static json_t *
moment(int64_t at_s, struct arena *arena)
{
	struct str s = date_rfc3339(at_s, arena);

	return json_stringn(s.p, s.n);
}

static void
print_json(const struct silence *v, size_t n, int64_t now_s, struct arena *arena)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    all, json_pack("{s:I,s:s,s:s%,s:s%,s:s%,s:o,s:o,s:b,s:I}", "id",
			     (json_int_t)v[i].id, "kind", silence_kind_names[v[i].kind], "name",
			     v[i].name.p, v[i].name.n, "reason", v[i].reason.p, v[i].reason.n,
			     "author", v[i].author.p, v[i].author.n, "from",
			     moment(v[i].from_s, arena), "until", moment(v[i].until_s, arena),
			     "in_force", v[i].until_s > now_s, "silenced", (json_int_t)v[i].n));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static int
list(const struct request *r, struct arena *arena)
{
	static const char *const heads[] = { "#ID", "WHAT", "NAME", "UNTIL", "#SILENCED", "BY",
		"WHY" };
	const int64_t now_s = (int64_t)time(NULL);
	struct silence *all;
	struct table t;
	struct store *store;
	struct err e;
	size_t n;
	int status;

	store = command_store("silence", &r->common, &status);
	if (!store)
		return status;
	if (!store_silences_listed(store, now_s - LISTED_S, arena, &all, &n, &e)) {
		store_close(store);
		return command_fail("silence", EX_IOERR, "%s", e.text);
	}
	store_close(store);
	if (r->common.json) {
		print_json(all, n, now_s, arena);
		return EX_OK;
	}
	if (n == 0) {
		puts("nothing is silenced");
		return EX_OK;
	}
	table_init(&t, arena, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < n; i++) {
		bool in_force = all[i].until_s > now_s;
		enum colour colour = in_force ? COLOUR_NONE : COLOUR_DIM;

		table_add(&t, str_fmt(arena, "%lld", (long long)all[i].id), colour);
		table_add(&t, str_c(silence_kind_names[all[i].kind]), colour);
		table_add(&t, all[i].name, colour);
		table_add(&t,
		    str_fmt(arena, "%.*s%s", STR_ARG(date_rfc3339(all[i].until_s, arena)),
			in_force ? "" : " (over)"),
		    colour);
		table_add(&t, str_fmt(arena, "%lld", (long long)all[i].n), colour);
		table_add(&t, all[i].author, colour);
		table_add(&t, all[i].reason, colour);
	}
	table_print(&t, stdout, command_colour());
	return EX_OK;
}

int
command_silence(int argc, char **argv)
{
	static const struct option longs[] = { COMMAND_LONGS,
		{ "for", required_argument, NULL, 'f' }, { "reason", required_argument, NULL, 'r' },
		{ "author", required_argument, NULL, 'a' }, { "list", no_argument, NULL, 'l' },
		{ "end", required_argument, NULL, 'e' }, { 0 } };
	struct request r = { 0 };
	struct arena *arena;
	int c, status;

	command_options_init(&r.common);
	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case 'f':
			r.span = optarg;
			break;
		case 'r':
			r.reason = optarg;
			break;
		case 'a':
			r.author = optarg;
			break;
		case 'l':
			r.list = true;
			break;
		case 'e':
			r.end = optarg;
			break;
		default:
			if (!command_option(c, &r.common))
				return EX_USAGE;
		}
	r.what = optind < argc ? argv[optind++] : NULL;
	if (optind != argc || (r.what != NULL) + r.list + (r.end != NULL) != 1)
		return command_fail("silence", EX_USAGE,
		    "name one watch, entry or feed, or say --list or --end ID");
	arena = arena_new();
	status = r.list ? list(&r, arena) : r.end ? end(&r) : add(&r, arena);
	arena_free(arena);
	return status;
}
