/*
 * Texts of ours and jansson's.
 */
#ifndef DAEMON_JSON_TEXT_H
#define DAEMON_JSON_TEXT_H

#include "str.h"

#include <jansson.h>

/* A new string; NULL when s is no UTF-8. */
static inline json_t *
json_text(struct str s)
{
	return json_stringn(s.n ? s.p : "", s.n);
}

/* The text of that member, borrowed from the object; empty when there is none or it is no text. */
static inline struct str
json_text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR("");
}

#endif
