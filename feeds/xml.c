#include "xml_inside.h"

#include "entity.h"

#include <string.h>

#define NEAR 16 /* bytes: what ends so soon is not worth a call */

/*
 * By the second last byte of what is looked for: those of "]]>", "-->", "?>" are rare in text.
 */
static size_t
find_needle(struct str s, struct str needle)
{
	size_t key = needle.n > 1 ? needle.n - 2 : 0;
	char last = needle.p[needle.n - 1];

	for (size_t i = key; i < s.n; i++) {
		size_t near = i + NEAR < s.n ? i + NEAR : s.n;
		const char *hit = NULL;

		while (i < near && s.p[i] != needle.p[key])
			i++;
		if (i == near) {
			hit = memchr(s.p + i, needle.p[key], s.n - i);
			if (!hit)
				break;
			i = (size_t)(hit - s.p);
		}
		if ((key + 1 == needle.n || (i + 1 < s.n && s.p[i + 1] == last)) &&
		    str_starts(str_sub(s, i - key, s.n), needle))
			return i - key;
	}
	return STR_NONE;
}

size_t
xml_seek(struct xml *x, enum needle which, size_t from)
{
	static const struct str needles[] = {
		[NEEDLE_QUOTE] = STR_INIT("\""),
		[NEEDLE_APOSTROPHE] = STR_INIT("'"),
		[NEEDLE_CDATA_END] = STR_INIT("]]>"),
		[NEEDLE_COMMENT_END] = STR_INIT("-->"),
		[NEEDLE_PI_END] = STR_INIT("?>"),
	};
	size_t hit;

	if (x->searched[which] && x->searched[which] - 1 <= from && x->found[which] >= from)
		return x->found[which];
	hit = find_needle(str_sub(x->doc, from, x->doc.n), needles[which]);
	x->searched[which] = from + 1;
	x->found[which] = hit == STR_NONE ? STR_NONE : from + hit;
	return x->found[which];
}

static bool
starts_at(const struct xml *x, size_t i, struct str what)
{
	return str_starts(str_sub(x->doc, i, x->doc.n), what);
}

/* ---- text ---- */

static void
note_bare(void *cookie, const char *where)
{
	struct xml *x = cookie;

	x->handler->damage(x->cookie, XML_BARE_AMPERSAND, where);
}

struct str
xml_decode(struct xml *x, struct str raw)
{
	const char *amp = raw.n ? memchr(raw.p, '&', raw.n) : NULL;
	char *start, *to;

	if (!amp)
		return raw;
	if (x->dtd.n_entities) {
		struct str text = dtd_expand(&x->dtd, raw, x->scratch, note_bare, x);

		if (x->dtd.exceeded)
			x->handler->damage(x->cookie, XML_EXPANSION, raw.p);
		return text;
	}
	start = to = arena_bytes(x->scratch, raw.n);
	while (amp) {
		size_t run = (size_t)(amp - raw.p), taken, n;

		memcpy(to, raw.p, run);
		to += run;
		raw = str_sub(raw, run, raw.n);
		taken = entity_decode(raw, to, &n);
		if (!taken) {
			note_bare(x, raw.p);
			*to = '&';
			taken = n = 1;
		}
		to += n;
		raw = str_sub(raw, taken, raw.n);
		amp = raw.n ? memchr(raw.p, '&', raw.n) : NULL;
	}
	if (raw.n)
		memcpy(to, raw.p, raw.n);
	return (struct str){ start, (size_t)(to + raw.n - start) };
}

/* ---- the rest of markup ---- */

static void
give_text(struct xml *x, size_t from, size_t to, bool cdata)
{
	struct str text = str_sub(x->doc, from, to);

	if (text.n == 0)
		return;
	if (x->weighty == 0 && str_trim(text).n)
		xml_note_junk(x, from);
	while (x->nested_cdata && !cdata) {
		size_t end = str_find(text, STR("]]>"));

		if (end == STR_NONE)
			break;
		if (x->wanted && end)
			x->handler->text(x->cookie, x, str_sub(text, 0, end), false);
		text = str_sub(text, end + 3, text.n);
		x->nested_cdata--;
	}
	if (x->wanted && text.n)
		x->handler->text(x->cookie, x, text, cdata);
}

/*
 * A CDATA section whose end belongs to another one: the element it stands in ends before the next
 * section begins.  Returns where its text ends really, or STR_NONE.
 */
static size_t
lost_cdata_end(struct xml *x, size_t from, size_t inner)
{
	struct str text = str_sub(x->doc, from, inner);
	struct frame *top = x->depth ? &x->frames[x->depth - 1] : NULL;

	for (size_t i = 0; top && i < text.n;) {
		size_t hit = str_find(str_sub(text, i, text.n), STR("</"));

		if (hit == STR_NONE)
			break;
		i += hit + 2;
		if (str_starts_ci(str_sub(text, i, text.n), top->qname) &&
		    !xml_is_name(xml_at(x, from + i + top->qname.n)))
			return from + i - 2;
	}
	return STR_NONE;
}

