#include "store_hits.h"
#include "store_inside.h"
#include "store_items.h"

bool
store_put_alert(struct store *s, int64_t item, const struct alert_new *new, int64_t now_s,
    struct arena *arena, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT OR IGNORE INTO alert (id, item, watch, severity, created_s, facts, story) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?)",
	    e);

	if (!st)
		return false;
	store_bind_str(st, 1, new->alert.id);
	if (item)
		sqlite3_bind_int64(st, 2, item);
	store_bind_str(st, 3, new->alert.watch);
	sqlite3_bind_int(st, 4, (int)new->alert.severity);
	sqlite3_bind_int64(st, 5, new->alert.created_s);
	store_bind_str(st, 6, alert_to_json(&new->alert, arena));
	if (new->alert.story.id)
		sqlite3_bind_int64(st, 7, new->alert.story.id);
	if (!store_run(s, st, e))
		return false;
	for (size_t i = 0; i < new->n_deliveries; i++)
		if (!store_put_delivery(s, item, &new->alert, &new->deliveries[i], now_s, arena, e))
			return false;
	return true;
}

/* A poll being written. */
struct writing {
	struct store *s;
	int64_t feed; /* its row */
	bool may_share;
	int64_t now_s;
	struct arena *arena;
	struct err *e;
};

/* Where an item stands: in a row of its own, or in that under which another feed has it. */
struct standing {
	int64_t row;
	bool shared;
};

/* Unless another feed brought the item first, and this watch told of it. */
static bool
put_alert_once(const struct writing *w, struct standing item, const struct alert_new *new)
{
	struct str watch = new->alert.watch;
	bool told = false;

	if (item.shared && !store_has_alert(w->s, item.row, watch, &told, w->e))
		return false;
	if (!told)
		return store_put_alert(w->s, item.row, new, w->now_s, w->arena, w->e);
	return store_put_decision(w->s, item.row,
	    &(struct decision_new){
		watch, STR(""), STR("same-item"), STR("another feed brought it first") },
	    w->now_s, w->e);
}

/* The highest first: it may inhibit the others. */
static bool
put_alerts(const struct writing *w, struct standing item, const struct item_new *new)
{
	for (int severity = SEVERITY_COUNT; severity-- > 0;)
		for (size_t i = 0; i < new->n_alerts; i++)
			if ((int)new->alerts[i].alert.severity == severity &&
			    !put_alert_once(w, item, &new->alerts[i]))
				return false;
	return true;
}

static void
bind_date(sqlite3_stmt *st, int at, int64_t date_s)
{
	if (date_s == DATE_NONE)
		sqlite3_bind_null(st, at);
	else
		sqlite3_bind_int64(st, at, date_s);
}

