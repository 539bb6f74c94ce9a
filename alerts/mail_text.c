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

void
mail_text(struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	paragraph(b, wording_line(alert->title, arena), "");
	if (alert->link.n) /* whole on its line, so that readers make it a link */
		buf_addf(b, "%.*s\n\n", STR_ARG(wording_line(alert->link, arena)));
	paragraph(b, wording_source(alert, zone, arena), "");
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
	buf_addf(b, "\n-- \nnewsbell, alert %.*s\n", STR_ARG(wording_line(alert->id, arena)));
}
