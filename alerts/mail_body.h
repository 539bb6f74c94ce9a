/*
 * An alert as the two bodies of a mail.  Both say the same; neither loads anything from anywhere.
 */
#ifndef ALERTS_MAIL_BODY_H
#define ALERTS_MAIL_BODY_H

#include "buf.h"
#include "bundle.h"

#define MAIL_TEXT_COLUMNS 72

/* Lines ended by '\n'. */
void mail_text(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena);
void mail_html(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena);

/* A bundle: every alert with its title, link, source, entries and story, without snippets. */
void mail_digest_text(
    struct buf *b, const struct bundle *bundle, const struct tz *zone, struct arena *arena);
void mail_digest_html(
    struct buf *b, const struct bundle *bundle, const struct tz *zone, struct arena *arena);

/* An alert's story: how many have it, and the others that are known with their addresses; nothing
 * when the alert is all there is. */
void mail_text_story(struct buf *b, const struct alert *alert, const struct tz *zone,
    const char *indent, struct arena *arena);
void mail_html_story(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena);

/* The page around: up to the card's inside, with what a list of mails shows; and from there. */
void mail_html_begin(struct buf *b, struct str preheader, struct arena *arena);
void mail_html_end(struct buf *b, struct str footer);
/* The severity as a badge, and the watch beside it. */
void mail_html_badge(struct buf *b, enum severity severity, struct str watch, struct arena *arena);
/* The title, linked where it can be, in an element and a size; and the source below it. */
void mail_html_title(struct buf *b, const struct alert *alert, const char *element, int size,
    const struct tz *zone, struct arena *arena);

#endif
