/*
 * Atom 0.3 and 1.0 (RFC 4287).  Most of its elements may stand in other feeds too: see modules.c.
 */
#include "format.h"
#include "mem.h"
#include "rss.h"

/* An entry may be a document (RFC 4287 2). */
static bool
claims(const struct xml_tag *root)
{
	return str_eq_ci(root->name, STR("feed")) ||
	       (root->ns == NS_ATOM && str_eq(root->name, STR("entry")));
}

static bool
ends_ci(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq_ci(str_sub(s, s.n - suffix.n, s.n), suffix);
}

/* RFC 4287 4.1.3.3, after Atom 0.3's mode attribute. */
void
reader_capture_type(struct reader *r, const struct xml_tag *tag)
{
	struct str mode = str_trim(xml_attr(tag, NS_NONE, "mode"));
	struct str type = str_trim(xml_attr(tag, NS_NONE, "type"));

	r->capture_kind = TEXT_PLAIN;
	if (str_eq_ci(type, STR("html")) || str_starts_ci(type, STR("text/html")))
		r->capture_kind = TEXT_HTML;
	else if (str_eq_ci(type, STR("xhtml")) || ends_ci(type, STR("+xml")) ||
		 ends_ci(type, STR("/xml")))
		r->capture_markup = true;
	else if (str_eq_ci(mode, STR("escaped")))
		r->capture_kind = TEXT_GUESS;
	else if (type.n && str_find_char(type, '/') != STR_NONE &&
		 !str_starts_ci(type, STR("text/")))
		r->capture_base64 = mode.n == 0;
	r->capture_parts = str_starts_ci(type, STR("multipart/"));
	if (str_eq_ci(mode, STR("base64")))
		r->capture_base64 = true;
	else if (str_eq_ci(mode, STR("xml")))
		r->capture_markup = true;
}

static const struct rule rules[] = {
	{ NS_ATOM, STR_INIT("entry"), IN_FEED, ACT_ITEM, SLOT_NONE, 0, TEXT_TOKEN, false, NULL,
	    NULL },
	/* RSS's words in an Atom feed */
	RULE_PROSE(NS_ATOM, "description", IN_ITEM, SLOT_SUMMARY, 2, TEXT_GUESS),
	RULE_TOKEN(NS_ATOM, "pubDate", IN_ITEM, SLOT_PUBLISHED, 2),
	RULE_ATTRS(NS_ATOM, "enclosure", IN_ITEM, rss_enclosure),
};

const struct format format_atom = {
	.name = "atom",
	.claims = claims,
	.home = NS_ATOM,
	.rules = rules,
	.n_rules = ARRAY_LEN(rules),
	.modules = true,
	.inherits = true,
};
