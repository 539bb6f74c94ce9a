/*
 * Pages for people: server-rendered, no script, nothing from elsewhere.  Every text of a feed goes
 * through html_escape.
 */
#include "site.h"

#include "date.h"
#include "health.h"
#include "html_out.h"
#include "mem.h"
#include "poll.h"
#include "store_delivery.h"
#include "store_overview.h"
#include "store_status.h"
#include "store_story.h"
#include "url.h"
#include "wording.h"

#include <inttypes.h>
#include <time.h>

#define DAY_S ((int64_t)86400)
#define ALERTS_A_PAGE 50
#define FEEDS_A_PAGE 500
#define DELIVERIES_A_PAGE 100
#define SPARK_DAYS 30
#define SPARK_HEIGHT 24
#define SPARK_STEP 4 /* units a day */

struct page {
	const struct site *site;
	const struct web_request *request;
	struct buf *body;
	struct arena *arena;
	int64_t now_s;
};

/* ---- pieces ---- */

static void
put(struct page *p, const char *html)
{
	buf_add(p->body, str_c(html));
}

static void
text(struct page *p, struct str s)
{
	html_escape(p->body, s);
}

static void
element(struct page *p, const char *tag, const char *class, struct str s)
{
	if (class)
		buf_addf(p->body, "<%s class=\"%s\">", tag, class);
	else
		buf_addf(p->body, "<%s>", tag);
	text(p, s);
	buf_addf(p->body, "</%s>", tag);
}

static struct str
ago(struct page *p, int64_t at_s)
{
	if (at_s <= 0)
		return STR("never");
	if (at_s > p->now_s)
		return str_fmt(p->arena, "in %.*s", STR_ARG(poll_span(at_s - p->now_s, p->arena)));
	return str_fmt(p->arena, "%.*s ago", STR_ARG(poll_span(p->now_s - at_s, p->arena)));
}

/* <time datetime="..."> */
static void
moment(struct page *p, int64_t at_s)
{
	buf_add(p->body, STR("<time datetime=\""));
	text(p, date_rfc3339(at_s, p->arena));
	buf_add(p->body, STR("\">"));
	text(p, ago(p, at_s));
	buf_add(p->body, STR("</time>"));
}

/* Only http and https become links; the rest is shown. */
static void
link_to(struct page *p, struct str url, struct str words)
{
	if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://"))) {
		text(p, words);
		return;
	}
	buf_add(p->body, STR("<a rel=\"noreferrer noopener\" href=\""));
	text(p, url);
	buf_add(p->body, STR("\">"));
	text(p, words);
	buf_add(p->body, STR("</a>"));
}

static const struct {
	const char *path, *name;
} sections[] = {
	{ "/", "Alerts" },
	{ "/feeds", "Feeds" },
	{ "/watches", "Watches" },
	{ "/deliveries", "Deliveries" },
};

static struct page
begin(void *site, const struct web_request *request, struct buf *body, const char *path)
{
	struct page p = { .site = site, .request = request, .body = body, .arena = arena_new() };
	const char *title = "";

	p.now_s = (int64_t)time(NULL);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (str_eq_c(str_c(path), sections[i].path))
			title = sections[i].name;
	put(&p, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		"<meta name=\"color-scheme\" content=\"light dark\">"
		"<link rel=\"stylesheet\" href=\"/style.css\">");
	buf_addf(body, "<title>%s - newsbell</title></head>\n<body>\n", title);
	put(&p, "<header><strong>newsbell</strong><nav aria-label=\"Sections\">");
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		buf_addf(body, "<a href=\"%s\"%s>%s</a>", sections[i].path,
		    str_eq_c(str_c(path), sections[i].path) ? " aria-current=\"page\"" : "",
		    sections[i].name);
	buf_addf(body, "</nav></header>\n<main>\n<h1>%s</h1>\n", title);
	return p;
}

static int
end(struct page *p, bool good, const struct err *e)
{
	if (!good) {
		put(p, "<p class=\"bad\">The database cannot be read: ");
		text(p, str_c(e->text));
		put(p, "</p>\n");
	}
	put(p, "</main>\n</body>\n</html>\n");
	arena_free(p->arena);
	return good ? 200 : 503;
}

/* ---- alerts ---- */

static void
put_snippet(struct page *p, const struct snippet *s)
{
	put(p, "<p class=\"snippet\">");
	text(p, s->before);
	element(p, "mark", NULL, s->marked);
	text(p, s->after);
	put(p, "</p>");
}

