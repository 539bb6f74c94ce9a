/*
 * The part of a configuration that says who is told: for config.c alone.
 */
#ifndef DAEMON_CONFIG_ROUTES_H
#define DAEMON_CONFIG_ROUTES_H

#include "config.h"

/*
 * Once feeds, channels and watches are known: read the routes' expressions, look up their channels
 * and those of [health], fill c->routing.  What is wrong goes to diags.
 */
void config_routes(struct config *c, const struct setting_line *health_to, struct diags *diags);

#endif
