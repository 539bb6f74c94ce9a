/*
 * One target under libFuzzer: FUZZ_TARGET names it.
 */
#include "targets.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct fuzz_target *target;

	if (!target)
		target = fuzz_target(FUZZ_TARGET);
	if (!target)
		abort();
	target->run(str_n((const char *)data, n));
	return 0;
}
