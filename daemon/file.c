#include "file.h"

#include "buf.h"
#include "mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_CHUNK ((size_t)64 << 10)

/* What whoever named it can mend, or only the machine. */
static enum err_kind
kind_of(int error)
{
	static const int named_wrongly[] = { ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, ELOOP,
		ENAMETOOLONG, ENXIO };

	for (size_t i = 0; i < ARRAY_LEN(named_wrongly); i++)
		if (error == named_wrongly[i])
			return ERR_CONFIG;
	return ERR_SYSTEM;
}

static bool
read_all(int fd, const char *name, size_t max, struct arena *arena, struct str *ret, struct err *e)
{
	struct buf b;
	bool good = false;

	buf_init(&b, max + 1); /* one more, to see that it is too long */
	for (;;) {
		size_t room = max + 1 - b.n < FILE_CHUNK ? max + 1 - b.n : FILE_CHUNK;
		ssize_t k;

		if (room == 0) {
			err_set(e, ERR_LIMIT, "%s: longer than %zu bytes", name, max);
			break;
		}
		k = read(fd, buf_reserve(&b, room), room);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			err_set(e, kind_of(errno), "%s: %s", name, strerror(errno));
			break;
		}
		if (k == 0) {
			*ret = str_dup(arena, buf_str(&b));
			good = true;
			break;
		}
		b.n += (size_t)k;
	}
	if (b.n)
		explicit_bzero(b.p, b.n); /* it may have been a secret */
	buf_free(&b);
	return good;
}

/* A refusal that the file's permissions do not explain comes from what the process gave up. */
static bool
cannot_open(const char *path, struct err *e)
{
	int why = errno;

	if (why == EACCES && access(path, R_OK) == 0)
		return err_set(e, ERR_CONFIG,
		    "%s: %s (newsbelld gave up other places than those of its start: restart it "
		    "when this one is new)",
		    path, strerror(why));
	return err_set(e, kind_of(why), "%s: %s", path, strerror(why));
}

bool
file_read(const char *path, size_t max, struct arena *arena, struct str *ret, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return cannot_open(path, e);
	good = read_all(fd, path, max, arena, ret, e);
	close(fd);
	return good;
}

bool
file_read_stdin(size_t max, struct arena *arena, struct str *ret, struct err *e)
{
	return read_all(STDIN_FILENO, "standard input", max, arena, ret, e);
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool
file_list(
    const char *dir, const char *suffix, struct arena *arena, struct str_list *ret, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t cap = 0;
	bool good;

	*ret = (struct str_list){ 0 };
	if (!d && errno == ENOENT)
		return true;
	if (!d)
		return err_set(e, kind_of(errno), "%s: %s", dir, strerror(errno));
	while (errno = 0, (entry = readdir(d))) {
		struct str name = str_c(entry->d_name);

		if (name.p[0] != '.' && str_ends(name, str_c(suffix)))
			*ARENA_PUSH(arena, ret->v, ret->n, cap) =
			    str_fmt(arena, "%s/%s", dir, entry->d_name);
	}
	good = errno == 0 || err_set(e, kind_of(errno), "%s: %s", dir, strerror(errno));
	closedir(d);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return good;
}

struct str
file_dirname(struct str path)
{
	for (size_t i = path.n; i-- > 0;)
		if (path.p[i] == '/')
			return i ? str_sub(path, 0, i) : STR("/");
	return STR(".");
}

bool
file_is_public(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IROTH);
}
