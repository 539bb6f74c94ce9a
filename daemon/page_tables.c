/*
 * The pages that are tables: feeds, watches, deliveries.
 */
#include "page.h"

#include "health.h"
#include "mem.h"
#include "store_delivery.h"
#include "store_overview.h"
#include "store_status.h"

#include <inttypes.h>

#define DAY_S ((int64_t)86400)
#define FEEDS_A_PAGE 500
#define DELIVERIES_A_PAGE 100
#define SPARK_DAYS 30
#define SPARK_HEIGHT 24
#define SPARK_STEP 4 /* units a day */

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
	page_put(p, "<tr><th scope=\"row\">");
	page_link(p, row->url, row->name);
	buf_addf(p->body, "</th><td class=\"%s\">%s</td><td>", health_classes[row->health],
	    health_name(row->health));
	page_moment(p, row->last_ok_s);
	page_put(p, "</td><td>");
	page_moment(p, row->last_change_s);
	page_put(p, "</td><td>");
	page_moment(p, row->next_due_s);
	page_put(p, "</td><td>");
	if (row->health != FEED_WELL || row->failures > 0)
		page_text(p, row->error);
	page_put(p, "</td></tr>\n");
}

int
page_feeds(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Feed", "Health", "Last good", "Last new", "Next",
		"What ails it" };
	struct page p = page_begin(site, body, "/feeds");
	struct store_status status;
	struct feed_row *rows;
	struct err e;
	size_t n;

	(void)request;
	if (!store_status(p.site->store, p.now_s - DAY_S, &status, &e) ||
	    !store_feed_rows(
		p.site->store, p.now_s - STORE_FEED_STALE_S, FEEDS_A_PAGE, p.arena, &rows, &n, &e))
		return page_end(&p, &e);
	page_put(&p, "<p>");
	for (int i = 0; i < FEED_HEALTH_COUNT; i++)
		if (status.feeds[i] || i == FEED_WELL)
			buf_addf(body, "<b class=\"%s\">%" PRId64 " %s</b> ", health_classes[i],
			    status.feeds[i], health_name((enum feed_health)i));
	page_put(&p, "</p>\n");
	page_table(&p, "Feeds, those that ail first", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < n; i++)
		put_feed(&p, &rows[i]);
	page_table_end(&p);
	if (n == FEEDS_A_PAGE)
		page_put(
		    &p, "<p>More than are shown; <code>newsbell feeds</code> lists all.</p>\n");
	return page_end(&p, NULL);
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
	page_put(p, "</svg>");
}

int
page_watches(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Watch", "Alerts in 30 days", "By day" };
	struct page p = page_begin(site, body, "/watches");
	const int64_t today = p.now_s / DAY_S;
	struct watch_day *days;
	struct err e;
	size_t n;

	(void)request;
	if (!store_watch_days(
		p.site->store, (today - SPARK_DAYS + 1) * DAY_S, p.arena, &days, &n, &e))
		return page_end(&p, &e);
	if (n == 0) {
		page_put(&p, "<p>No watch has rung in the last 30 days.</p>\n");
		return page_end(&p, NULL);
	}
	page_table(&p, "Watches that rang in the last 30 days", heads, ARRAY_LEN(heads));
	for (size_t i = 0, k; i < n; i = k) {
		int64_t all = 0;

		for (k = i; k < n && str_eq(days[k].watch, days[i].watch); k++)
			all += days[k].alerts;
		page_put(&p, "<tr><th scope=\"row\"><a href=\"/?");
		page_query(&p, "watch", days[i].watch);
		page_put(&p, "\">");
		page_text(&p, days[i].watch);
		buf_addf(body, "</a></th><td>%" PRId64 "</td><td>", all);
		put_spark(&p, &days[i], k - i, today);
		page_put(&p, "</td></tr>\n");
	}
	page_table_end(&p);
	return page_end(&p, NULL);
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

	page_put(p, "<tr><td>");
	page_moment(p, row->created_s);
	page_put(p, "</td>");
	page_element(p, "td", NULL, row->channel);
	buf_addf(p->body, "<td class=\"%s\">%s</td><td>%" PRId64 "</td><td>",
	    delivery_states[row->state].class, delivery_states[row->state].name, row->attempts);
	page_text(p, row->text);
	page_put(p, "</td><td>");
	if (row->alerts > 1)
		buf_addf(p->body, "%" PRId64 " alerts, the first: ", row->alerts);
	if (alert_from_json(row->facts, p->arena, &alert, &e))
		page_text(p, alert.title);
	page_put(p, "</td></tr>\n");
}

int
page_deliveries(void *site, const struct web_request *request, struct buf *body)
{
	static const char *const heads[] = { "Owed", "Channel", "State", "Attempts", "Last answer",
		"What" };
	static const int states[] = { DELIVERY_DEAD, DELIVERY_PENDING, DELIVERY_DONE };
	static const char *const captions[] = { "Given up", "On the way", "Delivered" };
	struct page p = page_begin(site, body, "/deliveries");
	struct delivery_row *rows;
	struct err e;
	size_t n;

	(void)request;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		const struct delivery_filter filter = { .state = states[i],
			.limit = DELIVERIES_A_PAGE };

		if (!store_deliveries(p.site->store, &filter, p.arena, &rows, &n, &e))
			return page_end(&p, &e);
		if (n == 0)
			continue;
		page_table(&p, captions[i], heads, ARRAY_LEN(heads));
		for (size_t k = 0; k < n; k++)
			put_delivery(&p, &rows[k]);
		page_table_end(&p);
	}
	return page_end(&p, NULL);
}
