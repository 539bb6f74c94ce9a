/*
 * JSON on standard input, a value a line: what the commands read that take many items.
 */
#ifndef DAEMON_JSON_LINES_H
#define DAEMON_JSON_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed before the first line. */
struct json_lines {
	size_t number; /* of the line that was read last, from 1 on */
	char *text;
	size_t cap;
};

/*
 * The next line that is not blank; false at the end of the input.  *ret is its value, to be given
 * back by json_decref, or NULL when it is no JSON: *why says so then.
 */
bool json_lines_next(struct json_lines *l, json_t **ret, json_error_t *why);
void json_lines_free(struct json_lines *l);

#endif
