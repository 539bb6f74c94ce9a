#include "settings_inside.h"

#define SETTING_KEYS_MAX 128 /* rows of all tables of one section */

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
		if (!settings_store(row, line, field, env, arena, &e))
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
