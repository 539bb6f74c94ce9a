/*
 * An alert as the two bodies of a mail.  Both say the same; neither loads anything from anywhere.
 */
#ifndef ALERTS_MAIL_BODY_H
#define ALERTS_MAIL_BODY_H

#include "buf.h"
#include "channel.h"

#define MAIL_TEXT_COLUMNS 72

/* Lines ended by '\n'. */
void mail_text(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena);
void mail_html(
    struct buf *b, const struct alert *alert, const struct tz *zone, struct arena *arena);

#endif
