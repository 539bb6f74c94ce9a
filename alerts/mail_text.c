#include "mail_body.h"
#include "wording.h"

static void
paragraph(struct buf *b, struct str text, const char *indent)
{
	if (text.n == 0)
		return;
	wording_wrap(b, text, str_c(indent), MAIL_TEXT_COLUMNS);
	buf_add_char(b, '\n');
}

static void
entry(struct buf *b, const struct alert_entry *e, struct arena *arena)
{
	const struct snippet *s = &e->snippet;

	wording_wrap(
	    b, str_join(arena, STR("* "), wording_entry(e, arena)), STR(""), MAIL_TEXT_COLUMNS);
	if (s->marked.n)
		wording_wrap(b,
		    wording_line(str_fmt(arena, "%.*s*%.*s*%.*s", STR_ARG(s->before),
				     STR_ARG(s->marked), STR_ARG(s->after)),
			arena),
		    STR("    "), MAIL_TEXT_COLUMNS);
}

static void
others(struct buf *b, const struct alert_story *story, const char *indent, struct arena *arena)
{
	int64_t left = story->items - 1 - (int64_t)story->n_others;

	for (size_t i = 0; i < story->n_others; i++) {
		const struct alert_other *o = &story->others[i];

		wording_wrap(b,
		    str_fmt(arena, "- %.*s (%.*s)", STR_ARG(wording_line(o->title, arena)),
			STR_ARG(wording_line(o->feed, arena))),
		    str_c(indent), MAIL_TEXT_COLUMNS);
		if (o->link.n)
			buf_addf(b, "%s  %.*s\n", indent, STR_ARG(wording_line(o->link, arena)));
	}
	if (story->n_others && left > 0)
		buf_addf(b, "%sand %lld more\n", indent, (long long)left);
}

void
mail_text_story(struct buf *b, const struct alert *alert, const struct tz *zone, const char *indent,
    struct arena *arena)
{
	struct str line = wording_story(alert, zone, arena);

	if (line.n == 0)
		return;
	wording_wrap(
	    b, str_join(arena, STR("The story: "), line), str_c(indent), MAIL_TEXT_COLUMNS);
	others(b, &alert->story, indent, arena);
}

void
mail_text(struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	paragraph(b, wording_line(alert->title, arena), "");
	if (alert->link.n) /* whole on its line, so that readers make it a link */
		buf_addf(b, "%.*s\n\n", STR_ARG(wording_line(alert->link, arena)));
	paragraph(b, wording_source(alert, zone, arena), "");
	paragraph(b, wording_changes(alert, arena), "");
	paragraph(b, alert->summary, "");
	if (alert->n_entries)
		wording_wrap(b,
		    str_fmt(arena, "Found by the watch \xE2\x80\x9C%.*s\xE2\x80\x9D, severity %s:",
			STR_ARG(wording_line(alert->watch, arena)),
			severity_names[alert->severity]),
		    STR(""), MAIL_TEXT_COLUMNS);
	for (size_t i = 0; i < alert->n_entries; i++)
		entry(b, &alert->entries[i], arena);
	if (alert->n_more)
		buf_addf(b, "and %zu more\n", alert->n_more);
	if (alert->story.items > 1)
		buf_add_char(b, '\n');
	mail_text_story(b, alert, zone, "", arena);
	buf_addf(b, "\n-- \nnewsbell, alert %.*s\n", STR_ARG(wording_line(alert->id, arena)));
}
