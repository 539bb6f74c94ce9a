#include "grouping.h"

#include "mem.h"

#define AGAIN_AT_MAX STORY_OUTLETS_MAX

void
grouping_init(struct grouping *g)
{
	*g = (struct grouping){
		.grouping = GROUPING_STORY,
		.strictness = STRICTNESS_NORMAL,
		.window_s = STORY_WINDOW_S,
		.edits = true,
	};
}

static bool
parse_again(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct grouping_again ret = { 0 };
	struct str_list list;

	if (!settings_list(value, &list, arena, e))
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (str_eq_c(list.v[i], "entry"))
			ret.entry = true;
		else if (str_eq_c(list.v[i], "severity"))
			ret.severity = true;
		else if (!str_eq_c(list.v[i], "never"))
			return err_set(e, ERR_CONFIG,
			    "'%.*s' is nothing to tell again on (entry, severity, or never)",
			    STR_ARG(list.v[i]));
	*(struct grouping_again *)field = ret;
	return true;
}

/* "feed:cisa, tag:filings", or "none". */
static bool
parse_never(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct grouping_never ret = { 0 };
	struct str_list list;
	size_t feeds_cap = 0, tags_cap = 0;

	if (!settings_list(value, &list, arena, e))
		return false;
	for (size_t i = 0; i < list.n; i++) {
		struct str kind, name;

		str_cut(list.v[i], ':', &kind, &name);
		name = str_trim(name);
		if (str_eq_c(kind, "feed") && name.n)
			*ARENA_PUSH(arena, ret.feeds.v, ret.feeds.n, feeds_cap) =
			    str_dup(arena, name);
		else if (str_eq_c(kind, "tag") && name.n)
			*ARENA_PUSH(arena, ret.tags.v, ret.tags.n, tags_cap) = str_dup(arena, name);
		else if (!str_eq_c(list.v[i], "none"))
			return err_set(e, ERR_CONFIG,
			    "'%.*s' names no source: write feed:NAME or tag:NAME, or none",
			    STR_ARG(list.v[i]));
	}
	*(struct grouping_never *)field = ret;
	return true;
}

#define G(field) offsetof(struct grouping, field)
const struct setting grouping_settings[] = {
	{ "grouping", SETTING_CHOICE, G(grouping), .choices = story_groupings },
	{ "strictness", SETTING_CHOICE, G(strictness), .choices = story_strictnesses },
	{ "window", SETTING_DURATION, G(window_s), .min = STORY_WINDOW_MIN_S,
	    .max = STORY_WINDOW_MAX_S },
	{ "again-at", SETTING_INT, G(again_at), .min = 0, .max = AGAIN_AT_MAX },
	{ "again-on", SETTING_CUSTOM, G(again_on), .parse = parse_again },
	{ "edits", SETTING_BOOL, G(edits) },
	{ "never-group", SETTING_CUSTOM, G(never), .parse = parse_never },
};
const size_t n_grouping_settings = ARRAY_LEN(grouping_settings);

static bool
has(const struct str_list *list, struct str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->v[i], name))
			return true;
	return false;
}

static void
check_names(const char *kind, const struct str_list *names, const struct str_list *known,
    struct place at, struct arena *arena, struct diags *diags)
{
	for (size_t i = 0; i < names->n; i++)
		if (!has(known, names->v[i]))
			diag_add(diags, DIAG_ERROR, at,
			    diag_suggest(names->v[i], known->v, known->n, arena),
			    "never-group: there is no %s '%.*s'", kind, STR_ARG(names->v[i]));
}

void
grouping_check(const struct grouping *g, struct place at, const struct str_list *feeds,
    const struct str_list *tags, struct arena *arena, struct diags *diags)
{
	check_names("feed", &g->never.feeds, feeds, at, arena, diags);
	check_names("tag", &g->never.tags, tags, at, arena, diags);
}

struct story_rules
grouping_rules(const struct grouping *g, struct str feed, const struct str_list *tags)
{
	struct story_rules ret = {
		.grouping = (enum story_grouping)g->grouping,
		.strictness = (enum story_strictness)g->strictness,
		.window_s = g->window_s,
		.never = has(&g->never.feeds, feed),
	};

	for (size_t i = 0; i < tags->n; i++)
		ret.never = ret.never || has(&g->never.tags, tags->v[i]);
	return ret;
}

struct story_again
grouping_again(const struct grouping *g)
{
	return (struct story_again){ g->again_at, g->again_on.entry, g->again_on.severity };
}
