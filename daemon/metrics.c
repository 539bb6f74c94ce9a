#include "metrics.h"

#include "health.h"
#include "store_overview.h"
#include "store_status.h"

#define DAY_S ((int64_t)86400)

/* A family's head; then its samples. */
static void
family(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_addf(b, "# TYPE newsbell_%s %s\n# HELP newsbell_%s %s\n", name, type, name, help);
}

static void
gauge(struct buf *b, const char *name, const char *help, double value)
{
	family(b, name, "gauge", help);
	buf_addf(b, "newsbell_%s %.15g\n", name, value);
}

/* Text of a label: \ " and newline are escaped (OpenMetrics 4.1). */
static void
label(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "{%s=\"", name);
	for (size_t i = 0; i < value.n; i++)
		switch (value.p[i]) {
		case '\\':
			buf_add(b, STR("\\\\"));
			break;
		case '"':
			buf_add(b, STR("\\\""));
			break;
		case '\n':
			buf_add(b, STR("\\n"));
			break;
		default:
			buf_add_char(b, value.p[i]);
		}
	buf_add(b, STR("\"}"));
}

static void
sample(struct buf *b, const char *name, const char *key, struct str value, double number)
{
	buf_addf(b, "newsbell_%s", name);
	label(b, key, value);
	buf_addf(b, " %.15g\n", number);
}

static void
write_process(struct buf *b, const struct metrics_process *p)
{
	family(b, "build", "info", "The version that runs.");
	buf_addf(b, "newsbell_build_info{version=\"%s\"} 1\n", NB_VERSION);
	gauge(b, "start_time_seconds", "When the daemon was started.", (double)p->started_s);
	gauge(b, "resident_memory_bytes", "Memory in use.", (double)p->memory_bytes);
	gauge(b, "polls_active", "Feeds being asked.", (double)p->polls_active);
	gauge(b, "deliveries_active", "Messages whose answer is awaited.",
	    (double)p->deliveries_active);
}

static void
histogram(struct buf *b, const char *name, const char *help, const struct durations *d)
{
	uint64_t sum = 0;

	family(b, name, "histogram", help);
	for (size_t i = 0; i < LAG_BUCKETS; i++) {
		sum += d->buckets[i];
		if (i + 1 < LAG_BUCKETS)
			buf_addf(b, "newsbell_%s_bucket{le=\"%g\"} %llu\n", name,
			    lag_bounds_ms[i] / 1000.0, (unsigned long long)sum);
	}
	buf_addf(b, "newsbell_%s_bucket{le=\"+Inf\"} %llu\n", name, (unsigned long long)sum);
	buf_addf(b, "newsbell_%s_count %llu\nnewsbell_%s_sum %.6f\n", name, (unsigned long long)sum,
	    name, (double)d->sum_us / 1e6);
}

static void
write_written(struct buf *b, const struct ledger_figures *f, bool failing)
{
	histogram(b, "store_commit_seconds", "How long commits take.", &f->commits);
	family(b, "store_commits_failed", "counter", "Commits that failed.");
	buf_addf(b, "newsbell_store_commits_failed_total %llu\n", (unsigned long long)f->failed);
	gauge(b, "store_failing", "1: the database cannot be written, nothing is polled.", failing);
	family(b, "unwritten", "gauge", "What waits to be written.");
	sample(b, "unwritten", "what", STR("polls"), (double)f->polls);
	sample(b, "unwritten", "what", STR("attempts"), (double)f->attempts);
}

static void
write_polls(struct buf *b, const struct monitor_figures *f)
{
	family(b, "polls", "counter", "Requests to feeds since the start, by what came of them.");
	sample(b, "polls_total", "result", STR("fresh"), (double)f->fresh);
	sample(b, "polls_total", "result", STR("unchanged"), (double)f->unchanged);
	sample(b, "polls_total", "result", STR("failed"), (double)f->failed);
}

static void
write_status(struct buf *b, const struct store_status *s, int64_t now_s)
{
	family(b, "feeds", "gauge", "Feeds by how they are.");
	for (int i = 0; i < FEED_HEALTH_COUNT; i++)
		sample(b, "feeds", "health", str_c(health_name((enum feed_health)i)),
		    (double)s->feeds[i]);
	gauge(b, "items_kept", "Items in the database.", (double)s->items);
	gauge(b, "items_last_day", "Items seen in the last 24 hours.", (double)s->items_since);
	gauge(b, "alerts_kept", "Alerts in the database.", (double)s->alerts);
	gauge(b, "alerts_last_day", "Alerts of the last 24 hours.", (double)s->alerts_since);
	gauge(b, "deliveries_failed_kept", "Deliveries that were given up.", (double)s->failed);
	gauge(b, "last_poll_age_seconds", "Time since any feed was asked.",
	    s->last_poll_s ? (double)(now_s - s->last_poll_s) : -1);
	gauge(b, "database_bytes", "Size of the database.", (double)s->bytes);
}

