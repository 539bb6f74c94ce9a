/*
 * Who is due next: a binary heap of times.  Each element remembers where it stands, so that it can
 * be moved or taken out in O(log n).
 */
#ifndef DAEMON_SCHEDULE_H
#define DAEMON_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCHEDULE_OUT UINT32_MAX

struct schedule_slot {
	int64_t due_ms;
	uint32_t at; /* index in the heap, or SCHEDULE_OUT: set it so before the first use */
};

struct schedule {
	struct schedule_slot **v;
	size_t n, cap;
};

/* Put it in, or move it, to this time. */
void schedule_set(struct schedule *s, struct schedule_slot *slot, int64_t due_ms);
void schedule_remove(struct schedule *s, struct schedule_slot *slot);
/* The earliest, or NULL. */
struct schedule_slot *schedule_first(const struct schedule *s);
void schedule_free(struct schedule *s);

#endif
