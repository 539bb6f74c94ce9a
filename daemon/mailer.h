/*
 * Mail, by libcurl's SMTP in a thread of its own: inside a multi handle it blocks (a server slow by
 * 3 s froze the whole loop for 3 s).  An SMTP connection is kept between
 * messages.  What libcurl does not speak, LMTP, is lmtp.h.
 */
#ifndef DAEMON_MAILER_H
#define DAEMON_MAILER_H

#include "channel.h"

#include <ev.h>

struct mailer;

#define MAILER_CONNECT_S 30L
/* RFC 5321 4.5.3.2.6: the reply to the final dot may take 10 minutes; giving up earlier makes
 * copies. */
#define MAILER_TIMEOUT_S 660L

/* Called once, from the loop; answer is borrowed and gone when it returns. */
typedef void mail_done(void *cookie, const struct answer *answer, int64_t elapsed_ms);

/* NULL with *e when the thread cannot be started. */
struct mailer *mailer_new(struct ev_loop *loop, struct err *e);
/* Ends the thread (a message under way is broken off) and drops what waits, without a call. */
void mailer_free(struct mailer *m);

/* mail and all it points to is borrowed until done is called or mailer_free returns. */
void mailer_send(struct mailer *m, const struct mail *mail, mail_done *done, void *cookie);

/*
 * Connect to a server as for a mail, TLS and log-in included, and send nothing; blocks for at most
 * timeout_s.  False with *e (ERR_NET).  Not for LMTP.
 */
bool mailer_probe(const struct mail_server *server, int64_t timeout_s, struct err *e);

#endif
