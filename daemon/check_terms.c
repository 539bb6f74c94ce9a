#include "check_terms.h"

#include "json_out.h"
#include "query.h"
#include "table.h"
#include "watchlist.h"

#include <string.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes of a line */
#define CAPITALS_SHOWN 6            /* names of smart case that a summary names */
#define COLUMN_MAX 40               /* columns of a terminal that a term takes before its meaning */

struct listing {
	FILE *to;
	struct str list, file; /* file: the last part of its name */
	struct arena *arena;
};

/* ---- for people ---- */

static void
print_term(FILE *to, const char *role, const struct term *term, struct arena *arena)
{
	struct str meaning = term_describe(term, arena);
	size_t width = table_width(term->written) + strlen(role);

	fprintf(to, "    %s%.*s%*s  %.*s\n", role, STR_ARG(term->written),
	    width < COLUMN_MAX ? (int)(COLUMN_MAX - width) : 0, "", STR_ARG(meaning));
}

static void
print_terms(const struct listing *l, const char *role, const struct terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		print_term(l->to, role, &terms->v[i], l->arena);
}

static void
on_entry(void *cookie, const struct list_entry *e)
{
	struct listing *l = cookie;

	fprintf(l->to, "%.*s:%d: %.*s", STR_ARG(l->file), e->at.line, STR_ARG(e->name));
	for (unsigned zone = 0, n = 0; e->zones && zone < ZONE_COUNT; zone++)
		if (e->zones & 1u << zone)
			fprintf(l->to, "%s%.*s", n++ ? ", " : " (only in ",
			    STR_ARG(query_zone_names[zone]));
	fprintf(l->to, "%s", e->zones ? ")" : "");
	if (e->severity >= 0)
		fprintf(l->to, " (%s)", severity_names[e->severity]);
	fputc('\n', l->to);
	for (size_t i = 0; i < e->n_terms; i++)
		print_term(l->to, e->terms[i].weak ? "weak: " : "", &e->terms[i].term, l->arena);
	print_terms(l, "with: ", &e->with);
	print_terms(l, "without: ", &e->without);
	print_terms(l, "except: ", &e->except);
	arena_reset(l->arena);
}

/* ---- JSON ---- */

static void
put_term(struct json_out *o, const char *role, const struct term *term, struct arena *arena)
{
	jout_open(o, NULL, '{');
	jout_str(o, "term", term->written);
	jout_str(o, "role", str_c(role));
	jout_str(o, "meaning", term_describe(term, arena));
	jout_close(o, '}');
}

static void
put_terms(struct json_out *o, const char *role, const struct terms *terms, struct arena *arena)
{
	for (size_t i = 0; i < terms->n; i++)
		put_term(o, role, &terms->v[i], arena);
}

static void
end_line(struct json_out *o, FILE *to)
{
	jout_close(o, ']');
	jout_close(o, '}');
	fprintf(to, "%.*s\n", STR_ARG(buf_str(&o->b)));
	buf_free(&o->b);
}

static void
on_entry_json(void *cookie, const struct list_entry *e)
{
	struct listing *l = cookie;
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "list", l->list);
	jout_i64(&o, "line", e->at.line);
	jout_str(&o, "entry", e->name);
	jout_str_or_null(&o, "severity", str_c(e->severity < 0 ? "" : severity_names[e->severity]));
	jout_open(&o, "in", '[');
	for (unsigned zone = 0; zone < ZONE_COUNT; zone++)
		if (e->zones & 1u << zone)
			jout_str(&o, NULL, query_zone_names[zone]);
	jout_close(&o, ']');
	jout_open(&o, "terms", '[');
	for (size_t i = 0; i < e->n_terms; i++)
		put_term(&o, e->terms[i].weak ? "weak" : "term", &e->terms[i].term, l->arena);
	put_terms(&o, "with", &e->with, l->arena);
	put_terms(&o, "without", &e->without, l->arena);
	put_terms(&o, "except", &e->except, l->arena);
	end_line(&o, l->to);
	arena_reset(l->arena);
}

static void
put_query(struct json_out *o, const struct query *q, struct arena *arena)
{
	for (size_t i = 0; i < q->n_kids; i++)
		put_query(o, q->kids[i], arena);
	if (q->kind == QUERY_TERM)
		put_term(o, "term", &q->term, arena);
}

