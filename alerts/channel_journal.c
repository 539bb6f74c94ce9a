#include "channel_kinds.h"

#include "answer.h"
#include "bundle.h"
#include "buf.h"
#include "wording.h"

#define PRINT_MAX ((size_t)64 << 10) /* bytes of one alert */
#define COLUMNS 100
#define INDENT "    "
#define NAMES_MAX 6 /* entries in the headline */

#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static const char *const colours[SEVERITY_COUNT] = {
	[SEVERITY_LOW] = "\033[36m",
	[SEVERITY_NORMAL] = "\033[1;34m",
	[SEVERITY_HIGH] = "\033[1;33m",
	[SEVERITY_CRITICAL] = "\033[1;31m",
};

static void
entry(struct buf *b, const struct alert_entry *e, bool colour, struct arena *arena)
{
	const struct snippet *s = &e->snippet;

	buf_addf(b, "    %.*s\n", STR_ARG(wording_entry(e, arena)));
	if (s->marked.n)
		buf_addf(b, "        %.*s%s%.*s%s%.*s\n", STR_ARG(wording_line(s->before, arena)),
		    s->before.n && str_is_space(s->before.p[s->before.n - 1])
			? (colour ? " " BOLD : " [")
			: (colour ? BOLD : "["),
		    STR_ARG(wording_line(s->marked, arena)),
		    s->after.n && str_is_space(s->after.p[0]) ? (colour ? PLAIN " " : "] ")
							      : (colour ? PLAIN : "]"),
		    STR_ARG(wording_line(s->after, arena)));
}

static void
head(struct buf *b, enum severity severity, struct str text, bool colour)
{
	buf_addf(b, "%s[%s] %.*s%s\n", colour ? colours[severity] : "", severity_names[severity],
	    STR_ARG(text), colour ? PLAIN : "");
}

static void
one(struct buf *b, const struct alert *alert, const struct send_context *context,
    struct arena *arena)
{
	struct str story = wording_story(alert, context->zone, arena);

	head(b, alert->severity,
	    str_fmt(arena, "%.*s%s%.*s", STR_ARG(wording_line(alert->watch, arena)),
		alert->n_entries ? ": " : "", STR_ARG(wording_names(alert, NAMES_MAX, arena))),
	    context->colour);
	wording_wrap(b, wording_line(alert->title, arena), STR(INDENT), COLUMNS);
	if (alert->link.n)
		buf_addf(b, INDENT "%.*s\n", STR_ARG(wording_line(alert->link, arena)));
	buf_addf(b, INDENT "%.*s\n", STR_ARG(wording_source(alert, context->zone, arena)));
	if (story.n)
		buf_addf(b, INDENT "%.*s\n", STR_ARG(story));
	wording_wrap(b, wording_changes(alert, arena), STR(INDENT), COLUMNS);
	if (alert->n_entries == 0) /* there is nothing else that says why */
		wording_wrap(b, alert->summary, STR(INDENT), COLUMNS);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	struct buf b;

	(void)ch;
	(void)e;
	buf_init(&b, PRINT_MAX);
	if (t->bundle) {
		head(&b, alert->severity, wording_line(alert->title, arena), context->colour);
		for (size_t i = 0; i < t->bundle->n; i++)
			one(&b, &t->bundle->alerts[i], context, arena);
	} else {
		one(&b, alert, context, arena);
		for (size_t i = 0; i < alert->n_entries; i++)
			entry(&b, &alert->entries[i], context->colour, arena);
		if (alert->n_more)
			buf_addf(&b, "    and %zu more\n", alert->n_more);
	}
	*ret = (struct message){ .carrier = CARRIER_PRINT, .print = str_dup(arena, buf_str(&b)) };
	buf_free(&b);
	return true;
}

const struct channel_type channel_journal = {
	.name = "journal",
	.carrier = CARRIER_PRINT,
	.settings_size = 1, /* it has none */
	.render = render,
	.judge = answer_any,
};
