#include "history.h"

#include "mem.h"
#include "packed.h"

#include <assert.h>

#define ENTRY_MAX (10 * PACKED_SHORT_MAX) /* bytes */

static const char *const words[] = {
	[HISTORY_NOTHING] = "nothing new",
	[HISTORY_NEW] = "new items",
	[HISTORY_DAMAGED] = "damaged",
	[HISTORY_NO_FEED] = "no feed",
	[HISTORY_FAILED] = "failed",
	[HISTORY_LIMITED] = "told to wait",
	[HISTORY_GONE] = "gone",
};
static_assert(ARRAY_LEN(words) == HISTORY_OUTCOME_COUNT, "a word for each outcome");

const char *
history_word(enum history_outcome outcome)
{
	return outcome < HISTORY_OUTCOME_COUNT ? words[outcome] : "unknown";
}

enum history_outcome
history_outcome(const struct poll_answer *answer, const struct poll_found *found)
{
	switch (answer->verdict) {
	case POLL_UNCHANGED:
		return HISTORY_NOTHING;
	case POLL_GONE:
		return HISTORY_GONE;
	case POLL_LIMITED:
		return HISTORY_LIMITED;
	case POLL_FAILED:
		return HISTORY_FAILED;
	case POLL_FRESH:
		break;
	}
	switch (found->result) {
	case POLL_PARTIAL:
		return HISTORY_DAMAGED;
	case POLL_NO_FEED:
	case POLL_KILLED:
	case POLL_QUARANTINED:
		return HISTORY_NO_FEED;
	case POLL_NOT_STORED:
		return HISTORY_FAILED;
	case POLL_STORED:
		break;
	}
	return found->n_new ? HISTORY_NEW : HISTORY_NOTHING;
}

/* ---- numbers ---- */

static unsigned char *
put(unsigned char *p, int64_t v)
{
	return packed_put_short(p, v > 0 ? (uint64_t)v : 0);
}

static bool
get(struct str *from, int64_t *ret)
{
	const unsigned char *p = (const unsigned char *)from->p;
	uint64_t v;
	const unsigned char *end = packed_get_short(p, from->n, &v);

	if (!end || v > INT64_MAX)
		return false;
	*from = str_sub(*from, (size_t)(end - p), from->n);
	*ret = (int64_t)v;
	return true;
}

/* One entry: outcome and reason in one number, times as seconds before the entry itself. */
static unsigned char *
put_entry(unsigned char *p, const struct history_poll *poll)
{
	p = put(p, poll->at_s);
	p = put(p, (int64_t)poll->outcome + HISTORY_OUTCOME_COUNT * (int64_t)poll->next_why);
	p = put(p, poll->status);
	p = put(p, poll->bytes);
	p = put(p, poll->elapsed_ms);
	p = put(p, poll->n_new);
	p = put(p, poll->quiet_n);
	if (poll->quiet_n > 0)
		p = put(p, poll->at_s - poll->quiet_since_s);
	return p;
}

static bool
get_entry(struct str *from, struct history_poll *ret)
{
	int64_t kind, status, before = 0;

	*ret = (struct history_poll){ 0 };
	if (!get(from, &ret->at_s) || !get(from, &kind) || !get(from, &status) ||
	    !get(from, &ret->bytes) || !get(from, &ret->elapsed_ms) || !get(from, &ret->n_new) ||
	    !get(from, &ret->quiet_n) || (ret->quiet_n > 0 && !get(from, &before)))
		return false;
	ret->outcome = (enum history_outcome)(kind % HISTORY_OUTCOME_COUNT);
	ret->next_why = (enum poll_reason)(kind / HISTORY_OUTCOME_COUNT);
	ret->status = (int32_t)status;
	ret->quiet_since_s = ret->quiet_n > 0 ? ret->at_s - before : 0;
	return ret->next_why < POLL_REASON_COUNT && status <= 999;
}

struct str
history_add(struct str packed, const struct history_poll *poll, struct arena *arena)
{
	unsigned char first[ENTRY_MAX];
	struct str new = str_n((const char *)first, (size_t)(put_entry(first, poll) - first));
	struct str rest = packed;
	struct history_poll old;
	size_t n = 1, whole = 0;

	while (n++ < HISTORY_MAX && get_entry(&rest, &old))
		whole = packed.n - rest.n;
	return str_join(arena, new, str_sub(packed, 0, whole));
}

void
history_read(struct str packed, struct arena *arena, struct history_poll **ret, size_t *n)
{
	*ret = ARENA_ARRAY(arena, struct history_poll, HISTORY_MAX);
	*n = 0;
	while (*n < HISTORY_MAX && get_entry(&packed, &(*ret)[*n]))
		(*n)++;
}
