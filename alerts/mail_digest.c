#include "html_out.h"
#include "mail_body.h"
#include "wording.h"

#define NAMES_MAX 8           /* entries named for one alert */
#define OPERATOR_TEXT_MAX 600 /* characters of an operator's alert */

/* What hit; of an operator's alert what there is to say. */
static struct str
names(const struct alert *alert, struct arena *arena)
{
	if (alert->n_entries)
		return wording_names(alert, NAMES_MAX, arena);
	return wording_cut(wording_line(alert->summary, arena), OPERATOR_TEXT_MAX, arena);
}

static void
line(struct buf *b, struct str text, const char *indent)
{
	if (text.n)
		wording_wrap(b, text, str_c(indent), MAIL_TEXT_COLUMNS);
}

static void
text_one(struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	line(b,
	    str_fmt(arena, "* [%s] %.*s", severity_names[alert->severity],
		STR_ARG(wording_line(alert->title, arena))),
	    "");
	if (alert->link.n) /* whole on its line, so that readers make it a link */
		buf_addf(b, "  %.*s\n", STR_ARG(wording_line(alert->link, arena)));
	line(b, wording_source(alert, zone, arena), "  ");
	line(b,
	    str_fmt(arena, "%.*s: %.*s", STR_ARG(wording_line(alert->watch, arena)),
		STR_ARG(names(alert, arena))),
	    "  ");
	mail_text_story(b, alert, zone, "  ", arena);
	buf_add_char(b, '\n');
}

void
mail_digest_text(
    struct buf *b, const struct bundle *bundle, const struct tz *zone, struct arena *arena)
{
	line(b, wording_line(bundle_title(bundle, arena), arena), "");
	buf_add_char(b, '\n');
	for (size_t i = 0; i < bundle->n; i++)
		text_one(b, &bundle->alerts[i], zone, arena);
	buf_addf(b, "-- \nnewsbell, %zu alert%s\n", bundle->n, bundle->n == 1 ? "" : "s");
}

static void
html_one(struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	buf_add(b, STR("<div class=\"nb-rule\" style=\"margin:14px 0;border-top:1px solid "
		       "#dfe3e8;\"></div>\n"));
	mail_html_badge(b, alert->severity,
	    str_fmt(arena, "%.*s: %.*s", STR_ARG(alert->watch), STR_ARG(names(alert, arena))),
	    arena);
	mail_html_title(b, alert, "h2", 16, zone, arena);
	mail_html_story(b, alert, zone, arena);
}

void
mail_digest_html(
    struct buf *b, const struct bundle *bundle, const struct tz *zone, struct arena *arena)
{
	struct str title = wording_line(bundle_title(bundle, arena), arena);

	mail_html_begin(b, title, arena);
	buf_add(
	    b, STR("<h1 class=\"nb-text\" style=\"margin:0 0 6px;font-family:-apple-system,'Segoe "
		   "UI',Roboto,Helvetica,Arial,sans-serif;font-size:21px;line-height:1.3;"
		   "font-weight:600;color:#16191d;\">"));
	html_escape(b, title);
	buf_add(b, STR("</h1>\n"));
	for (size_t i = 0; i < bundle->n; i++)
		html_one(b, &bundle->alerts[i], zone, arena);
	mail_html_end(b, str_fmt(arena, "%zu alert%s", bundle->n, bundle->n == 1 ? "" : "s"));
}
