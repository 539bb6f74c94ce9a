/*
 * The inputs that fuzzing found worth keeping, each through its target: tests/fuzz/corpus/TARGET/.
 */
#include "../fuzz/targets.h"
#include "file.h"
#include "rows.h"

#include <stdio.h>

static void
kept_inputs(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_fuzz_targets; i++) {
		struct arena *arena = arena_new();
		struct str_list files = { 0 };
		struct str dir = str_fmt(arena, TEST_FUZZ "/corpus/%s", fuzz_targets[i].name);
		struct err e = { 0 };

		ROW(fuzz_targets[i].name, file_list(str_z(arena, dir), "", arena, &files, &e));
		ROW(fuzz_targets[i].name, files.n > 0);
		for (size_t k = 0; k < files.n; k++) {
			struct str in;

			ROW(e.text, file_read(str_z(arena, files.v[k]), 1 << 24, arena, &in, &e));
			fuzz_targets[i].run(in);
		}
		arena_free(arena);
	}
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(kept_inputs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
