/*
 * Standard Webhooks (https://www.standardwebhooks.com): who sent it, when, and that nobody changed
 * it.
 */
#ifndef ALERTS_SIGNATURE_H
#define ALERTS_SIGNATURE_H

#include "arena.h"
#include "err.h"
#include "settings.h"

#define SIGNATURE_KEY_MIN 16 /* bytes: less can be guessed */

/*
 * The keys of a secret's text, one a line: "whsec_" + base64, or any text as it is.  False with *e
 * when a line is no key.
 */
bool signature_keys(struct str text, struct arena *arena, struct str_list *ret, struct err *e);

/*
 * The webhook-signature header: "v1,<base64>" for each key, joined by spaces; the signed text is
 * id.timestamp.body, by HMAC-SHA256.
 */
struct str signature_make(const struct str_list *keys, struct str id, int64_t timestamp_s,
    struct str body, struct arena *arena);

#endif
