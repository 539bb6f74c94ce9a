/*
 * Is it our own network that is down?  What became of the hosts that were asked last.  Pure: time
 * is a parameter.
 */
#ifndef DAEMON_OUTAGE_H
#define DAEMON_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTAGE_HOSTS 64     /* the last ones that count */
#define OUTAGE_WINDOW_S 300 /* older outcomes do not */

struct outage_host {
	uint64_t host; /* hash of its name */
	int64_t at_s;
	bool failed; /* in a way that the network may be to blame for */
	void *whose; /* what failed there last: the caller's, until outage_forget */
	double weight;
	bool first; /* that failure began a run of failures */
};

struct outage {
	struct outage_host hosts[OUTAGE_HOSTS];
	size_t n;
	int64_t since_s; /* down since, 0 = not */
	uint64_t missed; /* polls that it cost */
};

enum outage_news { OUTAGE_SAME, OUTAGE_BEGINS, OUTAGE_ENDS };

/* A host has answered, whatever it said. */
enum outage_news outage_answered(struct outage *o, uint64_t host, int64_t now_s);
/*
 * A host could not be reached.  On OUTAGE_BEGINS the failures in o->hosts were the network's: who
 * counted them takes them back.
 */
enum outage_news outage_failed(struct outage *o, const struct outage_host *what, int64_t now_s);
/* It is gone: nothing is to be taken back from it. */
void outage_forget(struct outage *o, const void *whose);

#endif
