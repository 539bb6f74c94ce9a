#include "local.h"

#include "file.h"
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const suffixes[] = { ".xml", ".rss", ".atom", ".rdf", ".json" };

static int
by_path(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool
list(const char *dir, struct arena *arena, struct str_list *ret, struct err *e)
{
	size_t cap = 0;

	*ret = (struct str_list){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		struct str_list some;

		if (!file_list(dir, suffixes[i], arena, &some, e))
			return false;
		for (size_t k = 0; k < some.n; k++)
			*ARENA_PUSH(arena, ret->v, ret->n, cap) = some.v[k];
	}
	if (ret->n > LOCAL_FILES_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %d files", dir, LOCAL_FILES_MAX);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_path);
	return true;
}

static bool
read_all(
    const struct str_list *paths, size_t max, struct arena *arena, struct local *ret, struct err *e)
{
	size_t total = 0;
	char *p;

	ret->files = ARENA_ARRAY(arena, struct local_file, paths->n + 1);
	for (size_t i = 0; i < paths->n; i++) {
		struct local_file *file = &ret->files[ret->n++];

		file->path = paths->v[i];
		if (!file_read(str_z(arena, file->path), max, arena, &file->body, e))
			return false;
		if (file->body.n > max)
			return err_set(e, ERR_LIMIT, "longer than max-size");
		max -= file->body.n;
		total += file->path.n + file->body.n + 2;
	}
	p = arena_bytes(arena, total);
	ret->all = str_n(p, total);
	for (size_t i = 0; i < ret->n; i++) {
		p = mempcpy(p, ret->files[i].path.p, ret->files[i].path.n);
		*p++ = '\0';
		if (ret->files[i].body.n)
			p = mempcpy(p, ret->files[i].body.p, ret->files[i].body.n);
		*p++ = '\0';
	}
	return true;
}

bool
local_read(struct str path, size_t max, struct arena *arena, struct local *ret, struct err *e)
{
	const char *z = str_z(arena, path);
	struct str_list paths = { &path, 1 };
	struct stat st;

	*ret = (struct local){ 0 };
	if (stat(z, &st) < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", z, strerror(errno));
	if (S_ISDIR(st.st_mode) && !list(z, arena, &paths, e))
		return false;
	return read_all(&paths, max, arena, ret, e);
}
