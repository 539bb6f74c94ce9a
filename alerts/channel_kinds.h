/*
 * The kinds of channels, one file each (channel_NAME.c); channels.c lists them.
 */
#ifndef ALERTS_CHANNEL_KINDS_H
#define ALERTS_CHANNEL_KINDS_H

#include "channel.h"

extern const struct channel_type channel_email;
extern const struct channel_type channel_journal;
extern const struct channel_type channel_webhook;

#endif
