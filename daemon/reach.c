#include "reach.h"

#include "file.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

bool
reach_covers(const struct str_list *list, struct str dir)
{
	for (size_t i = 0; i < list->n; i++) {
		struct str have = list->v[i];

		if (str_starts(dir, have) &&
		    (dir.n == have.n || dir.p[have.n] == '/' || str_eq_c(have, "/")))
			return true;
	}
	return false;
}

static void
add_directory(struct reach *r, struct str_list *list, size_t *cap, struct str dir)
{
	if (!reach_covers(list, dir))
		*ARENA_PUSH(r->arena, list->v, list->n, *cap) = str_dup(r->arena, dir);
}

static struct str
directory_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? str_c(path)
							   : file_dirname(str_c(path));
}

static void
add(struct reach *r, struct str_list *list, size_t *cap, struct str path)
{
	char *as_named = str_z(r->arena, path), real[PATH_MAX];

	add_directory(r, list, cap, directory_of(as_named));
	if (realpath(as_named, real))
		add_directory(r, list, cap, directory_of(real));
}

void
reach_read(struct reach *r, struct str path)
{
	add(r, &r->read, &r->cap_read, path);
}

void
reach_write(struct reach *r, struct str path)
{
	add(r, &r->write, &r->cap_write, path);
}

void
reach_read_below(struct reach *r, struct str directory)
{
	add_directory(r, &r->read, &r->cap_read, directory);
}

void
reach_read_all(struct reach *r, struct str directory)
{
	struct str_list entries;

	reach_read(r, directory);
	if (!file_list(str_z(r->arena, directory), "", r->arena, &entries, NULL))
		return; /* not there, or not ours to read: the loader says so */
	for (size_t i = 0; i < entries.n; i++)
		reach_read(r, entries.v[i]);
}

static void
add_program(struct reach *r, struct str program)
{
	if (r->program.n == 0)
		r->program = str_dup(r->arena, program);
}

static void
add_setting(struct reach *r, const struct setting *row, const void *field)
{
	const struct str *text = field;
	const struct str_list *words = field;
	const struct secret *secret = field;

	if ((row->type == SETTING_SECRET || row->type == SETTING_ADDRESS ||
		row->type == SETTING_DOCUMENT) &&
	    secret->source == SECRET_FILE)
		reach_read(r, secret->ref);
	switch (row->reach) {
	case REACH_NOTHING:
		break;
	case REACH_READ:
		if (text->n)
			reach_read(r, *text);
		break;
	case REACH_WRITE:
		if (text->n)
			reach_write(r, *text);
		break;
	case REACH_RUN:
		if (text->n)
			add_program(r, *text);
		break;
	case REACH_ARGV:
		if (words->n)
			add_program(r, words->v[0]);
		break;
	}
}

static void
add_settings(struct reach *r, const struct setting *rows, size_t n, const void *from)
{
	for (size_t i = 0; i < n; i++)
		add_setting(r, &rows[i], (const char *)from + rows[i].offset);
}

static void
add_source(struct reach *r, struct str url)
{
	struct str scheme, path;

	switch (feed_scheme(url)) {
	case FEED_HTTP:
		break;
	case FEED_FILE:
		str_cut(url, ':', &scheme, &path);
		reach_read(r, path);
		break;
	case FEED_EXEC:
		add_program(r, url);
		break;
	}
}

void
reach_find(const struct config *c, struct arena *arena, struct reach *ret)
{
	const struct feed_rules *last = NULL;
	static const struct str unix_prefix = STR_INIT("unix:");

	*ret = (struct reach){ .arena = arena };
	for (size_t i = 0; i < c->n_feeds; i++) {
		add_source(ret, c->feeds[i].url);
		if (c->feeds[i].rules == last)
			continue;
		last = c->feeds[i].rules; /* the first member of what these rows fill */
		add_settings(ret, feed_settings, n_feed_group_settings, last);
		if (last->filter.n)
			add_program(ret, last->filter.v[0]);
	}
	for (size_t i = 0; i < c->n_channels; i++)
		add_settings(ret, c->channels[i].type->rows, c->channels[i].type->n_rows,
		    c->channels[i].settings);
	for (size_t i = 0; i < c->watched.n; i++)
		reach_read(ret, c->watched.v[i]);
	if (str_starts(c->web.listen, unix_prefix))
		reach_write(ret, str_sub(c->web.listen, unix_prefix.n, c->web.listen.n));
}
