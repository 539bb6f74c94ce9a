/*
 * Operators' news on their way into the outbox: for operator.c alone.
 */
#ifndef DAEMON_STORE_OPERATOR_H
#define DAEMON_STORE_OPERATOR_H

#include "store.h"

/* The alerts with their deliveries, and that all health events up to this id are told. */
bool store_put_news(struct store *s, const struct alert_new *alerts, size_t n, int64_t up_to,
    int64_t now_s, struct err *e);
/* An event about neither a feed nor a channel. */
bool store_operator_note(
    struct store *s, struct str kind, struct str text, int64_t now_s, struct err *e);
/*
 * When a channel's next gathered news are due: with those that wait already, else not before
 * soonest_s and not sooner than every_s after the last ones.
 */
bool store_operator_due(struct store *s, struct str channel, int64_t soonest_s, int64_t every_s,
    int64_t *ret, struct err *e);
/* By the last that was written down of it, if nothing got through since. */
bool store_channel_fails(struct store *s, struct str channel, bool *ret, struct err *e);

#endif
