/*
 * How the alerts of a watch are folded into stories, as the user writes it: in [watch], with the
 * values of [newsbell] where it says nothing.
 */
#ifndef ALERTS_GROUPING_H
#define ALERTS_GROUPING_H

#include "settings.h"
#include "story.h"

struct grouping {
	int grouping, strictness; /* enum story_grouping, enum story_strictness */
	int64_t window_s;
	int64_t again_at; /* outlets; 0: never */
	struct grouping_again {
		bool entry, severity;
	} again_on;
	bool edits; /* tell of edits of what was told */
	/* Sources whose items are never folded. */
	struct grouping_never {
		struct str_list feeds, tags;
	} never;
};

void grouping_init(struct grouping *g);
/* The keys, for [newsbell] and [watch]. */
extern const struct setting grouping_settings[];
extern const size_t n_grouping_settings;

/* Names in never-group that are of no feed and no tag are errors at `at`. */
void grouping_check(const struct grouping *g, struct place at, const struct str_list *feeds,
    const struct str_list *tags, struct arena *arena, struct diags *diags);

/* For an item of that feed. */
struct story_rules grouping_rules(
    const struct grouping *g, struct str feed, const struct str_list *tags);
struct story_again grouping_again(const struct grouping *g);

#endif
