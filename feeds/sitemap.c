/*
 * Sitemaps (sitemaps.org), with Google's news extension: <urlset><url>; and their index, whose
 * parts are leads.
 */
#include "format.h"
#include "mem.h"

static bool
claims(const struct xml_tag *root)
{
	return str_eq_ci(root->name, STR("urlset")) || str_eq_ci(root->name, STR("sitemapindex"));
}

static void
lead(struct reader *r, struct str text)
{
	reader_lead(r, text, STR("application/xml"), STR(""));
}

/* What all items say alike is the feed's title: the first one's counts. */
static void
publication(struct reader *r, struct str text)
{
	struct candidate c = { .text = str_dup(r->keep, text), .kind = TEXT_PLAIN, .rank = 1 };

	if (r->feed.texts[SLOT_TITLE].rank == 0)
		draft_text(&r->feed, SLOT_TITLE, &c, r->keep);
}

static const struct rule rules[] = {
	{ NS_SITEMAP, STR_INIT("url"), IN_FEED, ACT_ITEM, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_SITEMAP, STR_INIT("sitemap"), IN_FEED, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false,
	    NULL, NULL },
	RULE_DONE(NS_SITEMAP, "loc", IN_FEED, lead),
	RULE_TOKEN(NS_SITEMAP, "loc", IN_ITEM, SLOT_LINK, 6),
	RULE_TOKEN(NS_SITEMAP, "lastmod", IN_ITEM, SLOT_UPDATED, 6),
	{ NS_NEWS, STR_INIT("news"), IN_ITEM, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_NEWS, STR_INIT("publication"), IN_ITEM, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false,
	    NULL, NULL },
	RULE_DONE(NS_NEWS, "name", IN_ITEM, publication),
	RULE_TOKEN(NS_NEWS, "language", IN_ITEM, SLOT_LANG, 6),
	RULE_TOKEN(NS_NEWS, "publication_date", IN_ITEM, SLOT_PUBLISHED, 6),
	RULE_GUESS(NS_NEWS, "title", IN_ITEM, SLOT_TITLE, 6),
	RULE_GUESS(NS_NEWS, "genres", IN_ITEM, SLOT_KEYWORDS, 1),
	RULE_GUESS(NS_NEWS, "keywords", IN_ITEM, SLOT_KEYWORDS, 1),
	RULE_GUESS(NS_NEWS, "stock_tickers", IN_ITEM, SLOT_KEYWORDS, 1),
};

const struct format format_sitemap = {
	.name = "sitemap",
	.claims = claims,
	.home = NS_SITEMAP,
	.rules = rules,
	.n_rules = ARRAY_LEN(rules),
};