static void
print_watch_json(struct str name, const struct query *q, FILE *to, struct arena *arena)
{
	struct json_out o;

	jout_init(&o, JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "watch", name);
	jout_str(&o, "when", query_print(q, arena));
	jout_open(&o, "terms", '[');
	put_query(&o, q, arena);
	end_line(&o, to);
}

/* ---- lists and watches ---- */

/* The list once more; what is wrong with it was said when the configuration was read. */
static void
each_entry(const struct list_source *list, watchlist_entry *each, void *cookie)
{
	struct arena *arena = arena_new();
	struct folder *f = folder_new();
	struct diags diags;

	diags_init(&diags, arena);
	watchlist_read(list, f, &diags, each, cookie);
	folder_free(f);
	arena_free(arena);
}

static void
print_list(const struct list_source *list, bool json, FILE *to)
{
	struct listing l = {
		.to = to, .list = list->name, .file = list->file, .arena = arena_new()
	};

	for (size_t i = 0; i < list->file.n; i++)
		if (list->file.p[i] == '/')
			l.file = str_sub(list->file, i + 1, list->file.n);
	each_entry(list, json ? on_entry_json : on_entry, &l);
	arena_free(l.arena);
}

static void
print_query(const struct query *q, FILE *to, struct arena *arena)
{
	for (size_t i = 0; i < q->n_kids; i++)
		print_query(q->kids[i], to, arena);
	if (q->kind == QUERY_TERM)
		print_term(to, "", &q->term, arena);
}

struct capitals {
	FILE *to;
	size_t n;
};

static void
add_capitals(struct capitals *c, const struct term *term)
{
	if (term->smart && c->n++ < CAPITALS_SHOWN)
		fprintf(c->to, "%s%.*s", c->n == 1 ? "exact case, as all in capitals: " : ", ",
		    STR_ARG(term->name));
}

static void
capitals_of_entry(void *cookie, const struct list_entry *e)
{
	for (size_t i = 0; i < e->n_terms; i++)
		add_capitals(cookie, &e->terms[i].term);
}

static void
capitals_of_query(struct capitals *c, const struct query *q)
{
	for (size_t i = 0; i < q->n_kids; i++)
		capitals_of_query(c, q->kids[i]);
	if (q->kind == QUERY_TERM)
		add_capitals(c, &q->term);
}

void
check_capitals_print(const struct config *config, FILE *to)
{
	struct arena *arena = arena_new();
	struct folder *f = folder_new();
	struct capitals c = { to, 0 };
	struct diags diags;

	diags_init(&diags, arena);
	for (size_t i = 0; i < config->n_lists; i++)
		each_entry(&config->lists[i], capitals_of_entry, &c);
	for (size_t i = 0; i < config->n_watches; i++) {
		const struct query *q = query_parse(&config->watches[i].when, f, arena, &diags);

		if (q)
			capitals_of_query(&c, q);
	}
	if (c.n > CAPITALS_SHOWN)
		fprintf(to, " and %zu more", c.n - CAPITALS_SHOWN);
	if (c.n)
		fputs(" (~NAME asks for any case; --terms shows how all are read)\n", to);
	folder_free(f);
	arena_free(arena);
}

static void
print_watch(const struct watch_source *watch, bool json, FILE *to)
{
	struct arena *arena = arena_new();
	struct folder *f = folder_new();
	struct diags diags;
	const struct query *q;

	diags_init(&diags, arena);
	q = query_parse(&watch->when, f, arena, &diags);
	if (q && json)
		print_watch_json(watch->name, q, to, arena);
	else if (q) {
		struct str text = query_print(q, arena);

		fprintf(to, "watch \"%.*s\": %.*s\n", STR_ARG(watch->name), STR_ARG(text));
		print_query(q, to, arena);
	}
	folder_free(f);
	arena_free(arena);
}

bool
check_terms_print(const struct config *c, const char *name, bool json, FILE *to)
{
	bool any = !name;

	for (size_t i = 0; i < c->n_lists; i++)
		if (!name || str_eq_c(c->lists[i].name, name)) {
			print_list(&c->lists[i], json, to);
			any = true;
		}
	for (size_t i = 0; i < c->n_watches; i++)
		if (!name || str_eq_c(c->watches[i].name, name)) {
			print_watch(&c->watches[i], json, to);
			any = true;
		}
	return any;
}
