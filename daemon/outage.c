#include "outage.h"

#include "poll.h"

/* The place of the host; of a new one that of the oldest. */
static struct outage_host *
place(struct outage *o, uint64_t host)
{
	struct outage_host *oldest = &o->hosts[0];

	for (size_t i = 0; i < o->n; i++) {
		if (o->hosts[i].host == host)
			return &o->hosts[i];
		if (o->hosts[i].at_s < oldest->at_s)
			oldest = &o->hosts[i];
	}
	return o->n < OUTAGE_HOSTS ? &o->hosts[o->n++] : oldest;
}

enum outage_news
outage_answered(struct outage *o, uint64_t host, int64_t now_s)
{
	*place(o, host) = (struct outage_host){ .host = host, .at_s = now_s };
	if (o->since_s == 0)
		return OUTAGE_SAME;
	/* what failed before says nothing of the network as it is now */
	o->n = 0;
	*place(o, host) = (struct outage_host){ .host = host, .at_s = now_s };
	o->since_s = 0;
	return OUTAGE_ENDS;
}

enum outage_news
outage_failed(struct outage *o, const struct outage_host *what, int64_t now_s)
{
	struct outage_host *at = place(o, what->host);
	size_t failed = 0, tried = 0;

	*at = *what;
	at->failed = true;
	at->at_s = now_s;
	if (o->since_s) {
		o->missed++;
		return OUTAGE_SAME;
	}
	for (size_t i = 0; i < o->n; i++) {
		if (o->hosts[i].at_s < now_s - OUTAGE_WINDOW_S)
			continue;
		tried++;
		failed += o->hosts[i].failed;
	}
	if (!poll_network_down(failed, tried))
		return OUTAGE_SAME;
	o->since_s = now_s;
	o->missed = failed;
	return OUTAGE_BEGINS;
}

void
outage_forget(struct outage *o, const void *whose)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->hosts[i].whose == whose)
			o->hosts[i].whose = NULL;
}
