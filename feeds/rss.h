/*
 * What RSS 0.9x/2.0 and RSS 1.0 have in common.
 */
#ifndef FEEDS_RSS_H
#define FEEDS_RSS_H

#include "format.h"

void rss_guid(struct reader *r, const struct xml_tag *tag);
void rss_enclosure(struct reader *r, const struct xml_tag *tag);

/* Rows for a rule table: the parts of channel and item. */
#define RSS_ITEM_RULES                                                                             \
	RULE_GUESS(NS_RSS, "title", IN_BOTH, SLOT_TITLE, 6),                                       \
	    { NS_RSS, STR_INIT("link"), IN_BOTH, ACT_TEXT, SLOT_LINK, 6, TEXT_TOKEN, false,        \
		    atom_link, NULL },                                                             \
	    RULE_PROSE(NS_RSS, "description", IN_BOTH, SLOT_SUMMARY, 6, TEXT_GUESS),               \
	    RULE_PROSE(NS_RSS, "summary", IN_ITEM, SLOT_SUMMARY, 3, TEXT_GUESS),                   \
	    RULE_PROSE(NS_RSS, "content", IN_ITEM, SLOT_BODY, 3, TEXT_GUESS),                      \
	    RULE_PROSE(NS_RSS, "encoded", IN_ITEM, SLOT_BODY, 3, TEXT_HTML),                       \
	    RULE_PROSE(NS_RSS, "body", IN_ITEM, SLOT_BODY, 2, TEXT_GUESS),                         \
	    RULE_PROSE(NS_RSS, "fullitem", IN_ITEM, SLOT_BODY, 2, TEXT_GUESS),                     \
	    { NS_RSS, STR_INIT("guid"), IN_ITEM, ACT_TEXT, SLOT_ID, 6, TEXT_TOKEN, false,          \
		    rss_guid, NULL },                                                              \
	    RULE_TOKEN(NS_RSS, "id", IN_ITEM, SLOT_ID, 2),                                         \
	    RULE_TOKEN(NS_RSS, "pubDate", IN_ITEM, SLOT_PUBLISHED, 6),                             \
	    RULE_TOKEN(NS_RSS, "published", IN_ITEM, SLOT_PUBLISHED, 2),                           \
	    RULE_TOKEN(NS_RSS, "date", IN_ITEM, SLOT_PUBLISHED, 1),                                \
	    RULE_TOKEN(NS_RSS, "updated", IN_ITEM, SLOT_UPDATED, 2),                               \
	    RULE_TOKEN(NS_RSS, "modified", IN_ITEM, SLOT_UPDATED, 2),                              \
	    { NS_RSS, STR_INIT("author"), IN_ITEM, ACT_PERSON, SLOT_AUTHOR, 1, TEXT_GUESS, true,   \
		    NULL, NULL },                                                                  \
	    RULE_GUESS(NS_RSS, "name", IN_PERSON, SLOT_AUTHOR, 1),                                 \
	    RULE_GUESS(NS_RSS, "category", IN_ITEM, SLOT_CATEGORY, 1),                             \
	    RULE_GUESS(NS_RSS, "keywords", IN_ITEM, SLOT_KEYWORDS, 1),                             \
	    RULE_ATTRS(NS_RSS, "enclosure", IN_ITEM, rss_enclosure)

#endif
