#include "match_batch.h"

#include "alert.h"
#include "buf.h"
#include "command.h"
#include "match_show.h"
#include "mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define TEXTS "a string, or an array of strings"
#define CACHE_MAX 64 /* expressions kept ready; when there are more, the oldest makes room */

/* An expression made ready, or why it cannot be. */
struct ready {
	char *when;
	size_t when_n;
	struct watchset *set;
	struct matcher *matcher;
	json_t *error;
	uint64_t used;
};

struct run {
	const struct batch *b;
	struct matcher *fixed;
	struct ready cache[CACHE_MAX];
	uint64_t uses;
	struct arena *arena; /* of one line */
	FILE *to;
	bool bad; /* a line was no JSON */
};

static struct str
string_of(const json_t *v)
{
	return json_is_string(v) ? str_n(json_string_value(v), json_string_length(v)) : STR("");
}

static json_t *
string(struct str s)
{
	return json_stringn(s.p ? s.p : "", s.n);
}

/* ---- expressions ---- */

static void
forget(struct ready *r)
{
	matcher_free(r->matcher);
	watchset_free(r->set);
	json_decref(r->error);
	free(r->when);
	*r = (struct ready){ 0 };
}

/* The first error as {"error":"unknown list @agency; did you mean @agencies?","line":1,"column":5}
 */
static json_t *
error_of(const struct diags *diags, struct arena *arena)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->v[i];

		if (d->level != DIAG_ERROR)
			continue;
		json_object_set_new(ret, "error",
		    string(str_fmt(arena, "%.*s%s%.*s", STR_ARG(d->text), d->hint.n ? "; " : "",
			STR_ARG(d->hint))));
		json_object_set_new(ret, "line", json_integer(d->at.line));
		json_object_set_new(ret, "column", json_integer(diag_column(&d->at)));
		json_object_set_new(ret, "detail", string(diag_text(d, arena)));
		break;
	}
	return ret;
}

static void
make_ready(struct run *run, struct str when, struct ready *r)
{
	struct diags diags;

	forget(r);
	r->when = xmalloc(when.n + 1);
	memcpy(r->when, when.p, when.n);
	r->when_n = when.n;
	diags_init(&diags, run->arena);
	r->set = match_build_named(&run->b->lists, STR("when"), when, run->b->config, &diags);
	if (r->set)
		r->matcher = matcher_new(r->set);
	else
		r->error = error_of(&diags, run->arena);
}

static struct ready *
find_ready(struct run *run, struct str when)
{
	struct ready *oldest = &run->cache[0];

	for (size_t i = 0; i < CACHE_MAX; i++) {
		struct ready *r = &run->cache[i];

		if (r->when && str_eq(str_n(r->when, r->when_n), when)) {
			r->used = ++run->uses;
			return r;
		}
		if (r->used < oldest->used)
			oldest = r;
	}
	make_ready(run, when, oldest);
	oldest->used = ++run->uses;
	return oldest;
}

/* ---- one line ---- */

static void
answer(struct run *run, json_t *object)
{
	json_dumpf(object, run->to, JSON_COMPACT);
	putc('\n', run->to);
	fflush(run->to); /* whoever asks line by line waits for it */
	json_decref(object);
}

static void
complain(struct run *run, const json_t *id, size_t line, const char *why)
{
	json_t *ret = json_object();

	run->bad = true;
	json_object_set(ret, "id", id ? (json_t *)(uintptr_t)id : json_null());
	json_object_set_new(
	    ret, "error", string(str_fmt(run->arena, "line %zu of the input: %s", line, why)));
	answer(run, ret);
}

/* A string, or an array of strings: one a line.  False when it is something else. */
static bool
read_text(const json_t *v, struct arena *arena, struct str *ret)
{
	struct buf b;
	bool good = !v || json_is_null(v) || json_is_string(v) || json_is_array(v);

	*ret = string_of(v);
	if (!json_is_array(v))
		return good;
	buf_init(&b, BATCH_LINE_MAX);
	for (size_t i = 0; i < json_array_size(v); i++) {
		if (i)
			buf_add_char(&b, '\n');
		good = good && json_is_string(json_array_get(v, i));
		buf_add(&b, string_of(json_array_get(v, i)));
	}
	*ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return good;
}

static void
read_tags(const json_t *v, struct arena *arena, struct str_list *ret)
{
	size_t n = json_array_size(v);

	if (json_is_string(v)) {
		settings_list(string_of(v), ret, arena, &(struct err){ 0 });
		return;
	}
	ret->v = ARENA_ARRAY(arena, struct str, n + 1);
	for (size_t i = 0; i < n; i++)
		ret->v[ret->n++] = string_of(json_array_get(v, i));
}

static const char *
no_text(const struct run *run, const char *member, const char *wanted)
{
	return str_z(
	    run->arena, str_fmt(run->arena, "\"%s\" is no text: write %s", member, wanted));
}

