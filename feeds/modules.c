/*
 * Elements that may stand in any XML feed: Atom, Dublin Core, content, media RSS, iTunes, ...
 */
#include "date.h"
#include "format.h"
#include "mem.h"

static bool
is_rel(struct str rel, const char *name)
{
	static const struct str iana = STR_INIT("http://www.iana.org/assignments/relation/");

	if (str_starts_ci(rel, iana))
		rel = str_sub(rel, iana.n, rel.n);
	return str_eq_ci(rel, str_c(name));
}

/* The page before other media; "Alternate" is no relation that is registered, but meant. */
static int
alternate_rank(struct str rel, struct str type)
{
	bool exact = rel.n == 0 || str_ends(rel, STR("alternate"));
	bool page = type.n == 0 || str_starts_ci(type, STR("text/html")) ||
		    str_starts_ci(type, STR("application/xhtml"));

	return page ? exact ? 6 : 5 : 4;
}

void
atom_link(struct reader *r, const struct xml_tag *tag)
{
	struct str href = xml_attr(tag, NS_NONE, "href"), type = xml_attr(tag, NS_NONE, "type");
	struct str rel = str_trim(xml_attr(tag, NS_NONE, "rel"));

	if (href.n == 0 && xml_has_attr(tag, NS_NONE, "href"))
		href = r->base; /* "" is the base itself */
	if (href.n == 0)
		return;
	if (rel.n == 0 || is_rel(rel, "alternate"))
		reader_text(r, SLOT_LINK, alternate_rank(rel, type), TEXT_TOKEN, href);
	else if (is_rel(rel, "enclosure"))
		reader_enclosure(r, href, type, xml_attr(tag, NS_NONE, "length"), r->base);
	else if (r->in_item &&
		 (is_rel(rel, "via") || is_rel(rel, "related") || is_rel(rel, "self")))
		reader_text(r, SLOT_LINK, 1, TEXT_TOKEN, href);
}

/* An id that is an address leads to the entry when no link does. */
static void
atom_id(struct reader *r, const struct xml_tag *tag)
{
	(void)tag;
	if (r->in_item && r->item.texts[SLOT_ID].rank < 5)
		r->item.id_is_link = true;
}

static void
atom_category(struct reader *r, const struct xml_tag *tag)
{
	struct str label = xml_attr(tag, NS_NONE, "label");

	if (label.n)
		reader_text(r, SLOT_CATEGORY, 1, TEXT_GUESS, label);
	reader_text(r, SLOT_CATEGORY, 1, TEXT_GUESS, xml_attr(tag, NS_NONE, "term"));
}

static void
media_content(struct reader *r, const struct xml_tag *tag)
{
	reader_enclosure(r, xml_attr(tag, NS_NONE, "url"), xml_attr(tag, NS_NONE, "type"),
	    xml_attr(tag, NS_NONE, "fileSize"), r->base);
}

static void
itunes_category(struct reader *r, const struct xml_tag *tag)
{
	reader_text(r, SLOT_CATEGORY, 1, TEXT_GUESS, xml_attr(tag, NS_NONE, "text"));
}

static void
sy_period(struct reader *r, struct str text)
{
	static const struct {
		struct str name;
		int64_t seconds;
	} periods[] = {
		{ STR_INIT("hourly"), 3600 },
		{ STR_INIT("daily"), 86400 },
		{ STR_INIT("weekly"), 7 * 86400 },
		{ STR_INIT("monthly"), 30 * 86400 },
		{ STR_INIT("yearly"), 365 * 86400 },
	};

	for (size_t i = 0; i < ARRAY_LEN(periods); i++)
		if (str_eq_ci(str_trim(text), periods[i].name))
			r->sy_period_s = periods[i].seconds;
}

static void
sy_frequency(struct reader *r, struct str text)
{
	int64_t n;

	if (str_to_i64(str_trim(text), &n) && n > 0 && n <= 86400)
		r->sy_frequency = n;
}

static void
sy_base(struct reader *r, struct str text)
{
	r->doc.hints.update_base_s = date_parse(text);
}

/* A person's e-mail address stands for the name only when there is none. */
static void
person_email(struct reader *r, struct str text)
{
	struct draft *d = reader_draft(r);

	if (d->n_authors == 0)
		reader_text(r, SLOT_AUTHOR, 1, TEXT_GUESS, str_dup(reader_arena(r), text));
}

