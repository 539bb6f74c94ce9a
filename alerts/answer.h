/*
 * What an answer means, by its class; shared by the kinds of channels.
 */
#ifndef ALERTS_ANSWER_H
#define ALERTS_ANSWER_H

#include "channel.h"

#define RETRY_AFTER_MAX_S ((int64_t)86400) /* a receiver that asks for more is asked again then */

/*
 * HTTP: 2xx delivered; no answer, 408, 425, 429 and 5xx transient (Retry-After honoured); 410 gone;
 * 401, 403, 404, 405, 407 and 3xx misconfigured; any other 4xx is about this message.
 */
struct verdict answer_http(const struct answer *answer, int64_t now_s);

/*
 * SMTP: 2xx delivered; no answer and 4xx transient; 5xx to DATA or at the final dot is about this
 * message; any other 5xx (530, 535, a refused sender or recipient) misconfigured.
 */
struct verdict answer_smtp(const struct answer *answer, int64_t now_s);

/*
 * A program, by sysexits.h: 0 delivered, 64, 65 about this message, 67, 68, 77, 78 and a shell's
 * 126 and 127 misconfigured; anything else, and no exit at all, transient.
 */
struct verdict answer_exec(const struct answer *answer);

/*
 * What has no codes of its own, a file or the journal: any answer delivered, none transient.  It is
 * a channel_type's judge as it stands.
 */
struct verdict answer_any(const struct channel *ch, const struct answer *answer, int64_t now_s);

/* Not before `seconds` from now (rounded up; capped; nothing when it is not positive). */
int64_t answer_wish(double seconds, int64_t now_s);

/* A header's value, or empty; as seconds, or 0. */
struct str answer_header(const struct answer *answer, const char *name);
double answer_seconds(const struct answer *answer, const char *name);

#endif
