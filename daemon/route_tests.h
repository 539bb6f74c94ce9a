/*
 * Expectations: what must become of items, written down beside the configuration in tests.conf and
 * held against it by `newsbell check`.
 */
#ifndef DAEMON_ROUTE_TESTS_H
#define DAEMON_ROUTE_TESTS_H

#include "rehearse.h"

/* A [test "name"] section. */
struct route_test {
	struct str name;
	struct place at;
	struct match_input item;
	struct setting_line feed, when;
	int64_t now_s; /* of when */
	/* what must be; empty lines: not looked at */
	struct setting_line watches, not_watches, severity, to, not_to, at_once, later;
};

/*
 * Read tests.conf beside the main file; none is no test.  What is wrong with it goes to diags.
 */
void route_tests_read(const struct config *config, struct str dir, struct arena *arena,
    struct diags *diags, struct route_test **ret, size_t *n);

/* Each expectation that is not met is an error in diags, at its line. */
void route_test_run(const struct config *config, const struct route_test *test, struct arena *arena,
    struct diags *diags);

#endif
