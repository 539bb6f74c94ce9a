/*
 * A whole configuration over items of another time: the daemon's own intake, stories, routes and
 * bundles, with a clock that the items set and a database that is thrown away.  Nothing is sent.
 */
#include "command.h"

#include "html.h"
#include "intake.h"
#include "json_lines.h"
#include "json_text.h"
#include "mem.h"
#include "parse.h"
#include "replay_show.h"
#include "store_bundle.h"
#include "url.h"
#include "utf8.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define OWED_MAX 100 /* deliveries asked for at once */

/* A feed that items name: the configured one, or one that only they know. */
struct source {
	struct feed feed;
	int64_t id;
	struct feed_state state;
	struct source *next;
};

struct replay {
	struct config *config;
	struct matcher *matcher;
	struct store *store;
	struct stories *stories;
	struct arena *arena; /* of all; of one line below */
	struct arena *line;
	struct feed_rules rules; /* of feeds that are not configured */
	struct source *sources;
	int64_t now_s;
	size_t items, alerts, folds, deliveries;
};

/* ---- deliveries ---- */

static bool
deliver(struct replay *r, const struct channel *channel, const struct owed *owed, int64_t at_s,
    struct err *e)
{
	struct attempt_done done = {
		.delivery = owed->id, .at_s = at_s, .code = 200, .state = DELIVERY_DONE
	};
	struct frozen frozen = { .facts = { (struct str *)&owed->facts, 1 } };

	if (owed->kind != BUNDLE_SINGLE && !store_freeze(r->store, owed->id, r->line, &frozen, e))
		return false;
	replay_show_delivery(owed, channel->name, &frozen.facts, at_s, r->line);
	r->deliveries++;
	return store_commit(r->store, NULL, &done, at_s, e);
}

/* All that is due by until_s, each at its time. */
static bool
deliver_until(struct replay *r, int64_t until_s, struct err *e)
{
	for (;;) {
		const struct channel *first = NULL;
		int64_t at_s = INT64_MAX;
		struct owed *owed;
		size_t n;

		for (size_t i = 0; i < r->config->n_channels; i++) {
			int64_t due_s;

			if (!store_next_try(r->store, r->config->channels[i].name, &due_s, e))
				return false;
			if (due_s < at_s) {
				at_s = due_s;
				first = &r->config->channels[i];
			}
		}
		if (!first || at_s > until_s)
			return true;
		if (!store_owed(r->store,
			&(struct owed_filter){
			    .channel = first->name, .now_s = at_s, .limit = OWED_MAX },
			r->line, &owed, &n, e))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!deliver(r, first, &owed[i], at_s, e))
				return false;
		if (n == 0)
			return true;
	}
}

/* ---- in ---- */

static struct source *
source_of(struct replay *r, struct str name)
{
	struct source *s;

	for (s = r->sources; s; s = s->next)
		if (str_eq(s->feed.name, name))
			return s;
	s = ARENA_NEW(r->arena, struct source);
	for (size_t i = 0; i < r->config->n_feeds; i++)
		if (str_eq(r->config->feeds[i].name, name))
			s->feed = r->config->feeds[i];
	if (!s->feed.rules) {
		s->feed.name = str_dup(r->arena, name);
		s->feed.url = str_fmt(r->arena, "replay:%.*s", STR_ARG(name));
		s->feed.rules = &r->rules;
	}
	s->next = r->sources;
	r->sources = s;
	return s;
}

static void
read_item(struct replay *r, const json_t *line, size_t number, struct item *ret)
{
	struct arena *a = r->line;

	*ret = (struct item){
		.id = json_text_of(line, "id"),
		.title = text_one_line(
		    html_text_from_feed(json_text_of(line, "title"), a, ITEM_TITLE_MAX), a),
		.summary = html_text_from_feed(json_text_of(line, "summary"), a, ITEM_TEXT_MAX),
		.body = html_text_from_feed(json_text_of(line, "body"), a, ITEM_TEXT_MAX),
		.author = json_text_of(line, "author"),
		.lang = json_text_of(line, "lang"),
		.published_s = r->now_s,
		.updated_s = DATE_NONE,
		.link = url_http(STR(""), json_text_of(line, "url"), a, ITEM_LINK_MAX),
	};
	if (ret->id.n == 0)
		ret->id = ret->link.n ? ret->link : str_fmt(a, "line %zu", number);
	ret->id = utf8_cut(ret->id, ITEM_ID_MAX);
}

static bool
take(struct replay *r, const json_t *line, size_t number, struct err *e)
{
	struct source *source = source_of(r, json_text_of(line, "feed"));
	struct item item;
	struct feed_doc doc = { .items = &item, .n_items = 1 };
	struct poll_done done = { .feed = source->id,
		.url = source->feed.url,
		.name = source->feed.name,
		.state = &source->state };
	const struct intake intake = {
		.config = r->config,
		.matcher = r->matcher,
		.store = r->store,
		.stories = r->stories,
		.feed = &source->feed,
		.feed_id = source->id,
		.delta = true,
		.now_s = r->now_s,
	};
	size_t owed;

	read_item(r, line, number, &item);
	if (!intake_document(&intake, &doc, r->line, &done, &owed, e) ||
	    !store_commit(r->store, &done, NULL, r->now_s, e))
		return false;
	source->id = done.feed;
	r->items++;
	for (size_t i = 0; i < done.n_items; i++) {
		const struct item_new *new = &done.items[i];

		for (size_t k = 0; k < new->n_alerts; k++)
			replay_show_alert(&new->alerts[k], r->now_s, r->line);
		for (size_t k = 0; k < new->n_decisions; k++) {
			replay_show_decision(
			    &new->decisions[k], &item, source->feed.name, r->now_s, r->line);
			r->folds += new->decisions[k].story != 0;
		}
		r->alerts += new->n_alerts;
	}
	return true;
}

