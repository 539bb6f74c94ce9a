#include "mime.h"

#include "utf8.h"

#include <nettle/base64.h>
#include <string.h>

#define WORD_MAX 75 /* characters of an encoded word (RFC 2047, 2) */
#define WORD_FRAME                                                                                 \
	(sizeof("=?UTF-8?B?"                                                                       \
		"?=") -                                                                            \
	    1)
#define WORD_FEW 9      /* bytes of text: a line with room for less is ended first */
#define ADDRESS_MAX 254 /* bytes (RFC 5321, 4.5.3.1.3) */
#define LOCAL_MAX 64

/* ---- header fields ---- */

/* The open header line. */
struct line {
	struct buf *b;
	size_t at; /* characters on it */
};

static struct line
begin(struct buf *b, const char *name)
{
	struct line line = { b, strlen(name) + 1 };

	buf_add(b, str_c(name));
	buf_add_char(b, ':');
	return line;
}

/* One piece that is not broken, behind a space or on a new line. */
static void
put(struct line *line, struct str piece)
{
	if (line->at + 1 + piece.n > MIME_COLUMNS && line->at > 1) {
		buf_add(line->b, STR("\r\n "));
		line->at = 1;
	} else {
		buf_add_char(line->b, ' ');
		line->at++;
	}
	buf_add(line->b, piece);
	line->at += piece.n;
}

static void
end(struct line *line)
{
	buf_add(line->b, STR("\r\n"));
}

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* The next word; control characters count as the spaces between words. */
static bool
next_word(struct str *rest, struct str *word)
{
	size_t from = 0, to;

	while (from < rest->n && (is_control(rest->p[from]) || rest->p[from] == ' '))
		from++;
	for (to = from; to < rest->n && !is_control(rest->p[to]) && rest->p[to] != ' '; to++)
		;
	*word = str_sub(*rest, from, to);
	*rest = str_sub(*rest, to, rest->n);
	return word->n > 0;
}

static bool
is_plain(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if ((unsigned char)word.p[i] >= 0x7f || is_control(word.p[i]))
			return false;
	return str_find(word, STR("=?")) == STR_NONE && word.n < MIME_COLUMNS;
}

/* Bytes of text that an encoded word in so many characters holds. */
static size_t
word_bytes(size_t characters)
{
	if (characters > WORD_MAX)
		characters = WORD_MAX;
	return characters < WORD_FRAME ? 0 : (characters - WORD_FRAME) / 4 * 3;
}

static void
put_encoded(struct line *line, struct str text)
{
	while (text.n) {
		size_t room =
		    word_bytes(line->at + 1 < MIME_COLUMNS ? MIME_COLUMNS - line->at - 1 : 0);
		size_t max = room < WORD_FEW ? word_bytes(WORD_MAX) : room;
		struct str part = utf8_cut(text, max);
		char word[WORD_MAX + 1] = "=?UTF-8?B?";
		size_t n = strlen(word), k = BASE64_ENCODE_RAW_LENGTH(part.n);

		if (part.n == 0) /* not UTF-8: as it is */
			part = str_sub(text, 0, max);
		base64_encode_raw(word + n, part.n, (const uint8_t *)part.p);
		memcpy(word + n + k, "?=", 2);
		put(line, str_n(word, n + k + 2));
		text = str_sub(text, part.n, text.n);
	}
}

/* Words that need it and what stands between them are encoded together: white space between two
 * encoded words is not shown (RFC 2047, 6.2). */
static void
put_text(struct line *line, struct str text)
{
	struct arena *arena = arena_new();
	struct str word, pending = STR("");

	text = utf8_repair(text, arena);
	while (next_word(&text, &word)) {
		if (!is_plain(word)) {
			pending = pending.n
				      ? str_fmt(arena, "%.*s %.*s", STR_ARG(pending), STR_ARG(word))
				      : word;
			continue;
		}
		put_encoded(line, pending);
		pending = STR("");
		put(line, word);
	}
	put_encoded(line, pending);
	arena_free(arena);
}

void
mime_text(struct buf *b, const char *name, struct str text)
{
	struct line line = begin(b, name);

	put_text(&line, text);
	end(&line);
}

void
mime_plain(struct buf *b, const char *name, struct str text)
{
	struct line line = begin(b, name);
	struct str word;

	while (next_word(&text, &word))
		put(&line, word);
	end(&line);
}

/* ---- addresses ---- */

static bool
is_address_char(char c)
{
	return !is_control(c) && c != ' ' && !strchr("<>()[]\\,;:\"@", c);
}

static bool
is_local(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_address_char(s.p[i]))
			return false;
	return s.n > 0 && s.n <= LOCAL_MAX && s.p[0] != '.' && s.p[s.n - 1] != '.' &&
	       str_find(s, STR("..")) == STR_NONE;
}

static bool
is_domain(struct str s)
{
	struct str label;
	bool more = true;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		for (size_t i = 1; i < s.n - 1; i++)
			if (!strchr("0123456789abcdefABCDEFIPv.:", s.p[i]))
				return false;
		return true;
	}
	while (more) {
		more = str_cut(s, '.', &label, &s);
		if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
		    label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++) {
			unsigned char c = (unsigned char)label.p[i];

			if (c < 0x80 && c != '-' && (c < '0' || c > '9') &&
			    ((c | 32) < 'a' || (c | 32) > 'z'))
				return false;
		}
	}
	return true;
}

