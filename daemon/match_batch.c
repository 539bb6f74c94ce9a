#include "match_batch.h"

#include "alert.h"
#include "match_show.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

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
	static const struct match_lists none = { 0 };
	bool lists = str_find_char(when, '@') != STR_NONE;
	struct diags diags;

	forget(r);
	r->when = xmalloc(when.n + 1);
	memcpy(r->when, when.p, when.n);
	r->when_n = when.n;
	diags_init(&diags, run->arena);
	r->set =
	    match_build(lists ? &run->b->lists : &none, STR("when"), when, run->b->config, &diags);
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

/* A string, or an array of strings joined by `between`. */
static struct str
joined(const json_t *v, char between, struct arena *arena)
{
	struct str ret = string_of(v);

	for (size_t i = 0; json_is_array(v) && i < json_array_size(v); i++) {
		struct str part = string_of(json_array_get(v, i));

		ret = i ? str_fmt(arena, "%.*s%c%.*s", STR_ARG(ret), between, STR_ARG(part)) : part;
	}
	return ret;
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

static void
read_input(const struct run *run, const json_t *object, struct match_input *in)
{
	*in = (struct match_input){ 0 };
	for (unsigned z = 0; z < ZONE_COUNT; z++) {
		const json_t *v = json_object_get(object, zone_names[z]);

		if (z == ZONE_CATEGORY && !v)
			v = json_object_get(object, "categories");
		in->zone[z] = match_zone(
		    joined(v, '\n', run->arena), (enum zone)z, run->b->plain, run->arena);
	}
	in->feed = string_of(json_object_get(object, "feed"));
	in->lang = string_of(json_object_get(object, "lang"));
	read_tags(json_object_get(object, "tags"), run->arena, &in->tags);
}

static void
run_object(struct run *run, const json_t *object, size_t line)
{
	const json_t *id = json_object_get(object, "id"), *when = json_object_get(object, "when");
	struct matcher *matcher = run->fixed;
	struct match_result result;
	struct match_input in;
	json_t *ret = json_object();

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
	read_input(run, object, &in);
	matcher_run(matcher, &in, run->arena, &result);
	json_object_update_new(ret,
	    match_json(&result, &in, run->b->watch, run->b->config || run->b->fixed, run->arena));
	answer(run, ret);
}

static void
run_line(struct run *run, struct str line, size_t number)
{
	json_error_t e;
	json_t *object;

	if (str_trim(line).n == 0)
		return;
	if (line.n > BATCH_LINE_MAX) {
		complain(run, NULL, number, "it is too long");
		return;
	}
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

int
batch_run(const struct batch *b, FILE *from, FILE *to)
{
	struct run *run = xcalloc(1, sizeof(*run));
	char *line = NULL;
	size_t cap = 0, number = 0;
	ssize_t n;
	int status;

	run->b = b;
	run->to = to;
	run->arena = arena_new();
	if (b->fixed)
		run->fixed = matcher_new(b->fixed);
	while ((n = getline(&line, &cap, from)) >= 0) {
		run_line(run, str_n(line, (size_t)n), ++number);
		arena_reset(run->arena);
	}
	status = ferror(from) || fflush(to) ? EX_IOERR : run->bad ? EX_DATAERR : EX_OK;
	for (size_t i = 0; i < CACHE_MAX; i++)
		forget(&run->cache[i]);
	matcher_free(run->fixed);
	arena_free(run->arena);
	free(line);
	free(run);
	return status;
}
