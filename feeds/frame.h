/*
 * Length-framed messages over a byte stream: 4 bytes of length, big endian, then that many bytes.
 * No descriptor here: bytes in, whole messages out.
 */
#ifndef FEEDS_FRAME_H
#define FEEDS_FRAME_H

#include "buf.h"

#define FRAME_HEADER ((size_t)4)

enum frame_verdict {
	FRAME_MORE,  /* not whole yet */
	FRAME_READY, /* *ret is one message, borrowed until the next call */
	FRAME_BROKEN /* longer than the cap: give the stream up */
};

struct frame_reader {
	struct buf arrived;
	size_t max;   /* bytes of one message */
	size_t taken; /* bytes at the front that were handed out */
};

void frame_reader_init(struct frame_reader *r, size_t max);
void frame_reader_free(struct frame_reader *r);

/* Room for the next bytes to be read into, and how many of them arrived. */
char *frame_room(struct frame_reader *r, size_t n);
void frame_arrived(struct frame_reader *r, size_t n);
enum frame_verdict frame_next(struct frame_reader *r, struct str *ret);

/* The header of a message of n bytes. */
void frame_header(size_t n, char ret[FRAME_HEADER]);

#endif
