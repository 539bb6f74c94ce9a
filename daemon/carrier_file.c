#include "carry.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0640

static void
failed(struct arena *arena, struct str path, const char *what, struct answer *ret)
{
	*ret = (struct answer){ .text = str_fmt(
				    arena, "%.*s: %s: %s", STR_ARG(path), what, strerror(errno)) };
}

static bool
write_all(int fd, struct str data)
{
	while (data.n) {
		ssize_t k = write(fd, data.p, data.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false;
		data = str_sub(data, (size_t)k, data.n);
	}
	return true;
}

/* The file is opened anew each time, so that it may be rotated at any moment. */
static void
append(const struct file_write *w, struct arena *arena, struct answer *ret)
{
	const char *path = str_z(arena, w->path);
	int fd =
	    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
	struct stat before;

	if (fd < 0 || fstat(fd, &before) != 0) {
		failed(arena, w->path, "cannot be opened", ret);
	} else if (!write_all(fd, w->data)) {
		failed(arena, w->path, "cannot be written", ret);
		/* no half of a line stays */
		if (S_ISREG(before.st_mode) && ftruncate(fd, before.st_size) != 0)
			failed(arena, w->path, "was written by half", ret);
	} else if (S_ISREG(before.st_mode) && fdatasync(fd) != 0) {
		failed(arena, w->path, "may not be on disk", ret);
	}
	if (fd >= 0)
		close(fd);
}

static void
replace(const struct file_write *w, struct arena *arena, struct answer *ret)
{
	const char *path = str_z(arena, w->path),
		   *fresh = str_z(arena, str_join(arena, w->path, STR(".new")));
	struct str old = STR(""), data;
	struct err e;
	int fd;

	if (access(path, F_OK) == 0 && !file_read(path, CARRIER_FILE_MAX, arena, &old, &e)) {
		*ret = (struct answer){ .text = str_dup(arena, str_c(e.text)) };
		return;
	}
	data = w->merge(w, old, arena);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, MODE | S_IROTH);
	if (fd < 0) {
		failed(arena, w->path, "cannot be written beside it", ret);
		return;
	}
	if (!write_all(fd, data) || fdatasync(fd) != 0) {
		failed(arena, w->path, "cannot be written beside it", ret);
		close(fd);
		unlink(fresh);
		return;
	}
	close(fd);
	if (rename(fresh, path) != 0)
		failed(arena, w->path, "cannot be replaced", ret);
}

void
carrier_file_write(const struct file_write *w, struct arena *arena, struct answer *ret)
{
	*ret = (struct answer){ .code = 200, .text = STR("written") };
	if (w->merge)
		replace(w, arena, ret);
	else
		append(w, arena, ret);
}
