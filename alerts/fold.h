/*
 * Text as terms are compared with it.  NORMAL: NFKC, quotes, dashes and spaces plain, invisible
 * characters gone.  FOLDED: case and what readers leave out gone as well.  Both keep the way back
 * to the original bytes.  Plain ASCII takes a fast path.
 */
#ifndef ALERTS_FOLD_H
#define ALERTS_FOLD_H

#include "arena.h"
#include "script.h"

enum fold_form { FOLD_NORMAL, FOLD_FOLDED };

#define FOLD_PAD 64                     /* zero bytes that may be read behind folded.p[n] */
#define FOLD_TEXT_MAX ((size_t)1 << 30) /* bytes; a longer text is cut */

/* From `out` on, bytes stand for the source's from `in` on; whole: one character, not byte by byte.
 */
struct fold_point {
	uint32_t out;
	uint32_t in : 31;
	uint32_t whole : 1;
};

/* A stretch of bytes >= 0x80 whose class is not CHAR_WORD. */
struct fold_run {
	uint32_t start, end;
	enum char_class class;
};

/* Owns its memory and may be used again for the next text. */
struct folded {
	struct str source;
	const char *p;
	size_t n;
	struct fold_point *points; /* none: offsets are the source's */
	size_t n_points;
	struct fold_run *runs;
	size_t n_runs;
	/* private */
	char *bytes;
	size_t bytes_cap, points_cap, runs_cap;
};

/* What is learnt of characters as they come by: one thread's. */
struct folder;
struct folder *folder_new(void);
void folder_free(struct folder *f);

/* source is borrowed as long as *ret is used.  A zeroed *ret is fine. */
void fold_text(struct folder *f, struct str source, enum fold_form form, struct folded *ret);
void folded_free(struct folded *t);
/* A copy of the form of s in arena. */
struct str fold_str(struct folder *f, struct str s, enum fold_form form, struct arena *arena);

/* Offsets into the source: of what begins at `at`, and behind what ends at `at` (> 0). */
size_t folded_start(const struct folded *t, size_t at);
size_t folded_end(const struct folded *t, size_t at);
/* The first offset here whose source is at or after `source`. */
size_t folded_find(const struct folded *t, size_t source);

/* Class of the character that begins at `at`, or ends there; CHAR_OTHER outside of the text. */
enum char_class folded_class_at(const struct folded *t, size_t at);
enum char_class folded_class_before(const struct folded *t, size_t at);

#endif
