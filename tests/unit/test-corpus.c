/*
 * Every document of tests/data/feeds/ against the JSON beside it: NAME.json for NAME.EXT, or
 * NAME.want.json for NAME.json.
 *
 * What the expectation names must be there and the same; lists must be as long; what it does not
 * name may be anything.  "source" says what HTTP would have said ("content-type", "base-url"),
 * "error" what the refusal must say; "partial" counts as false when the document says nothing.
 */
#include "doc_json.h"
#include "file.h"
#include "parse.h"
#include "rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENTS TEST_DATA "/feeds"
#define DOCUMENT_MAX ((size_t)1 << 20) /* bytes */
#define DOCUMENTS_MIN 400

static void
differ(const char *name, const char *path, const json_t *got, const json_t *want)
{
	char *g = json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT);
	char *w = json_dumps(want, JSON_ENCODE_ANY | JSON_COMPACT);

	rows_failed++;
	print_error("%s: %s\n  got  %.600s\n  want %.600s\n", name, path, g ? g : "nothing",
	    w ? w : "nothing");
	free(g);
	free(w);
}

static void compare(const char *name, const char *path, const json_t *got, const json_t *want);

static void
compare_arrays(const char *name, const char *path, const json_t *got, const json_t *want)
{
	if (!json_is_array(got) || json_array_size(got) != json_array_size(want)) {
		differ(name, path, got, want);
		return;
	}
	for (size_t i = 0; i < json_array_size(want); i++) {
		char at[256];

		snprintf(at, sizeof(at), "%s[%zu]", path, i);
		compare(name, at, json_array_get(got, i), json_array_get(want, i));
	}
}

static void
compare(const char *name, const char *path, const json_t *got, const json_t *want)
{
	const char *key;
	json_t *value;

	if (json_is_array(want)) {
		compare_arrays(name, path, got, want);
		return;
	}
	if (!json_is_object(want)) {
		if (!json_equal(got, want))
			differ(name, path, got, want);
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)want, key, value)
	{
		const json_t *has = json_object_get(got, key);
		char at[256];

		if (strcmp(key, "source") == 0)
			continue;
		if (!has && strcmp(key, "partial") == 0)
			has = json_false();
		snprintf(at, sizeof(at), "%s%s%s", path, *path ? "." : "", key);
		compare(name, at, has, value);
	}
}

/* A member of "source", or empty. */
static struct str
source_text(const json_t *want, const char *key)
{
	return str_c(json_string_value(json_object_get(json_object_get(want, "source"), key)));
}

static void
check_document(const char *name, struct str body, const json_t *want, struct arena *arena)
{
	const struct feed_source source = {
		.body = body,
		.content_type = source_text(want, "content-type"),
		.base_url = source_text(want, "base-url"),
		.want_content = true,
	};
	const char *refusal = json_string_value(json_object_get(want, "error"));
	struct feed_doc doc;
	struct err e = { 0 };
	json_t *got;

	if (!feed_parse(&source, arena, &doc, &e)) {
		if (!refusal || !strstr(e.text, refusal)) {
			rows_failed++;
			print_error("%s: refused: %s\n", name, e.text);
		}
		return;
	}
	got = json_loads(str_z(arena, feed_doc_json(&doc, arena)), JSON_ALLOW_NUL, NULL);
	if (refusal)
		differ(name, "it should be refused", got, json_object_get(want, "error"));
	else
		compare(name, "", got, want);
	json_decref(got);
}

static struct str
expectation_of(struct str path, struct arena *arena)
{
	size_t dot = path.n;

	while (path.p[dot - 1] != '.')
		dot--;
	return str_fmt(
	    arena, "%.*s%sjson", (int)dot, path.p, str_ends(path, STR(".json")) ? "want." : "");
}

/* Is path what another document is compared with? */
static bool
is_expectation(struct str path, const struct str_list *files)
{
	struct str stem = str_sub(path, 0, path.n - (sizeof("json") - 1));

	if (!str_ends(path, STR(".json")))
		return false;
	if (str_ends(path, STR(".want.json")))
		return true;
	for (size_t i = 0; i < files->n; i++)
		if (str_starts(files->v[i], stem) && !str_ends(files->v[i], STR("json")))
			return true;
	return false;
}

static void
corpus(void **state)
{
	struct arena *names = arena_new(), *arena = arena_new();
	struct str_list files;
	struct err e = { 0 };
	size_t n = 0;

	(void)state;
	ROW("list", file_list(DOCUMENTS, "", names, &files, &e));
	for (size_t i = 0; i < files.n; i++) {
		const char *path = str_z(names, files.v[i]), *name = strrchr(path, '/') + 1;
		const char *beside = str_z(names, expectation_of(files.v[i], names));
		struct str body;
		json_error_t where;
		json_t *want;

		if (is_expectation(files.v[i], &files))
			continue;
		n++;
		want = json_load_file(beside, 0, &where);
		if (!want || !file_read(path, DOCUMENT_MAX, arena, &body, &e)) {
			rows_failed++;
			print_error("%s: %s\n", name, want ? e.text : where.text);
		} else {
			check_document(name, body, want, arena);
		}
		json_decref(want);
		arena_reset(arena);
	}
	ROW("all of them", n >= DOCUMENTS_MIN);
	arena_free(arena);
	arena_free(names);
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(corpus) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