/* How many have it, and the others, folded away. */
static void
put_story(struct page *p, const struct alert *alert)
{
	struct str line = wording_story(alert, NULL, p->arena);

	if (line.n == 0)
		return;
	put(p, "<details><summary>");
	text(p, line);
	put(p, "</summary><ul>\n");
	for (size_t i = 0; i < alert->story.n_others; i++) {
		const struct alert_other *o = &alert->story.others[i];

		put(p, "<li>");
		link_to(p, o->link, o->title.n ? o->title : STR("(no title)"));
		put(p, " <span class=\"source\">");
		text(p, o->feed);
		put(p, "</span></li>\n");
	}
	put(p, "</ul></details>\n");
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
	link_to(p, alert.link, alert.title.n ? alert.title : STR("(no title)"));
	put(p, "</h2><p class=\"source\">");
	text(p, wording_source(&alert, NULL, p->arena));
	put(p, " &middot; alerted ");
	moment(p, alert.created_s);
	put(p, " &middot; watch ");
	element(p, "b", NULL, alert.watch);
	if (alert.severity != SEVERITY_NORMAL) {
		put(p, " &middot; ");
		element(p, "b", "severity", str_c(severity_names[alert.severity]));
	}
	if (row->failed)
		buf_addf(p->body, " &middot; <b class=\"bad\">%" PRId64 " not delivered</b>",
		    row->failed);
	else if (row->pending)
		buf_addf(p->body, " &middot; <b class=\"warn\">%" PRId64 " on the way</b>",
		    row->pending);
	put(p, "</p>\n");
	for (size_t i = 0; i < alert.n_entries; i++) {
		element(p, "p", "entry", wording_entry(&alert.entries[i], p->arena));
		put_snippet(p, &alert.entries[i].snippet);
	}
	put_story(p, &alert);
	put(p, "</article>\n");
}

static void
put_search(struct page *p, const struct alert_filter *filter)
{
	put(p, "<form role=\"search\" action=\"/\"><label for=\"q\">Titles with</label> "
	       "<input id=\"q\" name=\"q\" type=\"search\" value=\"");
	text(p, filter->text);
	put(p, "\"> ");
	if (filter->watch.n) {
		put(p, "<input type=\"hidden\" name=\"watch\" value=\"");
		text(p, filter->watch);
		put(p, "\">");
	}
	put(p, "<button>Search</button></form>\n");
}

static void
put_query(struct page *p, const char *name, struct str value)
{
	buf_addf(p->body, "&amp;%s=%.*s", name, STR_ARG(url_encoded(value, p->arena)));
}

int
page_alerts(void *site, const struct web_request *request, struct buf *body)
{
	struct page p = begin(site, request, body, "/");
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
	bool good;

	str_to_i64(web_arg(request, "before"), &filter.before_s);
	good = store_recent_alerts(p.site->store, &filter, p.arena, &rows, &n, &e);
	if (!good)
		return end(&p, false, &e);
	put_search(&p, &filter);
	if (n == 0)
		put(&p, "<p>Nothing here yet.</p>\n");
	for (size_t i = 0; i < n; i++)
		put_alert(&p, &rows[i]);
	if (n == ALERTS_A_PAGE) {
		buf_addf(body, "<p><a href=\"/?before=%" PRId64, rows[n - 1].created_s);
		put_query(&p, "id", rows[n - 1].id);
		put_query(&p, "q", filter.text);
		put_query(&p, "watch", filter.watch);
		put(&p, "\">Earlier</a></p>\n");
	}
	return end(&p, true, NULL);
}

/* ---- tables ---- */

static void
table_head(struct page *p, const char *caption, const char *const *heads, size_t n)
{
	buf_addf(p->body,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
	    "<table><caption>%s</caption><thead><tr>",
	    caption, caption);
	for (size_t i = 0; i < n; i++)
		buf_addf(p->body, "<th scope=\"col\">%s</th>", heads[i]);
	put(p, "</tr></thead><tbody>\n");
}

static void
table_end(struct page *p)
{
	put(p, "</tbody></table></div>\n");
}

static const char *const health_classes[] = {
	[FEED_WELL] = "good",
	[FEED_BROKEN] = "bad",
	[FEED_SILENT] = "warn",
	[FEED_SUSPICIOUS] = "warn",
	[FEED_GONE] = "bad",
};

static void
put_feed(struct page *p, const struct feed_row *row)
{
	put(p, "<tr><th scope=\"row\">");
	link_to(p, row->url, row->name);
	buf_addf(p->body, "</th><td class=\"%s\">%s</td><td>", health_classes[row->health],
	    health_name(row->health));
	moment(p, row->last_ok_s);
	put(p, "</td><td>");
	moment(p, row->last_change_s);
	put(p, "</td><td>");
	moment(p, row->next_due_s);
	put(p, "</td><td>");
	if (row->health != FEED_WELL || row->failures > 0)
		text(p, row->error);
	put(p, "</td></tr>\n");
}

int
page_feeds(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Feed", "Health", "Last good", "Last new", "Next",
		"What ails it" };
	struct page p = begin(site, request, body, "/feeds");
	struct store_status status;
	struct feed_row *rows;
	struct err e;
	size_t n;

	if (!store_status(p.site->store, p.now_s - DAY_S, &status, &e) ||
	    !store_feed_rows(
		p.site->store, p.now_s - STORE_FEED_STALE_S, FEEDS_A_PAGE, p.arena, &rows, &n, &e))
		return end(&p, false, &e);
	put(&p, "<p>");
	for (int i = 0; i < FEED_HEALTH_COUNT; i++)
		if (status.feeds[i] || i == FEED_WELL)
			buf_addf(body, "<b class=\"%s\">%" PRId64 " %s</b> ", health_classes[i],
			    status.feeds[i], health_name((enum feed_health)i));
	put(&p, "</p>\n");
	table_head(&p, "Feeds, those that ail first", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < n; i++)
		put_feed(&p, &rows[i]);
	table_end(&p);
	if (n == FEEDS_A_PAGE)
		put(&p, "<p>More than are shown; <code>newsbell feeds</code> lists all.</p>\n");
	return end(&p, true, NULL);
}

