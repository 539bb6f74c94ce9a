#include "store_story.h"

#include "store_inside.h"

#include <string.h>

#define LIVE "SELECT state FROM story WHERE state IS NOT NULL ORDER BY last_s, id"
#define NEXT_ID "SELECT coalesce(max(id), 0) + 1 FROM story"
#define WORDS "SELECT counts FROM story_word ORDER BY seq"
#define PUT_WORDS "INSERT INTO story_word (counts) VALUES (?1)"
#define CLEAR_WORDS "DELETE FROM story_word"
#define OPEN_STORY                                                                                 \
	"INSERT INTO story (id, watch, opened_s, last_s, items, outlets, state) "                  \
	"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
/* Only over what was read: whoever was to write the step between has failed. */
#define GROW_STORY                                                                                 \
	"UPDATE story SET last_s = ?2, items = ?3, outlets = ?4, state = ?5 "                      \
	"WHERE id = ?1 AND items = ?6"
#define FORGET_STORY "UPDATE story SET state = NULL WHERE id = ?1"
/* Items of a story but those of one alert. */
#define IN_STORY                                                                                   \
	"FROM (SELECT item, at_s FROM decision WHERE story = ?1 "                                  \
	" UNION ALL SELECT item, created_s FROM alert WHERE story = ?1 AND id <> ?2) o "           \
	"JOIN item i ON i.id = o.item JOIN feed f ON f.id = i.feed "                               \
	"WHERE o.at_s <= ?3 AND o.item IS NOT (SELECT item FROM alert WHERE id = ?2) "
#define OTHERS                                                                                     \
	"SELECT DISTINCT i.title, i.link, f.name, i.seen_s " IN_STORY                              \
	"ORDER BY i.seen_s DESC, i.id DESC LIMIT ?4"
#define COUNT_OTHERS                                                                               \
	"SELECT count(DISTINCT i.id), count(DISTINCT iif(f.name = ?4, NULL, f.id)) " IN_STORY

static bool
read_blobs(
    struct store *s, const char *sql, struct arena *arena, struct str_list *ret, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, sql, e);

	return st && store_ask_list(s, st, arena, ret, e);
}

bool
store_live_stories(
    struct store *s, struct arena *arena, struct str_list *states, int64_t *next_id, struct err *e)
{
	sqlite3_stmt *st;
	bool good;

	if (!read_blobs(s, LIVE, arena, states, e) || !(st = store_statement(s, NEXT_ID, e)))
		return false;
	good = sqlite3_step(st) == SQLITE_ROW;
	if (good)
		*next_id = sqlite3_column_int64(st, 0);
	else
		store_db_err(s, e);
	sqlite3_reset(st);
	return good;
}

bool
store_story_words(struct store *s, struct arena *arena, struct str_list *ret, struct err *e)
{
	return read_blobs(s, WORDS, arena, ret, e);
}

bool
store_story_others(struct store *s, int64_t story, struct str but, int64_t until_s,
    struct arena *arena, struct alert_other **ret, size_t *n, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, OTHERS, e);
	size_t cap = 0;
	int rc;

	*ret = NULL;
	*n = 0;
	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, story);
	store_bind_str(st, 2, but);
	sqlite3_bind_int64(st, 3, until_s);
	sqlite3_bind_int64(st, 4, ALERT_OTHERS_MAX);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*ARENA_PUSH(arena, *ret, *n, cap) = (struct alert_other){
			.title = store_column_str(st, 0, arena),
			.link = store_column_str(st, 1, arena),
			.feed = store_column_str(st, 2, arena),
			.seen_s = sqlite3_column_int64(st, 3),
		};
	return store_finish(s, st, rc, e);
}

