#include "specimen.h"

#include "mem.h"

void
specimen_make(enum severity severity, int64_t now_s, struct arena *arena, struct alert *ret)
{
	static const struct alert_entry entries[] = {
		{ .list = STR_INIT("agencies"),
		    .name = STR_INIT("Harbour Authority"),
		    .term = STR_INIT("HarbA"),
		    .zone = ZONE_TITLE,
		    .count = 2,
		    .snippet = { STR_INIT("A test: "), STR_INIT("HarbA"),
			STR_INIT(" moves its files to Nimbus & \xE2\x80\x9C"
				 "friends\xE2\x80\x9D") } },
		{ .list = STR_INIT("vendors"),
		    .name = STR_INIT("Nimbus"),
		    .term = STR_INIT("Nimbus"),
		    .zone = ZONE_TITLE,
		    .count = 1,
		    .snippet = { STR_INIT("A test: HarbA moves its files to "), STR_INIT("Nimbus"),
			STR_INIT(" & \xE2\x80\x9C"
				 "friends\xE2\x80\x9D") } },
	};

	static const struct {
		const char *title, *link, *feed;
	} others[] = {
		{ "HarbA's files go to Nimbus", "https://newsbell.example/other/1", "Quay News" },
		{ "Nimbus wins the harbour", "https://newsbell.example/other/2", "The Pier" },
	};

	*ret = (struct alert){
		.id = str_fmt(arena, "test%lld", (long long)now_s),
		.watch = STR("test of a channel"),
		.severity = severity,
		.title = STR("A test: HarbA moves its files to Nimbus & \xE2\x80\x9C"
			     "friends\xE2\x80\x9D"),
		.link = STR("https://newsbell.example/test?a=1&b=2"),
		.summary =
		    STR("This is a test of the channel; nothing has happened. What you see here "
			"is what an alert looks like: the title and its link, the feed, the "
			"words that were found and where."),
		.feed = STR("test"),
		.feed_title = STR("The Harbour Courier"),
		.item_id = STR("https://newsbell.example/test"),
		.author = STR("newsbell"),
		.published_s = now_s,
		.seen_s = now_s,
		.created_s = now_s,
		.entries = ARENA_ARRAY(arena, struct alert_entry, ARRAY_LEN(entries)),
		.n_entries = ARRAY_LEN(entries),
		.story = { .id = 1,
		    .opened_s = now_s - 5400,
		    .items = 5,
		    .outlets = 4,
		    .others = ARENA_ARRAY(arena, struct alert_other, ARRAY_LEN(others)),
		    .n_others = ARRAY_LEN(others) },
	};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		ret->story.others[i] = (struct alert_other){ str_c(others[i].title),
			str_c(others[i].link), str_c(others[i].feed), now_s - 600 * (int64_t)i };
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		ret->entries[i] = entries[i];
}
