#include "route_tests.h"

#include "file.h"
#include "mem.h"

#include <stddef.h>
#include <unistd.h>

#define TESTS_FILE_MAX ((size_t)16 << 20) /* bytes */
#define TESTS_MONDAY_S                                                                             \
	((int64_t)1767571200) /* Monday 5 January 2026, as a wall shows it: the week of `at = ` */
#define TESTS_AT "wed 12:00"

/* A section before its texts are put into zones. */
struct test_section {
	struct str zone[ZONE_COUNT];
	struct str lang;
	struct route_test test;
};

#define SECTION(field) offsetof(struct test_section, field)
#define EXPECT(field) offsetof(struct test_section, test.field)
static const struct setting test_settings[] = {
	{ "title", SETTING_TEXT, SECTION(zone[ZONE_TITLE]) },
	{ "summary", SETTING_TEXT, SECTION(zone[ZONE_SUMMARY]) },
	{ "body", SETTING_TEXT, SECTION(zone[ZONE_BODY]) },
	{ "author", SETTING_TEXT, SECTION(zone[ZONE_AUTHOR]) },
	{ "category", SETTING_TEXT, SECTION(zone[ZONE_CATEGORY]) },
	{ "url", SETTING_TEXT, SECTION(zone[ZONE_URL]) },
	{ "lang", SETTING_TEXT, SECTION(lang) },
	{ "feed", SETTING_VALUE, EXPECT(feed) },
	{ "at", SETTING_VALUE, EXPECT(when) },
	{ "watches", SETTING_VALUE, EXPECT(watches) },
	{ "not-watches", SETTING_VALUE, EXPECT(not_watches) },
	{ "severity", SETTING_VALUE, EXPECT(severity) },
	{ "to", SETTING_VALUE, EXPECT(to) },
	{ "not-to", SETTING_VALUE, EXPECT(not_to) },
	{ "at-once", SETTING_VALUE, EXPECT(at_once) },
	{ "later", SETTING_VALUE, EXPECT(later) },
};

/* ---- reading ---- */

static bool
has(const struct str_list *names, struct str name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->v[i], name))
			return true;
	return false;
}

/* A value's names, each known; "none" alone is the empty list. */
static bool
read_names(const struct setting_line *line, const struct str_list *known, const char *what,
    struct arena *arena, struct diags *diags, struct str_list *ret)
{
	size_t errors = diags->errors;
	struct err e;

	*ret = (struct str_list){ 0 };
	if (str_eq_c(line->value, "none"))
		return true;
	if (!settings_list(line->value, ret, arena, &e)) {
		diag_add(diags, DIAG_ERROR, line->value_at, STR(""), "%s", e.text);
		return false;
	}
	for (size_t i = 0; i < ret->n; i++)
		if (!has(known, ret->v[i]))
			diag_add(diags, DIAG_ERROR,
			    place_in(
				line->value_at, line->value, (size_t)(ret->v[i].p - line->value.p)),
			    diag_suggest(ret->v[i], known->v, known->n, arena),
			    "there is no %s '%.*s'", what, STR_ARG(ret->v[i]));
	return diags->errors == errors;
}

/* A value continued over lines is one text: a line break would end a block. */
static struct str
one_line(struct str s, struct arena *arena)
{
	char *copy = str_z(arena, s);

	for (size_t i = 0; i < s.n; i++)
		if (copy[i] == '\n')
			copy[i] = ' ';
	return str_n(copy, s.n);
}

/* Something must be expected, or the test cannot fail. */
static bool
expects(const struct route_test *t)
{
	return t->watches.value.n + t->not_watches.value.n + t->severity.value.n + t->to.value.n +
	       t->not_to.value.n + t->at_once.value.n + t->later.value.n;
}

