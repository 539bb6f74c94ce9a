/*
 * JSON written straight down, in the order of the calls: the same calls give the same bytes for
 * ever.  key is NULL inside arrays.  Text that is not UTF-8 is repaired (U+FFFD).
 */
#ifndef ALERTS_JSON_OUT_H
#define ALERTS_JSON_OUT_H

#include "buf.h"
#include "arena.h"

struct json_out {
	struct buf b;
	bool comma; /* something stands before on this level */
	bool full;  /* the cap was reached */
};

void jout_init(struct json_out *o, size_t max);
void jout_open(struct json_out *o, const char *key, char bracket); /* '{' or '[' */
void jout_close(struct json_out *o, char bracket);                 /* '}' or ']' */
void jout_str(struct json_out *o, const char *key, struct str s);
/* null when s is empty */
void jout_str_or_null(struct json_out *o, const char *key, struct str s);
void jout_i64(struct json_out *o, const char *key, int64_t v);
void jout_bool(struct json_out *o, const char *key, bool v);
/* RFC 3339 in UTC; null for DATE_NONE and years that have no such form. */
void jout_date(struct json_out *o, const char *key, int64_t s);
/* What is JSON already. */
void jout_raw(struct json_out *o, const char *key, struct str json);
/* A copy in arena; *o is empty then and its memory given back.  Empty when the cap was reached. */
struct str jout_done(struct json_out *o, struct arena *arena);

/* The characters of a JSON string, without the quotes. */
bool json_escape(struct buf *b, struct str s);

#endif