bool
mailbox_parse(struct str s, struct mailbox *ret, struct err *e)
{
	struct mailbox m = { .address = str_trim(s) };
	size_t open = str_find_char(s, '<'), at;

	if (open != STR_NONE) {
		m.name = str_trim(str_sub(s, 0, open));
		m.address = str_trim(str_sub(s, open + 1, s.n));
		if (m.address.n == 0 || m.address.p[m.address.n - 1] != '>')
			return err_set(e, ERR_CONFIG, "'%.*s': no > at the end", STR_ARG(s));
		m.address.n--;
		if (m.name.n > 1 && m.name.p[0] == '"' && m.name.p[m.name.n - 1] == '"')
			m.name = str_sub(m.name, 1, m.name.n - 1);
	}
	for (size_t i = 0; i < m.name.n; i++)
		if (is_control(m.name.p[i]))
			return err_set(
			    e, ERR_CONFIG, "a line break before <%.*s>", STR_ARG(m.address));
	at = str_find_char(m.address, '@');
	if (at == STR_NONE)
		return err_set(e, ERR_CONFIG, "'%.*s' is no mail address: there is no @ in it",
		    STR_ARG(m.address));
	if (m.address.n > ADDRESS_MAX || utf8_valid_length(m.address) != m.address.n ||
	    !is_local(str_sub(m.address, 0, at)) ||
	    !is_domain(str_sub(m.address, at + 1, m.address.n)))
		return err_set(e, ERR_CONFIG, "'%.*s' is no mail address", STR_ARG(m.address));
	*ret = m;
	return true;
}

/* A display name: atoms as they are, else a quoted string, else encoded words. */
static void
put_name(struct line *line, struct str name, struct arena *arena)
{
	static const char marks[] = "!#$%&'*+-/=?^_`{|}~ ";
	bool atoms = true,
	     quotable = name.n < MIME_COLUMNS - 2 && str_find(name, STR("=?")) == STR_NONE;
	struct buf quoted;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((unsigned char)c >= 0x7f || is_control(c))
			quotable = false;
		if (!strchr(marks, c) && (c < '0' || c > '9') && ((c | 32) < 'a' || (c | 32) > 'z'))
			atoms = false;
	}
	if (!quotable) {
		put_encoded(line, utf8_repair(name, arena));
		return;
	}
	if (atoms) {
		put_text(line, name);
		return;
	}
	buf_init(&quoted, 2 * name.n + 2);
	buf_add_char(&quoted, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_add_char(&quoted, '\\');
		buf_add_char(&quoted, name.p[i]);
	}
	buf_add_char(&quoted, '"');
	put(line, buf_str(&quoted));
	buf_free(&quoted);
}

void
mime_mailboxes(struct buf *b, const char *name, const struct mailbox *v, size_t n)
{
	struct line line = begin(b, name);
	struct arena *arena = arena_new();

	for (size_t i = 0; i < n; i++) {
		const char *comma = i + 1 < n ? "," : "";

		if (v[i].name.n)
			put_name(&line, v[i].name, arena);
		put(&line, str_fmt(arena, v[i].name.n ? "<%.*s>%s" : "%.*s%s",
			       STR_ARG(v[i].address), comma));
	}
	arena_free(arena);
	end(&line);
}

/* ---- bodies ---- */

/* A space at a line's end would be lost on the way; "From " at its begin would get a ">". */
static bool
as_it_is(struct str line, size_t i)
{
	char c = line.p[i];

	if (i > 0 && c > '=' && c < 0x7f)
		return true; /* nearly always */
	if (c == ' ' || c == '\t')
		return i + 1 < line.n;
	if (i == 0 && (c == '.' || str_starts(line, STR("From "))))
		return false;
	return c > ' ' && c < 0x7f && c != '=';
}

static void
put_hex(struct buf *b, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char hex[] = { '=', digits[c >> 4], digits[c & 15] };

	buf_add(b, str_n(hex, sizeof(hex)));
}

/* So many characters from `from` on, at most a line of them, stand as they are. */
static size_t
plain_run(struct str line, size_t from)
{
	size_t n = 0;

	while (n < MIME_COLUMNS && from + n < line.n && as_it_is(line, from + n))
		n++;
	return n;
}

void
mime_quoted_printable(struct buf *b, struct str text)
{
	while (text.n) {
		struct str line;
		size_t at = 0;

		str_cut(text, '\n', &line, &text);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		for (size_t i = 0, n; i < line.n; i += n) {
			size_t run = plain_run(line, i), width = run ? 1 : 3;
			/* but for the last of a line there must be room for a '=' behind it */
			size_t room = MIME_COLUMNS - (i + 1 < line.n ? 1 : 0);

			if (at + width > room) {
				buf_add(b, STR("=\r\n"));
				at = 0;
			}
			n = run ? run : 1;
			if (n > room - at)
				n = room - at;
			if (run)
				buf_add(b, str_sub(line, i, i + n));
			else
				put_hex(b, (unsigned char)line.p[i]);
			at += run ? n : width;
		}
		buf_add(b, STR("\r\n"));
	}
}

void
mime_part(struct buf *b, struct str boundary, const char *type, struct str text)
{
	buf_addf(b, "--%.*s\r\nContent-Type: %s; charset=utf-8\r\n", STR_ARG(boundary), type);
	buf_add(b, STR("Content-Transfer-Encoding: quoted-printable\r\n"));
	if (strcmp(type, "text/plain") == 0)
		buf_add(b, STR("Content-Disposition: inline\r\n"));
	buf_add(b, STR("\r\n"));
	mime_quoted_printable(b, text);
}
