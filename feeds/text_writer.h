/*
 * Text for a reader while it is being put together: what goes in comes out as html.h promises.
 */
#ifndef FEEDS_TEXT_WRITER_H
#define FEEDS_TEXT_WRITER_H

#include "arena.h"

/* What a '\n' in the text means. */
enum text_newline {
	NEWLINE_SPACE, /* HTML */
	NEWLINE_BLANK, /* plain text: a blank line ends a block */
	NEWLINE_BREAK, /* text of ours: it ends a block */
};

/*
 * Text under way: p[0..n) obeys the promise of html.h, but for one space or '\n' that may stand at
 * its end until it is known what follows.
 */
struct text_writer {
	char *p;
	size_t n, max;
	enum text_newline newline;
	bool entities; /* decode them */
	bool marks;    /* something from U+0300 on was written: see to NFC */
	bool full;
};

/* For n bytes of source at most, of which no more than max come out; in arena. */
void text_writer_init(
    struct text_writer *w, size_t n, enum text_newline newline, struct arena *arena, size_t max);
/* Valid UTF-8. */
void text_put(struct text_writer *w, struct str text);
/* A space; the end of a block: once, however often they are asked for in a row. */
void text_put_space(struct text_writer *w);
void text_put_break(struct text_writer *w);
/* What there is, trimmed; arena: the one it was begun with. */
struct str text_writer_end(struct text_writer *w, struct arena *arena);

#endif
