#include "bundle.h"

#include "json_out.h"

#include <stdlib.h>

#define TITLE_WATCHES 3 /* named in a title; the others are counted */

const char *const bundle_kind_names[] = {
	[BUNDLE_SINGLE] = "single",
	[BUNDLE_DIGEST] = "digest",
	[BUNDLE_HELD] = "held",
	[BUNDLE_OVERFLOW] = "overflow",
	[BUNDLE_BACKLOG] = "backlog",
	[BUNDLE_KIND_COUNT] = NULL,
};

struct tally {
	struct str watch;
	size_t n, first;
};

/* The highest of its alerts. */
static enum severity
highest_severity(const struct bundle *bundle)
{
	enum severity highest = SEVERITY_LOW;

	for (size_t i = 0; i < bundle->n; i++)
		if (bundle->alerts[i].severity > highest)
			highest = bundle->alerts[i].severity;
	return highest;
}

static int
by_watch(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	int d = str_cmp(x->watch, y->watch);

	return d ? d : (x->first > y->first) - (x->first < y->first);
}

static int
by_count(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return (x->first > y->first) - (x->first < y->first);
}

/* "ICE and its cloud (7), vendors (5) and 2 others" */
static struct str
watches(const struct bundle *bundle, struct arena *arena)
{
	struct tally *all = ARENA_ARRAY(arena, struct tally, bundle->n);
	struct str ret = STR("");
	size_t n = 0;

	for (size_t i = 0; i < bundle->n; i++)
		all[i] = (struct tally){ bundle->alerts[i].watch, 1, i };
	qsort(all, bundle->n, sizeof(*all), by_watch);
	for (size_t i = 0; i < bundle->n; i++)
		if (n && str_eq(all[n - 1].watch, all[i].watch))
			all[n - 1].n++;
		else
			all[n++] = all[i];
	qsort(all, n, sizeof(*all), by_count);
	for (size_t i = 0; i < n && i < TITLE_WATCHES; i++)
		ret = str_fmt(arena, "%.*s%s%.*s (%zu)", STR_ARG(ret), i ? ", " : "",
		    STR_ARG(all[i].watch), all[i].n);
	if (n > TITLE_WATCHES)
		ret = str_fmt(arena, "%.*s and %zu other%s", STR_ARG(ret), n - TITLE_WATCHES,
		    n - TITLE_WATCHES > 1 ? "s" : "");
	return ret;
}

static bool
is_operators(const struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->n; i++)
		if (bundle->alerts[i].kind != ALERT_OPERATOR)
			return false;
	return true;
}

struct str
bundle_title(const struct bundle *bundle, struct arena *arena)
{
	static const char *const before[] = {
		[BUNDLE_SINGLE] = "",
		[BUNDLE_DIGEST] = "",
		[BUNDLE_HELD] = "",
		[BUNDLE_OVERFLOW] = "and ",
		[BUNDLE_BACKLOG] = "",
	};
	static const char *const after[] = {
		[BUNDLE_SINGLE] = "",
		[BUNDLE_DIGEST] = "",
		[BUNDLE_HELD] = " held by quiet hours",
		[BUNDLE_OVERFLOW] = "",
		[BUNDLE_BACKLOG] = " that waited for delivery",
	};
	const char *what = is_operators(bundle) ? "notice" : "alert";

	return str_fmt(arena, "%s%zu %s%s%s%s: %.*s", before[bundle->kind], bundle->n,
	    bundle->kind == BUNDLE_OVERFLOW ? "more " : "", what, bundle->n == 1 ? "" : "s",
	    after[bundle->kind],
	    STR_ARG(is_operators(bundle) ? bundle->alerts[0].title : watches(bundle, arena)));
}

static void
put_bundle(struct json_out *o, const struct bundle *bundle, struct str id, struct arena *arena)
{
	jout_open(o, "data", '{');
	jout_str(o, "kind", str_c(bundle_kind_names[bundle->kind]));
	jout_str(o, "id", id);
	jout_str_or_null(o, "route", bundle->route);
	jout_str(o, "title", bundle_title(bundle, arena));
	jout_str(o, "severity", str_c(severity_names[highest_severity(bundle)]));
	jout_date(o, "due", bundle->due_s);
	jout_i64(o, "count", (int64_t)bundle->n);
	jout_open(o, "alerts", '[');
	for (size_t i = 0; i < bundle->n; i++)
		jout_raw(o, NULL, alert_to_json(&bundle->alerts[i], arena));
	jout_close(o, ']');
	jout_close(o, '}');
}

void
telling_put_json(struct json_out *o, const struct telling *t, struct str id, struct arena *arena)
{
	jout_str(o, "type", t->bundle ? STR("digest") : STR("alert"));
	jout_date(o, "timestamp", t->bundle ? t->bundle->due_s : t->alert->created_s);
	if (t->bundle)
		put_bundle(o, t->bundle, id, arena);
	else
		jout_raw(o, "data", alert_to_json(t->alert, arena));
}

static struct str
line_of(const struct alert *a, struct arena *arena)
{
	struct str feed = a->feed_title.n ? a->feed_title : a->feed;
	struct str detail = a->kind == ALERT_OPERATOR ? a->summary : a->link;

	return str_fmt(arena, "[%s] %.*s - %.*s%s%.*s%s%.*s", severity_names[a->severity],
	    STR_ARG(a->title), STR_ARG(a->watch), feed.n ? ", " : "", STR_ARG(feed),
	    detail.n ? " - " : "", STR_ARG(detail));
}

void
bundle_as_alert(const struct bundle *bundle, struct str id, struct arena *arena, struct alert *ret)
{
	struct str *lines = ARENA_ARRAY(arena, struct str, bundle->n);
	size_t total = 0;
	char *text, *p;

	for (size_t i = 0; i < bundle->n; i++) {
		lines[i] = line_of(&bundle->alerts[i], arena);
		total += lines[i].n + 1;
	}
	text = p = arena_bytes(arena, total);
	for (size_t i = 0; i < bundle->n; i++) {
		for (size_t k = 0; k < lines[i].n; k++)
			*p++ = lines[i].p[k];
		*p++ = '\n';
	}
	*ret = (struct alert){
		.id = id,
		.kind = is_operators(bundle) ? ALERT_OPERATOR : ALERT_ITEM,
		.watch = is_operators(bundle) ? STR(ALERT_OPERATOR_WATCH) : watches(bundle, arena),
		.severity = highest_severity(bundle),
		.title = bundle_title(bundle, arena),
		.summary = str_n(text, total - 1),
		.published_s = DATE_NONE,
		.seen_s = bundle->due_s,
		.created_s = bundle->due_s,
	};
}
