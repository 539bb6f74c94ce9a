#include "retry.h"

#include "mem.h"

#define HOUR_S ((int64_t)3600)
#define DAY_S (24 * HOUR_S)

int64_t
retry_at(int64_t now_s, int tries, uint32_t jitter)
{
	static const int64_t waits_s[] = { 5, 15, 30, 60, 120, 300, 600 };
	size_t i = tries < 1 ? 0 : (size_t)tries - 1;
	int64_t wait_s = waits_s[i < ARRAY_LEN(waits_s) ? i : ARRAY_LEN(waits_s) - 1],
		fifth_s = wait_s / 5;

	return now_s + wait_s - fifth_s + (int64_t)(jitter % (uint32_t)(2 * fifth_s + 1));
}

bool
retry_is_over(int64_t created_s, int64_t now_s, int64_t give_up_s)
{
	return now_s - created_s >= give_up_s;
}

bool
breaker_is_open(const struct breaker *b)
{
	return b->open_s != 0;
}

static int64_t
probe_every(const struct breaker *b, int64_t now_s)
{
	int64_t open_for_s = now_s - b->open_s;

	return open_for_s >= DAY_S    ? BREAKER_PROBE_DAY_S
	       : open_for_s >= HOUR_S ? BREAKER_PROBE_HOUR_S
				      : BREAKER_PROBE_S;
}

int64_t
breaker_next(const struct breaker *b, int64_t now_s)
{
	int64_t at_s = now_s;

	if (breaker_is_open(b)) {
		if (b->probe_s > now_s) /* the clock was set back: the probe tells anew */
			return now_s;
		at_s = b->probe_s + probe_every(b, now_s);
	}
	if (b->not_before_s > at_s)
		at_s = b->not_before_s;
	return at_s > now_s ? at_s : now_s;
}

bool
breaker_allow(struct breaker *b, int64_t now_s)
{
	if (breaker_next(b, now_s) > now_s)
		return false;
	if (breaker_is_open(b))
		b->probe_s = now_s;
	return true;
}

static void
trip(struct breaker *b, int64_t now_s)
{
	if (!breaker_is_open(b))
		b->open_s = now_s ? now_s : 1;
	b->probe_s = now_s;
}

static bool
close_it(struct breaker *b)
{
	bool was_open = breaker_is_open(b);

	b->failures = 0;
	b->open_s = 0;
	return was_open;
}

bool
breaker_answer(struct breaker *b, struct verdict verdict, bool answered, int64_t now_s)
{
	b->not_before_s = verdict.not_before_s;
	switch (verdict.kind) {
	case VERDICT_DELIVERED:
		return close_it(b);
	case VERDICT_POISON: /* it works, it only does not like this one */
		return answered && close_it(b);
	case VERDICT_RETRY:
		b->failures++;
		if (b->failures >= BREAKER_FAILURES || verdict.not_before_s > now_s ||
		    breaker_is_open(b))
			trip(b, now_s);
		return false;
	case VERDICT_MISCONFIGURED:
	case VERDICT_GONE:
		b->failures++;
		trip(b, now_s);
		return false;
	}
	return false;
}