static bool
write_channels(struct store *s, struct buf *b, int64_t now_s, struct arena *arena, struct err *e)
{
	struct channel_row *rows;
	size_t n;

	if (!store_channel_rows(s, now_s - DAY_S, arena, &rows, &n, e))
		return false;
	family(b, "deliveries_pending", "gauge", "Deliveries owed, by channel.");
	for (size_t i = 0; i < n; i++)
		sample(
		    b, "deliveries_pending", "channel", rows[i].channel, (double)rows[i].pending);
	family(b, "oldest_pending_age_seconds", "gauge", "Age of the oldest owed delivery.");
	for (size_t i = 0; i < n; i++)
		if (rows[i].pending)
			sample(b, "oldest_pending_age_seconds", "channel", rows[i].channel,
			    (double)(now_s - rows[i].oldest_s));
	family(b, "deliveries_last_day", "gauge", "Delivered of the last 24 hours, by channel.");
	for (size_t i = 0; i < n; i++)
		sample(b, "deliveries_last_day", "channel", rows[i].channel,
		    (double)rows[i].delivered);
	family(b, "deliveries_given_up", "gauge", "Deliveries that were given up, by channel.");
	for (size_t i = 0; i < n; i++)
		sample(
		    b, "deliveries_given_up", "channel", rows[i].channel, (double)rows[i].given_up);
	return true;
}

static bool
write_watches(struct store *s, struct buf *b, int64_t now_s, struct arena *arena, struct err *e)
{
	struct watch_day *days;
	size_t n;

	if (!store_watch_days(s, now_s - DAY_S, arena, &days, &n, e))
		return false;
	family(b, "watch_alerts_last_day", "gauge", "Alerts of the last 24 hours, by watch.");
	for (size_t i = 0; i < n;) {
		struct str watch = days[i].watch;
		int64_t alerts = 0;

		for (; i < n && str_eq(days[i].watch, watch); i++)
			alerts += days[i].alerts;
		sample(b, "watch_alerts_last_day", "watch", watch, (double)alerts);
	}
	return true;
}

static bool
write_feeds(struct store *s, struct buf *b, int64_t now_s, struct arena *arena, struct err *e)
{
	struct feed_row *rows;
	size_t n;

	if (!store_feed_rows(
		s, now_s - STORE_FEED_STALE_S, METRICS_FEEDS_MAX + 1, arena, &rows, &n, e))
		return false;
	if (n > METRICS_FEEDS_MAX)
		return true;
	family(b, "feed_well", "gauge", "1: the feed is well; 0: it ails.");
	for (size_t i = 0; i < n; i++)
		sample(b, "feed_well", "feed", rows[i].name, rows[i].health == FEED_WELL);
	family(b, "feed_last_good_timestamp_seconds", "gauge", "The last good answer.");
	for (size_t i = 0; i < n; i++)
		sample(b, "feed_last_good_timestamp_seconds", "feed", rows[i].name,
		    (double)rows[i].last_ok_s);
	family(b, "feed_last_new_timestamp_seconds", "gauge", "When it last had something new.");
	for (size_t i = 0; i < n; i++)
		sample(b, "feed_last_new_timestamp_seconds", "feed", rows[i].name,
		    (double)rows[i].last_change_s);
	family(b, "feed_failures", "gauge", "Weighted failures in a row.");
	for (size_t i = 0; i < n; i++)
		sample(b, "feed_failures", "feed", rows[i].name, rows[i].failures);
	return true;
}

bool
metrics_write(
    struct store *s, const struct metrics_process *process, struct buf *body, struct err *e)
{
	struct arena *arena = arena_new();
	struct store_status status;
	size_t start = body->n;
	bool good = store_status(s, process->now_s - DAY_S, &status, e);

	if (good) {
		write_process(body, process);
		if (process->lag) /* while a turn lasts nobody else is served */
			histogram(body, "loop_turn_seconds",
			    "How long turns of the event loop take.", &process->lag->turns);
		if (process->written)
			write_written(body, process->written, process->failing);
		if (process->monitored)
			write_polls(body, process->monitored);
		write_status(body, &status, process->now_s);
		good = write_channels(s, body, process->now_s, arena, e) &&
		       write_watches(s, body, process->now_s, arena, e) &&
		       write_feeds(s, body, process->now_s, arena, e) &&
		       (buf_add(body, STR("# EOF\n")) || err_set(e, ERR_LIMIT, "too long"));
	}
	if (!good)
		body->n = start;
	arena_free(arena);
	return good;
}