const struct rule module_rules[] = {
	RULE_ATOM_TEXT("title", IN_BOTH, SLOT_TITLE, 5, true),
	RULE_ATOM_TEXT("summary", IN_ITEM, SLOT_SUMMARY, 5, true),
	RULE_ATOM_TEXT("content", IN_ITEM, SLOT_BODY, 5, true),
	{ NS_ATOM, STR_INIT("id"), IN_ITEM, ACT_TEXT, SLOT_ID, 5, TEXT_TOKEN, false, atom_id,
	    NULL },
	RULE_TOKEN(NS_ATOM, "published", IN_ITEM, SLOT_PUBLISHED, 5),
	RULE_TOKEN(NS_ATOM, "issued", IN_ITEM, SLOT_PUBLISHED, 5),
	RULE_TOKEN(NS_ATOM, "created", IN_ITEM, SLOT_PUBLISHED, 3),
	RULE_TOKEN(NS_ATOM, "updated", IN_ITEM, SLOT_UPDATED, 5),
	RULE_TOKEN(NS_ATOM, "modified", IN_ITEM, SLOT_UPDATED, 5),
	{ NS_ATOM, STR_INIT("link"), IN_BOTH, ACT_TEXT, SLOT_LINK, 2, TEXT_TOKEN, false, atom_link,
	    NULL },
	{ NS_ATOM, STR_INIT("category"), IN_ITEM, ACT_TEXT, SLOT_CATEGORY, 1, TEXT_GUESS, false,
	    atom_category, NULL },
	{ NS_ATOM, STR_INIT("author"), IN_BOTH, ACT_PERSON, SLOT_AUTHOR, 1, TEXT_GUESS, true, NULL,
	    NULL },
	RULE_GUESS(NS_ATOM, "name", IN_PERSON, SLOT_AUTHOR, 1),
	RULE_DONE(NS_ATOM, "email", IN_PERSON, person_email),
	RULE_ATTRS(NS_ATOM, "uri", IN_PERSON, NULL),
	RULE_ATTRS(NS_ATOM, "url", IN_PERSON, NULL),

	RULE_GUESS(NS_DC, "title", IN_BOTH, SLOT_TITLE, 2),
	RULE_PROSE(NS_DC, "description", IN_ITEM, SLOT_SUMMARY, 3, TEXT_GUESS),
	RULE_GUESS(NS_DC, "creator", IN_BOTH, SLOT_AUTHOR, 1),
	RULE_GUESS(NS_DC, "author", IN_BOTH, SLOT_AUTHOR, 1),
	RULE_GUESS(NS_DC, "subject", IN_ITEM, SLOT_CATEGORY, 1),
	RULE_TOKEN(NS_DC, "date", IN_ITEM, SLOT_PUBLISHED, 4),
	RULE_TOKEN(NS_DC, "language", IN_BOTH, SLOT_LANG, 2),
	RULE_TOKEN(NS_DC, "identifier", IN_ITEM, SLOT_ID, 1),
	RULE_GUESS(NS_DCTERMS, "title", IN_BOTH, SLOT_TITLE, 2),
	RULE_GUESS(NS_DCTERMS, "creator", IN_BOTH, SLOT_AUTHOR, 1),
	RULE_GUESS(NS_DCTERMS, "subject", IN_ITEM, SLOT_CATEGORY, 1),
	RULE_PROSE(NS_DCTERMS, "abstract", IN_ITEM, SLOT_SUMMARY, 1, TEXT_GUESS),
	RULE_PROSE(NS_DCTERMS, "description", IN_ITEM, SLOT_SUMMARY, 3, TEXT_GUESS),
	RULE_TOKEN(NS_DCTERMS, "issued", IN_ITEM, SLOT_PUBLISHED, 3),
	RULE_TOKEN(NS_DCTERMS, "created", IN_ITEM, SLOT_PUBLISHED, 2),
	RULE_TOKEN(NS_DCTERMS, "date", IN_ITEM, SLOT_PUBLISHED, 1),
	RULE_TOKEN(NS_DCTERMS, "modified", IN_ITEM, SLOT_UPDATED, 4),

	RULE_PROSE(NS_CONTENT, "encoded", IN_ITEM, SLOT_BODY, 6, TEXT_HTML),
	RULE_PROSE(NS_XHTML, "body", IN_ITEM, SLOT_BODY, 4, TEXT_HTML),
	RULE_PROSE(NS_XHTML, "div", IN_ITEM, SLOT_BODY, 4, TEXT_HTML),

	{ NS_MEDIA, STR_INIT("group"), IN_ITEM, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	{ NS_MEDIA, STR_INIT("content"), IN_ITEM, ACT_ENTER, SLOT_NONE, 0, TEXT_TOKEN, false,
	    media_content, NULL },
	RULE_GUESS(NS_MEDIA, "title", IN_BOTH, SLOT_TITLE, 1),
	RULE_PROSE(NS_MEDIA, "description", IN_ITEM, SLOT_SUMMARY, 1, TEXT_GUESS),
	RULE_GUESS(NS_MEDIA, "keywords", IN_ITEM, SLOT_KEYWORDS, 1),
	RULE_GUESS(NS_MEDIA, "category", IN_ITEM, SLOT_CATEGORY, 1),

	RULE_GUESS(NS_ITUNES, "title", IN_BOTH, SLOT_TITLE, 1),
	RULE_GUESS(NS_ITUNES, "author", IN_ITEM, SLOT_AUTHOR, 1),
	RULE_PROSE(NS_ITUNES, "summary", IN_ITEM, SLOT_SUMMARY, 2, TEXT_GUESS),
	RULE_PROSE(NS_ITUNES, "subtitle", IN_ITEM, SLOT_SUMMARY, 1, TEXT_GUESS),
	RULE_GUESS(NS_ITUNES, "keywords", IN_ITEM, SLOT_KEYWORDS, 1),
	RULE_ATTRS(NS_ITUNES, "category", IN_ITEM, itunes_category),

	RULE_DONE(NS_SYNDICATION, "updatePeriod", IN_FEED, sy_period),
	RULE_DONE(NS_SYNDICATION, "updateFrequency", IN_FEED, sy_frequency),
	RULE_DONE(NS_SYNDICATION, "updateBase", IN_FEED, sy_base),
	RULE_TOKEN(NS_FEEDBURNER, "origLink", IN_ITEM, SLOT_LINK, 3),
};
const size_t n_module_rules = ARRAY_LEN(module_rules);
