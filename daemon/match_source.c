#include "match_source.h"

#include "file.h"
#include "html.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool
match_lists_add(struct match_lists *l, const char *file, struct arena *arena, struct err *e)
{
	struct str path = str_c(file), name = path;
	struct list_source *list = ARENA_PUSH(arena, l->v, l->n, l->cap);

	if (str_find_char(path, '/') != STR_NONE)
		name = str_sub(path, file_dirname(path).n, path.n);
	while (name.n && name.p[0] == '/')
		name = str_sub(name, 1, name.n);
	if (str_ends(name, STR(".list")))
		name.n -= sizeof(".list") - 1;
	*list = (struct list_source){ .name = name, .file = path };
	if (file_read(file, MATCH_LIST_MAX, arena, &list->text, e))
		return true;
	l->n--;
	return false;
}

bool
match_lists_add_dir(struct match_lists *l, const char *dir, struct arena *arena, struct err *e)
{
	struct str_list files;

	if (!file_list(dir, ".list", arena, &files, e))
		return false;
	if (files.n == 0 && access(dir, F_OK) < 0)
		return err_set(e, ERR_INPUT, "%s: %s", dir, strerror(errno));
	if (files.n == 0)
		return err_set(e, ERR_INPUT, "%s: no file named *.list is there", dir);
	for (size_t i = 0; i < files.n; i++)
		if (!match_lists_add(l, str_z(arena, files.v[i]), arena, e))
			return false;
	return true;
}

/* The names that feed: and tag: may say. */
static void
gather_names(
    const struct config *c, struct arena *arena, struct str_list *feeds, struct str_list *tags)
{
	size_t cap_feeds = 0, cap_tags = 0;

	*feeds = *tags = (struct str_list){ 0 };
	for (size_t i = 0; i < c->n_feeds; i++) {
		*ARENA_PUSH(arena, feeds->v, feeds->n, cap_feeds) = c->feeds[i].name;
		for (size_t k = 0; k < c->feeds[i].rules->tags.n; k++)
			*ARENA_PUSH(arena, tags->v, tags->n, cap_tags) =
			    c->feeds[i].rules->tags.v[k];
	}
}

struct watchset *
match_build(const struct match_lists *lists, struct str where, struct str when,
    const struct config *names, struct diags *diags)
{
	struct watch_source watch = { .name = where, .severity = SEVERITY_NORMAL };
	struct str_list feeds, tags;
	struct str first, rest;

	str_cut(when, '\n', &first, &rest);
	watch.when = (struct setting_line){ .key = STR("when"), .value = when };
	watch.when.key_at = watch.when.value_at =
	    (struct place){ .file = where, .line = 1, .column = 1, .source = first };
	if (names)
		gather_names(names, diags->arena, &feeds, &tags);
	return watchset_build(lists->v, lists->n, &watch, when.n ? 1 : 0, names ? &feeds : NULL,
	    names ? &tags : NULL, diags);
}

struct watchset *
match_build_named(const struct match_lists *lists, struct str where, struct str when,
    const struct config *names, struct diags *diags)
{
	struct match_lists named = { .v = ARENA_ARRAY(
					 diags->arena, struct list_source, lists->n + 1) };
	struct watchset *set;
	struct diags first;

	for (size_t i = 0; i < lists->n; i++)
		if (str_find(when, lists->v[i].name) != STR_NONE)
			named.v[named.n++] = lists->v[i];
	diags_init(&first, diags->arena);
	set = match_build(&named, where, when, names, &first);
	if (!set &&
	    str_find_char(when, '@') !=
		STR_NONE) /* what may be meant by a name that is not known only all of them tell */
		return match_build(lists, where, when, names, diags);
	*diags = first;
	return set;
}

struct str
match_zone(struct str text, enum zone zone, bool plain, struct arena *arena)
{
	if (zone == ZONE_URL)
		return text;
	text = plain ? text_clean(text, arena, MATCH_TEXT_MAX)
		     : html_text_from_feed(text, arena, MATCH_TEXT_MAX);
	return zone == ZONE_TITLE ? text_one_line(text, arena) : text;
}
