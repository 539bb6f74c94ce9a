#include "html_out.h"
#include "mail_body.h"
#include "url.h"
#include "wording.h"

/*
 * Styles stand in the elements, as many readers drop <style>; what <style> adds (dark colours) is
 * for those that keep it.
 */
#define FONT "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
    "<style>\n"
    ":root { color-scheme: light dark; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  .nb-page { background: #17191c !important; }\n"
    "  .nb-card { background: #22262b !important; border-color: #363c44 !important; }\n"
    "  .nb-text, .nb-link { color: #e8eaed !important; }\n"
    "  .nb-quiet { color: #a2a9b2 !important; }\n"
    "  .nb-quote { background: #2a2f36 !important; color: #d5d9de !important; }\n"
    "  .nb-mark { background: #6b5200 !important; color: #fff3c9 !important; }\n"
    "  .nb-rule { border-color: #363c44 !important; }\n"
    "}\n"
    "@media (max-width: 480px) {\n"
    "  .nb-page { padding: 0 !important; }\n"
    "  .nb-card { border-radius: 0 !important; border-left: 0 !important; border-right: 0 "
    "!important; }\n"
    "}\n"
    "</style>\n"
    "</head>\n"
    "<body class=\"nb-page\" style=\"margin:0;padding:0;background:#f2f4f6;\">\n";

static const struct {
	const char *ink, *ground;
} badges[SEVERITY_COUNT] = {
	[SEVERITY_LOW] = { "#ffffff", "#5f6b7a" },
	[SEVERITY_NORMAL] = { "#ffffff", "#1d5fa8" },
	[SEVERITY_HIGH] = { "#ffffff", "#b85200" },
	[SEVERITY_CRITICAL] = { "#ffffff", "#b3141c" },
};

static void
text(struct buf *b, struct str s)
{
	html_escape(b, s);
}

static void
add(struct buf *b, const char *z)
{
	buf_add(b, str_c(z));
}

void
mail_html_begin(struct buf *b, struct str preheader, struct arena *arena)
{
	add(b, head);
	add(b, "<div style=\"display:none;max-height:0;overflow:hidden;\">");
	text(b, wording_cut(wording_line(preheader, arena), 140, arena));
	add(b, "</div>\n");
	add(b, "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
	       "border=\"0\"><tr><td class=\"nb-page\" align=\"center\" style=\"padding:20px "
	       "10px;\">\n"
	       "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" "
	       "border=\"0\" style=\"max-width:640px;\"><tr>\n"
	       "<td class=\"nb-card\" align=\"left\" "
	       "style=\"padding:20px;background:#ffffff;border:1px "
	       "solid #dfe3e8;border-radius:10px;\">\n");
}

void
mail_html_end(struct buf *b, struct str footer)
{
	add(b, "<p class=\"nb-quiet\" style=\"margin:16px 0 0;" FONT
	       "font-size:12px;color:#5b6570;\">newsbell, ");
	text(b, footer);
	add(b, "</p>\n</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n");
}

void
mail_html_badge(struct buf *b, enum severity severity, struct str watch, struct arena *arena)
{
	buf_addf(b,
	    "<span style=\"display:inline-block;padding:3px 9px;border-radius:10px;" FONT
	    "font-size:12px;font-weight:700;color:%s;background:%s;\">%s</span> ",
	    badges[severity].ink, badges[severity].ground, severity_names[severity]);
	add(b, "<span class=\"nb-quiet\" style=\"" FONT "font-size:13px;color:#5b6570;\">");
	text(b, wording_line(watch, arena));
	add(b, "</span>\n");
}

void
mail_html_title(struct buf *b, const struct alert *alert, const char *element, int size,
    const struct tz *zone, struct arena *arena)
{
	struct str words = wording_line(alert->title, arena);
	bool linked = url_is_http(alert->link);

	buf_addf(b,
	    "<%s class=\"nb-text\" style=\"margin:12px 0 6px;" FONT
	    "font-size:%dpx;line-height:1.3;font-weight:600;color:#16191d;\">",
	    element, size);
	if (linked) {
		add(b, "<a class=\"nb-link\" rel=\"noreferrer\" style=\"color:#16191d;\" href=\"");
		text(b, alert->link);
		add(b, "\">");
	}
	text(b, words.n ? words : alert->link);
	buf_addf(b, "%s</%s>\n", linked ? "</a>" : "", element);
	add(b, "<p class=\"nb-quiet\" style=\"margin:0 0 14px;" FONT
	       "font-size:13px;line-height:1.4;color:#5b6570;\">");
	text(b, wording_source(alert, zone, arena));
	add(b, "</p>\n");
}

