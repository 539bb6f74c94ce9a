/*
 * One message on its way, by whatever carrier.
 */
#ifndef DAEMON_CARRY_H
#define DAEMON_CARRY_H

#include "channel.h"
#include "mailer.h"
#include "wire.h"

struct carriers {
	struct ev_loop *loop;
	struct wire *wire;
	struct mailer *mailer; /* may be NULL where no message is a mail */
};

/* Called exactly once, unless it is cancelled before; answer is borrowed. */
typedef void carry_done(void *cookie, const struct answer *answer, int64_t elapsed_ms);

struct carry;
/*
 * Send.  message and all it points to is borrowed until done is called.  done may be called from
 * inside (what is printed or written to a file): then the answer is NULL.
 */
struct carry *carry_begin(
    const struct carriers *carriers, const struct message *message, carry_done *done, void *cookie);
/* done will not be called.  A mail cannot be called back: end its mailer first.  NULL is fine. */
void carry_cancel(struct carry *c);

/* ---- the carriers with files of their own ---- */

struct carrier_exec;
/* carrier_exec.c: done is never called from inside. */
struct carrier_exec *carrier_exec_begin(
    struct ev_loop *loop, const struct exec *exec, carry_done *done, void *cookie);
void carrier_exec_cancel(struct carrier_exec *run); /* kills it; NULL is fine */

/* carrier_file.c: on disk when it returns (code 200), or not done at all (code 0). */
#define CARRIER_FILE_MAX ((size_t)64 << 20) /* bytes of a file that is replaced */
void carrier_file_write(const struct file_write *w, struct arena *arena, struct answer *ret);

#endif
