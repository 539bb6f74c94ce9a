/*
 * The inside of the store, for store*.c alone: each of these files holds the SQL of one subject.
 */
#ifndef DAEMON_STORE_INSIDE_H
#define DAEMON_STORE_INSIDE_H

#include "store.h"

#include <sqlite3.h>

#define STORE_STATEMENTS_MAX 256

struct store {
	sqlite3 *db;
	int lock;
	bool damaged; /* store_is_damaged */
	char secret[32];
	struct {
		int64_t first, last, n;
	} added; /* rows of items, by the commit that is being written */
	sqlite3_stmt *feeds_get, *feed_add,
	    *feed_set; /* of store_feeds.c: their columns are a table there */
	/* of store_statement */
	struct {
		const char *sql;
		sqlite3_stmt *st;
	} statements[STORE_STATEMENTS_MAX]; /* by the address of sql */
};

/*
 * The prepared statement for a string literal (known by its address), reset and without bindings;
 * kept until the store is closed.  NULL with *e.
 */
sqlite3_stmt *store_statement(struct store *s, const char *sql, struct err *e);

/* Borrowed until the statement is run. */
void store_bind_str(sqlite3_stmt *st, int at, struct str s);
void store_bind_bytes(sqlite3_stmt *st, int at, struct str s);
/* A copy in arena; empty for NULL. */
struct str store_column_str(sqlite3_stmt *st, int at, struct arena *arena);
/* The same without a copy, until the next step. */
struct str store_column_view(sqlite3_stmt *st, int at);
/* DATE_NONE for NULL. */
int64_t store_column_date(sqlite3_stmt *st, int at);
/* What SQLite last complained of, as *e; returns false. */
bool store_db_err(struct store *s, struct err *e);
/* SQLite once said so; then with *e.  No more polls are written into it, but what it holds and is
 * owed may still go out. */
bool store_is_damaged(struct store *s, struct err *e);

/*
 * The end of a statement, rc being what its last step gave: a row (when no more were wanted), done,
 * or an error, which goes to *e.  It holds no read transaction open afterwards.
 */
bool store_finish(struct store *s, sqlite3_stmt *st, int rc, struct err *e);
/* Steps once and finishes: for what answers nothing. */
bool store_run(struct store *s, sqlite3_stmt *st, struct err *e);
/* The same for a literal that has nothing to be bound: BEGIN, COMMIT, DELETE. */
bool store_execute(struct store *s, const char *sql, struct err *e);
/*
 * Steps once: false with *e on an error, else *found says whether there is a row, which is read
 * before the next use of the statement.
 */
bool store_ask(struct store *s, sqlite3_stmt *st, bool *found, struct err *e);
/* The first column of all rows, copied to arena; then it finishes. */
bool store_ask_list(
    struct store *s, sqlite3_stmt *st, struct arena *arena, struct str_list *ret, struct err *e);
/* The first column of the only row, copied to arena; empty when there is no row.  Finishes. */
bool store_ask_str(
    struct store *s, sqlite3_stmt *st, struct arena *arena, struct str *ret, struct err *e);

/* ---- store_commit.c ---- */
/* With its deliveries, inside a transaction.  item 0: of an operator's alert. */
bool store_put_alert(struct store *s, int64_t item, const struct alert_new *new, int64_t now_s,
    struct arena *arena, struct err *e);

/* ---- store_decision.c ---- */
/* Of an item, inside a transaction. */
bool store_put_decision(
    struct store *s, int64_t item, const struct decision_new *new, int64_t now_s, struct err *e);

/* ---- store_bundle.c ---- */
/*
 * One channel of an alert that stands in its table already: a delivery of its own, a place in a
 * bundle, or a decision why not.  item 0: of an operator's alert.
 */
bool store_put_delivery(struct store *s, int64_t item, const struct alert *alert,
    const struct delivery_new *new, int64_t now_s, struct arena *arena, struct err *e);

/* ---- store_part.c ---- */
/* Of an attempt that stands in its table already. */
bool store_put_part(struct store *s, const struct attempt_done *a, struct err *e);

/* ---- store_feeds.c ---- */
/* The row of poll's feed with its state; *feed is its id. */
bool store_put_feed(struct store *s, const struct poll_done *poll, int64_t *feed,
    struct arena *arena, struct err *e);

/* ---- store_items.c ---- */
/*
 * May another feed have brought a new item of the poll?  A host's links stand together: where none
 * of its items is kept, as on most first polls, one look tells so of all.
 */
bool store_any_shared(struct store *s, const struct poll_done *poll, bool *ret, struct err *e);
/* The row of the same item in another feed (same link, alike title), or 0. */
bool store_find_shared(struct store *s, int64_t feed, const struct item_new *new, int64_t now_s,
    struct arena *arena, int64_t *row, struct err *e);
bool store_put_source(struct store *s, int64_t row, int64_t feed, const struct item_new *new,
    int64_t now_s, struct err *e);
/* The version that stood in new->row until now is kept; the row shows the new one. */
bool store_put_edit(struct store *s, const struct item_new *new, int64_t now_s, struct err *e);

/* ---- store_known.c ---- */
/* rows: of poll->items, in which they stand now. */
bool store_put_known(struct store *s, const struct poll_done *poll, int64_t feed,
    const int64_t *rows, struct arena *arena, struct err *e);

/* ---- store_lists.c ---- */
bool store_put_list(struct store *s, int64_t feed, struct str lines, struct err *e);

/* ---- store_span.c ---- */
/* n items that came at one time were added; or of a slot some were taken away. */
bool store_span_add(
    struct store *s, int64_t seen_s, int64_t first, int64_t last, int64_t n, struct err *e);
bool store_span_take(struct store *s, int64_t slot, int64_t n, struct err *e);

/* ---- store_story.c ---- */
/* False also when a story is not as it was when the poll was taken in. */
bool store_put_stories(struct store *s, const struct poll_done *poll, struct err *e);
/* What all polls of a commit learnt, as one row. */
bool store_put_words(
    struct store *s, const struct poll_done *polls, struct arena *arena, struct err *e);

/* ---- store_health.c ---- */
bool store_put_health(
    struct store *s, int64_t feed, const struct health_new *new, int64_t now_s, struct err *e);
bool store_put_notice(
    struct store *s, const struct channel_notice *notice, int64_t now_s, struct err *e);

#endif
