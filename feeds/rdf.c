/*
 * RSS 0.90 and 1.0, which are RDF: items stand beside the channel; and RSS 1.1, where they stand in
 * it.
 */
#include "rss.h"

#include "mem.h"

static bool
claims(const struct xml_tag *root)
{
	return str_eq_ci(root->name, STR("RDF")) ||
	       (str_eq(root->name, STR("Channel")) && root->ns == NS_RSS);
}

static void
about(struct reader *r, const struct xml_tag *tag)
{
	struct str id = xml_attr(tag, NS_RDF, "about");

	if (id.n == 0)
		id = xml_attr(tag, NS_NONE, "about");
	if (id.n == 0)
		return;
	reader_text(r, SLOT_ID, 5, TEXT_TOKEN, id);
	r->item.id_is_link = true;
}

static const struct rule rules[] = {
	{ NS_RSS, STR_INIT("channel"), IN_FEED, ACT_FEED, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_RSS, STR_INIT("items"), IN_FEED, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_RSS, STR_INIT("item"), IN_FEED, ACT_ITEM, SLOT_NONE, 0, TEXT_TOKEN, false, about,
	    NULL },
	RSS_ITEM_RULES,
};

const struct format format_rdf = {
	.name = "rdf",
	.claims = claims,
	.home = NS_RSS,
	.home_is_nested = true,
	.rules = rules,
	.n_rules = ARRAY_LEN(rules),
	.modules = true,
};
