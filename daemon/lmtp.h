/*
 * One mail over LMTP (RFC 2033), to the mailboxes of a server on this machine or network: no TLS,
 * no log-in.  Ours, as libcurl does not speak it.  Blocks: for the mail thread.
 */
#ifndef DAEMON_LMTP_H
#define DAEMON_LMTP_H

#include "channel.h"

#include <stdatomic.h>

#define LMTP_TEXT_MAX 512

struct lmtp_answer {
	int code;        /* as answer.code: 0 when there was none */
	bool data_phase; /* as answer.data_phase */
	char text[LMTP_TEXT_MAX];
};

/*
 * server is a socket's path or host:port.  After the data each recipient has an answer of its own;
 * *ret is the worst of them: one that wants another try before one that refuses for good, so a
 * mail may reach a mailbox again, under its id.  Broken off when *stop becomes true.
 */
void lmtp_send(
    struct str server, const struct mail *mail, const atomic_bool *stop, struct lmtp_answer *ret);

#endif
