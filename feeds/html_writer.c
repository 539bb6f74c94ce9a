#include "html_writer.h"

#include "entity.h"
#include "utf8.h"

void
html_writer_init(struct html_writer *w, size_t max)
{
	*w = (struct html_writer){ 0 };
	buf_init(&w->out, max);
}

void
html_writer_free(struct html_writer *w)
{
	buf_free(&w->out);
}

bool
html_room(struct html_writer *w, size_t n)
{
	if (w->out.n + w->closing + n > w->out.max)
		w->full = true;
	return !w->full;
}

void
html_put(struct html_writer *w, struct str bytes)
{
	if (html_room(w, bytes.n))
		buf_add(&w->out, bytes);
}

static bool
is_for_text(uint32_t c)
{
	if (c < ' ')
		return c == '\n' || c == '\t';
	return !((c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
		 (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE);
}

/* One character of valid UTF-8, escaped; those that are not for text go. */
static void
put_char(struct html_writer *w, struct str one)
{
	uint32_t c;

	utf8_decode(one, &c);
	if (c == '<')
		html_put(w, STR("&lt;"));
	else if (c == '>')
		html_put(w, STR("&gt;"));
	else if (c == '&')
		html_put(w, STR("&amp;"));
	else if (c == '"')
		html_put(w, STR("&quot;"));
	else if (c == '\r' || c == 0x2028 || c == 0x2029)
		html_put(w, STR("\n"));
	else if (is_for_text(c))
		html_put(w, one);
}

/* Bytes at the front that are copied as they are. */
static size_t
plain_length(struct str text)
{
	size_t n = 0;

	for (; n < text.n; n++) {
		unsigned char c = (unsigned char)text.p[n];

		if (c < ' ' ? c != '\n' : c >= 0x7F || c == '&' || c == '<' || c == '>' || c == '"')
			break;
	}
	return n;
}

static void
put_run(struct html_writer *w, struct str text)
{
	size_t left = w->out.max - w->out.n - w->closing;

	if (text.n > left) {
		text = str_sub(text, 0, left);
		w->full = true;
	}
	buf_add(&w->out, text);
}

void
html_put_plain(struct html_writer *w, struct str text)
{
	while (text.n) {
		uint32_t c;
		size_t n = utf8_decode(text, &c);

		put_char(w, str_sub(text, 0, n));
		text = str_sub(text, n, text.n);
	}
}

void
html_put_text(struct html_writer *w, struct str text)
{
	while (text.n && !w->full) {
		char decoded[ENTITY_OUT_MAX];
		size_t n = plain_length(text), taken = 0;
		uint32_t c;

		put_run(w, str_sub(text, 0, n));
		text = str_sub(text, n, text.n);
		if (text.n && text.p[0] == '&')
			taken = entity_decode(text, decoded, &n);
		if (taken) {
			html_put_plain(w, str_n(decoded, n));
		} else if (str_starts(text, STR("\r\n"))) { /* one line end, not two */
			taken = 1;
		} else {
			taken = utf8_decode(text, &c);
			html_put_plain(w, str_sub(text, 0, taken));
		}
		text = str_sub(text, taken, text.n);
	}
}

void
html_put_url(struct html_writer *w, struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		switch (url.p[i]) {
		case '&':
			html_put(w, STR("&amp;"));
			break;
		case '"':
			html_put(w, STR("%22"));
			break;
		case '<':
			html_put(w, STR("%3C"));
			break;
		case '>':
			html_put(w, STR("%3E"));
			break;
		default:
			html_put(w, str_sub(url, i, i + 1));
		}
}
