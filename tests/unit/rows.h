/*
 * Rows with names: a table test prints the name of the row that failed and goes on to the next.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mem.h"
#include "str.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A failure of the row `name` when `good` is false; the test ends by asserting that there is none.
 */
static int rows_failed;

static inline void
row_check(const char *name, int good, const char *what, int line)
{
	if (good)
		return;
	rows_failed++;
	print_error("row '%s' (line %d): %s\n", name, line, what);
}

static inline void
row_str(const char *name, struct str got, struct str want, int line)
{
	if (str_eq(got, want))
		return;
	rows_failed++;
	print_error("row '%s' (line %d):\n  got  \"%.*s\"\n  want \"%.*s\"\n", name, line,
	    STR_ARG(got), STR_ARG(want));
}

static inline void
row_i64(const char *name, int64_t got, int64_t want, int line)
{
	if (got == want)
		return;
	rows_failed++;
	print_error(
	    "row '%s' (line %d): got %" PRId64 ", want %" PRId64 "\n", name, line, got, want);
}

/*
 * valgrind runs the program itself: it cannot put a filter of system calls on it, and a program
 * that cannot be started ends with status 127 there.
 */
static inline bool
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

#define ROW(name, condition) row_check((name), (condition) ? 1 : 0, #condition, __LINE__)
#define ROW_STR(name, got, want) row_str((name), (got), (want), __LINE__)
#define ROW_I64(name, got, want) row_i64((name), (int64_t)(got), (int64_t)(want), __LINE__)
#define ROWS_DONE()                                                                                \
	do {                                                                                       \
		int failed_ = rows_failed;                                                         \
		rows_failed = 0;                                                                   \
		assert_int_equal(failed_, 0);                                                      \
	} while (0)

#endif
