#include "rhythm.h"

#include "mem.h"

#include <stdlib.h>

#define DAY_MIN 1440
#define BURST_MIN 5  /* arrivals this near are one */
#define KNOWN_GAPS 2 /* fewer say nothing */
#define SEED_AGE_S ((int64_t)400 * 86400)
#define FORGET_S ((int64_t)60 * 86400)       /* the longest pause fades over so long */
#define SILENCE_FLOOR_S ((int64_t)3 * 86400) /* a week-end is no silence */
#define SILENCE_PAUSES 3                     /* times the longest pause known ... */
#define SILENCE_GAPS 8                       /* ... or so often the usual one */

/* Fixed hours: what makes them believable. */
#define HOURS_ARRIVALS 6    /* exact ones */
#define HOURS_DAYS 3        /* on so many different days */
#define CLUSTER_GAP_MIN 45  /* minutes of the day further apart belong to different hours */
#define CLUSTER_SPAN_MIN 75 /* wider is no time of the day; a change of summer time still fits */
#define WINDOW_LEAD_MIN 2
#define WINDOW_LAG_MIN 30

struct cluster {
	int lo, hi, n; /* minutes of the day; hi may pass midnight */
};

/* The arrivals in order, oldest first; returns how many. */
static size_t
in_order(const struct feed_rhythm *r, bool exact_only, uint32_t *ret)
{
	size_t first = r->n < RHYTHM_ARRIVALS ? 0 : r->next, n = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t at = (first + i) % RHYTHM_ARRIVALS;

		if (!exact_only || r->exact & 1u << at)
			ret[n++] = r->arrivals_min[at];
	}
	return n;
}

static uint32_t
last_min(const struct feed_rhythm *r)
{
	return r->n ? r->arrivals_min[(r->next + RHYTHM_ARRIVALS - 1) % RHYTHM_ARRIVALS] : 0;
}

int64_t
rhythm_last_s(const struct feed_rhythm *r)
{
	return (int64_t)last_min(r) * 60;
}

