/*
 * The Channel Definition Format (W3C note of 1997): <CHANNEL HREF><ITEM HREF>, channels inside
 * channels; texts as elements, or as their VALUE.
 */
#include "format.h"
#include "mem.h"
#include "url.h"

static bool
claims(const struct xml_tag *root)
{
	return str_eq_ci(root->name, STR("channel"));
}

static struct str
attr(const struct xml_tag *tag, const char *name)
{
	return xml_attr(tag, NS_NONE, name);
}

/* <TITLE VALUE="..."/> of the drafts of the format. */
static void
title(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_TITLE, 5, TEXT_GUESS, attr(tag, "value"));
}

static void
abstract(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_SUMMARY, 5, TEXT_GUESS, attr(tag, "value"));
}

static void
author(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_AUTHOR, 1, TEXT_GUESS, attr(tag, "value"));
}

static void
published(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_PUBLISHED, 5, TEXT_TOKEN, attr(tag, "value"));
}

static void
keywords(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_KEYWORDS, 1, TEXT_GUESS, attr(tag, "value"));
}

static void
anchor(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_LINK, 5, TEXT_TOKEN, attr(tag, "href"));
}

static void
item(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_LINK, 6, TEXT_TOKEN, attr(tag, "href"));
	reader_text(r, SLOT_UPDATED, 6, TEXT_TOKEN, attr(tag, "lastmod"));
	reader_text(r, SLOT_LANG, 2, TEXT_TOKEN, attr(tag, "lang"));
}

/* BASE is for all that is in the channel. */
static void
root(struct reader *r, const struct xml_tag *tag)
{
	struct str base = attr(tag, "base");

	if (base.n)
		base = url_http(r->source->base_url, base, r->keep, ITEM_LINK_MAX);
	if (base.n)
		r->base = base;
	reader_text(r, SLOT_LINK, 6, TEXT_TOKEN, attr(tag, "href"));
	reader_text(r, SLOT_LANG, 2, TEXT_TOKEN, attr(tag, "lang"));
}

static const struct rule rules[] = {
	{ NS_NONE, STR_INIT("channel"), IN_FEED, ACT_FEED, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_NONE, STR_INIT("item"), IN_FEED, ACT_ITEM, SLOT_NONE, 0, TEXT_TOKEN, false, item,
	    NULL },
	{ NS_NONE, STR_INIT("title"), IN_BOTH, ACT_TEXT, SLOT_TITLE, 6, TEXT_GUESS, false, title,
	    NULL },
	{ NS_NONE, STR_INIT("abstract"), IN_ITEM, ACT_TEXT, SLOT_SUMMARY, 6, TEXT_GUESS, true,
	    abstract, NULL },
	RULE_ATTRS(NS_NONE, "a", IN_BOTH, anchor),
	RULE_ATTRS(NS_NONE, "author", IN_ITEM, author),
	RULE_ATTRS(NS_NONE, "publicationdate", IN_ITEM, published),
	RULE_ATTRS(NS_NONE, "keywords", IN_ITEM, keywords),
};

const struct format format_cdf = {
	.name = "cdf",
	.claims = claims,
	.root = root,
	.home = NS_NONE,
	.rules = rules,
	.n_rules = ARRAY_LEN(rules),
};
