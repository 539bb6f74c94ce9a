#include "dtd.h"

#include "entity.h"
#include "mem.h"

#define ENTITY_NAME_MAX 64 /* bytes */

void
dtd_init(struct dtd *d)
{
	d->n_entities = d->expanded = 0;
	d->exceeded = false;
	buf_init(&d->out, SIZE_MAX); /* text and expansions are bounded, and so is their sum */
}

void
dtd_free(struct dtd *d)
{
	buf_free(&d->out);
}

/* ---- reading ---- */

static size_t
find_from(struct str doc, size_t from, struct str needle)
{
	size_t hit = str_find(str_sub(doc, from, doc.n), needle);

	return hit == STR_NONE ? STR_NONE : from + hit;
}

/* Behind a quoted text that begins at i, or STR_NONE. */
static size_t
skip_quoted(struct str doc, size_t i, struct str *ret)
{
	size_t end = find_from(doc, i + 1, str_sub(doc, i, i + 1));

	if (end == STR_NONE)
		return STR_NONE;
	*ret = str_sub(doc, i + 1, end);
	return end + 1;
}

/* Behind the '>' of a declaration, quoted ones aside, or STR_NONE. */
static size_t
skip_declaration(struct str doc, size_t i)
{
	struct str quoted;

	while (i < doc.n && doc.p[i] != '>') {
		if (doc.p[i] == '"' || doc.p[i] == '\'') {
			i = skip_quoted(doc, i, &quoted);
			if (i == STR_NONE)
				return STR_NONE;
		} else {
			i++;
		}
	}
	return i < doc.n ? i + 1 : STR_NONE;
}

static size_t
skip_space(struct str doc, size_t i)
{
	while (i < doc.n && str_is_space(doc.p[i]))
		i++;
	return i;
}

static bool
is_predefined(struct str name)
{
	static const struct str names[] = { STR_INIT("amp"), STR_INIT("lt"), STR_INIT("gt"),
		STR_INIT("quot"), STR_INIT("apos") };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* doc at i: behind "<!ENTITY".  Returns the offset behind the '>', or STR_NONE. */
static size_t
read_entity(struct dtd *d, struct str doc, size_t i)
{
	struct str name, value = STR("");
	size_t start;

	start = i = skip_space(doc, i);
	while (i < doc.n && !str_is_space(doc.p[i]) && doc.p[i] != '>')
		i++;
	name = str_sub(doc, start, i);
	i = skip_space(doc, i);
	if (i < doc.n && (doc.p[i] == '"' || doc.p[i] == '\'')) {
		i = skip_quoted(doc, i, &value);
		if (i == STR_NONE)
			return STR_NONE;
	}
	if (name.n && !str_eq(name, STR("%")) && !is_predefined(name)) {
		if (d->n_entities < DTD_ENTITIES_MAX)
			d->entities[d->n_entities++] = (struct dtd_entity){ name, value };
		else
			d->exceeded = true;
	}
	return skip_declaration(doc, i);
}

/* doc at i: behind '['.  Returns the offset behind ']', or STR_NONE. */
static size_t
read_subset(struct dtd *d, struct str doc, size_t i)
{
	while (i != STR_NONE && i < doc.n) {
		struct str rest = str_sub(doc, i, doc.n);

		if (rest.p[0] == ']')
			return i + 1;
		if (str_starts(rest, STR("<!--"))) {
			i = find_from(doc, i + 4, STR("-->"));
			i = i == STR_NONE ? i : i + 3;
		} else if (str_starts(rest, STR("<!ENTITY"))) {
			i = read_entity(d, doc, i + 8);
		} else if (rest.p[0] == '<') {
			i = skip_declaration(doc, i);
		} else {
			i++;
		}
	}
	return STR_NONE;
}

size_t
dtd_read(struct dtd *d, struct str doc, size_t from)
{
	size_t i = from;
	struct str quoted;

	while (i != STR_NONE && i < doc.n && doc.p[i] != '>') {
		if (doc.p[i] == '[')
			i = read_subset(d, doc, i + 1);
		else if (doc.p[i] == '"' || doc.p[i] == '\'')
			i = skip_quoted(doc, i, &quoted);
		else
			i++;
	}
	return i != STR_NONE && i < doc.n ? i + 1 : STR_NONE;
}

/* ---- expanding ---- */

struct expansion {
	struct dtd *dtd;
	void (*bare)(void *cookie, const char *at);
	void *cookie;
};

static const struct dtd_entity *
declared(const struct dtd *d, struct str reference)
{
	size_t end = 1;

	while (end < reference.n && end <= ENTITY_NAME_MAX && reference.p[end] != ';')
		end++;
	if (end >= reference.n || reference.p[end] != ';')
		return NULL;
	for (size_t i = 0; i < d->n_entities; i++)
		if (str_eq(d->entities[i].name, str_sub(reference, 1, end)))
			return &d->entities[i];
	return NULL;
}

static void
expand(struct expansion *x, struct str raw, int level)
{
	while (raw.n) {
		size_t amp = str_find_char(raw, '&'), taken, n;
		const struct dtd_entity *entity;
		char utf8[ENTITY_OUT_MAX];

		if (amp == STR_NONE)
			amp = raw.n;
		buf_add(&x->dtd->out, str_sub(raw, 0, amp));
		raw = str_sub(raw, amp, raw.n);
		if (raw.n == 0)
			break;
		entity = declared(x->dtd, raw);
		if (entity) {
			/* one byte more, so that empty entities cost too */
			size_t cost = entity->value.n + 1;

			raw = str_sub(raw, entity->name.n + 2, raw.n);
			if (level == DTD_DEPTH_MAX || cost > DTD_EXPANSION_MAX - x->dtd->expanded) {
				x->dtd->exceeded = true;
				continue;
			}
			x->dtd->expanded += cost;
			expand(x, entity->value, level + 1);
			continue;
		}
		taken = entity_decode(raw, utf8, &n);
		if (!taken)
			x->bare(x->cookie, raw.p);
		buf_add(&x->dtd->out, taken ? str_n(utf8, n) : STR("&"));
		raw = str_sub(raw, taken ? taken : 1, raw.n);
	}
}

struct str
dtd_expand(struct dtd *d, struct str raw, struct arena *arena,
    void (*bare)(void *cookie, const char *at), void *cookie)
{
	struct expansion x = { .dtd = d, .bare = bare, .cookie = cookie };

	buf_clear(&d->out);
	expand(&x, raw, 0);
	return str_dup(arena, buf_str(&d->out));
}