/* Which feed an item would come from.  NULL, or what is wrong. */
static const char *
read_source(const struct run *run, const json_t *object, struct match_input *in)
{
	static const char *const words[] = { "feed", "lang" };
	struct str ignored;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const json_t *v = json_object_get(object, words[i]);

		if (v && !json_is_null(v) && !json_is_string(v))
			return no_text(run, words[i], "a string");
	}
	if (!read_text(json_object_get(object, "tags"), run->arena, &ignored))
		return no_text(run, "tags", TEXTS);
	in->feed = string_of(json_object_get(object, "feed"));
	in->lang = string_of(json_object_get(object, "lang"));
	read_tags(json_object_get(object, "tags"), run->arena, &in->tags);
	return NULL;
}

/* NULL, or what is wrong: a text that is none must not look like one that does not match. */
static const char *
read_input(const struct run *run, const json_t *object, struct match_input *in)
{
	*in = (struct match_input){ 0 };
	for (unsigned z = 0; z < ZONE_COUNT; z++) {
		const json_t *v = json_object_get(object, zone_names[z]);
		struct str text;

		if (z == ZONE_CATEGORY && !v)
			v = json_object_get(object, "categories");
		if (!read_text(v, run->arena, &text))
			return no_text(run, zone_names[z], TEXTS);
		if (text.n > MATCH_TEXT_MAX)
			return str_z(
			    run->arena, str_fmt(run->arena, "\"%s\" is longer than %zu MiB",
					    zone_names[z], MATCH_TEXT_MAX >> 20));
		in->zone[z] = match_zone(text, (enum zone)z, run->b->plain, run->arena);
	}
	return read_source(run, object, in);
}

static void
run_object(struct run *run, const json_t *object, size_t line)
{
	const json_t *id = json_object_get(object, "id"), *when = json_object_get(object, "when");
	struct matcher *matcher = run->fixed;
	struct match_result result;
	struct match_input in;
	json_t *ret = json_object();
	const char *wrong;

	json_object_set(ret, "id", id ? (json_t *)(uintptr_t)id : json_null());
	if (when && !json_is_null(when)) {
		struct ready *r;

		if (!json_is_string(when) || json_string_length(when) == 0) {
			json_decref(ret);
			complain(run, id, line, "\"when\" is no expression");
			return;
		}
		r = find_ready(run, string_of(when));
		if (r->error) {
			json_object_update(ret, r->error);
			answer(run, ret);
			return;
		}
		matcher = r->matcher;
	}
	if (!matcher) {
		json_decref(ret);
		complain(run, id, line, "\"when\" is missing, and no lists were given");
		return;
	}
	wrong = read_input(run, object, &in);
	if (wrong) {
		json_decref(ret);
		complain(run, id, line, wrong);
		return;
	}
	matcher_run(matcher, &in, run->arena, &result);
	if (matcher == run->fixed)
		match_only(&result, run->b->fixed, run->b->watch);
	json_object_update_new(
	    ret, match_json(&result, &in, run->b->config || run->b->fixed, run->arena));
	answer(run, ret);
}

static void
run_line(struct run *run, struct str line, size_t number)
{
	json_error_t e;
	json_t *object;

	if (number == 1 && str_starts(line, STR("\xEF\xBB\xBF")))
		line = str_sub(line, 3, line.n);
	if (str_trim(line).n == 0)
		return;
	object = json_loadb(line.p, line.n, JSON_ALLOW_NUL, &e);
	if (!object)
		complain(run, NULL, number,
		    str_z(run->arena, str_fmt(run->arena, "no JSON: %s", e.text)));
	else if (!json_is_object(object))
		complain(run, NULL, number, "no JSON object");
	else
		run_object(run, object, number);
	json_decref(object);
}

/*
 * The next line.  Of one longer than BATCH_LINE_MAX the rest is read and forgotten, as memory has
 * an end before some inputs have.  False at the end of the input.
 */
static bool
next_line(FILE *from, struct buf *line, bool *too_long)
{
	char chunk[4096];
	size_t n = 0;
	int c;

	buf_clear(line);
	*too_long = false;
	while ((c = getc_unlocked(from)) != EOF && c != '\n') {
		chunk[n++] = (char)c;
		if (n < sizeof(chunk))
			continue;
		*too_long = *too_long || !buf_add(line, str_n(chunk, n));
		n = 0;
	}
	*too_long = *too_long || !buf_add(line, str_n(chunk, n));
	return c != EOF || line->n || *too_long;
}

int
batch_run(const struct batch *b, FILE *from, FILE *to)
{
	struct run *run = xcalloc(1, sizeof(*run));
	struct buf line;
	bool too_long;
	size_t number = 0;
	int status = EX_OK;

	run->b = b;
	run->to = to;
	run->arena = arena_new();
	buf_init(&line, BATCH_LINE_MAX);
	if (b->fixed)
		run->fixed = matcher_new(b->fixed);
	while (!ferror(to) && next_line(from, &line, &too_long)) {
		number++;
		if (too_long)
			complain(run, NULL, number, "it is too long");
		else
			run_line(run, buf_str(&line), number);
		arena_reset(run->arena);
	}
	if (ferror(from))
		status = command_fail("match", EX_IOERR, "standard input: %s", strerror(errno));
	else if (run->bad)
		status = EX_DATAERR;
	for (size_t i = 0; i < CACHE_MAX; i++)
		forget(&run->cache[i]);
	matcher_free(run->fixed);
	arena_free(run->arena);
	buf_free(&line);
	free(run);
	return status;
}
