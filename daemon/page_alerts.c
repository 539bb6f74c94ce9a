/*
 * The first page: what rang, the newest first, and a search in titles.
 */
#include "page.h"

#include "store_overview.h"
#include "store_story.h"
#include "wording.h"

#include <inttypes.h>

#define ALERTS_A_PAGE 50

static void
put_snippet(struct page *p, const struct snippet *s)
{
	page_put(p, "<p class=\"snippet\">");
	page_text(p, s->before);
	page_element(p, "mark", NULL, s->marked);
	page_text(p, s->after);
	page_put(p, "</p>");
}

/* How many have it, and the others, folded away. */
static void
put_story(struct page *p, const struct alert *alert)
{
	struct str line = wording_story(alert, NULL, p->arena);

	if (line.n == 0)
		return;
	page_put(p, "<details><summary>");
	page_text(p, line);
	page_put(p, "</summary><ul>\n");
	for (size_t i = 0; i < alert->story.n_others; i++) {
		const struct alert_other *o = &alert->story.others[i];

		page_put(p, "<li>");
		page_link(p, o->link, o->title.n ? o->title : STR("(no title)"));
		page_put(p, " <span class=\"source\">");
		page_text(p, o->feed);
		page_put(p, "</span></li>\n");
	}
	page_put(p, "</ul></details>\n");
}

static void
put_alert(struct page *p, const struct alert_row *row)
{
	struct str facts = row->facts;
	struct alert alert;
	struct err e;

	if (!store_story_facts(p->site->store, &facts, p->now_s + 1, p->arena, &e) ||
	    !alert_from_json(facts, p->arena, &alert, &e))
		return;
	buf_addf(p->body, "<article class=\"%s\"><h2>", severity_names[alert.severity]);
	page_link(p, alert.link, alert.title.n ? alert.title : STR("(no title)"));
	page_put(p, "</h2><p class=\"source\">");
	page_text(p, wording_source(&alert, NULL, p->arena));
	page_put(p, " &middot; alerted ");
	page_moment(p, alert.created_s);
	page_put(p, " &middot; watch ");
	page_element(p, "b", NULL, alert.watch);
	if (alert.severity != SEVERITY_NORMAL) {
		page_put(p, " &middot; ");
		page_element(p, "b", "severity", str_c(severity_names[alert.severity]));
	}
	if (row->failed)
		buf_addf(p->body, " &middot; <b class=\"bad\">%" PRId64 " not delivered</b>",
		    row->failed);
	else if (row->pending)
		buf_addf(p->body, " &middot; <b class=\"warn\">%" PRId64 " on the way</b>",
		    row->pending);
	page_put(p, "</p>\n");
	for (size_t i = 0; i < alert.n_entries; i++) {
		page_element(p, "p", "entry", wording_entry(&alert.entries[i], p->arena));
		put_snippet(p, &alert.entries[i].snippet);
	}
	put_story(p, &alert);
	page_put(p, "</article>\n");
}

static void
put_search(struct page *p, const struct alert_filter *filter)
{
	page_put(p, "<form role=\"search\" action=\"/\"><label for=\"q\">Titles with</label> "
		    "<input id=\"q\" name=\"q\" type=\"search\" value=\"");
	page_text(p, filter->text);
	page_put(p, "\"> ");
	if (filter->watch.n) {
		page_put(p, "<input type=\"hidden\" name=\"watch\" value=\"");
		page_text(p, filter->watch);
		page_put(p, "\">");
	}
	page_put(p, "<button>Search</button></form>\n");
}

int
page_alerts(void *site, const struct web_request *request, struct buf *body)
{
	struct page p = page_begin(site, body, "/");
	struct alert_filter filter = {
		.before_s = INT64_MAX,
		.before_id = web_arg(request, "id"),
		.watch = web_arg(request, "watch"),
		.text = web_arg(request, "q"),
		.limit = ALERTS_A_PAGE,
	};
	struct alert_row *rows;
	struct err e;
	size_t n;

	str_to_i64(web_arg(request, "before"), &filter.before_s);
	if (!store_recent_alerts(p.site->store, &filter, p.arena, &rows, &n, &e))
		return page_end(&p, &e);
	put_search(&p, &filter);
	if (n == 0)
		page_put(&p, "<p>Nothing here yet.</p>\n");
	for (size_t i = 0; i < n; i++)
		put_alert(&p, &rows[i]);
	if (n == ALERTS_A_PAGE) {
		buf_addf(body, "<p><a href=\"/?before=%" PRId64, rows[n - 1].created_s);
		page_query(&p, "id", rows[n - 1].id);
		page_query(&p, "q", filter.text);
		page_query(&p, "watch", filter.watch);
		page_put(&p, "\">Earlier</a></p>\n");
	}
	return page_end(&p, NULL);
}
