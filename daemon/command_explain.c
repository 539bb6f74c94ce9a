/*
 * newsbell explain: the whole decision about an item that is kept: what the watches make of it,
 * part by part, what was found and did not count, what was told, and what was decided not to tell.
 */
#include "command.h"

#include "date.h"
#include "decision_show.h"
#include "explain.h"
#include "json_out.h"
#include "match_show.h"
#include "rehearse.h"
#include "store_archive.h"
#include "store_lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes */

struct explanation {
	struct item_found item;
	struct told_row *told;
	size_t n_told;
	struct decision_row *decisions;
	size_t n_decisions;
};

/*
 * Leaves what concerns that watch: its own history, and what was decided of entries before any
 * watch was asked.
 */
static void
history_only(struct explanation *x, const char *watch)
{
	size_t told = 0, decisions = 0;

	for (size_t i = 0; i < x->n_told; i++)
		if (str_eq_c(x->told[i].watch, watch))
			x->told[told++] = x->told[i];
	for (size_t i = 0; i < x->n_decisions; i++)
		if (x->decisions[i].watch.n == 0 || str_eq_c(x->decisions[i].watch, watch))
			x->decisions[decisions++] = x->decisions[i];
	x->n_told = told;
	x->n_decisions = decisions;
}

static bool
gather(struct store *store, struct str what, struct arena *arena, struct explanation *ret,
    struct err *e)
{
	return store_find_item(store, what, arena, &ret->item, e) &&
	       store_item_told(store, ret->item.row, arena, &ret->told, &ret->n_told, e) &&
	       store_item_decisions(
		   store, ret->item.row, arena, &ret->decisions, &ret->n_decisions, e);
}

static void
print_history(const struct explanation *x, const char *watch, struct arena *arena)
{
	for (size_t i = 0; i < x->n_told; i++) {
		const struct told_row *t = &x->told[i];

		if (t->deliveries == 0) { /* the decisions below say why */
			printf("told to nobody: watch \"%.*s\", alert %.*s of %.*s\n",
			    STR_ARG(t->watch), STR_ARG(t->alert),
			    STR_ARG(date_rfc3339(t->created_s, arena)));
			continue;
		}
		printf("told: watch \"%.*s\", alert %.*s of %.*s, deliveries: %lld made, "
		       "%lld given up, %lld under way\n",
		    STR_ARG(t->watch), STR_ARG(t->alert),
		    STR_ARG(date_rfc3339(t->created_s, arena)), (long long)t->done,
		    (long long)t->dead, (long long)(t->deliveries - t->done - t->dead));
	}
	for (size_t i = 0; i < x->n_decisions; i++) {
		const struct decision_row *d = &x->decisions[i];

		printf("decided %.*s: %.*s%s%.*s%.*s not told: %.*s%s%.*s%s\n",
		    STR_ARG(date_rfc3339(d->at_s, arena)), STR_ARG(d->watch),
		    d->watch.n && d->entry.n ? ", " : "", STR_ARG(d->entry),
		    d->watch.n + d->entry.n ? 0 : 2, "it", STR_ARG(d->reason),
		    d->detail.n ? " (" : "", STR_ARG(d->detail), d->detail.n ? ")" : "");
	}
	if (x->n_told + x->n_decisions == 0)
		printf("nothing was told of it%s, and nothing was held back\n",
		    watch ? " by this watch" : "");
}

static void
print_watches(const struct config *config, const char *only, const struct match_input *in,
    struct arena *arena)
{
	struct matcher *m = matcher_new(config->watchset);
	struct match_result result;

	matcher_run(m, in, arena, &result);
	for (size_t i = 0; i < watchset_watches(config->watchset); i++) {
		struct str name = watchset_watch_name(config->watchset, i), text;
		bool fired = false;

		for (size_t k = 0; k < result.n_fired; k++)
			fired = fired || result.fired[k].watch == i;
		if (only && !str_eq_c(name, only))
			continue;
		printf("\nwatch \"%.*s\" %s on it as configured now:\n", STR_ARG(name),
		    fired ? "fires" : "does not fire");
		text = matcher_explain(m, in, i, arena);
		while (text.n) {
			struct str line;

			str_cut(text, '\n', &line, &text);
			printf("  %.*s\n", STR_ARG(line));
		}
	}
	putchar('\n');
	match_only(&result, config->watchset, str_c(only));
	match_print(stdout, &result, in, command_colour());
	matcher_free(m);
}

/* ---- JSON ---- */