void
rhythm_add(struct feed_rhythm *r, int64_t at_s, bool exact)
{
	uint32_t at = at_s > 0 && at_s / 60 < UINT32_MAX ? (uint32_t)(at_s / 60) : 0;
	int64_t pause_s, faded_s;

	if (at == 0 || (r->n > 0 && at < last_min(r) + BURST_MIN))
		return;
	if (r->n > 0) {
		pause_s = (int64_t)(at - last_min(r)) * 60;
		faded_s = pause_s >= FORGET_S
			      ? 0
			      : (int64_t)r->longest_s * (FORGET_S - pause_s) / FORGET_S;
		if (pause_s > faded_s)
			faded_s = pause_s < UINT32_MAX ? pause_s : UINT32_MAX;
		r->longest_s = (uint32_t)faded_s;
	}
	r->arrivals_min[r->next] = at;
	r->exact = (uint16_t)(exact ? r->exact | 1u << r->next : r->exact & ~(1u << r->next));
	r->next = (uint8_t)((r->next + 1) % RHYTHM_ARRIVALS);
	if (r->n < RHYTHM_ARRIVALS)
		r->n++;
}

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
rhythm_seed(struct feed_rhythm *r, const int64_t *dates, size_t n, int64_t now_s)
{
	int64_t *sorted;
	size_t k = 0;

	if (n == 0)
		return;
	sorted = xreallocarray(NULL, n, sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		if (dates[i] != DATE_NONE && dates[i] <= now_s && dates[i] > now_s - SEED_AGE_S)
			sorted[k++] = dates[i];
	qsort(sorted, k, sizeof(*sorted), by_time);
	for (size_t i = 0; i < k; i++)
		rhythm_add(r, sorted[i], true);
	free(sorted);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The gap at that quarter of all in order of length: 1 = short, 2 = usual; 0 = not known yet. */
static int64_t
gap_at(const struct feed_rhythm *r, size_t quarter)
{
	uint32_t at[RHYTHM_ARRIVALS], gaps[RHYTHM_ARRIVALS];
	size_t n = in_order(r, false, at), k = 0;

	for (size_t i = 1; i < n; i++)
		gaps[k++] = at[i] - at[i - 1];
	if (k < KNOWN_GAPS)
		return 0;
	qsort(gaps, k, sizeof(gaps[0]), by_number);
	return (int64_t)gaps[k * quarter / 4] * 60;
}

int64_t
rhythm_gap_s(const struct feed_rhythm *r)
{
	return gap_at(r, 2);
}

int64_t
rhythm_short_gap_s(const struct feed_rhythm *r)
{
	return gap_at(r, 1);
}

int64_t
rhythm_silence_s(const struct feed_rhythm *r)
{
	int64_t gap = rhythm_gap_s(r), ret = SILENCE_FLOOR_S;

	if (gap == 0)
		return 0;
	if (ret < gap * SILENCE_GAPS)
		ret = gap * SILENCE_GAPS;
	if (ret < (int64_t)r->longest_s * SILENCE_PAUSES)
		ret = (int64_t)r->longest_s * SILENCE_PAUSES;
	return ret;
}

/* ---- fixed hours ---- */

static size_t
days_of(const uint32_t *at, size_t n)
{
	size_t days = 0;

	for (size_t i = 0; i < n; i++)
		if (i == 0 || at[i] / DAY_MIN != at[i - 1] / DAY_MIN)
			days++;
	return days;
}

/* Cut the circle of the day at pauses; minutes are sorted.  Returns the number of clusters. */
static size_t
clusters_of(const uint32_t *minutes, size_t n, struct cluster *ret)
{
	size_t k = 0, start = n;

	/* Begin behind a pause, so that no cluster is cut by midnight. */
	for (size_t i = 0; i < n && start == n; i++) {
		uint32_t before = i ? minutes[i - 1] : minutes[n - 1];

		if ((minutes[i] + DAY_MIN - before) % DAY_MIN > CLUSTER_GAP_MIN)
			start = i;
	}
	if (start == n) /* all one: at one minute, or all round the clock */
		start = 0;
	for (size_t i = 0; i < n; i++) {
		int minute = (int)minutes[(start + i) % n];

		if (minute < (int)minutes[start])
			minute += DAY_MIN;
		if (k == 0 || minute - ret[k - 1].hi > CLUSTER_GAP_MIN)
			ret[k++] = (struct cluster){ .lo = minute };
		ret[k - 1].hi = minute;
		ret[k - 1].n++;
	}
	return k;
}

/* Is each cluster a time of the day at which something comes on most days? */
static bool
believable(const struct cluster *c, size_t k, size_t days)
{
	for (size_t i = 0; i < k; i++)
		if (c[i].hi - c[i].lo > CLUSTER_SPAN_MIN || (size_t)c[i].n * 2 < days || c[i].n < 2)
			return false;
	return true;
}

bool
rhythm_window(const struct feed_rhythm *r, int64_t now_s, int64_t *from_s, int64_t *to_s)
{
	uint32_t at[RHYTHM_ARRIVALS], minutes[RHYTHM_ARRIVALS];
	struct cluster clusters[RHYTHM_ARRIVALS];
	size_t n = in_order(r, true, at), days = days_of(at, n), k;
	int64_t today = now_s / 60 / DAY_MIN, last = last_min(r);
	bool found = false;

	if (n < HOURS_ARRIVALS || days < HOURS_DAYS || n < r->n - r->n / 8u)
		return false;
	for (size_t i = 0; i < n; i++)
		minutes[i] = at[i] % DAY_MIN;
	qsort(minutes, n, sizeof(minutes[0]), by_number);
	k = clusters_of(minutes, n, clusters);
	if (!believable(clusters, k, days))
		return false;
	for (size_t i = 0; i < k; i++) {
		for (int64_t day = today - 1; day <= today + 1; day++) {
			int64_t from = day * DAY_MIN + clusters[i].lo - WINDOW_LEAD_MIN;
			int64_t to = day * DAY_MIN + clusters[i].hi + WINDOW_LAG_MIN;

			if (to * 60 <= now_s || last >= from || (found && from * 60 >= *from_s))
				continue;
			*from_s = from * 60;
			*to_s = to * 60;
			found = true;
		}
	}
	return found;
}
