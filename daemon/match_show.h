/*
 * How the tools show what was found, for people and as JSON.
 */
#ifndef DAEMON_MATCH_SHOW_H
#define DAEMON_MATCH_SHOW_H

#include "match.h"

#include <jansson.h>
#include <stdio.h>

/* "agencies/ICE", or the word alone. */
struct str match_entry_name(struct str list, struct str name, struct arena *arena);

/* All hits of an entry, a line each: where, and the text around it with the hit marked. */
void match_print_hits(
    FILE *to, const struct entry_hit *entry, const struct match_input *in, bool colour);
/* What was found and did not count, and why. */
void match_print_suppressed(
    FILE *to, const struct match_result *result, const struct match_input *in, bool colour);
/* The watches that fired with all their hits, and what did not count. */
void match_print(
    FILE *to, const struct match_result *result, const struct match_input *in, bool colour);

/*
 * {"match":true,"entries":["agencies/ICE"],"hits":[{"entry":"agencies/ICE","term":"ICE",
 * "zone":"title","offset":0,"length":3,"text":"ICE"}],"watches":["w"],"suppressed":[...]}; watches
 * when name_watches.
 */
json_t *match_json(const struct match_result *r, const struct match_input *in, bool name_watches,
    struct arena *arena);

/* Leaves of a result what concerns the watch of that name; of an empty name, all of it. */
void match_only(struct match_result *r, const struct watchset *set, struct str watch);

#endif
