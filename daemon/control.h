/*
 * The control socket: what an operator asks of a running daemon.  A Unix stream socket, one JSON
 * object a line each way:
 *
 *	{"command":"poll","feed":"deftech"}	{"ok":true,"feeds":1}
 *	{"command":"pol"}			{"ok":false,"error":"there is no command 'pol'"}
 *
 * May connect: root, the daemon's own user, and members of the socket's group (mode 0660;
 * SO_PEERCRED and SO_PEERGROUPS are asked too).  No command takes a URL, a path or a secret.
 */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include "buf.h"
#include "err.h"

#include <ev.h>
#include <jansson.h>

#define CONTROL_LINE_MAX ((size_t)64 << 10)  /* bytes of a request */
#define CONTROL_REPLY_MAX ((size_t)16 << 20) /* bytes of an answer */
#define CONTROL_PEERS_MAX 16                 /* connections at once; more wait */
#define CONTROL_IDLE_S 60.0                  /* a connection that says nothing is closed */

/*
 * One command.  request is the whole object; what is set in answer stands beside "ok".  False with
 * *e: {"ok":false,"error":e->text}.
 * What takes longer has begin instead of run: it returns a number, rising from 1, and who asked is
 * answered when that is settled.
 */
struct control_verb {
	const char *name;
	bool (*run)(void *cookie, json_t *request, json_t *answer, struct err *e);
	uint64_t (*begin)(void *cookie);
};

/*
 * The protocol alone: a request line (without its newline) -> the answer line, appended to reply.
 * Not 0: there is no answer yet, it is that of the number.
 */
uint64_t control_answer(
    const struct control_verb *verbs, size_t n, void *cookie, struct str line, struct buf *reply);

/* A message: o as one line with its newline, appended; false, and nothing, beyond the cap of b. */
bool control_put(struct buf *b, const json_t *o);

struct control_options {
	struct ev_loop *loop;
	const char *path; /* of the socket: made anew.  A socket that systemd hands over wins. */
	const struct control_verb *verbs;
	size_t n_verbs;
	void *cookie;
};

struct control;
/* NULL with *e when the socket cannot be made. */
struct control *control_new(const struct control_options *options, struct err *e);
/* Answer who waits for numbers up to `upto`; why: what went wrong, or NULL. */
void control_settle(struct control *c, uint64_t upto, const struct err *why);
/* Closes all connections, and removes the socket when it is our own.  NULL is fine. */
void control_free(struct control *c);

/*
 * The other side: ask, and wait for the answer (CONTROL_ASK_S at most).  *answer is the whole
 * object, to be given back by json_decref.  False with *e: nobody listens (ERR_NET), not allowed
 * (ERR_SYSTEM), or the daemon said no (ERR_CONFIG).
 */
#define CONTROL_ASK_S 30
bool control_ask(const char *path, json_t *request, json_t **answer, struct err *e);

#endif
