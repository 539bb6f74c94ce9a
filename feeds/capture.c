#include "capture.h"

#include "base64.h"

#include <string.h>

void
capture_begin(struct capture *c, const struct rule *rule, size_t depth, const struct reader *r)
{
	c->rule = rule;
	c->depth = depth;
	c->kind = r->capture_kind;
	c->base64 = r->capture_base64;
	c->markup = r->capture_markup;
	c->has_tags = false;
	c->no_tags = c->kind == TEXT_TOKEN || rule->slot == SLOT_CATEGORY;
	c->base = r->base;
	c->n = 0;
}

void
capture_text(struct capture *c, struct str raw, bool cdata, struct arena *keep)
{
	struct piece *last = c->n ? &c->pieces[c->n - 1] : NULL;

	if (raw.n == 0)
		return;
	if (last && !cdata && !last->cdata && last->p + last->n == raw.p)
		last->n += raw.n;
	else
		*ARENA_PUSH(keep, c->pieces, c->n, c->cap) = (struct piece){ raw.p, raw.n, cdata };
}

void
capture_tag(struct capture *c, struct str raw, struct str prefix, struct arena *keep)
{
	size_t slash = raw.n > 1 && raw.p[1] == '/';

	if (c->no_tags)
		return;
	c->has_tags = true;
	if (prefix.n == 0) {
		capture_text(c, raw, false, keep);
		return;
	}
	capture_text(c, str_sub(raw, 0, 1 + slash), false, keep);
	capture_text(c, str_sub(raw, 1 + slash + prefix.n + 1, raw.n), false, keep);
}

static char *
put_escaped(char *to, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct str c = s.p[i] == '<'   ? STR("&lt;")
			       : s.p[i] == '&' ? STR("&amp;")
					       : str_sub(s, i, i + 1);

		memcpy(to, c.p, c.n);
		to += c.n;
	}
	return to;
}

/* The pieces as one text; among tags it is HTML, where a CDATA section in markup is literal. */
static struct str
joined(const struct capture *c, struct arena *arena)
{
	bool literal = c->has_tags && c->markup;
	size_t n = 0;
	char *start, *to;

	for (size_t i = 0; i < c->n; i++)
		n += c->pieces[i].n * (literal && c->pieces[i].cdata ? 5 : 1);
	start = to = arena_bytes(arena, n);
	for (size_t i = 0; i < c->n; i++) {
		const struct piece *piece = &c->pieces[i];

		if (literal && piece->cdata)
			to = put_escaped(to, str_n(piece->p, piece->n));
		else
			to = mempcpy(to, piece->p, piece->n);
	}
	return (struct str){ start, (size_t)(to - start) };
}

struct str
capture_end(struct capture *c, struct xml *x, struct arena *tmp)
{
	struct str all;

	if (c->n == 0)
		return STR("");
	for (size_t i = 0; i < c->n && !c->has_tags; i++) {
		struct piece *piece = &c->pieces[i];
		struct str text = str_n(piece->p, piece->n);

		if (!piece->cdata)
			text = xml_decode(x, text);
		piece->p = text.p;
		piece->n = text.n;
	}
	all = c->n == 1 ? str_n(c->pieces[0].p, c->pieces[0].n) : joined(c, tmp);
	if (c->has_tags && (c->markup || c->kind == TEXT_PLAIN))
		c->kind = TEXT_HTML;
	if (c->base64 && !c->has_tags)
		all = base64_text(all, tmp);
	return all;
}