static bool
insert_item(const struct writing *w, const struct item_new *new, int64_t *row)
{
	struct store *s = w->s;
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO item (feed, key, item_id, link, title, summary, body, author, lang, "
	    "categories, published_s, updated_s, seen_s, link_key) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    w->e);
	const struct item *item = new->item;
	struct str categories = STR("");

	if (!st)
		return false;
	for (size_t i = 0; i < item->n_categories; i++)
		categories = i == 0 ? item->categories[i]
				    : str_join(w->arena, str_join(w->arena, categories, STR("\n")),
					  item->categories[i]);
	sqlite3_bind_int64(st, 1, w->feed);
	sqlite3_bind_int64(st, 2, (int64_t) new->key);
	store_bind_str(st, 3, item->id);
	store_bind_str(st, 4, item->link);
	store_bind_str(st, 5, item->title);
	store_bind_str(st, 6, item->summary);
	store_bind_str(st, 7, item->body);
	store_bind_str(st, 8, item->author);
	store_bind_str(st, 9, item->lang);
	store_bind_str(st, 10, categories);
	bind_date(st, 11, item->published_s);
	bind_date(st, 12, item->updated_s);
	sqlite3_bind_int64(st, 13, w->now_s);
	if (new->link)
		sqlite3_bind_int64(st, 14, (int64_t) new->link);
	if (!store_run(s, st, w->e))
		return false;
	*row = sqlite3_last_insert_rowid(s->db);
	s->added.first = s->added.n++ == 0 ? *row : s->added.first;
	s->added.last = *row;
	return true;
}

static bool
place_item(const struct writing *w, const struct item_new *new, struct standing *ret)
{
	*ret = (struct standing){ .row = new->row };
	if (new->row)
		return new->foreign || store_put_edit(w->s, new, w->now_s, w->e);
	if (w->may_share &&
	    !store_find_shared(w->s, w->feed, new, w->now_s, w->arena, &ret->row, w->e))
		return false;
	if (ret->row == 0)
		return insert_item(w, new, &ret->row);
	ret->shared = true;
	return store_put_source(w->s, ret->row, w->feed, new, w->now_s, w->e);
}

static bool
put_item(const struct writing *w, const struct item_new *new, int64_t *row)
{
	struct standing item;

	if (!place_item(w, new, &item))
		return false;
	*row = item.row;
	/* before the alerts: what was folded into a story may inhibit them */
	for (size_t i = 0; i < new->n_decisions; i++)
		if (!store_put_decision(w->s, item.row, &new->decisions[i], w->now_s, w->e))
			return false;
	return put_alerts(w, item, new) &&
	       (item.shared || store_count_hits(w->s, new, w->now_s, w->e));
}

static bool
put_poll(struct store *s, const struct poll_done *poll, int64_t now_s, int64_t *feed,
    struct arena *arena, struct err *e)
{
	int64_t *rows = ARENA_ARRAY(arena, int64_t, poll->n_items + 1);
	struct writing w = { .s = s, .now_s = now_s, .arena = arena, .e = e };

	if (!store_put_feed(s, poll, feed, arena, e))
		return false;
	w.feed = *feed;
	if (poll->list.n && !store_put_list(s, *feed, poll->list, e))
		return false;
	if (!store_put_stories(s, poll, e) || !store_any_shared(s, poll, &w.may_share, e))
		return false;
	for (size_t i = 0; i < poll->n_items; i++)
		if (!put_item(&w, &poll->items[i], &rows[i]))
			return false;
	if (!store_put_known(s, poll, *feed, rows, arena, e))
		return false;
	for (size_t i = 0; i < poll->n_health; i++)
		if (!store_put_health(s, *feed, &poll->health[i], now_s, e))
			return false;
	return true;
}

static bool
put_attempt(struct store *s, const struct attempt_done *a, struct err *e)
{
	sqlite3_stmt *st = store_statement(s,
	    "INSERT INTO attempt (delivery, at_s, elapsed_ms, code, text) "
	    "VALUES (?, ?, ?, ?, ?)",
	    e);

	if (!st)
		return false;
	store_bind_str(st, 1, a->delivery);
	sqlite3_bind_int64(st, 2, a->at_s);
	sqlite3_bind_int64(st, 3, a->elapsed_ms);
	sqlite3_bind_int(st, 4, a->code);
	store_bind_str(st, 5, a->text);
	if (!store_run(s, st, e))
		return false;
	st = store_statement(s,
	    "UPDATE delivery SET state = ?2, attempts = attempts + 1, next_try_s = ?3, "
	    "done_s = iif(?2 = 0, NULL, ?4), code = ?5, text = ?6, refusals = refusals + ?7 "
	    "WHERE id = ?1",
	    e);
	if (!st)
		return false;
	store_bind_str(st, 1, a->delivery);
	sqlite3_bind_int(st, 2, (int)a->state);
	sqlite3_bind_int64(st, 3, a->next_try_s);
	sqlite3_bind_int64(st, 4, a->at_s);
	sqlite3_bind_int(st, 5, a->code);
	store_bind_str(st, 6, a->text);
	sqlite3_bind_int(st, 7, a->refused);
	return store_run(s, st, e) && (a->part.fate == PART_OPEN || store_put_part(s, a, e)) &&
	       (a->notice.kind.n == 0 || store_put_notice(s, &a->notice, a->at_s, e));
}

/* Memory may have failed an earlier rollback. */
static bool
begin(struct store *s, struct err *e)
{
	if (!sqlite3_get_autocommit(s->db) && !store_execute(s, "ROLLBACK", e))
		return false;
	return store_execute(s, "BEGIN IMMEDIATE", e);
}

/* *feeds: the row of each, in arena. */
static bool
put_polls(struct store *s, const struct poll_done *polls, int64_t now_s, int64_t **feeds,
    struct arena *arena, struct err *e)
{
	size_t n = 0;

	for (const struct poll_done *poll = polls; poll; poll = poll->next)
		n++;
	*feeds = ARENA_ARRAY(arena, int64_t, n + 1);
	n = 0;
	s->added.n = 0;
	for (const struct poll_done *poll = polls; poll; poll = poll->next)
		if (!put_poll(s, poll, now_s, &(*feeds)[n++], arena, e))
			return false;
	return store_put_words(s, polls, arena, e) &&
	       store_span_add(s, now_s, s->added.first, s->added.last, s->added.n, e);
}

bool
store_commit(struct store *s, struct poll_done *polls, struct attempt_done *attempts, int64_t now_s,
    struct err *e)
{
	struct arena *arena;
	int64_t *feeds;
	bool good;

	if ((polls && store_is_damaged(s, e)) || !begin(s, e))
		return false;
	arena = arena_new();
	good = put_polls(s, polls, now_s, &feeds, arena, e);
	for (struct attempt_done *a = attempts; good && a; a = a->next)
		good = put_attempt(s, a, e);
	good = good && store_execute(s, "COMMIT", e);
	/* of a new feed the row is known only now: what is rolled back gives it to another */
	for (struct poll_done *poll = polls; good && poll; poll = poll->next)
		poll->feed = *feeds++;
	if (!good && !sqlite3_get_autocommit(s->db))
		store_execute(s, "ROLLBACK", NULL);
	arena_free(arena);
	return good;
}
