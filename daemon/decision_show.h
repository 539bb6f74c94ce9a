/*
 * How the tools show what was decided not to tell, as JSON.
 */
#ifndef DAEMON_DECISION_SHOW_H
#define DAEMON_DECISION_SHOW_H

#include "json_out.h"
#include "store_archive.h"

/* "decisions":[...] */
void decisions_json(struct json_out *o, const struct decision_row *decisions, size_t n);

#endif
