#include "http.h"

#include "mem.h"

#include <string.h>

struct str
http_header_find(const struct http_header *headers, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_ci(headers[i].name, name))
			return headers[i].value;
	return (struct str){ 0 };
}

bool
http_name_ok(struct str name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    (c == '\0' || !strchr(marks, c)))
			return false;
	}
	return name.n > 0;
}

bool
http_value_ok(struct str value)
{
	return str_find_char(value, '\r') == STR_NONE && str_find_char(value, '\n') == STR_NONE &&
	       str_find_char(value, '\0') == STR_NONE;
}

bool
http_name_harmless(struct str name)
{
	static const struct str harmless[] = {
		STR_INIT("A-IM"),
		STR_INIT("Accept"),
		STR_INIT("Accept-Language"),
		STR_INIT("If-Modified-Since"),
		STR_INIT("If-None-Match"),
		STR_INIT("User-Agent"),
	};

	for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
		if (str_eq_ci(name, harmless[i]))
			return true;
	return false;
}
