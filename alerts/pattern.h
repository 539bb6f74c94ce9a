/*
 * A literal term made ready: its normal or folded text with the few freedoms the language gives
 * (any punctuation between words, a hyphen or a space, spaces around '&' ...) as one-byte marks.
 */
#ifndef ALERTS_PATTERN_H
#define ALERTS_PATTERN_H

#include "fold.h"

enum pattern_mark {
	PATTERN_GAP = 1,    /* spaces and punctuation between two pieces */
	PATTERN_HYPHEN = 2, /* a hyphen or spaces */
	PATTERN_AMP = 3,    /* '&' with or without spaces around it */
	PATTERN_STAR = 4,   /* the rest of the word */
	PATTERN_DOT = 5,    /* the dot of an initialism, spaces may follow */
	PATTERN_MARKS = 6
};

#define PATTERN_STAR_MIN 3 /* characters before a '*' */

enum pattern_fault {
	PATTERN_FINE,
	PATTERN_EMPTY,      /* punctuation alone */
	PATTERN_SHORT_STAR, /* '*' after fewer than PATTERN_STAR_MIN characters */
};

/*
 * text: one term in normal or folded form.  The pattern is written to out, which has room for
 * text.n bytes; returns its length in *n.
 */
enum pattern_fault pattern_make(struct str text, char *out, size_t *n);

/* Does it match at exactly `at`, word edges included?  Then *end is behind it. */
bool pattern_at(struct str pattern, const struct folded *t, size_t at, size_t *end);

/* One word of a pattern: [start, end), open when it goes on behind its end. */
struct pattern_word {
	size_t start, end;
	bool open;
};
/* The next word at or behind *at, as words.h cuts a text that it matches; false at the end. */
bool pattern_next_word(struct str pattern, size_t *at, struct pattern_word *ret);
/* The pattern up to a star behind a sign: how many words follow there is not known. */
struct str pattern_sure_part(struct str pattern);

/* Symbols alone: such a pattern has no word edges. */
bool pattern_is_symbol(struct str pattern);

/* The dots of an initialism: a single letter begins at `at`, a dot follows, then another such. */
bool pattern_dotted(const struct folded *t, size_t at);

/* What begins at `at` goes on an initialism to its left: S.A. in U.S.A. */
bool pattern_follows_initial(const struct folded *t, size_t at);

/* Bytes of the character at p[at], 0 when it is not a letter standing alone in p[0..n). */
size_t pattern_single_letter(const char *p, size_t n, size_t at);

#endif
