/* One item through a watchset: which watches are judged, and what is told of it. */
#include "judge.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

struct matcher {
	const struct watchset *set;
	struct engine_scratch *scratch;
	uint32_t *due; /* watches to judge */
	size_t n_due;
	bool *is_due;
	bool tells_all; /* also hits inside of others */
};

static struct str
one_a_line(const struct str *v, size_t n, struct arena *arena)
{
	size_t length = 0;
	char *p, *to;

	if (n <= 1)
		return n ? v[0] : STR("");
	for (size_t i = 0; i < n; i++)
		length += v[i].n + 1;
	p = to = arena_bytes(arena, length);
	for (size_t i = 0; i < n; i++) {
		if (v[i].n)
			to = mempcpy(to, v[i].p, v[i].n);
		*to++ = '\n';
	}
	return str_n(p, length - 1);
}

void
match_input_of(const struct item *item, struct arena *arena, struct match_input *ret)
{
	*ret = (struct match_input){
		.zone = { [ZONE_TITLE] = item->title,
		    [ZONE_SUMMARY] = item->summary,
		    [ZONE_BODY] = item->body,
		    [ZONE_AUTHOR] = item->author,
		    [ZONE_CATEGORY] = one_a_line(item->categories, item->n_categories, arena),
		    [ZONE_URL] = item->link },
		.lang = item->lang,
	};
}

struct matcher *
matcher_new(const struct watchset *set)
{
	struct matcher *m = xcalloc(1, sizeof(*m));

	m->set = set;
	m->scratch = engine_scratch_new(set->engine);
	m->due = xcalloc(set->n_watches + 1, sizeof(*m->due));
	m->is_due = xcalloc(set->n_watches + 1, sizeof(*m->is_due));
	return m;
}

void
matcher_free(struct matcher *m)
{
	if (!m)
		return;
	engine_scratch_free(m->scratch);
	free(m->due);
	free(m->is_due);
	free(m);
}

void
matcher_tell_all(struct matcher *m)
{
	m->tells_all = true;
}

/* ---- which watches ---- */

static void
make_due(struct matcher *m, uint32_t watch)
{
	if (m->is_due[watch])
		return;
	m->is_due[watch] = true;
	m->due[m->n_due++] = watch;
}

static void
make_due_by_entry(struct matcher *m, uint32_t entry)
{
	const struct watchset *set = m->set;
	size_t low = 0, high = set->n_triggers;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (set->triggers[middle].entry < entry)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < set->n_triggers && set->triggers[low].entry == entry; low++)
		make_due(m, set->triggers[low].watch);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The watches that ask for something that occurs, in order. */
static void
find_due(struct matcher *m, const struct judge *j)
{
	const struct watchset *set = m->set;
	uint16_t last = SET_NO_LIST;

	m->n_due = 0;
	for (size_t i = 0; i < set->n_always; i++)
		make_due(m, set->always[i]);
	for (size_t i = 0; i < j->n_found; i++) {
		uint16_t list = set->entries[j->found[i].entry].list;

		make_due_by_entry(m, j->found[i].entry);
		if (list == SET_NO_LIST || list == last)
			continue;
		last = list;
		for (size_t k = 0; k < set->lists[list].n_watches; k++)
			make_due(m, set->lists[list].watches[k]);
	}
	qsort(m->due, m->n_due, sizeof(*m->due), by_number);
	for (size_t i = 0; i < m->n_due; i++)
		m->is_due[m->due[i]] = false;
}

/* ---- what is told ---- */

static int
by_text(const void *a, const void *b)
{
	const struct evidence *x = a, *y = b;

	if (x->found->entry != y->found->entry)
		return x->found->entry < y->found->entry ? -1 : 1;
	if (x->occurrence->zone != y->occurrence->zone)
		return x->occurrence->zone < y->occurrence->zone ? -1 : 1;
	if (x->occurrence->start != y->occurrence->start)
		return x->occurrence->start < y->occurrence->start ? -1 : 1;
	if (x->occurrence->end != y->occurrence->end)
		return x->occurrence->end > y->occurrence->end ? -1 : 1;
	return 0;
}

