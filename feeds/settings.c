#include "settings.h"

#include "buf.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define SETTING_VALUE_MAX ((size_t)1 << 20) /* bytes of one value with its continuation lines */
#define SETTING_KEYS_MAX 128                /* rows of all tables of one section */

/* ---- a file into sections ---- */

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
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
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

/* ---- values ---- */

static bool
with_unit(struct str s, const char *units, const int64_t *factors, int64_t plain, int64_t *ret)
{
	int64_t factor = plain, v;
	const char *unit;

	if (s.n == 0)
		return false;
	unit = strchr(units, s.p[s.n - 1]);
	if (s.p[s.n - 1] && unit) {
		factor = factors[unit - units];
		s.n--;
	}
	if (factor == 0 || s.n == 0 || s.p[0] == '-' || !str_to_i64(s, &v) ||
	    __builtin_mul_overflow(v, factor, &v))
		return false;
	*ret = v;
	return true;
}

bool
settings_duration(struct str s, int64_t *ret, struct err *e)
{
	static const int64_t factors[] = { 1, 60, 3600, 86400, 7 * 86400 };

	if (with_unit(s, "smhdw", factors, 0, ret) || str_eq_c(s, "0")) {
		if (str_eq_c(s, "0"))
			*ret = 0;
		return true;
	}
	return err_set(
	    e, ERR_CONFIG, "'%.*s' is no duration (write e.g. 90s, 15m, 6h, 2d)", STR_ARG(s));
}

bool
settings_size(struct str s, int64_t *ret, struct err *e)
{
	static const int64_t factors[] = { 1 << 10, 1 << 10, 1 << 20, 1 << 20, 1 << 30, 1 << 30 };

	if (with_unit(s, "kKmMgG", factors, 1, ret))
		return true;
	return err_set(e, ERR_CONFIG, "'%.*s' is no size (write e.g. 512k, 8M)", STR_ARG(s));
}

bool
settings_list(struct str s, struct str_list *ret, struct arena *arena, struct err *e)
{
	struct str_list list = { 0 };
	size_t cap = 0;
	bool more = true;

	while (more) {
		struct str part;

		more = str_cut(s, ',', &part, &s);
		part = str_trim(part);
		if (part.n == 0)
			return err_set(
			    e, ERR_CONFIG, "an empty part in a list (a comma too many?)");
		*ARENA_PUSH(arena, list.v, list.n, cap) = part;
	}
	*ret = list;
	return true;
}

static bool
parse_bool(struct str s, bool *ret, struct err *e)
{
	static const struct {
		struct str word;
		bool value;
	} words[] = {
		{ STR_INIT("yes"), true },
		{ STR_INIT("no"), false },
		{ STR_INIT("true"), true },
		{ STR_INIT("false"), false },
		{ STR_INIT("on"), true },
		{ STR_INIT("off"), false },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_ci(s, words[i].word)) {
			*ret = words[i].value;
			return true;
		}
	return err_set(e, ERR_CONFIG, "'%.*s' is neither yes nor no", STR_ARG(s));
}

static bool
parse_url(struct str s, struct str *ret, struct err *e)
{
	struct str rest;

	if (str_starts_ci(s, STR("https://")))
		rest = str_sub(s, 8, s.n);
	else if (str_starts_ci(s, STR("http://")))
		rest = str_sub(s, 7, s.n);
	else
		return err_set(
		    e, ERR_CONFIG, "'%.*s' is no http:// or https:// address", STR_ARG(s));
	if (rest.n == 0 || rest.p[0] == '/')
		return err_set(e, ERR_CONFIG, "'%.*s' names no host", STR_ARG(s));
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return err_set(
			    e, ERR_CONFIG, "white space inside the address (write it as %%20)");
	*ret = s;
	return true;
}

static bool
parse_choice(struct str s, const char *const *choices, int *ret, struct arena *arena, struct err *e)
{
	struct str all = STR("");

	for (int i = 0; choices[i]; i++) {
		if (str_eq_ci(s, str_c(choices[i]))) {
			*ret = i;
			return true;
		}
		all = str_fmt(arena, "%.*s%s%s", STR_ARG(all), i ? ", " : "", choices[i]);
	}
	return err_set(e, ERR_CONFIG, "'%.*s' is none of: %.*s", STR_ARG(s), STR_ARG(all));
}

