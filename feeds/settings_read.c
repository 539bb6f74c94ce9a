#include "settings.h"

#include "ascii.h"
#include "buf.h"

#include <utf8proc.h>

#define SETTING_VALUE_MAX ((size_t)1 << 20) /* bytes of one value with its continuation lines */

struct reader {
	struct arena *arena;
	struct diags *diags;
	struct section **sections;
	size_t *n, *cap;
	size_t first; /* sections that stood there before this file */
	size_t lines_cap;
	struct setting_line *open; /* the line that an indented one continues, or NULL */
	struct buf value;          /* of `open` */
};

static void
finish_value(struct reader *r)
{
	struct str v;

	if (!r->open)
		return;
	v = buf_str(&r->value);
	while (v.n && str_is_space(v.p[v.n - 1]))
		v.n--;
	r->open->value = str_dup(r->arena, v);
	r->open = NULL;
}

static bool
is_name_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '_';
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_name_char(s.p[i]))
			return false;
	return s.n > 0;
}

/* Offset of the first byte that is not UTF-8, or STR_NONE. */
static size_t
bad_utf8(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t k = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);

		if (k <= 0 || c == 0)
			return i;
		i += (size_t)k;
	}
	return STR_NONE;
}

static struct place
column(struct place at, size_t offset)
{
	at.column = (int)offset + 1;
	return at;
}

static void
read_header(struct reader *r, struct str line, struct place at)
{
	struct str s = str_trim(line), kind, name = STR("");
	struct section *section;
	size_t close;

	finish_value(r);
	if (s.p[s.n - 1] != ']') {
		diag_add(r->diags, DIAG_ERROR, column(at, line.n), STR("a header ends in ]"),
		    "no ] at the end of this section's header");
		return;
	}
	s = str_trim(str_sub(s, 1, s.n - 1));
	close = str_find_char(s, '"');
	kind = str_trim(str_sub(s, 0, close == STR_NONE ? s.n : close));
	if (close != STR_NONE) {
		name = str_sub(s, close + 1, s.n);
		if (name.n < 2 || name.p[name.n - 1] != '"' ||
		    str_find_char(str_sub(name, 0, name.n - 1), '"') != STR_NONE) {
			diag_add(r->diags, DIAG_ERROR, at, STR("write it as [feed \"name\"]"),
			    "the section's name is not one text in quotes");
			return;
		}
		name.n--;
	}
	if (!is_name(kind)) {
		diag_add(r->diags, DIAG_ERROR, at,
		    STR("write it as [section] or [section \"name\"]"),
		    "this is no section header");
		return;
	}
	section = ARENA_PUSH(r->arena, *r->sections, *r->n, *r->cap);
	*section = (struct section){ .kind = kind, .name = name, .at = at };
	r->lines_cap = 0;
}

static void
read_setting(struct reader *r, struct str line, struct place at)
{
	struct section *section;
	struct str key, value;
	size_t start;

	finish_value(r);
	if (!str_cut(line, '=', &key, &value)) {
		diag_add(r->diags, DIAG_ERROR, at, STR("write it as key = value"),
		    "no '=' in this line");
		return;
	}
	key = str_trim(key);
	if (!is_name(key)) {
		diag_add(r->diags, DIAG_ERROR, at, STR("a key is made of letters, digits and -"),
		    "'%.*s' is no key", STR_ARG(key));
		return;
	}
	if (*r->n == r->first) {
		diag_add(r->diags, DIAG_ERROR, at,
		    STR("begin the file with a section, as [newsbell]"),
		    "a setting before the first section");
		return;
	}
	section = &(*r->sections)[*r->n - 1];
	r->open = ARENA_PUSH(r->arena, section->lines, section->n_lines, r->lines_cap);
	value = str_trim(value);
	start = value.n ? (size_t)(value.p - line.p) : line.n;
	*r->open = (struct setting_line){ .key = key, .key_at = at, .value_at = column(at, start) };
	buf_clear(&r->value);
	buf_add(&r->value, value);
}

/* `every = 15m`, indented by mistake, must not vanish into the value above it. */
static bool
looks_like_setting(struct str line)
{
	struct str s = str_trim(line);
	size_t i = 0;

	while (i < s.n && is_name_char(s.p[i]))
		i++;
	if (i == 0)
		return false;
	while (i < s.n && s.p[i] == ' ')
		i++;
	return i < s.n && s.p[i] == '=' && (i + 1 == s.n || s.p[i + 1] == ' ');
}

static void
read_continuation(struct reader *r, struct str line, struct place at)
{
	size_t indent = 0;

	while (indent < line.n && str_is_space(line.p[indent]))
		indent++;
	at = column(at, indent);
	if (!r->open) {
		diag_add(r->diags, DIAG_ERROR, at, STR("begin a setting in the first column"),
		    "an indented line continues the value before it, and there is none");
		return;
	}
	if (looks_like_setting(line)) {
		diag_add(r->diags, DIAG_ERROR, at, STR("begin a new setting in the first column"),
		    "an indented line continues the value before it, and this looks like a new "
		    "setting");
		return;
	}
	if (!buf_add_char(&r->value, '\n') || !buf_add(&r->value, line))
		diag_add(r->diags, DIAG_ERROR, at, STR(""), "this value is longer than %zu bytes",
		    SETTING_VALUE_MAX);
}

static void
read_line(struct reader *r, struct str line, struct place at)
{
	size_t bad = bad_utf8(line);

	if (bad != STR_NONE) {
		at.source = STR("");
		diag_add(r->diags, DIAG_ERROR, column(at, bad), STR("save the file as UTF-8"),
		    "this is not UTF-8 text");
		return;
	}
	if (str_trim(line).n == 0) {
		finish_value(r);
	} else if (line.p[0] == '#' || line.p[0] == ';') {
		if (r->open) /* keep the count of lines for places in the value */
			buf_add_char(&r->value, '\n');
	} else if (str_is_space(line.p[0])) {
		read_continuation(r, line, at);
	} else if (line.p[0] == '[') {
		read_header(r, line, at);
	} else {
		read_setting(r, line, at);
	}
}

void
settings_read(struct str text, struct str file, struct arena *arena, struct diags *diags,
    struct section **sections, size_t *n, size_t *cap)
{
	struct reader r = { .arena = arena,
		.diags = diags,
		.sections = sections,
		.n = n,
		.cap = cap,
		.first = *n };
	int number = 0;

	buf_init(&r.value, SETTING_VALUE_MAX);
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_sub(text, 3, text.n);
	while (text.n) {
		struct str line;

		str_cut(text, '\n', &line, &text);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		number++;
		read_line(&r, line, (struct place){ file, number, 1, line });
	}
	finish_value(&r);
	buf_free(&r.value);
}
