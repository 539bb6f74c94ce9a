/*
 * What single characters, and a letter with its marks, become.  Inside of fold.c.
 */
#ifndef ALERTS_FOLD_CHAR_H
#define ALERTS_FOLD_CHAR_H

#include "compose.h"
#include "fold.h"

/* Characters that are remembered; what is above is no mark, nor any letter as yet. */
#define FOLD_TABLE_CHARS 0x34000u
#define FOLD_QUICK_CHARS 0x10000u /* those of up to three bytes */
#define FOLD_COPY 16              /* bytes that may be read from a form on */
#define FOLD_CLUSTER_MAX 16  /* characters that are composed together: a letter and its marks */
#define FOLD_CHAR_OUT_MAX 64 /* code points one character can become, decomposed (U+FDFA: 18) */
#define FOLD_UNITS_MAX ((size_t)FOLD_CLUSTER_MAX * FOLD_CHAR_OUT_MAX)

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
	uint32_t codes; /* in the folder's codes: both forms decomposed */
	/* By enum fold_form.  joint: of a mark its first code point; of others their last
	 * character, 0 when that is a mark.  last_class: of the last code point. */
	uint32_t joint[2];
	uint8_t n[2], n_runs[2], n_codes[2], last_class[2];
	uint32_t flags;
	uint8_t combining; /* canonical combining class of the first code point */
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

struct folder {
	struct fold_char *table;     /* by code point; untouched pages cost nothing */
	struct fold_quick *quick[2]; /* by enum fold_form, by code point */
	struct fold_char spare;      /* of the last one that has no place in the table */
	char *pool;
	size_t pool_n, pool_cap;
	compose_unit *codes; /* decomposed forms */
	size_t codes_n, codes_cap;
	struct composer *composer;          /* or NULL: not needed yet */
	compose_unit units[FOLD_UNITS_MAX]; /* of the cluster that fold_slow.c is at */
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

/* k->n_codes[form] of them: the form decomposed.  Valid until another is learnt. */
static inline const compose_unit *
fold_codes(const struct folder *f, const struct fold_char *k, enum fold_form form)
{
	return f->codes + k->codes + (form == FOLD_FOLDED ? k->n_codes[FOLD_NORMAL] : 0);
}

/* ASCII, or a character whose fold_quick is known. */
static inline bool
fold_is_quick(const struct folder *f, enum fold_form form, uint32_t c)
{
	return c < 0x80 || (c < FOLD_QUICK_CHARS && f->quick[form][c].what);
}

/* n bytes at p are one character, not several ("..." for an ellipsis). */
static inline bool
fold_is_one_char(const char *p, size_t n)
{
	return n > 0 && n == script_length(*p);
}

/* Of a character in one of the forms. */
static inline enum char_class
fold_class(struct folder *f, uint32_t c)
{
	const struct fold_char *k = fold_known(f, c);

	return k->n_runs[FOLD_NORMAL] ? (enum char_class)f->pool[k->at + k->n[FOLD_NORMAL] + 2]
				      : CHAR_WORD;
}

/* Most texts need none. */
const struct composer *fold_composer(struct folder *f);
/* Decomposed units of one form become its characters, in the same place; returns how many. */
size_t fold_compose(struct folder *f, compose_unit *v, size_t n, enum fold_form form);

#endif