static struct hit
make_hit(const struct watchset *set, const struct occurrence *o)
{
	return (struct hit){ .zone = (enum zone)o->zone,
		.offset = o->start,
		.length = o->end - o->start,
		.term = set_written(set, o->user) };
}

/* The hits of one entry; one inside of another says nothing more. */
static struct entry_hit
make_entry(const struct matcher *m, const struct set_watch *watch, const struct evidence *v,
    size_t n, struct arena *arena)
{
	const struct watchset *set = m->set;
	uint32_t entry = v[0].found->entry;
	uint8_t severity = set->entries[entry].severity;
	struct entry_hit ret = {
		.id = entry, .list = set_list_name(set, entry), .name = set_name(set, entry)
	};
	const struct occurrence *last = NULL;

	ret.severity = severity == SET_NO_SEVERITY ? watch->severity : (enum severity)severity;
	ret.hits = ARENA_ARRAY(arena, struct hit, n);
	for (size_t i = 0; i < n; i++) {
		const struct occurrence *o = v[i].occurrence;

		if (last && last->zone == o->zone && o->end <= last->end && !m->tells_all)
			continue;
		ret.hits[ret.n_hits++] = make_hit(set, o);
		last = o;
	}
	return ret;
}

static void
make_watch(const struct matcher *m, uint32_t number, struct evidence_list *evidence,
    struct arena *arena, struct watch_hit *ret)
{
	const struct set_watch *watch = &m->set->watches[number];
	size_t entries = 0;

	*ret = (struct watch_hit){ .watch = number, .name = watch->name };
	ret->severity = watch->implicit ? SEVERITY_LOW : watch->severity;
	for (size_t i = 1; i < evidence->n; i++)
		if (by_text(&evidence->v[i - 1], &evidence->v[i]) > 0) { /* seldom */
			qsort(evidence->v, evidence->n, sizeof(*evidence->v), by_text);
			break;
		}
	for (size_t i = 0; i < evidence->n; i++)
		entries += i == 0 || evidence->v[i].found != evidence->v[i - 1].found;
	ret->entries = ARENA_ARRAY(arena, struct entry_hit, entries + 1);
	for (size_t i = 0; i < evidence->n;) {
		size_t n = 1;
		struct entry_hit *e = &ret->entries[ret->n_entries++];

		while (i + n < evidence->n && evidence->v[i + n].found == evidence->v[i].found)
			n++;
		*e = make_entry(m, watch, &evidence->v[i], n, arena);
		if (e->severity > ret->severity)
			ret->severity = e->severity;
		i += n;
	}
}

/* What was found and does not count, of entries that a watch speaks of. */
static void
tell_suppressed(const struct judge *j, struct match_result *ret)
{
	size_t cap = 0;

	for (size_t i = 0; i < j->n_found; i++) {
		const struct found *f = &j->found[i];

		for (size_t k = 0; j->set->entries[f->entry].used && k < f->n; k++) {
			const struct occurrence *o = &f->v[k];

			if (o->counts)
				continue;
			*ARENA_PUSH(j->arena, ret->suppressed, ret->n_suppressed, cap) =
			    (struct suppressed){ .id = f->entry,
				    .list = set_list_name(j->set, f->entry),
				    .entry = set_name(j->set, f->entry),
				    .why = o->why,
				    .hit = make_hit(j->set, o),
				    .by = o->by };
		}
	}
}

void
matcher_judge(
    struct matcher *m, const struct match_input *in, struct arena *arena, struct judge *ret)
{
	judge_item(ret, m->set, m->scratch, in, arena);
}

void
matcher_run(
    struct matcher *m, const struct match_input *in, struct arena *arena, struct match_result *ret)
{
	struct judge j;
	size_t cap = 0;

	*ret = (struct match_result){ 0 };
	judge_item(&j, m->set, m->scratch, in, arena);
	find_due(m, &j);
	for (size_t i = 0; i < m->n_due; i++) {
		struct evidence_list evidence = { 0 };

		if (!judge_query(&j, m->set->watches[m->due[i]].query, &evidence))
			continue;
		make_watch(m, m->due[i], &evidence, arena,
		    ARENA_PUSH(arena, ret->fired, ret->n_fired, cap));
	}
	tell_suppressed(&j, ret);
}
