#include "rows.h"

#include "schedule.h"

#include <stdlib.h>

#define SLOTS 1000

static uint64_t random_state = 88172645463325252u;

static uint32_t
chance(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32);
}

/* Random sets, moves and removals; the first is always the earliest of those that are in. */
static void
test_random(void **state)
{
	static struct schedule_slot slots[SLOTS];
	struct schedule s = { 0 };

	(void)state;
	for (size_t i = 0; i < SLOTS; i++)
		slots[i].at = SCHEDULE_OUT;
	for (int round = 0; round < 20000; round++) {
		struct schedule_slot *slot = &slots[chance() % SLOTS];
		int64_t earliest = INT64_MAX;

		if (chance() % 4 == 0)
			schedule_remove(&s, slot);
		else
			schedule_set(&s, slot, chance() % 10000);
		if (round % 50)
			continue;
		for (size_t i = 0; i < SLOTS; i++)
			if (slots[i].at != SCHEDULE_OUT && slots[i].due_ms < earliest)
				earliest = slots[i].due_ms;
		assert_int_equal(
		    schedule_first(&s) ? schedule_first(&s)->due_ms : INT64_MAX, earliest);
	}
	for (int64_t last = -1; schedule_first(&s);
	     last = schedule_first(&s)->due_ms, schedule_remove(&s, schedule_first(&s)))
		assert_true(schedule_first(&s)->due_ms >= last);
	schedule_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
