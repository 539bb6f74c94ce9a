#include "check_terms.h"

#include "mem.h"
#include "query.h"
#include "table.h"
#include "watchlist.h"

#define COLUMN_MAX 40 /* columns of a terminal that a term takes before its meaning */

struct listing {
	FILE *to;
	struct str file; /* its last part */
	struct arena *arena;
};

static void
print_term(FILE *to, const char *role, const struct term *term, struct arena *arena)
{
	struct str meaning = term_describe(term, arena);
	size_t width = table_width(term->written);

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

static void
print_list(const struct list_source *list, FILE *to)
{
	struct listing l = { .to = to, .file = list->file, .arena = arena_new() };
	struct arena *arena = arena_new();
	struct folder *f = folder_new();
	struct diags diags; /* said already, when the configuration was read */

	diags_init(&diags, arena);
	for (size_t i = 0; i < list->file.n; i++)
		if (list->file.p[i] == '/')
			l.file = str_sub(list->file, i + 1, list->file.n);
	watchlist_read(list, f, &diags, on_entry, &l);
	folder_free(f);
	arena_free(arena);
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

static void
print_watch(const struct watch_source *watch, FILE *to)
{
	struct arena *arena = arena_new();
	struct folder *f = folder_new();
	struct diags diags;
	const struct query *q;

	diags_init(&diags, arena);
	q = query_parse(&watch->when, f, arena, &diags);
	if (q) {
		struct str text = query_print(q, arena);

		fprintf(to, "watch \"%.*s\": %.*s\n", STR_ARG(watch->name), STR_ARG(text));
		print_query(q, to, arena);
	}
	folder_free(f);
	arena_free(arena);
}

bool
check_terms_print(const struct config *c, const char *name, FILE *to)
{
	bool any = !name;

	for (size_t i = 0; i < c->n_lists; i++)
		if (!name || str_eq_c(c->lists[i].name, name)) {
			print_list(&c->lists[i], to);
			any = true;
		}
	for (size_t i = 0; i < c->n_watches; i++)
		if (!name || str_eq_c(c->watches[i].name, name)) {
			print_watch(&c->watches[i], to);
			any = true;
		}
	return any;
}
