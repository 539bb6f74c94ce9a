/*
 * The nursery: a process forked before secrets are read, that does nothing but fork parser workers.
 * Documents are hostile and libxml2 can be made to spin or to eat memory where no callback can stop
 * it, so parsing happens in workers with limits of their own; the death of one costs one document.
 *
 * A worker reads frames: one document each (parser_request_*), and answers with one frame each.
 */
#ifndef DAEMON_NURSERY_H
#define DAEMON_NURSERY_H

#include "buf.h"
#include "err.h"
#include "parse.h"

#define PARSER_REQUEST_MAX ((size_t)300 << 20) /* bytes of one request frame */
#define PARSER_REPLY_MAX ((size_t)256 << 20)   /* bytes of one reply frame */
#define PARSER_CPU_S 10                        /* CPU seconds a document may cost */
#define PARSER_MEMORY ((size_t)256 << 20)      /* bytes a worker may map, and ... */
#define PARSER_MEMORY_FACTOR 16                /* ... this many bytes for each byte of body ... */
#define PARSER_MEMORY_STEP ((size_t)64 << 10)  /* ... rounded up to these */

/*
 * Fork the nursery; call it before anything is opened or read.  Returns the socket to ask for
 * workers on, -1 with *e.  The process ends when the socket is closed.
 */
int nursery_start(struct err *e);
/*
 * How a worker lives.  CONFINED: by sandbox_compute; one that cannot be confined says so by an
 * ERR_SYSTEM reply that nobody asked for, and ends.
 */
enum worker_kind { WORKER_CONFINED = 'c', WORKER_PLAIN = 'p' };
/* Ask for a worker: one byte; the nursery answers with one byte and a descriptor. */
bool nursery_ask(int nursery, enum worker_kind kind);
/* The descriptor of the next worker that arrived, or one of these. */
enum { NURSERY_NONE = -1, NURSERY_GONE = -2, NURSERY_NO_ROOM = -3 };
/* NO_ROOM: a worker came, and the process can hold no more descriptors; that worker is lost. */
int nursery_take(int nursery);

/* What stands before the body in a request frame. */
void parser_request(const struct feed_source *source, struct buf *head);
/* A worker's reply -> document in arena, or false with the worker's own *e, or ERR_SYSTEM when the
 * reply is not valid. */
bool parser_reply(struct str frame, struct arena *arena, struct feed_doc *ret, struct err *e);

#endif