static bool
parse_secret(struct str s, struct secret *ret, const struct settings_env *env, struct place at,
    struct arena *arena, struct err *e)
{
	struct secret secret = { .at = at };

	if (str_starts(s, STR("@file:"))) {
		secret.source = SECRET_FILE;
		secret.ref = str_sub(s, 6, s.n);
	} else if (str_starts(s, STR("@credential:"))) {
		secret.source = SECRET_CREDENTIAL;
		secret.ref = str_sub(s, 12, s.n);
	} else {
		secret.source = SECRET_INLINE;
		secret.text = s;
	}
	if (secret.source != SECRET_INLINE && secret.ref.n == 0)
		return err_set(e, ERR_CONFIG,
		    "nothing after the colon (write @file:PATH or @credential:NAME)");
	if (env && env->read_secret && !env->read_secret(&secret, arena, env->cookie, e))
		return false;
	*ret = secret;
	return true;
}

/* The address itself is no secret unless the user makes it one. */
static bool
parse_address(struct str s, struct secret *ret, const struct settings_env *env, struct place at,
    struct arena *arena, struct err *e)
{
	struct secret secret = { .source = SECRET_INLINE, .text = s, .at = at };
	struct str url;

	if (str_starts(s, STR("@")) && !parse_secret(s, &secret, env, at, arena, e))
		return false;
	if (secret.text.n && !parse_url(secret.text, &url, e)) {
		if (secret.source != SECRET_INLINE)
			err_set(e, ERR_CONFIG,
			    "what stands in '%.*s' is no http:// or https:// address", STR_ARG(s));
		return false;
	}
	*ret = secret;
	return true;
}

static bool
parse_document(struct str s, struct secret *ret, const struct settings_env *env, struct place at,
    struct arena *arena, struct err *e)
{
	struct secret document = { .source = SECRET_INLINE, .text = s, .at = at };

	if (str_starts(s, STR("@file:"))) {
		if (!parse_secret(s, &document, env, at, arena, e))
			return false;
		document.at = (struct place){ .file = document.ref, .line = 1, .column = 1 };
		str_cut(document.text, '\n', &document.at.source, &(struct str){ 0 });
	}
	*ret = document;
	return true;
}

static bool
in_bounds(const struct setting *row, int64_t v, struct err *e)
{
	if ((row->min == 0 && row->max == 0) || (v >= row->min && v <= row->max))
		return true;
	return err_set(e, ERR_CONFIG, "out of range: %lld to %lld%s", (long long)row->min,
	    (long long)row->max,
	    row->type == SETTING_DURATION ? " seconds"
	    : row->type == SETTING_SIZE   ? " bytes"
					  : "");
}

static bool
parse_number(const struct setting *row, struct str s, int64_t *ret, struct err *e)
{
	int64_t v;
	bool good;

	if (row->type == SETTING_DURATION)
		good = settings_duration(s, &v, e);
	else if (row->type == SETTING_SIZE)
		good = settings_size(s, &v, e);
	else
		good =
		    str_to_i64(s, &v) || err_set(e, ERR_CONFIG, "'%.*s' is no number", STR_ARG(s));
	if (!good || !in_bounds(row, v, e))
		return false;
	*ret = v;
	return true;
}

/* May what is stored point into the value? */
static bool
may_keep_text(enum setting_type type)
{
	switch (type) {
	case SETTING_BOOL:
	case SETTING_INT:
	case SETTING_DURATION:
	case SETTING_SIZE:
	case SETTING_CHOICE:
		return false;
	case SETTING_TEXT:
	case SETTING_URL:
	case SETTING_LIST:
	case SETTING_SECRET:
	case SETTING_ADDRESS:
	case SETTING_DOCUMENT:
	case SETTING_VALUE:
	case SETTING_CUSTOM:
		return true;
	}
	return true;
}

