#include "settings_inside.h"

#include "mem.h"

#include <string.h>

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

static bool
parse_size(struct str s, int64_t *ret, struct err *e)
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
parse_path(struct str s, struct str *ret, struct err *e)
{
	if (s.p[0] != '/')
		return err_set(e, ERR_CONFIG, "'%.*s' is no absolute path", STR_ARG(s));
	*ret = s;
	return true;
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
		good = parse_size(s, &v, e);
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
	case SETTING_PATH:
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

bool
settings_store(const struct setting *row, const struct setting_line *line, void *field,
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
	case SETTING_PATH:
		return parse_path(value, field, e);
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