/* How many items and outlets a story has by then, with those of the alert itself. */
static bool
count_others(struct store *s, struct alert *alert, int64_t until_s, struct err *e)
{
	sqlite3_stmt *st = store_statement(s, COUNT_OTHERS, e);
	struct alert_story *story = &alert->story;
	int64_t items, outlets;
	bool found;

	if (!st)
		return false;
	sqlite3_bind_int64(st, 1, story->id);
	store_bind_str(st, 2, alert->id);
	sqlite3_bind_int64(st, 3, until_s);
	store_bind_str(st, 4, alert->feed);
	if (!store_ask(s, st, &found, e))
		return false;
	items = sqlite3_column_int64(st, 0) + 1;
	outlets = sqlite3_column_int64(st, 1) + 1;
	sqlite3_reset(st);
	if (story->items < items)
		story->items = items;
	if (story->outlets < outlets)
		story->outlets = outlets;
	return true;
}

bool
store_story_facts(
    struct store *s, struct str *facts, int64_t due_s, struct arena *arena, struct err *e)
{
	struct alert alert;
	struct alert_story *story = &alert.story;

	if (!alert_from_json(*facts, arena, &alert, e))
		return false;
	if (story->id == 0)
		return true;
	if (!store_story_others(
		s, story->id, alert.id, due_s - 1, arena, &story->others, &story->n_others, e))
		return false;
	alert.json = STR(""); /* it is not any more */
	if (!count_others(s, &alert, due_s - 1, e))
		return false;
	*facts = alert_to_json(&alert, arena);
	return true;
}

/* ---- one transaction ---- */

static bool
put_story(struct store *s, const struct story_new *new, struct err *e)
{
	bool opened = new->items_before == 0;
	sqlite3_stmt *st = store_statement(s, opened ? OPEN_STORY : GROW_STORY, e);
	int at = 1;

	if (!st)
		return false;
	sqlite3_bind_int64(st, at++, new->id);
	if (opened) {
		store_bind_str(st, at++, new->watch);
		sqlite3_bind_int64(st, at++, new->opened_s);
	}
	sqlite3_bind_int64(st, at++, new->last_s);
	sqlite3_bind_int64(st, at++, new->items);
	sqlite3_bind_int64(st, at++, new->outlets);
	store_bind_bytes(st, at++, new->state);
	if (!opened)
		sqlite3_bind_int64(st, at, new->items_before);
	if (!store_run(s, st, e))
		return false;
	if (sqlite3_changes(s->db) == 1)
		return true;
	return err_set(e, ERR_SYSTEM,
	    "story %lld is not as it was read, because a poll before this one was not written",
	    (long long)new->id);
}

bool
store_put_stories(struct store *s, const struct poll_done *poll, struct err *e)
{
	sqlite3_stmt *st;

	for (size_t i = 0; i < poll->n_stories; i++)
		if (!put_story(s, &poll->stories[i], e))
			return false;
	for (size_t i = 0; i < poll->n_forgotten; i++) {
		st = store_statement(s, FORGET_STORY, e);
		if (!st)
			return false;
		sqlite3_bind_int64(st, 1, poll->forgotten[i]);
		if (!store_run(s, st, e))
			return false;
	}
	return true;
}

bool
store_put_words(struct store *s, const struct poll_done *polls, struct arena *arena, struct err *e)
{
	bool whole = false;
	size_t n = 0, at = 0;
	sqlite3_stmt *st;
	char *words;

	for (const struct poll_done *poll = polls; poll; poll = poll->next) {
		if (poll->words_whole) {
			whole = true;
			polls = poll; /* it has what those before it learnt */
			n = 0;
		}
		n += poll->words.n;
	}
	if (whole && (!(st = store_statement(s, CLEAR_WORDS, e)) || !store_run(s, st, e)))
		return false;
	st = n ? store_statement(s, PUT_WORDS, e) : NULL;
	if (!st)
		return n == 0;
	words = arena_bytes(arena, n);
	for (const struct poll_done *poll = polls; poll; at += poll->words.n, poll = poll->next)
		if (poll->words.n)
			memcpy(words + at, poll->words.p, poll->words.n);
	store_bind_bytes(st, 1, str_n(words, n));
	return store_run(s, st, e);
}
