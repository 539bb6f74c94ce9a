/*
 * JSON as it is met, read front to back without a tree: what is broken or cut costs what is broken,
 * not the document.  Linear in time, and the only memory is that of the strings that are asked for.
 *
 * The caller walks: json_in_value() says what stands there; of an object or array the members are
 * then read with json_in_member() or json_in_element() until it says false, each one's value either
 * with json_in_value() again or json_in_skip().
 */
#ifndef FEEDS_JSON_IN_H
#define FEEDS_JSON_IN_H

#include "arena.h"

enum json_kind {
	JSON_IN_NONE, /* the document ended, or no value stands here */
	JSON_IN_OBJECT,
	JSON_IN_ARRAY,
	JSON_IN_STRING,
	JSON_IN_NUMBER,
	JSON_IN_WORD, /* true, false, null, or what is none of them */
};

/* What was not JSON (RFC 8259), as bits in the order it is told. */
enum json_damage {
	JSON_IN_CUT,     /* the document ends inside a value */
	JSON_IN_SYNTAX,  /* bytes that mean nothing where they stand: passed over */
	JSON_IN_QUOTE,   /* a quote inside a string: taken for text */
	JSON_IN_ESCAPE,  /* an unknown escape, half a surrogate pair */
	JSON_IN_CONTROL, /* a raw control character in a string: taken for text */
	JSON_IN_DAMAGES
};

struct json_in {
	struct str in;
	size_t at;
	unsigned damaged;                   /* bits of enum json_damage */
	size_t damaged_at[JSON_IN_DAMAGES]; /* where each was first met */
};

struct json_value {
	enum json_kind kind;
	struct str text; /* STRING: decoded, in arena or a view; NUMBER, WORD: as written */
};

/* in: valid UTF-8, borrowed. */
void json_in_init(struct json_in *j, struct str in);

/* The value at the front.  arena may be NULL: then the text of strings is left empty. */
enum json_kind json_in_value(struct json_in *j, struct arena *arena, struct json_value *ret);

/* In an object: the next member's key, the value comes next; false behind its '}'. */
bool json_in_member(struct json_in *j, struct arena *arena, struct str *key);

/* In an array: is there another value?  false behind its ']'. */
bool json_in_element(struct json_in *j);

/* The value at the front goes by, whatever is in it. */
void json_in_skip(struct json_in *j);

/* Inside an object or array whose value was read: go on behind its end. */
void json_in_leave(struct json_in *j);

/* Did the document end inside what was read? */
bool json_in_cut(const struct json_in *j);

#endif