static void
place_item(
    const struct config *config, struct test_section *s, struct arena *arena, struct diags *diags)
{
	struct route_test *test = &s->test;
	struct str_list feeds = { ARENA_ARRAY(arena, struct str, config->n_feeds),
		config->n_feeds };
	struct str when = test->when.value.n ? test->when.value : STR(TESTS_AT);
	struct str_list feed;
	struct err e;

	for (int z = 0; z < ZONE_COUNT; z++)
		test->item.zone[z] = one_line(s->zone[z], arena);
	test->item.lang = s->lang;
	for (size_t i = 0; i < feeds.n; i++)
		feeds.v[i] = config->feeds[i].name;
	if (test->feed.value.n && read_names(&test->feed, &feeds, "feed", arena, diags, &feed) &&
	    feed.n == 1) {
		test->item.feed = feed.v[0];
		test->item.tags = rehearse_tags(config, feed.v[0]);
	}
	if (!rehearse_time(when, config->zone,
		tz_instant(config->zone, TESTS_MONDAY_S, TZ_FIRST) - 1, arena, &test->now_s, &e))
		diag_add(diags, DIAG_ERROR, test->when.value_at, STR(""), "at: %s", e.text);
	if (s->zone[ZONE_TITLE].n + s->zone[ZONE_SUMMARY].n + s->zone[ZONE_BODY].n == 0)
		diag_add(diags, DIAG_ERROR, test->at, STR("write title = ..."),
		    "[test \"%.*s\"] has no text", STR_ARG(test->name));
	if (!expects(test))
		diag_add(diags, DIAG_ERROR, test->at,
		    STR("write to = ..., not-to = ..., watches = ... or another of these"),
		    "[test \"%.*s\"] expects nothing", STR_ARG(test->name));
}

static void
read_test(const struct config *config, const struct section *section, struct arena *arena,
    struct diags *diags, struct route_test *ret)
{
	struct test_section s = { .test = { .name = section->name, .at = section->at } };
	const struct settings_table table = { test_settings, ARRAY_LEN(test_settings), &s };

	settings_apply(section, &table, 1, NULL, arena, diags);
	place_item(config, &s, arena, diags);
	*ret = s.test;
}

void
route_tests_read(const struct config *config, struct str dir, struct arena *arena,
    struct diags *diags, struct route_test **ret, size_t *n)
{
	struct str path = str_fmt(arena, "%.*s/tests.conf", STR_ARG(dir)), text;
	struct section *sections = NULL;
	size_t n_sections = 0, cap = 0;
	struct err e;

	*ret = NULL;
	*n = 0;
	if (access(str_z(arena, path), F_OK) < 0)
		return;
	if (!file_read(str_z(arena, path), TESTS_FILE_MAX, arena, &text, &e)) {
		diag_add(diags, DIAG_ERROR, (struct place){ 0 }, STR(""), "%s", e.text);
		return;
	}
	settings_read(text, path, arena, diags, &sections, &n_sections, &cap);
	*ret = ARENA_ARRAY(arena, struct route_test, n_sections);
	for (size_t i = 0; i < n_sections; i++)
		if (str_eq_c(sections[i].kind, "test") && sections[i].name.n)
			read_test(config, &sections[i], arena, diags, &(*ret)[(*n)++]);
		else
			diag_add(diags, DIAG_ERROR, sections[i].at, STR(""),
			    "only [test \"name\"] stands in a file of tests");
}

/* ---- running ---- */

struct run {
	const struct config *config;
	const struct route_test *test;
	const struct rehearsal *rehearsal;
	struct arena *arena;
	struct diags *diags;
};

static void
unmet(struct run *r, const struct setting_line *line, struct str what)
{
	diag_add(r->diags, DIAG_ERROR, line->key_at,
	    str_fmt(
		r->arena, "newsbell route --test \"%.*s\" shows the path", STR_ARG(r->test->name)),
	    "[test \"%.*s\"]: %.*s", STR_ARG(r->test->name), STR_ARG(what));
}

static bool
fires(const struct run *r, struct str watch)
{
	for (size_t i = 0; i < r->rehearsal->n; i++)
		if (str_eq(r->rehearsal->v[i].fired->name, watch))
			return true;
	return false;
}

enum manner { ANYHOW, AT_ONCE, LATER };

/* The first way in which the channel is told, or NULL. */
static const struct told *
find_told(const struct run *r, struct str channel, enum manner manner)
{
	for (size_t i = 0; i < r->rehearsal->n; i++)
		for (size_t k = 0; k < r->rehearsal->v[i].n_told; k++) {
			const struct told *told = &r->rehearsal->v[i].told[k];

			if (str_eq(told->channel, channel) &&
			    (manner == ANYHOW ||
				(manner == AT_ONCE) == (told->kind == BUNDLE_SINGLE)))
				return told;
		}
	return NULL;
}

