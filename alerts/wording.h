/*
 * How alerts are put into words for people, the same in all channels.  Everything returned is clean
 * text without control characters (nothing a feed says moves a cursor or ends a line), in arena.
 */
#ifndef ALERTS_WORDING_H
#define ALERTS_WORDING_H

#include "buf.h"
#include "channel.h"

/* One line of clean text from any text. */
struct str wording_line(struct str s, struct arena *arena);

/* s, or its first max characters and "…". */
struct str wording_cut(struct str s, size_t max, struct arena *arena);

/* "ICE, Microsoft, Azure and 2 more": at most `max` names, each once. */
struct str wording_names(const struct alert *alert, size_t max, struct arena *arena);

/* "[high] ICE, Microsoft: the title"; "... edited: the title"; no tag for normal; an operator's
 * alert is "newsbell: the title"; at most max characters. */
struct str wording_subject(const struct alert *alert, size_t max, struct arena *arena);

/* The feed's own title, or its configured name. */
struct str wording_feed(const struct alert *alert, struct arena *arena);

/* "24 Nov 2026 06:00 CET" of when it was published, else of when it was seen; zone NULL: UTC. */
struct str wording_when(const struct alert *alert, const struct tz *zone, struct arena *arena);

/* "Harbour Courier · 24 Nov 2026 06:00 CET · A. Writer" */
struct str wording_source(const struct alert *alert, const struct tz *zone, struct arena *arena);

/*
 * What was changed in an item that was told: "Title before: ...", "Text before: ... spent a year
 * ...", "Text now: ... spent two years ...", a line each; empty when nothing was.
 */
struct str wording_changes(const struct alert *alert, struct arena *arena);

/* "+14 outlets", or "+2 items" of the same outlet; empty when the alert is all there is. */
struct str wording_outlets(const struct alert *alert, struct arena *arena);
/* "+14 outlets: 17 items since 24 Nov 2026 06:00 CET", and why it is told again; empty as above. */
struct str wording_story(const struct alert *alert, const struct tz *zone, struct arena *arena);

/* "ICE (agencies, as “Immigration and Customs Enforcement”), 3 times, first in the title" */
struct str wording_entry(const struct alert_entry *entry, struct arena *arena);

/*
 * Paragraphs ('\n' between them) as lines of at most `columns` columns (wide characters count two),
 * each behind `indent` and ended by '\n'.  A word that is longer stands alone.
 */
void wording_wrap(struct buf *b, struct str text, struct str indent, size_t columns);

#endif