static const struct str cdata_begin = STR_INIT("<![CDATA[");

static void
read_cdata(struct xml *x)
{
	size_t from = x->pos + cdata_begin.n, end = xml_seek(x, NEEDLE_CDATA_END, from);
	size_t inner = str_find(str_sub(x->doc, from, end), cdata_begin), lost;

	if (inner == STR_NONE && end != STR_NONE) {
		x->pos = end + 3;
		give_text(x, from, end, true);
		return;
	}
	lost = lost_cdata_end(x, from, inner == STR_NONE ? x->doc.n : from + inner);
	if (lost == STR_NONE && end == STR_NONE)
		lost = x->doc.n;
	if (lost != STR_NONE) {
		xml_damage(x, XML_OPEN_CDATA, x->pos);
		x->pos = lost;
		give_text(x, from, lost, true);
		return;
	}
	xml_damage(x, XML_NESTED_CDATA, from + inner);
	x->nested_cdata++;
	x->pos = end + 3;
	give_text(x, from, from + inner, true);
	give_text(x, from + inner + cdata_begin.n, end, true);
}

/* Behind markup that ends with a needle; without one, behind the next '>' or at the next '<'. */
static void
skip_markup(struct xml *x, enum needle needle, size_t length)
{
	size_t end = xml_seek(x, needle, x->pos + 2);

	if (end != STR_NONE) {
		x->pos = end + length;
		return;
	}
	xml_damage(x, x->root_seen ? XML_OPEN_MARKUP : XML_PROLOG_JUNK, x->pos);
	for (end = x->pos + 1; end < x->doc.n && x->doc.p[end] != '<'; end++)
		if (x->doc.p[end] == '>') {
			end++;
			break;
		}
	x->pos = end;
}

static void
read_declaration(struct xml *x)
{
	size_t end = STR_NONE;

	if (!x->doctype_seen && !x->root_seen &&
	    str_starts_ci(str_sub(x->doc, x->pos, x->doc.n), STR("<!DOCTYPE"))) {
		x->doctype_seen = true;
		end = dtd_read(&x->dtd, x->doc, x->pos);
	}
	if (end == STR_NONE) {
		size_t greater = str_find_char(str_sub(x->doc, x->pos, x->doc.n), '>');

		end = greater == STR_NONE ? x->doc.n : x->pos + greater + 1;
	}
	x->pos = end;
}

static void
literal_less(struct xml *x)
{
	if (x->weighty)
		xml_damage(x, XML_BARE_LESS, x->pos);
	give_text(x, x->pos, x->pos + 1, false);
	x->pos++;
}

/* At "<!". */
static void
read_exclamation(struct xml *x)
{
	switch (xml_at(x, x->pos + 2)) {
	case '-':
		if (xml_at(x, x->pos + 3) == '-') {
			skip_markup(x, NEEDLE_COMMENT_END, 3);
			return;
		}
		break;
	case '[':
		if (starts_at(x, x->pos, cdata_begin)) {
			read_cdata(x);
			return;
		}
		break;
	}
	read_declaration(x);
}

static void
read_markup(struct xml *x)
{
	char next = xml_at(x, x->pos + 1);

	if (xml_is_name_start(next)) {
		switch (xml_read_tag(x)) {
		case TAG_READ:
			return;
		case TAG_IS_TEXT:
			literal_less(x);
			return;
		case TAG_CUT:
			xml_damage(x, XML_CUT, x->pos);
			x->pos = x->doc.n;
			return;
		}
	}
	if (next == '/' && xml_is_name_start(xml_at(x, xml_skip_space(x, x->pos + 2))))
		xml_read_end_tag(x);
	else if (next == '!')
		read_exclamation(x);
	else if (next == '?')
		skip_markup(x, NEEDLE_PI_END, 2);
	else
		literal_less(x);
}

void
xml_stop(struct xml *x)
{
	x->stopped = true;
}

void
xml_walk(struct str utf8, const struct xml_handler *handler, void *cookie, struct arena *scratch)
{
	struct xml x;

	memset(&x, 0, offsetof(struct xml, frames));
	x.doc = utf8;
	x.handler = handler;
	x.cookie = cookie;
	x.scratch = scratch;
	dtd_init(&x.dtd);
	while (x.pos < x.doc.n && !x.stopped) {
		const char *from = x.doc.p + x.pos;
		const char *less = *from == '<' ? from : memchr(from, '<', x.doc.n - x.pos);
		size_t end = less ? (size_t)(less - x.doc.p) : x.doc.n;

		if (end > x.pos)
			give_text(&x, x.pos, end, false);
		x.pos = end;
		if (less)
			read_markup(&x);
	}
	if (x.weighty && !x.stopped)
		xml_damage(&x, XML_CUT, x.doc.n);
	dtd_free(&x.dtd);
}
