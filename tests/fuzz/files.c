/*
 * A target over files, or over standard input: what AFL++ drives (CC=afl-clang-fast), and how a
 * finding is looked at again.
 *
 *   fuzz-files TARGET [FILE...]
 */
#include "file.h"
#include "targets.h"

#include <stdio.h>
#include <sysexits.h>

#define INPUT_MAX ((size_t)64 << 20) /* bytes */

static int
run(const struct fuzz_target *target, const char *name)
{
	struct arena *arena = arena_new();
	struct err e = { 0 };
	struct str in;
	bool good = name ? file_read(name, INPUT_MAX, arena, &in, &e)
			 : file_read_stdin(INPUT_MAX, arena, &in, &e);

	if (good)
		target->run(in);
	else
		fprintf(stderr, "fuzz-files: %s\n", e.text);
	arena_free(arena);
	return good ? EX_OK : EX_NOINPUT;
}

int
main(int argc, char **argv)
{
	const struct fuzz_target *target = argc > 1 ? fuzz_target(argv[1]) : NULL;
	int status = EX_OK;

	if (!target) {
		fputs("usage: fuzz-files TARGET [FILE...]; targets:", stderr);
		for (size_t i = 0; i < n_fuzz_targets; i++)
			fprintf(stderr, " %s", fuzz_targets[i].name);
		fputc('\n', stderr);
		return EX_USAGE;
	}
	if (argc == 2)
		return run(target, NULL);
	for (int i = 2; i < argc; i++)
		if (run(target, argv[i]) != EX_OK)
			status = EX_NOINPUT;
	return status;
}
