/*
 * Writing HTML within a cap: text escaped, and room kept for the end tags of what is open.
 */
#ifndef FEEDS_HTML_WRITER_H
#define FEEDS_HTML_WRITER_H

#include "buf.h"

struct html_writer {
	struct buf out;
	size_t closing; /* bytes kept free for end tags */
	bool full;      /* something did not fit: write no more */
};

void html_writer_init(struct html_writer *w, size_t max);
void html_writer_free(struct html_writer *w);

/* Is there room for n bytes before the end tags?  When not, the writer is full. */
bool html_room(struct html_writer *w, size_t n);
/* Bytes as they are, wholly or not at all. */
void html_put(struct html_writer *w, struct str bytes);

/*
 * Text, or an attribute's value: valid UTF-8 whose references are decoded and what means something
 * to HTML escaped anew.  Characters that are not for text (controls, those that turn the direction
 * of writing) go.  Cut between characters where it does not fit.
 */
void html_put_text(struct html_writer *w, struct str text);
/* The same for text without references. */
void html_put_plain(struct html_writer *w, struct str text);

/* An absolute URL as an attribute's value. */
void html_put_url(struct html_writer *w, struct str url);

#endif
