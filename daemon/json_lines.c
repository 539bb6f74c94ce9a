#include "json_lines.h"

#include "str.h"

#include <stdio.h>
#include <stdlib.h>

bool
json_lines_next(struct json_lines *l, json_t **ret, json_error_t *why)
{
	ssize_t n;

	do {
		n = getline(&l->text, &l->cap, stdin);
		l->number++;
	} while (n >= 0 && str_trim(str_n(l->text, (size_t)n)).n == 0);
	if (n < 0)
		return false;
	*ret = json_loadb(l->text, (size_t)n, JSON_DECODE_ANY, why);
	return true;
}

void
json_lines_free(struct json_lines *l)
{
	free(l->text);
}