static bool
store(const struct setting *row, const struct setting_line *line, void *field,
    const struct settings_env *env, struct arena *arena, struct err *e)
{
	struct str value = line->value;

	if (value.n == 0)
		return err_set(e, ERR_CONFIG, "no value after the '='");
	if (may_keep_text(row->type)) /* sections may be gone before what was read from them */
		value = str_dup(arena, value);
	switch (row->type) {
	case SETTING_TEXT:
		*(struct str *)field = value;
		return true;
	case SETTING_BOOL:
		return parse_bool(value, field, e);
	case SETTING_INT:
	case SETTING_DURATION:
	case SETTING_SIZE:
		return parse_number(row, value, field, e);
	case SETTING_URL:
		return parse_url(value, field, e);
	case SETTING_LIST:
		return settings_list(value, field, arena, e);
	case SETTING_CHOICE:
		return parse_choice(value, row->choices, field, arena, e);
	case SETTING_SECRET:
		return parse_secret(value, field, env, line->value_at, arena, e);
	case SETTING_ADDRESS:
		return parse_address(value, field, env, line->value_at, arena, e);
	case SETTING_DOCUMENT:
		return parse_document(value, field, env, line->value_at, arena, e);
	case SETTING_VALUE:
		*(struct setting_line *)field = *line;
		((struct setting_line *)field)->value = value;
		return true;
	case SETTING_CUSTOM:
		return row->parse(value, field, arena, e);
	}
	return false;
}

/* ---- a section into structs ---- */

static const struct setting *
find_row(const struct settings_table *tables, size_t n, struct str key, void **field)
{
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			if (str_eq_c(key, tables[t].rows[i].key)) {
				*field = (char *)tables[t].into + tables[t].rows[i].offset;
				return &tables[t].rows[i];
			}
	return NULL;
}

static struct str
suggest_key(const struct settings_table *tables, size_t n, struct str key, struct arena *arena)
{
	struct str names[SETTING_KEYS_MAX];
	size_t count = 0;

	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n && count < SETTING_KEYS_MAX; i++)
			names[count++] = str_c(tables[t].rows[i].key);
	return diag_suggest(key, names, count, arena);
}

static const struct setting_line *
earlier(const struct section *section, const struct setting_line *line)
{
	for (const struct setting_line *l = section->lines; l < line; l++)
		if (str_eq(l->key, line->key))
			return l;
	return NULL;
}

static bool
given(const struct section *section, const char *key)
{
	for (size_t i = 0; i < section->n_lines; i++)
		if (str_eq_c(section->lines[i].key, key))
			return true;
	return false;
}

void
settings_apply(const struct section *section, const struct settings_table *tables, size_t n_tables,
    const struct settings_env *env, struct arena *arena, struct diags *diags)
{
	for (size_t i = 0; i < section->n_lines; i++) {
		const struct setting_line *line = &section->lines[i], *before;
		struct setting_line kept = *line;
		struct err e = { 0 };
		void *field;
		const struct setting *row = find_row(tables, n_tables, line->key, &field);

		if (!row) {
			diag_add(diags, DIAG_ERROR, line->key_at,
			    suggest_key(tables, n_tables, line->key, arena),
			    "unknown key '%.*s' in [%.*s]", STR_ARG(line->key),
			    STR_ARG(section->kind));
			continue;
		}
		before = earlier(section, line);
		if (before) {
			diag_add(diags, DIAG_ERROR, line->key_at, STR("keep one of the two"),
			    "'%.*s' is already set in line %d", STR_ARG(line->key),
			    before->key_at.line);
			continue;
		}
		/* the section's own memory may be gone before the struct */
		kept.value = str_dup(arena, line->value);
		if (!store(row, &kept, field, env, arena, &e))
			diag_add(
			    diags, DIAG_ERROR, line->value_at, STR(""), "%s: %s", row->key, e.text);
	}
	for (size_t t = 0; t < n_tables; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			if (tables[t].rows[i].required && !given(section, tables[t].rows[i].key))
				diag_add(diags, DIAG_ERROR, section->at, STR(""),
				    "[%.*s%s%.*s%s] needs '%s = ...'", STR_ARG(section->kind),
				    section->name.n ? " \"" : "", STR_ARG(section->name),
				    section->name.n ? "\"" : "", tables[t].rows[i].key);
}
