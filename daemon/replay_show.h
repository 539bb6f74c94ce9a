/*
 * What `newsbell replay` says, a JSON object a line on standard output: each alert, each decision
 * not to tell, each message that would have been sent.  arena: for what lives until the line is
 * out.
 */
#ifndef DAEMON_REPLAY_SHOW_H
#define DAEMON_REPLAY_SHOW_H

#include "store.h"

void replay_show_alert(const struct alert_new *new, int64_t now_s, struct arena *arena);
/* feed: the name of the item's. */
void replay_show_decision(const struct decision_new *d, const struct item *item, struct str feed,
    int64_t now_s, struct arena *arena);
/* facts: those of the alerts that it tells. */
void replay_show_delivery(const struct owed *owed, struct str channel, const struct str_list *facts,
    int64_t at_s, struct arena *arena);

#endif