static void
rule(struct buf *b)
{
	add(b, "<div class=\"nb-rule\" style=\"margin:14px 0 0;border-top:1px solid "
	       "#dfe3e8;\"></div>\n");
}

static void
changes(struct buf *b, struct str s)
{
	while (s.n) {
		struct str line;

		str_cut(s, '\n', &line, &s);
		add(b,
		    "<p class=\"nb-quote\" style=\"margin:0 0 4px;padding:8px "
		    "10px;border-radius:6px;"
		    "background:#f2f4f6;" FONT "font-size:14px;line-height:1.5;color:#3a424b;\">");
		text(b, line);
		add(b, "</p>\n");
	}
}

static void
summary(struct buf *b, struct str s)
{
	while (s.n) {
		struct str line;

		str_cut(s, '\n', &line, &s);
		if (line.n == 0)
			continue;
		add(b, "<p class=\"nb-text\" style=\"margin:0 0 10px;" FONT
		       "font-size:15px;line-height:1.5;color:#24292f;\">");
		text(b, line);
		add(b, "</p>\n");
	}
}

static void
entry(struct buf *b, const struct alert_entry *e, struct arena *arena)
{
	add(b, "<p class=\"nb-text\" style=\"margin:10px 0 4px;" FONT
	       "font-size:14px;line-height:1.4;font-weight:600;color:#24292f;\">");
	text(b, wording_entry(e, arena));
	add(b, "</p>\n");
	if (e->snippet.marked.n == 0)
		return;
	add(b, "<p class=\"nb-quote\" style=\"margin:0 0 4px;padding:8px 10px;border-radius:6px;"
	       "background:#f2f4f6;" FONT "font-size:14px;line-height:1.5;color:#3a424b;\">");
	text(b, e->snippet.before);
	add(b, "<b class=\"nb-mark\" style=\"background:#ffe08a;color:#2b2100;padding:0 "
	       "2px;border-radius:3px;\">");
	text(b, e->snippet.marked);
	add(b, "</b>");
	text(b, e->snippet.after);
	add(b, "</p>\n");
}

static void
others(struct buf *b, const struct alert_story *story, struct arena *arena)
{
	int64_t left = story->items - 1 - (int64_t)story->n_others;

	if (story->n_others == 0)
		return;
	add(b, "<ul class=\"nb-quiet\" style=\"margin:0 0 4px;padding:0 0 0 18px;" FONT
	       "font-size:13px;line-height:1.5;color:#5b6570;\">\n");
	for (size_t i = 0; i < story->n_others; i++) {
		const struct alert_other *o = &story->others[i];
		struct str title = wording_line(o->title.n ? o->title : o->link, arena);
		bool linked = url_is_http(o->link);

		add(b, "<li style=\"margin:0 0 4px;\">");
		if (linked) {
			add(b, "<a class=\"nb-link\" rel=\"noreferrer\" style=\"color:#24292f;\" "
			       "href=\"");
			text(b, o->link);
			add(b, "\">");
		}
		text(b, title);
		add(b, linked ? "</a> (" : " (");
		text(b, wording_line(o->feed, arena));
		add(b, ")</li>\n");
	}
	if (left > 0)
		buf_addf(b, "<li>and %lld more</li>\n", (long long)left);
	add(b, "</ul>\n");
}

void
mail_html_story(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	struct str line = wording_story(alert, zone, arena);

	if (line.n == 0)
		return;
	add(b, "<p class=\"nb-text\" style=\"margin:10px 0 6px;" FONT
	       "font-size:14px;line-height:1.4;font-weight:600;color:#24292f;\">");
	text(b, line);
	add(b, "</p>\n");
	others(b, &alert->story, arena);
}

void
mail_html(struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena)
{
	mail_html_begin(b, alert->summary, arena);
	mail_html_badge(b, alert->severity, alert->watch, arena);
	mail_html_title(b, alert, "h1", 21, zone, arena);
	changes(b, wording_changes(alert, arena));
	summary(b, alert->summary);
	rule(b);
	for (size_t i = 0; i < alert->n_entries; i++)
		entry(b, &alert->entries[i], arena);
	if (alert->n_more)
		buf_addf(b,
		    "<p class=\"nb-text\" style=\"margin:10px 0 4px;" FONT
		    "font-size:14px;color:#24292f;\">and %zu more</p>\n",
		    alert->n_more);
	if (alert->story.items > 1)
		rule(b);
	mail_html_story(b, alert, zone, arena);
	mail_html_end(b, str_join(arena, STR("alert "), alert->id));
}
