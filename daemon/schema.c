#include "schema.h"

#include "mem.h"
#include "migrate.h"

/*
 * The steps of migrate.h.  None was released yet: until then a change of the form is made in the
 * first; afterwards it is a step of its own at the end, and the first stays as it is.
 *
 * feed.seen stands in a row of its own: it is long and changes only when an item is new.  A
 * delivery has one alert, or is a bundle (kind) whose alerts are its members, fixed once it is
 * frozen; due_s is when it was first to be sent, next_try_s when it is to be sent next.  A member's
 * part is the number of the message that told it, where a bundle takes several.
 */
static const char *const steps[] = {
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"INSERT INTO meta VALUES ('secret', randomblob(32));"
	"CREATE TABLE feed ("
	" id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
	" etag BLOB, last_modified BLOB, body_hash INTEGER, partial_hash INTEGER, deadly_hash "
	"INTEGER, asked_hash INTEGER,"
	" next_due_s INTEGER, not_before_s INTEGER, fresh_for_s INTEGER,"
	" ttl_s INTEGER, skip_hours INTEGER, skip_days INTEGER, update_period_s INTEGER, "
	"update_base_s INTEGER,"
	" first_s INTEGER, last_try_s INTEGER, last_ok_s INTEGER, last_full_s INTEGER, "
	"last_change_s INTEGER,"
	" unconditional_s INTEGER, distrust_until_s INTEGER,"
	" failures REAL, failing_since_s INTEGER, error TEXT, error_s INTEGER,"
	" moved_url TEXT, moved_since_s INTEGER, moved_count INTEGER,"
	" status INTEGER, items INTEGER, polls_no_items INTEGER, polls_no_feed INTEGER,"
	" deaths INTEGER, polls_frozen INTEGER, newest_s INTEGER, hidden_s INTEGER,"
	" half_window_s INTEGER, gap_s INTEGER, gaps INTEGER, churn_s INTEGER,"
	" gone_since_s INTEGER, quiet_since_s INTEGER, quiet_n INTEGER, rhythm BLOB,"
	" next_why INTEGER, health INTEGER, health_since_s INTEGER, history BLOB);"
	"CREATE TABLE seen ("
	" feed INTEGER PRIMARY KEY REFERENCES feed, keys BLOB NOT NULL,"
	" listed BLOB NOT NULL DEFAULT x'', places BLOB NOT NULL DEFAULT x'');"
	"CREATE TABLE item ("
	" id INTEGER PRIMARY KEY, feed INTEGER NOT NULL REFERENCES feed, key INTEGER NOT NULL,"
	/* before the texts, which may go on on other pages */
	" seen_s INTEGER NOT NULL, link_key INTEGER, revision INTEGER NOT NULL DEFAULT 0,"
	" published_s INTEGER, updated_s INTEGER,"
	" item_id TEXT NOT NULL, link TEXT, title TEXT, summary TEXT, body TEXT, author TEXT,"
	" lang TEXT, categories TEXT);"
	"CREATE TABLE item_span ("
	" slot INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" n INTEGER NOT NULL);"
	"CREATE INDEX item_by_link ON item (link_key) WHERE link_key IS NOT NULL;"
	/* the other feeds that brought it, and what it said before it was edited */
	"CREATE TABLE item_source ("
	" item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, feed INTEGER NOT NULL,"
	" key INTEGER NOT NULL, seen_s INTEGER NOT NULL, PRIMARY KEY (item, feed)) WITHOUT ROWID;"
	"CREATE TABLE item_version ("
	" item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE, revision INTEGER NOT NULL,"
	" title TEXT, summary TEXT, body TEXT, until_s INTEGER NOT NULL,"
	" PRIMARY KEY (item, revision)) WITHOUT ROWID;"
	/* of items that follow each other; stale: one of them was edited */
	"CREATE TABLE sketch ("
	" first INTEGER PRIMARY KEY, last INTEGER NOT NULL, stale INTEGER NOT NULL, words BLOB NOT "
	"NULL);"
	"CREATE INDEX sketch_stale ON sketch (first) WHERE stale;"
	"CREATE TABLE list (feed INTEGER PRIMARY KEY REFERENCES feed, lines BLOB NOT NULL);"
	"CREATE TABLE health ("
	" id INTEGER PRIMARY KEY, feed INTEGER REFERENCES feed, channel TEXT,"
	" at_s INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, told INTEGER NOT NULL);"
	"CREATE INDEX health_untold ON health (id) WHERE told = 0;"
	"CREATE INDEX health_by_feed ON health (feed);"
	"CREATE TABLE hit ("
	" day INTEGER NOT NULL, watch TEXT NOT NULL, list TEXT NOT NULL, entry TEXT NOT NULL,"
	" n INTEGER NOT NULL, PRIMARY KEY (day, watch, list, entry)) WITHOUT ROWID;"
	"CREATE TABLE alert ("
	" id TEXT PRIMARY KEY, item INTEGER REFERENCES item, watch TEXT NOT NULL,"
	" severity INTEGER NOT NULL, created_s INTEGER NOT NULL, facts TEXT NOT NULL, story "
	"INTEGER) WITHOUT ROWID;"
	"CREATE INDEX alert_by_item ON alert (item);"
	"CREATE INDEX alert_by_time ON alert (created_s);"
	"CREATE TABLE delivery ("
	" seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, alert TEXT REFERENCES alert,"
	" channel TEXT NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, created_s "
	"INTEGER NOT NULL,"
	" next_try_s INTEGER NOT NULL, done_s INTEGER, code INTEGER, text TEXT,"
	" route TEXT NOT NULL, severity INTEGER NOT NULL, due_s INTEGER NOT NULL, since_s INTEGER "
	"NOT NULL,"
	" kind INTEGER NOT NULL, alerts INTEGER NOT NULL, frozen INTEGER NOT NULL DEFAULT 0,"
	" refusals INTEGER NOT NULL DEFAULT 0);"
	"CREATE INDEX delivery_pending ON delivery (channel, next_try_s, seq) WHERE state = 0;"
	"CREATE INDEX delivery_by_alert ON delivery (alert);"
	"CREATE INDEX delivery_by_time ON delivery (created_s);"
	"CREATE INDEX delivery_dead ON delivery (seq) WHERE state = 2;"
	"CREATE INDEX delivery_by_route ON delivery (channel, route, kind, created_s);"
	"CREATE TABLE member ("
	" id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL REFERENCES delivery,"
	" alert TEXT NOT NULL REFERENCES alert, part INTEGER, UNIQUE (delivery, alert));"
	"CREATE INDEX member_by_alert ON member (alert);"
	"CREATE TABLE silence ("
	" id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,"
	" author TEXT NOT NULL, from_s INTEGER NOT NULL, until_s INTEGER NOT NULL);"
	"CREATE INDEX silence_by_end ON silence (until_s);"
	"CREATE TABLE attempt ("
	" id INTEGER PRIMARY KEY, delivery TEXT NOT NULL REFERENCES delivery (id), at_s INTEGER "
	"NOT "
	"NULL,"
	" elapsed_ms INTEGER NOT NULL, code INTEGER NOT NULL, text TEXT);"
	"CREATE INDEX attempt_by_delivery ON attempt (delivery);"
	"CREATE TABLE decision ("
	" id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item, watch TEXT NOT NULL, "
	"entry TEXT,"
	" reason TEXT NOT NULL, detail TEXT, at_s INTEGER NOT NULL, story INTEGER);"
	"CREATE INDEX decision_by_item ON decision (item);"
	"CREATE INDEX decision_by_story ON decision (story) WHERE story IS NOT NULL;"
	"CREATE INDEX alert_by_story ON alert (story) WHERE story IS NOT NULL;"
	/* state: while it lives */
	"CREATE TABLE story ("
	" id INTEGER PRIMARY KEY, watch TEXT NOT NULL, opened_s INTEGER NOT NULL,"
	" last_s INTEGER NOT NULL, items INTEGER NOT NULL, outlets INTEGER NOT NULL, state BLOB);"
	"CREATE INDEX story_live ON story (last_s, id) WHERE state IS NOT NULL;"
	"CREATE INDEX story_over ON story (last_s) WHERE state IS NULL;"
	"CREATE TABLE story_word (seq INTEGER PRIMARY KEY, counts BLOB NOT NULL);",
};

static const struct migration schema = { SCHEMA_APPLICATION_ID, steps, ARRAY_LEN(steps) };

bool
schema_bring_up(sqlite3 *db, struct err *e)
{
	return migration_run(&schema, db, (int)schema.n, e);
}

bool
schema_make(sqlite3 *db, int version, struct err *e)
{
	return migration_run(&schema, db, version, e);
}

bool
schema_version(sqlite3 *db, int *version, struct err *e)
{
	return migration_version(&schema, db, version, e);
}

bool
schema_check(sqlite3 *db, struct err *e)
{
	int version;

	if (!migration_version(&schema, db, &version, e))
		return false;
	if ((size_t)version != schema.n)
		return err_set(e, ERR_SYSTEM,
		    "this database has schema %d and this program reads %zu; "
		    "start newsbelld once, it brings it up to date",
		    version, schema.n);
	return true;
}
