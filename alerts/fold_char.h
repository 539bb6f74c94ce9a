/*
 * What single characters, and a letter with its marks, become.  Inside of fold.c.
 */
#ifndef ALERTS_FOLD_CHAR_H
#define ALERTS_FOLD_CHAR_H

#include "fold.h"

#define FOLD_TABLE_CHARS                                                                           \
	0x30000u /* characters that are remembered; those above are worked out each time */
#define FOLD_QUICK_CHARS 0x10000u /* those of up to three bytes */
#define FOLD_COPY 16              /* bytes that may be read from a form on */
#define FOLD_SEGMENT_MAX 32  /* code points that are composed together: a letter and its marks */
#define FOLD_CHAR_OUT_MAX 64 /* code points one character can become, decomposed (U+FDFA: 18) */
#define FOLD_SEGMENT_OUT_MAX ((size_t)FOLD_SEGMENT_MAX * FOLD_CHAR_OUT_MAX)

enum {
	FOLD_KNOWN = 1,
	FOLD_IGNORED = 4,   /* not in the text at all */
	FOLD_JOINS = 8,     /* may compose with what stands before it */
	FOLD_ACCENTED = 16, /* Latin or Greek: marks on it are dropped when folding */
	FOLD_VOWEL = 32,    /* an Arabic or Hebrew mark that is dropped when folding */
	FOLD_ACCENT = 128,  /* a mark that goes from Latin and Greek letters */
};

/*
 * In the pool at `at`: n[form] bytes, and behind them the runs of that form, three bytes each
 * (start, end, class); NORMAL before FOLDED.
 */
struct fold_char {
	uint32_t at;
	uint32_t codes;                      /* in the folder's codes: both forms decomposed */
	uint8_t n[2], n_runs[2], n_codes[2]; /* by enum fold_form */
	uint16_t flags;
	uint8_t combining; /* canonical combining class */
};

/*
 * The ordinary character in four bytes: it has nothing to do with its neighbours, and stands for
 * one character.
 */
struct fold_quick {
	char bytes[3];
	uint8_t what; /* 0: it is none, or not known yet */
};
#define FOLD_QUICK_N(what) ((what)&3u)                               /* bytes */
#define FOLD_QUICK_CLASS(what) ((enum char_class)((what) >> 2 & 3u)) /* of ASCII CHAR_WORD too */
#define FOLD_QUICK_ACCENTED 0x10u                                    /* Latin or Greek */

/* A letter and a mark, FOLDED: do they stay two characters? */
struct fold_pair {
	uint32_t letter, mark; /* no mark: nothing is known */
	bool apart;
};
#define FOLD_PAIRS 256

struct folder {
	struct fold_char *table;     /* by code point; untouched pages cost nothing */
	struct fold_quick *quick[2]; /* by enum fold_form, by code point */
	struct fold_char spare;      /* of the last one that has no place in the table */
	char *pool;
	size_t pool_n, pool_cap;
	uint32_t *codes;
	size_t codes_n, codes_cap;
	uint32_t segment[FOLD_SEGMENT_OUT_MAX]; /* what fold_segment made */
	struct fold_pair pairs[FOLD_PAIRS];     /* by hash, the last of each */
	/* of the text being folded: its ASCII folded, and a bit for each byte that is none */
	char *ascii;
	size_t ascii_cap;
	uint64_t *high;
	size_t high_cap;
};

/* What c becomes, worked out when it is not in the table; valid until the next call. */
const struct fold_char *fold_learn(struct folder *f, uint32_t c);

static inline const struct fold_char *
fold_known(struct folder *f, uint32_t c)
{
	return c < FOLD_TABLE_CHARS && (f->table[c].flags & FOLD_KNOWN) ? &f->table[c]
									: fold_learn(f, c);
}

static inline const char *
fold_bytes(const struct folder *f, const struct fold_char *k, enum fold_form form)
{
	return f->pool + k->at + (form == FOLD_FOLDED ? k->n[0] + 3 * k->n_runs[0] : 0);
}

/* n bytes at p are one character, not several ("..." for an ellipsis). */
static inline bool
fold_is_one_char(const char *p, size_t n)
{
	unsigned char c = n ? (unsigned char)*p : 0;

	return n == (c < 0x80 ? 1u : c < 0xe0 ? 2u : c < 0xf0 ? 3u : 4u);
}

/* Of a character in one of the forms. */
static inline enum char_class
fold_class(struct folder *f, uint32_t c)
{
	const struct fold_char *k = fold_known(f, c);

	return k->n_runs[FOLD_NORMAL] ? (enum char_class)f->pool[k->at + k->n[FOLD_NORMAL] + 2]
				      : CHAR_WORD;
}

size_t fold_encode(uint32_t c, char *out);

/*
 * FOLDED, is a letter with a mark what the two are alone, one behind the other, in words?  Both
 * below FOLD_TABLE_CHARS.
 */
bool fold_stays_apart(struct folder *f, uint32_t letter, uint32_t mark);

/*
 * The form of up to FOLD_SEGMENT_MAX characters that belong together, composed, in f->segment;
 * returns its length.  *accented: it ends in a Latin or Greek letter with or without marks.
 */
size_t fold_segment(
    struct folder *f, enum fold_form form, const uint32_t *v, size_t n, bool *accented);

#endif
