/*
 * What is fuzzed.  Each target takes any bytes and ends the process when a promise of the headers
 * does not hold.  They are driven by libFuzzer (libfuzzer.c), by AFL++ or by hand (files.c), and by
 * the unit test of the kept inputs.
 */
#ifndef TESTS_FUZZ_TARGETS_H
#define TESTS_FUZZ_TARGETS_H

#include "str.h"

struct fuzz_target {
	const char *name;
	void (*run)(struct str in);
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t n_fuzz_targets;

/* NULL: there is none of that name. */
const struct fuzz_target *fuzz_target(const char *name);

#endif
