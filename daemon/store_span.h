/*
 * Which items came when, without an index of every item: of each quarter of an hour the first and
 * the last row and how many they are.  Rows are given in the order of arrival, but the clock may be
 * set: so a time leads to bounds of the rows, and seen_s decides among them.
 */
#ifndef DAEMON_STORE_SPAN_H
#define DAEMON_STORE_SPAN_H

#include "store.h"

#define SPAN_S 900
#define SPAN_SLOT(time) "(" time ") / 900"

/* SQL: no item that came since then is before this row; none before then is behind it. */
#define SPAN_FIRST(since)                                                                          \
	"coalesce((SELECT min(first) FROM item_span WHERE slot >= " SPAN_SLOT(                     \
	    since) "), "                                                                           \
		   "9223372036854775807)"
#define SPAN_LAST(before)                                                                          \
	"coalesce((SELECT max(last) FROM item_span WHERE slot <= " SPAN_SLOT(before) "), -1)"
/* How many came since then. */
#define SPAN_COUNT(since)                                                                          \
	"(SELECT coalesce(sum(n), 0) FROM item_span WHERE slot > " SPAN_SLOT(                      \
	    since) ") + "                                                                          \
		   "(SELECT count(*) FROM item_span p JOIN item i ON i.id BETWEEN p.first AND "    \
		   "p.last "                                                                       \
		   "WHERE p.slot = " SPAN_SLOT(since) " AND i.seen_s >= " since                    \
						      " AND i.seen_s / 900 = p.slot)"
/* For a database that was put together by other hands. */
#define SPAN_REBUILD                                                                               \
	"DELETE FROM item_span;"                                                                   \
	"INSERT INTO item_span (slot, first, last, n) "                                            \
	"SELECT seen_s / 900, min(id), max(id), count(*) FROM item GROUP BY 1"

#endif
