#include "base64.h"

#include "utf8.h"

#include <string.h>

static int
digit(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *hit = c ? strchr(digits, c) : NULL;

	if (hit)
		return (int)(hit - digits);
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

struct str
base64_text(struct str s, struct arena *arena)
{
	char *start = arena_bytes(arena, s.n * 3 / 4 + 3), *to = start;
	uint32_t bits = 0;
	int n_bits = 0;
	struct str text;

	for (size_t i = 0; i < s.n; i++) {
		int d;

		if (str_is_space(s.p[i]))
			continue;
		d = digit(s.p[i]);
		if (d < 0)
			break;
		bits = bits << 6 | (uint32_t)d;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			*to++ = (char)(bits >> n_bits & 0xff);
		}
	}
	text = (struct str){ start, (size_t)(to - start) };
	if (str_find_char(text, '\0') != STR_NONE || utf8_valid_length(text) != text.n)
		return STR("");
	return text;
}
