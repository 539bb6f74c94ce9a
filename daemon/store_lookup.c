#include "store_lookup.h"

#include "mem.h"
#include "newness_record.h"
#include "store_inside.h"

#define AS_TEXT(number) #number
#define IN_SQL(macro) AS_TEXT(macro)

#define ITEM                                                                                       \
	"SELECT i.id, f.name, f.url, i.title, i.link, i.summary, i.body, i.author, i.categories, " \
	"i.lang, i.seen_s FROM item i JOIN feed f ON f.id = i.feed WHERE "

/*
 * In the order they are tried; each takes the text as ?1, and some its link's key as ?2.  What has
 * no index comes last, as it reads all that is kept.
 */
static const char *const by[] = {
	ITEM "i.id = CAST(?1 AS INTEGER) AND ?1 NOT GLOB '*[^0-9]*'",
	/* ids of alerts are letters and digits, so this is a range of the index */
	ITEM "i.id = (SELECT a.item FROM alert a WHERE length(?1) >= " IN_SQL(
	    LOOKUP_ID_MIN) " AND a.id >= ?1 AND "
			   "a.id < ?1 || '~' ORDER BY a.created_s DESC LIMIT 1)",
	ITEM "i.link_key = ?2 ORDER BY i.link = ?1 DESC, i.id DESC LIMIT 1",
	ITEM "i.link = ?1 ORDER BY i.id DESC LIMIT 1", /* several items of a document had it */
	ITEM "i.item_id = ?1 ORDER BY i.id DESC LIMIT 1",
};

static void
read_item(sqlite3_stmt *st, struct arena *arena, struct item_found *ret)
{
	*ret = (struct item_found){
		.row = sqlite3_column_int64(st, 0),
		.feed = store_column_str(st, 1, arena),
		.url = store_column_str(st, 2, arena),
		.title = store_column_str(st, 3, arena),
		.link = store_column_str(st, 4, arena),
		.summary = store_column_str(st, 5, arena),
		.body = store_column_str(st, 6, arena),
		.author = store_column_str(st, 7, arena),
		.categories = store_column_str(st, 8, arena),
		.lang = store_column_str(st, 9, arena),
		.seen_s = sqlite3_column_int64(st, 10),
	};
}

bool
store_find_item(
    struct store *s, struct str what, struct arena *arena, struct item_found *ret, struct err *e)
{
	int64_t key = (int64_t)newness_link_key(what, arena);

	for (size_t i = 0; i < ARRAY_LEN(by); i++) {
		sqlite3_stmt *st = store_statement(s, by[i], e);
		int rc;

		if (!st)
			return false;
		store_bind_str(st, 1, what);
		if (key && sqlite3_bind_parameter_count(st) > 1)
			sqlite3_bind_int64(st, 2, key);
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			read_item(st, arena, ret);
		else if (rc != SQLITE_DONE)
			store_db_err(s, e);
		sqlite3_reset(st);
		if (rc != SQLITE_DONE)
			return rc == SQLITE_ROW;
	}
	return err_set(e, ERR_CONFIG,
	    "no item is kept that has the link, id or number '%.*s', and no alert of it; newsbell "
	    "search finds an item by its words",
	    STR_ARG(what));
}
