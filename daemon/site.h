/*
 * What the HTTP listener shows: metrics, health, and pages for people.  Reads only.
 */
#ifndef DAEMON_SITE_H
#define DAEMON_SITE_H

#include "courier.h"
#include "lag.h"
#include "monitor.h"
#include "web.h"

/* What is looked at; a struct site is the routes' cookie. */
struct site {
	struct store *store; /* opened for reading: a look never holds up a commit */
	const struct monitor *monitor;
	const struct courier *courier;
	const struct ledger *ledger;
	const struct lag *lag;
	int64_t started_s;
};

/* OpenMetrics text (metrics.h). */
bool site_metrics(const struct site *site, struct buf *body, struct err *e);

extern const struct web_route site_routes[];
extern const size_t n_site_routes;

/* The pages (page.h): whole HTML documents; an HTTP status. */
int page_alerts(void *site, const struct web_request *request, struct buf *body);
int page_feeds(void *site, const struct web_request *request, struct buf *body);
int page_watches(void *site, const struct web_request *request, struct buf *body);
int page_deliveries(void *site, const struct web_request *request, struct buf *body);
int page_style(void *site, const struct web_request *request, struct buf *body);

#endif
