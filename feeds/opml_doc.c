#include "opml_doc.h"

#include "opml.h"

bool
opml_document(struct str utf8, struct arena *arena, struct feed_doc *ret, struct err *e)
{
	struct subscriptions feeds;
	struct diags ignored; /* what is no feed is left out */
	bool is_opml;

	diags_init(&ignored, arena);
	is_opml = opml_read(utf8, STR(""), arena, &ignored, &feeds);
	if (!is_opml || feeds.n == 0)
		return err_set(e, ERR_INPUT, "%s",
		    is_opml ? "a list that names no feed" : "not an OPML list of feeds");
	if (feeds.n > FEED_ITEMS_MAX)
		return err_set(e, ERR_LIMIT, "a list of more than %d feeds", FEED_ITEMS_MAX);
	*ret = (struct feed_doc){ .format = "opml",
		.partial = feeds.cut,
		.hints = { .update_base_s = DATE_NONE },
		.items = ARENA_ARRAY(arena, struct item, feeds.n) };
	for (size_t i = 0; i < feeds.n; i++) {
		const struct subscription *feed = &feeds.v[i];

		if (feed->url.n <= ITEM_ID_MAX)
			ret->items[ret->n_items++] = (struct item){ .id = feed->url,
				.link = feed->url,
				.title = feed->title,
				.published_s = DATE_NONE,
				.updated_s = DATE_NONE,
				.categories = feed->tags,
				.n_categories = feed->n_tags };
	}
	return true;
}
