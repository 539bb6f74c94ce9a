/*
 * The kinds of channels, one file each (channel_NAME.c); channels.c lists them.
 */
#ifndef ALERTS_CHANNEL_KINDS_H
#define ALERTS_CHANNEL_KINDS_H

#include "channel.h"

extern const struct channel_type channel_discord;
extern const struct channel_type channel_email;
extern const struct channel_type channel_exec;
extern const struct channel_type channel_feed;
extern const struct channel_type channel_file;
extern const struct channel_type channel_journal;
extern const struct channel_type channel_matrix;
extern const struct channel_type channel_mattermost;
extern const struct channel_type channel_ntfy;
extern const struct channel_type channel_pagerduty;
extern const struct channel_type channel_slack;
extern const struct channel_type channel_teams;
extern const struct channel_type channel_telegram;
extern const struct channel_type channel_webhook;

#endif
