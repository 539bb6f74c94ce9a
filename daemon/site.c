#include "site.h"

#include "mem.h"
#include "metrics.h"
#include "process.h"

#include <time.h>

bool
site_metrics(const struct site *site, struct buf *body, struct err *e)
{
	struct ledger_figures written;
	const struct metrics_process process = {
		.started_s = site->started_s,
		.now_s = (int64_t)time(NULL),
		.memory_bytes = process_memory(),
		.lag = site->lag,
		.written = &written,
		.failing = ledger_is_failing(site->ledger),
		.monitored = monitor_figures(site->monitor),
		.polls_active = (int64_t)monitor_active(site->monitor),
		.deliveries_active = (int64_t)courier_active(site->courier),
	};

	ledger_figures(site->ledger, &written);
	return metrics_write(site->store, &process, body, e);
}

static int
render_metrics(void *cookie, const struct web_request *request, struct buf *body)
{
	struct err e;

	(void)request;
	if (site_metrics(cookie, body, &e))
		return 200;
	buf_addf(body, "%s\n", e.text);
	return 503;
}

/* It answers, so the loop turns. */
static int
render_healthz(void *cookie, const struct web_request *request, struct buf *body)
{
	(void)cookie;
	(void)request;
	buf_add(body, STR("ok\n"));
	return 200;
}

static int
render_readyz(void *cookie, const struct web_request *request, struct buf *body)
{
	const struct site *site = cookie;

	(void)request;
	if (ledger_is_failing(site->ledger)) {
		buf_add(body, STR("the database cannot be written; nothing is polled\n"));
		return 503;
	}
	buf_add(body, STR("ready\n"));
	return 200;
}

#define TEXT "text/plain; charset=utf-8"
#define HTML "text/html; charset=utf-8"
const struct web_route site_routes[] = {
	{ "/metrics", METRICS_TYPE, false, render_metrics },
	{ "/healthz", TEXT, false, render_healthz },
	{ "/readyz", TEXT, false, render_readyz },
	{ "/", HTML, true, page_alerts },
	{ "/feeds", HTML, true, page_feeds },
	{ "/watches", HTML, true, page_watches },
	{ "/deliveries", HTML, true, page_deliveries },
	{ "/style.css", "text/css; charset=utf-8", true, page_style },
};
const size_t n_site_routes = ARRAY_LEN(site_routes);
