/*
 * RSS 0.91 to 0.94 and 2.0: <rss><channel><item>, whatever version says.
 */
#include "rss.h"

#include "mem.h"

static bool
claims(const struct xml_tag *root)
{
	return str_eq_ci(root->name, STR("rss")) || str_eq_ci(root->name, STR("rss2")) ||
	       (str_eq(root->name, STR("channel")) && root->ns != NS_ATOM &&
		   !xml_has_attr(root, NS_NONE, "href"));
}

void
rss_guid(struct reader *r, const struct xml_tag *tag)
{
	struct str permalink = str_trim(xml_attr(tag, NS_NONE, "isPermaLink"));

	if (!r->in_item)
		return;
	r->item.id_is_link = !str_eq_ci(permalink, STR("false"));
	r->item.id_is_relative = str_eq_ci(permalink, STR("true"));
}

void
rss_enclosure(struct reader *r, const struct xml_tag *tag)
{
	struct str url = xml_attr(tag, NS_NONE, "url");

	if (url.n == 0)
		url = xml_attr(tag, NS_NONE, "href");
	reader_enclosure(
	    r, url, xml_attr(tag, NS_NONE, "type"), xml_attr(tag, NS_NONE, "length"), r->base);
}

static void
ttl(struct reader *r, struct str text)
{
	int64_t minutes;

	if (str_to_i64(str_trim(text), &minutes) && minutes > 0 && minutes < 366 * 24 * 60)
		r->doc.hints.ttl_s = minutes * 60;
}

static void
skip_hour(struct reader *r, struct str text)
{
	int64_t hour;

	/* 24 was midnight in RSS 0.91 */
	if (str_to_i64(str_trim(text), &hour) && hour >= 0 && hour <= 24)
		r->doc.hints.skip_hours |= UINT32_C(1) << (hour % 24);
}

static void
skip_day(struct reader *r, struct str text)
{
	static const struct str days[] = { STR_INIT("monday"), STR_INIT("tuesday"),
		STR_INIT("wednesday"), STR_INIT("thursday"), STR_INIT("friday"),
		STR_INIT("saturday"), STR_INIT("sunday") };

	text = str_trim(text);
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		if (text.n >= 3 && str_starts_ci(days[i], text))
			r->doc.hints.skip_days |= (uint8_t)(1 << i);
}

static const struct rule rules[] = {
	{ NS_RSS, STR_INIT("channel"), IN_FEED, ACT_FEED, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_RSS, STR_INIT("item"), IN_FEED, ACT_ITEM, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_RSS, STR_INIT("skipHours"), IN_FEED, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_RSS, STR_INIT("skipDays"), IN_FEED, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	RULE_DONE(NS_RSS, "hour", IN_FEED, skip_hour),
	RULE_DONE(NS_RSS, "day", IN_FEED, skip_day),
	RULE_DONE(NS_RSS, "ttl", IN_FEED, ttl),
	RULE_TOKEN(NS_RSS, "language", IN_FEED, SLOT_LANG, 3),
	RSS_ITEM_RULES,
};

const struct format format_rss = {
	.name = "rss",
	.claims = claims,
	.home = NS_RSS,
	.rules = rules,
	.n_rules = ARRAY_LEN(rules),
	.modules = true,
};
