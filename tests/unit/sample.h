/*
 * An alert for tests, with what makes trouble in it: quotes, markup, non-ASCII, a link.
 */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include "alert.h"

#define SAMPLE_CREATED_S 1795496400 /* 2026-11-24T05:00:00Z */

static struct alert_entry sample_entries[] = {
	{ .list = STR_INIT("agencies"),
	    .name = STR_INIT("ICE"),
	    .term = STR_INIT("Immigration and Customs Enforcement"),
	    .zone = ZONE_TITLE,
	    .count = 3,
	    .snippet = { STR_INIT("Why "), STR_INIT("Immigration and Customs Enforcement"),
		STR_INIT(" signs with Microsoft\xE2\x80\xA6") } },
	{ .list = STR_INIT("vendors"),
	    .name = STR_INIT("Microsoft"),
	    .term = STR_INIT("Microsoft"),
	    .zone = ZONE_BODY,
	    .count = 1,
	    .snippet = { STR_INIT("a <b>\"deal\"</b> with "), STR_INIT("Microsoft"),
		STR_INIT("\xE2\x80\x99s cloud & more @everyone") } },
	{ .name = STR_INIT("Azure"), .term = STR_INIT("Azure"), .zone = ZONE_SUMMARY, .count = 2 },
};

static inline struct alert
sample_alert(void)
{
	return (struct alert){
		.id = STR("abcdefghijklmnopqrstuvwxyz"),
		.watch = STR("ICE and its cloud"),
		.severity = SEVERITY_HIGH,
		.title = STR("Immigration and Customs Enforcement moves to Microsoft\xE2\x80\x99s "
			     "<Azure> \xE2\x80\x93 what \"it\" costs & why"),
		.link = STR("https://news.example/ice?a=1&b=2"),
		.summary = STR("First block, with <tags> & \"quotes\".\nSecond block: "
			       "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82."),
		.feed = STR("harbour-courier"),
		.feed_title = STR("Harbour Courier"),
		.item_id = STR("urn:item:1"),
		.author = STR("A. Writer"),
		.published_s = SAMPLE_CREATED_S - 300,
		.seen_s = SAMPLE_CREATED_S,
		.created_s = SAMPLE_CREATED_S,
		.entries = sample_entries,
		.n_entries = 3,
	};
}

#endif
