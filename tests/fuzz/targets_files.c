/*
 * The user's files, all of them.
 */
#include "config.h"
#include "file.h"
#include "mem.h"
#include "promise.h"
#include "route_tests.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an input may bring; each part begins with a line "--- NAME", the main file without. */
static const struct {
	struct str name;
	const char *path; /* below the scratch directory */
} parts[] = {
	{ STR_INIT("main"), "newsbell.conf" },
	{ STR_INIT("more"), "conf.d/more.conf" },
	{ STR_INIT("list"), "watchlists/agencies.list" },
	{ STR_INIT("vendors"), "watchlists/vendors.list" },
	{ STR_INIT("feeds"), "feeds.txt" },
	{ STR_INIT("opml"), "feeds.opml" },
	{ STR_INIT("tests"), "tests.conf" },
};
#define MARK STR("\n--- ")

static char scratch[] = "/tmp/newsbell-fuzz-XXXXXX";

static int
open_directory(void)
{
	int dir;

	PROMISE(mkdtemp(scratch) != NULL);
	dir = open(scratch, O_DIRECTORY | O_CLOEXEC);
	PROMISE(dir >= 0);
	PROMISE(mkdirat(dir, "conf.d", 0700) == 0 && mkdirat(dir, "watchlists", 0700) == 0);
	return dir;
}

/* Not readable by others, so that secrets may stand in it. */
static void
put_file(int dir, const char *path, struct str text)
{
	int fd = openat(dir, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	PROMISE(fd >= 0);
	PROMISE(write(fd, text.p, text.n) == (ssize_t)text.n);
	close(fd);
}

static void
put_files(int dir, struct str in)
{
	size_t which = 0;

	for (;;) {
		size_t end = str_find(in, MARK);
		struct str line;

		put_file(dir, parts[which].path, str_sub(in, 0, end == STR_NONE ? in.n : end + 1));
		if (end == STR_NONE)
			return;
		str_cut(str_sub(in, end + MARK.n, in.n), '\n', &line, &in);
		for (which = 0; which < ARRAY_LEN(parts); which++)
			if (str_eq(line, parts[which].name))
				break;
		which %= ARRAY_LEN(parts); /* of another name: more of the main file */
	}
}

static void
remove_files(int dir)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		unlinkat(dir, parts[i].path, 0);
	unlinkat(dir, "conf.d", AT_REMOVEDIR);
	unlinkat(dir, "watchlists", AT_REMOVEDIR);
	rmdir(scratch);
	close(dir);
}

static void
check_config(const struct config *config, struct arena *arena, struct diags *diags)
{
	struct route_test *tests;
	size_t n;

	PROMISE(config->n_channels > 0);
	PROMISE(config->n_feeds > 0);
	PROMISE(watchset_watches(config->watchset) > 0);
	for (size_t i = 0; i < config->n_feeds; i++)
		PROMISE(config->feeds[i].url.n > 0 && config_host(config, config->feeds[i].url));
	for (size_t i = 0; i < watchset_watches(config->watchset); i++)
		PROMISE(config_grouping(config, i) != NULL);
	route_tests_read(config, str_c(scratch), arena, diags, &tests, &n);
	for (size_t i = 0; i < n && !diags->errors; i++)
		route_test_run(config, &tests[i], arena, diags);
}

void
run_config(struct str in)
{
	int dir = open_directory();
	struct arena *arena = arena_new();
	char *path = str_z(arena, str_fmt(arena, "%s/newsbell.conf", scratch));
	const struct config_options options = { .path = path, .state = scratch };
	struct diags diags;
	struct config *config;

	put_files(dir, in);
	diags_init(&diags, arena);
	config = config_load(&options, &diags);
	PROMISE((config != NULL) == (diags.errors == 0));
	if (config)
		check_config(config, arena, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		PROMISE(diags.v[i].text.n > 0);
		diag_text(&diags.v[i], arena);
	}
	config_state(path, arena);
	config_unref(config);
	arena_free(arena);
	remove_files(dir);
	memcpy(scratch + sizeof(scratch) - 7, "XXXXXX", 6);
}
