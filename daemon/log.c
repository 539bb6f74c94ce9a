#include "log.h"

#include "buf.h"
#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOG_LINE_MAX ((size_t)8 << 10) /* bytes of one line; what is longer is cut */

static struct {
	enum log_level most;
	bool journal;
} logging = { LOG_LEVEL_INFO, false };

void
log_init(enum log_level most)
{
	logging.most = most;
	logging.journal = getenv("JOURNAL_STREAM") != NULL;
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
			return false;
	}
	return s.n > 0;
}

static void
add_text(struct buf *b, struct str s, bool quoted)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((unsigned char)c < ' ' || c == 0x7f)
			c = ' ';
		if (quoted && (c == '"' || c == '\\'))
			buf_add_char(b, '\\');
		buf_add_char(b, c);
	}
}

static void
add_field(struct buf *b, struct str key, struct str value)
{
	buf_add(b, key);
	buf_add_char(b, '=');
	if (is_plain(value)) {
		buf_add(b, value);
		return;
	}
	buf_add_char(b, '"');
	add_text(b, value, true);
	buf_add_char(b, '"');
}

bool
log_wants(enum log_level level)
{
	return level <= logging.most;
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields, size_t n,
    const char *fmt, ...)
{
	static const char priority[] = { '2', '3', '4', '5', '6', '7' };
	char text[LOG_LINE_MAX / 2];
	struct buf line;
	va_list ap;

	if (level > logging.most)
		return;
	buf_init(&line, LOG_LINE_MAX);
	if (logging.journal)
		buf_addf(&line, "<%c>", priority[level]);
	for (size_t i = 0; i < n; i++)
		if (fields[i].value.n) {
			add_field(&line, str_c(fields[i].key), fields[i].value);
			buf_add_char(&line, ' ');
		}
	add_field(&line, STR("event"), str_c(event));
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_add(&line, STR(": "));
	add_text(&line, str_c(text), false);
	if (!buf_add_char(&line, '\n'))
		line.p[line.n - 1] = '\n';
	for (size_t done = 0; done < line.n;) {
		ssize_t k = write(STDERR_FILENO, line.p + done, line.n - done);

		if (k <= 0)
			break; /* nobody can be told */
		done += (size_t)k;
	}
	buf_free(&line);
}

/* Of mem.h: this process ends, and its log says why.  Nothing here asks for memory. */
_Noreturn void
mem_exhausted(size_t n)
{
	char line[128];
	char size[32] = "";
	int k;

	if (n)
		snprintf(size, sizeof(size), " for %zu bytes", n);
	k = snprintf(line, sizeof(line),
	    "%sevent=out-of-memory pid=%d: no memory%s: this process ends\n",
	    logging.journal ? "<2>" : "", (int)getpid(), size);

	if (k > 0 && write(STDERR_FILENO, line, (size_t)k) < 0)
		abort(); /* nobody can be told */
	abort();
}

struct str
log_number(int64_t v)
{
	static char ring[8][24];
	static unsigned next;
	char *p = ring[next++ % ARRAY_LEN(ring)];
	int n = snprintf(p, sizeof(ring[0]), "%lld", (long long)v);

	return str_n(p, (size_t)n);
}
