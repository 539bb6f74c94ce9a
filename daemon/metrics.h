/*
 * The state as OpenMetrics text (openmetrics.io, version 1.0.0), for Prometheus and its like.
 */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include "buf.h"
#include "lag.h"
#include "ledger.h"
#include "monitor.h"
#include "store.h"

/* What the process knows of itself. */
struct metrics_process {
	int64_t started_s, now_s;
	int64_t memory_bytes;
	const struct lag *lag;                   /* NULL: not known */
	const struct ledger_figures *written;    /* NULL: not known */
	bool failing;                            /* the database cannot be written */
	const struct monitor_figures *monitored; /* NULL: not known */
	int64_t polls_active, deliveries_active;
};

/* With more feeds than this no line is written for each of them: the counts by health remain. */
#define METRICS_FEEDS_MAX 2000

/* False with *e when the database cannot be read; body is then as it was. */
bool metrics_write(
    struct store *s, const struct metrics_process *process, struct buf *body, struct err *e);
#define METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

#endif
