/*
 * The control socket's commands about silences; verbs.c has their rows.
 */
#ifndef DAEMON_SILENCES_H
#define DAEMON_SILENCES_H

#include "store_silence.h"

#include <jansson.h>

/* {"kind":"watch","name":"vendors","for_s":7200,"reason":"...","author":"..."} -> "id", "until_s"
 */
bool silences_add(
    struct store *store, int64_t now_s, json_t *request, json_t *answer, struct err *e);
/* {"id":3} */
bool silences_end(
    struct store *store, int64_t now_s, json_t *request, json_t *answer, struct err *e);

#endif
