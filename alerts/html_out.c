#include "html_out.h"

#include "utf8.h"

static bool
escape_char(struct buf *b, char c)
{
	switch (c) {
	case '&':
		return buf_add(b, STR("&amp;"));
	case '<':
		return buf_add(b, STR("&lt;"));
	case '>':
		return buf_add(b, STR("&gt;"));
	case '"':
		return buf_add(b, STR("&quot;"));
	case '\'':
		return buf_add(b, STR("&#39;"));
	case '\n':
	case '\t':
		return buf_add_char(b, c);
	}
	return buf_add_char(b, (unsigned char)c < ' ' || c == 0x7f ? ' ' : c);
}

/* How many bytes of s may stand as they are. */
static size_t
plain(struct str s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] >= ' ' && (unsigned char)s.p[n] < 0x7f &&
	       s.p[n] != '&' && s.p[n] != '<' && s.p[n] != '>' && s.p[n] != '"' && s.p[n] != '\'')
		n++;
	return n;
}

bool
html_escape(struct buf *b, struct str s)
{
	while (s.n) {
		size_t k = plain(s);
		bool good;

		if (k) {
			good = buf_add(b, str_sub(s, 0, k));
		} else {
			uint32_t c;

			k = utf8_decode(s, &c);
			good = c == UTF8_BAD ? buf_add(b, STR(UTF8_REPLACEMENT))
			       : k == 1      ? escape_char(b, s.p[0])
					     : buf_add(b, str_sub(s, 0, k));
		}
		if (!good)
			return false;
		s = str_sub(s, k, s.n);
	}
	return true;
}
