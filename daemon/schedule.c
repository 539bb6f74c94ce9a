#include "schedule.h"

#include "mem.h"

#include <stdlib.h>

static void
place_at(struct schedule *s, struct schedule_slot *slot, size_t at)
{
	s->v[at] = slot;
	slot->at = (uint32_t)at;
}

static void
sift(struct schedule *s, struct schedule_slot *slot)
{
	size_t at = slot->at;

	while (at > 0 && s->v[(at - 1) / 2]->due_ms > slot->due_ms) {
		place_at(s, s->v[(at - 1) / 2], at);
		at = (at - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < s->n && s->v[child + 1]->due_ms < s->v[child]->due_ms)
			child++;
		if (child >= s->n || s->v[child]->due_ms >= slot->due_ms)
			break;
		place_at(s, s->v[child], at);
		at = child;
	}
	place_at(s, slot, at);
}

void
schedule_set(struct schedule *s, struct schedule_slot *slot, int64_t due_ms)
{
	if (slot->at == SCHEDULE_OUT) {
		if (s->n == s->cap) {
			s->cap = s->cap ? s->cap * 2 : 64;
			s->v = xreallocarray(s->v, s->cap, sizeof(struct schedule_slot *));
		}
		place_at(s, slot, s->n++);
	}
	slot->due_ms = due_ms;
	sift(s, slot);
}

void
schedule_remove(struct schedule *s, struct schedule_slot *slot)
{
	struct schedule_slot *last;

	if (slot->at == SCHEDULE_OUT)
		return;
	last = s->v[--s->n];
	if (last != slot) {
		place_at(s, last, slot->at);
		sift(s, last);
	}
	slot->at = SCHEDULE_OUT;
}

struct schedule_slot *
schedule_first(const struct schedule *s)
{
	return s->n ? s->v[0] : NULL;
}

void
schedule_free(struct schedule *s)
{
	free(s->v);
	*s = (struct schedule){ 0 };
}
