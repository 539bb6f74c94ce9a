/*
 * One term, as the user wrote it and as it is understood.
 */
#ifndef ALERTS_TERM_H
#define ALERTS_TERM_H

#include "diag.h"
#include "fold.h"

#define TERM_MAX ((size_t)1024)     /* bytes of one term as written */
#define TERM_WORDS_MAX ((size_t)64) /* words of one term */

/* What a list file or an expression cut out. */
struct term_source {
	struct str written; /* all of it, without a list's weak mark */
	struct str body;    /* without sigil and quotes, "" resolved; a regex without its slashes */
	char sigil;         /* '=', '~' or 0 */
	bool regex, caseless;
	bool address; /* of url: found anywhere in the address, no words */
	struct place at;
};

enum term_kind {
	TERM_WORDS,   /* words with edges, or symbols */
	TERM_REGEX,   /* PCRE2 over the normal form */
	TERM_ADDRESS, /* any part of the folded text */
};

struct term {
	enum term_kind kind;
	bool exact;               /* compared in normal form, not folded */
	bool smart;               /* exact because of its capitals */
	bool capitals;            /* exact and nothing but capitals: shouted text says little */
	bool caseless;            /* a regex's /i */
	struct str written, name; /* name: without sigil and quotes */
	struct str pattern; /* pattern.h's form; a regex as written; an address part as it is */
	struct str key;     /* the folded pattern: what engines look for */
	struct place at;
};

/*
 * Cut a quoted text: s begins with a quote (plain or typographic).  Returns the bytes it takes with
 * both quotes, 0 when it does not end; *body has "" resolved and lives in s or arena.
 */
size_t term_quoted(struct str s, struct arena *arena, struct str *body);
/* Bytes of the quote character at the start of s: 0, 1, 2 or 3. */
size_t term_quote(struct str s);
/* Bytes of the white space at the start of s, also of that which is not ASCII: no-break,
 * ideographic. */
size_t term_space(struct str s);
/* Bytes of white space, byte order marks and other characters that are not seen, at its start. */
size_t term_blank(struct str s);
/* Without them at its ends. */
struct str term_trim(struct str s);
/*
 * Cut a regular expression: s begins with '/'.  It ends at the first slash, not behind a backslash,
 * that is followed by an optional i and then by one of `ends`, white space or the end.  Returns its
 * bytes or 0.
 */
size_t term_regex(struct str s, const char *ends, struct str *body, bool *caseless);

/* The letters behind the slash of what is no regular expression because of them: "g" of /x/g; or
 * empty. */
struct str term_regex_flags(struct str s, const char *ends);

/* False with an error in diags (texts in arena, which must live as long as the diags). */
bool term_make(const struct term_source *source, struct folder *f, struct arena *arena,
    struct diags *diags, struct term *ret);

/* "exact case, whole word" */
struct str term_describe(const struct term *term, struct arena *arena);
/* So that it reads as the same term in an expression: quoted where it must be. */
struct str term_print(const struct term *term, struct arena *arena);

#endif
