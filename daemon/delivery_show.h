/*
 * How the tools show a delivery, as JSON and by name and colour.
 */
#ifndef DAEMON_DELIVERY_SHOW_H
#define DAEMON_DELIVERY_SHOW_H

#include "json_out.h"
#include "store_delivery.h"
#include "table.h"

extern const char *const delivery_state_names[]; /* "pending" ..., by enum delivery_state */
extern const enum colour delivery_state_colours[];

/* One object, with the attempts as "log". */
void delivery_json(struct json_out *o, const struct delivery_row *row,
    const struct attempt_row *attempts, size_t n);

#endif