/* Why a line is no item, or NULL. */
static const char *
what_is_wrong(const struct replay *r, const json_t *line)
{
	const json_t *time = json_object_get(line, "time");

	if (!json_is_object(line))
		return "no JSON object";
	if (!json_is_string(json_object_get(line, "feed")))
		return "\"feed\" is missing, or no text";
	if (!json_is_string(json_object_get(line, "title")))
		return "\"title\" is missing, or no text";
	if (!json_is_integer(time))
		return "\"time\" is missing, or no whole number of Unix seconds";
	if (r->items && json_integer_value(time) < r->now_s)
		return "it is older than the line before: sort the items by \"time\"";
	return NULL;
}

static int
run(struct replay *r)
{
	struct json_lines lines = { 0 };
	json_error_t why;
	json_t *line;
	int status = EX_OK;
	struct err e = { 0 };
	bool good = true;

	while (good && json_lines_next(&lines, &line, &why)) {
		const char *wrong = line ? what_is_wrong(r, line) : why.text;

		if (wrong) {
			status =
			    command_fail("replay", EX_DATAERR, "line %zu: %s", lines.number, wrong);
		} else {
			int64_t at_s = json_integer_value(json_object_get(line, "time"));

			good = deliver_until(r, at_s, &e);
			r->now_s = at_s;
			good = good && take(r, line, lines.number, &e);
		}
		json_decref(line);
		arena_reset(r->line);
	}
	json_lines_free(&lines);
	/* what waits at the end is told when its time comes */
	good = good && deliver_until(r, INT64_MAX - 1, &e);
	if (!good)
		return command_fail("replay", EX_SOFTWARE, "%s", e.text);
	if (ferror(stdin) || fflush(stdout) != 0)
		return command_fail("replay", EX_IOERR, "standard input or output: %m");
	fprintf(stderr, "%zu items: %zu alerts, %zu folded, %zu deliveries\n", r->items, r->alerts,
	    r->folds, r->deliveries);
	return status;
}

/* ---- the database that is thrown away ---- */

static void
remove_all(const char *dir, struct arena *arena)
{
	DIR *d = opendir(dir);
	const struct dirent *one;

	while (d && (one = readdir(d)))
		if (one->d_name[0] != '.' || strchr(one->d_name, 'l')) /* the lock may begin so */
			unlink(str_z(arena, str_fmt(arena, "%s/%s", dir, one->d_name)));
	if (d)
		closedir(d);
	rmdir(dir);
}

/* In memory where there is such a place: a replay commits after every item. */
static char *
make_dir(struct arena *arena)
{
	const char *places[] = { getenv("TMPDIR"), "/dev/shm", "/tmp" };

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		char *dir;

		if (!places[i])
			continue;
		dir = str_z(arena, str_fmt(arena, "%s/newsbell-replay-XXXXXX", places[i]));
		if (mkdtemp(dir))
			return dir;
	}
	return NULL;
}

int
command_replay(int argc, char **argv)
{
	struct replay r = { .arena = arena_new(), .line = arena_new() };
	struct command_options o;
	struct feed_section defaults;
	char *dir = NULL;
	struct err e;
	int status;

	if (!command_common(argc, argv, &o) || optind + 1 != argc) {
		status = command_fail(
		    "replay", EX_USAGE, "name one DIR, which has newsbell.conf and watchlists/");
		goto done;
	}
	o.config = str_z(r.arena, str_fmt(r.arena, "%s/newsbell.conf", argv[optind]));
	feed_init(&defaults);
	r.rules = defaults.rules;
	r.config = command_config_with(&o, SECRETS_CHECKED, r.arena);
	if (!r.config) {
		status = EX_CONFIG;
		goto done;
	}
	dir = make_dir(r.arena);
	if (!dir) {
		status = command_fail("replay", EX_CANTCREAT, "no place for a database: %m");
		goto done;
	}
	r.store =
	    store_open(str_z(r.arena, str_fmt(r.arena, "%s/newsbell.db", dir)), STORE_WRITE, &e);
	if (!r.store) {
		status = command_fail("replay", EX_CANTCREAT, "%s", e.text);
		goto done;
	}
	r.matcher = matcher_new(r.config->watchset);
	r.stories = stories_new(r.store);
	status = run(&r);
done:
	stories_free(r.stories);
	matcher_free(r.matcher);
	store_close(r.store);
	if (dir)
		remove_all(dir, r.arena);
	config_unref(r.config);
	arena_free(r.line);
	arena_free(r.arena);
	return status;
}
