#include "command.h"

#include "html.h"
#include "json_lines.h"
#include "json_text.h"
#include "story.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define TITLE_MAX ((size_t)4 << 10)    /* bytes; more is cut */
#define SUMMARY_MAX ((size_t)16 << 10) /* bytes */

struct stories_options {
	bool batch, explain;
	struct story_rules rules;
};

struct run {
	const struct stories_options *o;
	struct story_reader *reader;
	struct story_idf *idf;
	struct story_table *table;
	struct arena *arena; /* of one line */
	uint32_t space;
	uint64_t alone; /* stories of one item, where nothing is grouped */
};

static struct str
feed_text(struct run *r, const json_t *line, const char *key, size_t max)
{
	return text_one_line(html_text_from_feed(json_text_of(line, key), r->arena, max), r->arena);
}

static void
place(struct run *r, const json_t *line)
{
	static const struct story_again never = { 0 };
	struct story_news news = { 0 };
	struct story_item item;
	struct story_verdict v;
	json_t *answer = json_object();

	story_read(r->reader, r->idf, feed_text(r, line, "title", TITLE_MAX),
	    feed_text(r, line, "summary", SUMMARY_MAX), json_text_of(line, "url"), r->arena, &item);
	story_item_learn(&item, r->idf);
	news.outlet = item.outlet;
	story_place(
	    &(struct story_placing){
		.table = r->table,
		.space = r->space,
		.item = &item,
		.rules = &r->o->rules,
		.news = &news,
		.again = &never,
		.now_s = json_integer_value(json_object_get(line, "time")),
	    },
	    &v);
	if (r->o->rules.grouping == GROUPING_OFF)
		v.id = ++r->alone;
	json_object_set(answer, "n", json_object_get(line, "n"));
	json_object_set_new(answer, "story", json_integer((json_int_t)v.id));
	if (r->o->explain) {
		json_object_set_new(answer, "how", json_string(story_hows[v.how]));
		json_object_set_new(answer, "score", json_real(v.score));
		json_object_set_new(answer, "items", json_integer(v.items));
		json_object_set_new(answer, "outlets", json_integer(v.outlets));
	}
	json_dumpf(answer, stdout, JSON_COMPACT | JSON_REAL_PRECISION(3));
	putchar('\n');
	json_decref(answer);
}

/* Why a line is no item, or NULL. */
static const char *
what_is_wrong(const json_t *line)
{
	if (!json_is_object(line))
		return "no JSON object";
	if (!json_object_get(line, "n"))
		return "\"n\" is missing";
	if (!json_is_string(json_object_get(line, "title")))
		return "\"title\" is missing, or no text";
	if (!json_is_integer(json_object_get(line, "time")))
		return "\"time\" is missing, or no whole number of Unix seconds";
	return NULL;
}

static int
batch(struct run *r)
{
	struct json_lines lines = { 0 };
	json_error_t e;
	json_t *line;
	int status = EX_OK;

	while (json_lines_next(&lines, &line, &e)) {
		const char *why = line ? what_is_wrong(line) : e.text;

		if (why)
			status =
			    command_fail("stories", EX_DATAERR, "line %zu: %s", lines.number, why);
		else
			place(r, line);
		json_decref(line);
		arena_reset(r->arena);
	}
	json_lines_free(&lines);
	if (ferror(stdin) || fflush(stdout) != 0)
		return command_fail("stories", EX_IOERR, "standard input or output: %m");
	return status;
}

static bool
choose(const char *const *choices, const char *word, int *ret)
{
	for (int i = 0; choices[i]; i++)
		if (strcmp(choices[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static int
read_options(int argc, char **argv, struct stories_options *o)
{
	static const struct option longs[] = { COMMAND_LONGS, { "batch", no_argument, NULL, 'b' },
		{ "explain", no_argument, NULL, 'e' }, { "grouping", required_argument, NULL, 'g' },
		{ "strictness", required_argument, NULL, 's' },
		{ "window", required_argument, NULL, 'w' }, { NULL, 0, NULL, 0 } };
	struct command_options common; /* JSON is all it prints */
	struct err e;
	int c, choice;

	while ((c = getopt_long(argc, argv, COMMAND_SHORTS, longs, NULL)) != -1)
		switch (c) {
		case 'b':
			o->batch = true;
			break;
		case 'e':
			o->explain = true;
			break;
		case 'g':
			if (!choose(story_groupings, optarg, &choice))
				return command_fail("stories", EX_USAGE,
				    "--grouping is off, copies or story, not '%s'", optarg);
			o->rules.grouping = (enum story_grouping)choice;
			break;
		case 's':
			if (!choose(story_strictnesses, optarg, &choice))
				return command_fail("stories", EX_USAGE,
				    "--strictness is strict, normal or loose, not '%s'", optarg);
			o->rules.strictness = (enum story_strictness)choice;
			break;
		case 'w':
			if (!settings_duration(str_c(optarg), &o->rules.window_s, &e))
				return command_fail("stories", EX_USAGE, "--window: %s", e.text);
			if (o->rules.window_s < STORY_WINDOW_MIN_S ||
			    o->rules.window_s > STORY_WINDOW_MAX_S)
				return command_fail(
				    "stories", EX_USAGE, "--window is from 1h to 30d");
			break;
		default:
			if (!command_option(c, &common))
				return EX_USAGE;
		}
	if (!o->batch || optind != argc)
		return command_fail(
		    "stories", EX_USAGE, "say --batch and give the items on standard input");
	return EX_OK;
}

int
command_stories(int argc, char **argv)
{
	struct stories_options o = { .rules = { .grouping = GROUPING_STORY,
					 .strictness = STRICTNESS_NORMAL,
					 .window_s = STORY_WINDOW_S } };
	struct run r = { .o = &o, .space = story_hash(STR("stories")) };
	int status = read_options(argc, argv, &o);

	if (status != EX_OK)
		return status;
	r.reader = story_reader_new();
	r.idf = story_idf_new();
	r.table = story_table_new(r.idf);
	r.arena = arena_new();
	status = batch(&r);
	arena_free(r.arena);
	story_table_free(r.table);
	story_idf_free(r.idf);
	story_reader_free(r.reader);
	return status;
}
