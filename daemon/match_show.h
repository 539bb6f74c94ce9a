/*
 * How the tools show what was found, for people and as JSON.
 */
#ifndef DAEMON_MATCH_SHOW_H
#define DAEMON_MATCH_SHOW_H

#include "match.h"

#include <jansson.h>
#include <stdio.h>

/* "it stands inside an except: phrase" */
const char *match_why(enum suppression why);
/* "except": for programs */
const char *match_why_name(enum suppression why);

/* "agencies/ICE", or the word alone. */
struct str match_entry_name(struct str list, struct str name, struct arena *arena);

/* The text around a hit with the hit marked, on one line. */
void match_print_snippet(FILE *to, struct str text, const struct hit *hit, bool colour);
/* All of an entry's, a line each. */
void match_print_hits(
    FILE *to, const struct entry_hit *entry, const struct match_input *in, bool colour);
/* What was found and did not count, and why. */
void match_print_suppressed(
    FILE *to, const struct match_result *result, const struct match_input *in, bool colour);
/* The watches that fired with all their hits, and what did not count. */
void match_print(
    FILE *to, const struct match_result *result, const struct match_input *in, bool colour);

/* {"entry":"agencies/ICE","term":"ICE","zone":"title","offset":0,"length":3,"text":"ICE"} */
json_t *match_hit_json(
    struct str list, struct str name, const struct hit *hit, const struct match_input *in);

/*
 * {"match":true,"entries":["agencies/ICE"],"hits":[...],"watches":["w"],"suppressed":[...]}: of the
 * watch `only` (empty: of all); watches when name_watches.
 */
json_t *match_json(const struct match_result *r, const struct match_input *in, struct str only,
    bool name_watches, struct arena *arena);

#endif