static void
put_history(struct json_out *o, const struct explanation *x)
{
	jout_open(o, "told", '[');
	for (size_t i = 0; i < x->n_told; i++) {
		jout_open(o, NULL, '{');
		jout_str(o, "watch", x->told[i].watch);
		jout_str(o, "alert", x->told[i].alert);
		jout_date(o, "created", x->told[i].created_s);
		jout_i64(o, "deliveries", x->told[i].deliveries);
		jout_i64(o, "delivered", x->told[i].done);
		jout_i64(o, "failed", x->told[i].dead);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	decisions_json(o, x->decisions, x->n_decisions);
}

static void
put_watches(struct json_out *o, const struct config *config, const char *only,
    const struct match_input *in, struct arena *arena)
{
	struct matcher *m = matcher_new(config->watchset);
	struct match_result result;
	json_t *found;
	char *text;

	matcher_run(m, in, arena, &result);
	jout_open(o, "watches", '[');
	for (size_t i = 0; i < watchset_watches(config->watchset); i++) {
		struct str name = watchset_watch_name(config->watchset, i);
		bool fired = false;

		for (size_t k = 0; k < result.n_fired; k++)
			fired = fired || result.fired[k].watch == i;
		if (only && !str_eq_c(name, only))
			continue;
		jout_open(o, NULL, '{');
		jout_str(o, "name", name);
		jout_bool(o, "fires", fired);
		jout_str(o, "why", matcher_explain(m, in, i, arena));
		jout_close(o, '}');
	}
	jout_close(o, ']');
	match_only(&result, config->watchset, str_c(only));
	found = match_json(&result, in, true, arena);
	text = json_dumps(found, JSON_COMPACT);
	jout_raw(o, "found", str_c(text));
	free(text);
	json_decref(found);
	matcher_free(m);
}

static void
print_json(const struct config *config, const struct explanation *x, const char *watch,
    const struct match_input *in, struct arena *arena)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_i64(&o, "item", x->item.row);
	jout_str(&o, "title", x->item.title);
	jout_str_or_null(&o, "link", x->item.link);
	jout_str(&o, "feed", x->item.feed);
	jout_date(&o, "seen", x->item.seen_s);
	put_history(&o, x);
	put_watches(&o, config, watch, in, arena);
	jout_close(&o, '}');
	command_json_line(&o);
}

/* ---- the command ---- */

static int
explain(const struct config *config, struct explanation *x, const char *watch, bool json,
    struct arena *arena)
{
	const struct match_input in = {
		.zone = { [ZONE_TITLE] = x->item.title,
		    [ZONE_SUMMARY] = x->item.summary,
		    [ZONE_BODY] = x->item.body,
		    [ZONE_AUTHOR] = x->item.author,
		    [ZONE_CATEGORY] = x->item.categories,
		    [ZONE_URL] = x->item.link },
		.feed = x->item.feed,
		.tags = rehearse_tags(config, x->item.feed),
		.lang = x->item.lang,
	};

	if (watch && !command_knows_watch("explain", config->watchset, watch))
		return EX_DATAERR;
	if (watch)
		history_only(x, watch);
	if (json) {
		print_json(config, x, watch, &in, arena);
		return EX_OK;
	}
	printf("%.*s\n%.*s\nfeed \"%.*s\", seen %.*s\n", STR_ARG(x->item.title),
	    STR_ARG(x->item.link), STR_ARG(x->item.feed),
	    STR_ARG(date_rfc3339(x->item.seen_s, arena)));
	print_history(x, watch, arena);
	print_watches(config, watch, &in, arena);
	return EX_OK;
}

static int
run(const struct command_options *o, const char *what, const char *watch, struct arena *arena)
{
	struct explanation x = { 0 };
	struct config *config;
	struct store *store;
	struct err e;
	int status;

	store = command_store("explain", o, &status);
	if (!store)
		return status;
	if (!gather(store, str_c(what), arena, &x, &e))
		status = command_fail(
		    "explain", e.kind == ERR_CONFIG ? EX_DATAERR : EX_IOERR, "%s", e.text);
	else
		status = EX_OK;
	store_close(store);
	if (status != EX_OK)
		return status;
	config = command_config(o, arena);
	if (!config)
		return EX_CONFIG;
	status = explain(config, &x, watch, o->json, arena);
	config_unref(config);
	return status;
}

int
command_explain(int argc, char **argv)
{
	struct command_options o;
	struct arena *arena;
	int status;

	if (!command_common(argc, argv, &o))
		return EX_USAGE;
	if (argc - optind < 1 || argc - optind > 2)
		return command_fail("explain", EX_USAGE,
		    "give an item (its link, id, number, or an alert's id), and perhaps a watch");
	arena = arena_new();
	status = run(&o, argv[optind], argv[optind + 1], arena);
	arena_free(arena);
	return status;
}
