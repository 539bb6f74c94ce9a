/*
 * What a template may name (template_names.c) and what may be done with it.
 */
#ifndef ALERTS_TEMPLATE_NAMES_H
#define ALERTS_TEMPLATE_NAMES_H

#include "template.h"

/* What a template runs on. */
struct template_view {
	const struct alert *alert;
	const struct send_context *context;
	const struct alert_entry *entry; /* inside {{#entries}}, else NULL */
	size_t index;
	struct arena *arena;
};

/* A name: its value as text, empty = none. */
struct template_name {
	const char *name;
	bool of_entry; /* only inside {{#entries}} */
	struct str (*value)(const struct template_view *view);
	bool is_json; /* it stands in JSON as it is */
};
const struct template_name *template_name_find(struct str name);
/* "did you mean", or empty. */
struct str template_name_suggest(struct str name, struct arena *arena);

struct template_filter {
	const char *name;
	bool wants_number; /* cut:80 */
	struct str (*run)(struct str s, int64_t number, struct arena *arena);
};
const struct template_filter *template_filter_find(struct str name);

#endif