/* Bars of a month, the newest on the right. */
static void
put_spark(struct page *p, const struct watch_day *days, size_t n, int64_t today)
{
	int64_t most = 1, all = 0;

	for (size_t i = 0; i < n; i++) {
		most = days[i].alerts > most ? days[i].alerts : most;
		all += days[i].alerts;
	}
	buf_addf(p->body,
	    "<svg class=\"spark\" role=\"img\" aria-label=\"%" PRId64
	    " alerts in %d days, at most %" PRId64
	    " on one\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">",
	    all, SPARK_DAYS, most, SPARK_DAYS * SPARK_STEP, SPARK_HEIGHT, SPARK_DAYS * SPARK_STEP,
	    SPARK_HEIGHT);
	for (size_t i = 0; i < n; i++) {
		int64_t back = today - days[i].day;
		int64_t height = days[i].alerts * SPARK_HEIGHT / most;

		if (back < 0 || back >= SPARK_DAYS)
			continue;
		height = height ? height : 1;
		buf_addf(p->body,
		    "<rect x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%d\" height=\"%" PRId64
		    "\"/>",
		    (SPARK_DAYS - 1 - back) * SPARK_STEP, SPARK_HEIGHT - height, SPARK_STEP - 1,
		    height);
	}
	put(p, "</svg>");
}

int
page_watches(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Watch", "Alerts in 30 days", "By day" };
	struct page p = begin(site, request, body, "/watches");
	const int64_t today = p.now_s / DAY_S;
	struct watch_day *days;
	struct err e;
	size_t n;

	if (!store_watch_days(
		p.site->store, (today - SPARK_DAYS + 1) * DAY_S, p.arena, &days, &n, &e))
		return end(&p, false, &e);
	if (n == 0) {
		put(&p, "<p>No watch has rung in the last 30 days.</p>\n");
		return end(&p, true, NULL);
	}
	table_head(&p, "Watches that rang in the last 30 days", heads, ARRAY_LEN(heads));
	for (size_t i = 0, k; i < n; i = k) {
		int64_t all = 0;

		for (k = i; k < n && str_eq(days[k].watch, days[i].watch); k++)
			all += days[k].alerts;
		put(&p, "<tr><th scope=\"row\"><a href=\"/?");
		put_query(&p, "watch", days[i].watch);
		put(&p, "\">");
		text(&p, days[i].watch);
		buf_addf(body, "</a></th><td>%" PRId64 "</td><td>", all);
		put_spark(&p, &days[i], k - i, today);
		put(&p, "</td></tr>\n");
	}
	table_end(&p);
	return end(&p, true, NULL);
}

static const struct {
	const char *name, *class;
} delivery_states[] = {
	[DELIVERY_PENDING] = { "on the way", "warn" },
	[DELIVERY_DONE] = { "delivered", "good" },
	[DELIVERY_DEAD] = { "given up", "bad" },
};

static void
put_delivery(struct page *p, const struct delivery_row *row)
{
	struct alert alert;
	struct err e;

	put(p, "<tr><td>");
	moment(p, row->created_s);
	put(p, "</td>");
	element(p, "td", NULL, row->channel);
	buf_addf(p->body, "<td class=\"%s\">%s</td><td>%" PRId64 "</td><td>",
	    delivery_states[row->state].class, delivery_states[row->state].name, row->attempts);
	text(p, row->text);
	put(p, "</td><td>");
	if (row->alerts > 1)
		buf_addf(p->body, "%" PRId64 " alerts, the first: ", row->alerts);
	if (alert_from_json(row->facts, p->arena, &alert, &e))
		text(p, alert.title);
	put(p, "</td></tr>\n");
}

int
page_deliveries(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Owed", "Channel", "State", "Attempts", "Last answer",
		"What" };
	static const int states[] = { DELIVERY_DEAD, DELIVERY_PENDING, DELIVERY_DONE };
	static const char *const captions[] = { "Given up", "On the way", "Delivered" };
	struct page p = begin(site, request, body, "/deliveries");
	struct delivery_row *rows;
	struct err e;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		const struct delivery_filter filter = { .state = states[i],
			.limit = DELIVERIES_A_PAGE };

		if (!store_deliveries(p.site->store, &filter, p.arena, &rows, &n, &e))
			return end(&p, false, &e);
		if (n == 0)
			continue;
		table_head(&p, captions[i], heads, ARRAY_LEN(heads));
		for (size_t k = 0; k < n; k++)
			put_delivery(&p, &rows[k]);
		table_end(&p);
	}
	return end(&p, true, NULL);
}