static struct str_list
watch_names(const struct config *config, struct arena *arena)
{
	size_t n = watchset_watches(config->watchset);
	struct str_list ret = { ARENA_ARRAY(arena, struct str, n), n };

	for (size_t i = 0; i < n; i++)
		ret.v[i] = watchset_watch_name(config->watchset, i);
	return ret;
}

static void
expect_watches(struct run *r, const struct setting_line *line, bool wanted)
{
	struct str_list known = watch_names(r->config, r->arena), names;

	if (line->value.n == 0 || !read_names(line, &known, "watch", r->arena, r->diags, &names))
		return;
	if (names.n == 0 && wanted)
		for (size_t i = 0; i < r->rehearsal->n; i++)
			unmet(r, line,
			    str_fmt(r->arena, "watch '%.*s' fires",
				STR_ARG(r->rehearsal->v[i].fired->name)));
	for (size_t i = 0; i < names.n; i++)
		if (fires(r, names.v[i]) != wanted)
			unmet(r, line,
			    str_fmt(r->arena, "watch '%.*s' %s", STR_ARG(names.v[i]),
				wanted ? "does not fire" : "fires"));
}

static void
expect_severity(struct run *r)
{
	const struct setting_line *line = &r->test->severity;
	enum severity highest = SEVERITY_LOW;
	struct str names[SEVERITY_COUNT];

	if (line->value.n == 0)
		return;
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		names[i] = str_c(severity_names[i]);
	for (size_t i = 0; i < r->rehearsal->n; i++)
		if (r->rehearsal->v[i].fired->severity > highest)
			highest = r->rehearsal->v[i].fired->severity;
	if (!has(&(struct str_list){ names, SEVERITY_COUNT }, line->value))
		diag_add(r->diags, DIAG_ERROR, line->value_at,
		    diag_suggest(line->value, names, SEVERITY_COUNT, r->arena),
		    "there is no severity '%.*s'", STR_ARG(line->value));
	else if (r->rehearsal->n == 0)
		unmet(r, line, STR("no watch fires"));
	else if (!str_eq(line->value, names[highest]))
		unmet(r, line, str_fmt(r->arena, "its severity is %s", severity_names[highest]));
}

static void
expect_channels(struct run *r, const struct setting_line *line, enum manner manner, bool wanted)
{
	static const char *const manners[] = {
		[ANYHOW] = "", [AT_ONCE] = " at once", [LATER] = " later"
	};
	const struct str_list *channels = &r->config->routing.channels;
	struct str_list names;

	if (line->value.n == 0 ||
	    !read_names(line, channels, "channel", r->arena, r->diags, &names))
		return;
	for (size_t i = 0; i < channels->n; i++) {
		const struct told *told = find_told(r, channels->v[i], manner);
		bool named = has(&names, channels->v[i]);

		if (named && wanted && !told)
			unmet(r, line,
			    str_fmt(r->arena, "'%.*s' is not told%s", STR_ARG(channels->v[i]),
				manners[manner]));
		/* `to = none` */
		if (told && (wanted ? names.n == 0 : named))
			unmet(r, line,
			    str_fmt(r->arena, "'%.*s' is told%s%s%.*s%s", STR_ARG(channels->v[i]),
				manners[manner], told->route ? " by route '" : "",
				STR_ARG(told->route ? told->route->name : STR("")),
				told->route ? "'" : ""));
	}
}

void
route_test_run(const struct config *config, const struct route_test *test, struct arena *arena,
    struct diags *diags)
{
	struct rehearsal rehearsal;
	struct run r = { config, test, &rehearsal, arena, diags };

	rehearse(config, &test->item, test->now_s, arena, &rehearsal);
	expect_watches(&r, &test->watches, true);
	expect_watches(&r, &test->not_watches, false);
	expect_severity(&r);
	expect_channels(&r, &test->to, ANYHOW, true);
	expect_channels(&r, &test->not_to, ANYHOW, false);
	expect_channels(&r, &test->at_once, AT_ONCE, true);
	expect_channels(&r, &test->later, LATER, true);
}
