#include "timezone.h"

#include "ascii.h"
#include "diag.h"
#include "file.h"

#include <string.h>
#include <unistd.h>

#define TABLE_MAX ((size_t)1 << 20) /* bytes of the database's table of names */

static bool
is_name(struct str name)
{
	if (name.n == 0 || name.p[0] == '/' || str_find(name, STR("..")) != STR_NONE)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!(ascii_is_alnum(c) || (c && strchr("/_+-", c))))
			return false;
	}
	return true;
}

/* The third column of zone.tab; # begins a comment. */
static bool
read_names(struct arena *arena, struct str_list *ret)
{
	struct str text, line, skipped, name;
	size_t cap = 0;

	*ret = (struct str_list){ 0 };
	if (!file_read(TIMEZONE_DIR "/zone.tab", TABLE_MAX, arena, &text, NULL))
		return false;
	while (text.n) {
		str_cut(text, '\n', &line, &text);
		if (line.n == 0 || line.p[0] == '#' || !str_cut(line, '\t', &skipped, &line) ||
		    !str_cut(line, '\t', &skipped, &line))
			continue;
		str_cut(line, '\t', &name, &skipped);
		*ARENA_PUSH(arena, ret->v, ret->n, cap) = str_trim(name);
	}
	return true;
}

static struct str
city(struct str name)
{
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '/')
			return str_sub(name, i + 1, name.n);
	return name;
}

/* A city alone is what people write first. */
static struct str
suggest(struct str name, struct arena *arena)
{
	struct str_list names;
	char *spaced = str_z(arena, name);

	if (access(TIMEZONE_DIR, R_OK) < 0)
		return STR("install the zone database (package tzdata)");
	if (!read_names(arena, &names))
		return STR("");
	for (size_t i = 0; i < name.n; i++)
		if (spaced[i] == ' ')
			spaced[i] = '_';
	for (size_t i = 0; i < names.n; i++)
		if (str_eq_ci(city(names.v[i]), city(str_n(spaced, name.n))))
			return str_fmt(arena, "did you mean '%.*s'?", STR_ARG(names.v[i]));
	return diag_suggest(name, names.v, names.n, arena);
}

bool
timezone_load(
    struct str name, struct arena *arena, const struct tz **ret, struct str *hint, struct err *e)
{
	struct str bytes;
	struct err why = { 0 };

	*ret = NULL;
	*hint = STR("");
	if (str_eq_c(name, "UTC"))
		return true;
	if (!is_name(name) ||
	    !file_read(str_z(arena, str_fmt(arena, TIMEZONE_DIR "/%.*s", STR_ARG(name))),
		TZ_FILE_MAX, arena, &bytes, &why)) {
		if (why.kind == ERR_SYSTEM)
			return err_set(e, ERR_SYSTEM, "%s", why.text);
		*hint = suggest(name, arena);
		return err_set(e, ERR_CONFIG, "there is no time zone '%.*s'", STR_ARG(name));
	}
	if (!tz_read(bytes, arena, ret, &why))
		return err_set(e, ERR_CONFIG, TIMEZONE_DIR "/%.*s: %s", STR_ARG(name), why.text);
	return true;
}
