#include "html.h"
#include "xml_inside.h"

#include <string.h>

/*
 * The value of an attribute that begins with a quote at i -> behind its end, or STR_NONE.  A value
 * that holds '<' and whose closing quote is followed by no delimiter lost its own quote: it ends at
 * '>'.
 */
static size_t
quoted_value(struct xml *x, size_t i, struct str *value, bool *broken)
{
	size_t end = xml_seek(x, xml_at(x, i) == '"' ? NEEDLE_QUOTE : NEEDLE_APOSTROPHE, i + 1),
	       less, greater;

	if (end != STR_NONE) {
		char after = xml_at(x, end + 1);

		*value = str_sub(x->doc, i + 1, end);
		less = str_find_char(*value, '<');
		if (less == STR_NONE)
			return end + 1;
		*broken = true;
		if (str_is_space(after) || after == '/' || after == '>')
			return end + 1;
	}
	*broken = true;
	greater = str_find_char(str_sub(x->doc, i, x->doc.n), '>');
	if (greater == STR_NONE)
		return STR_NONE;
	*value = str_sub(x->doc, i + 1, i + greater);
	return i + greater;
}

static size_t
bare_value(const struct xml *x, size_t i, struct str *value)
{
	size_t start = i;

	while (i < x->doc.n && !str_is_space(x->doc.p[i]) && x->doc.p[i] != '>' &&
	       x->doc.p[i] != '<' && !(x->doc.p[i] == '/' && xml_at(x, i + 1) == '>'))
		i++;
	*value = str_sub(x->doc, start, i);
	return i;
}

static void
add_attr(struct xml *x, struct str qname, struct str value)
{
	struct str local;

	if (x->n_attrs == XML_ATTRS_MAX) {
		x->handler->damage(x->cookie, XML_TOO_MANY_ATTRS, qname.p);
		return;
	}
	xml_split_qname(qname, &x->attr_prefix[x->n_attrs], &local);
	x->attrs[x->n_attrs++] = (struct xml_attr){ NS_NONE, local, value };
}

/* One attribute that begins at i -> behind it; STR_NONE when the document ends first. */
static size_t
read_attr(struct xml *x, size_t i, bool *broken, bool *valueless)
{
	size_t start = i;
	struct str name, value = STR("");

	while (i < x->doc.n && !str_is_space(x->doc.p[i]) && !memchr("=><\"'/", x->doc.p[i], 6))
		i++;
	if (i == start) { /* a stray quote or '=' */
		*broken = true;
		return i + 1;
	}
	name = str_sub(x->doc, start, i);
	i = xml_skip_space(x, i);
	if (xml_at(x, i) != '=') {
		*broken = *valueless = true;
		add_attr(x, name, value);
		return i;
	}
	i = xml_skip_space(x, i + 1);
	if (xml_at(x, i) == '"' || xml_at(x, i) == '\'') {
		i = quoted_value(x, i, &value, broken);
	} else {
		*broken = true;
		i = bare_value(x, i, &value);
	}
	if (i != STR_NONE)
		add_attr(x, name, value);
	return i;
}

enum tag_verdict
xml_read_tag(struct xml *x)
{
	size_t from = x->pos, name_end = xml_skip_name(x, from + 1), i = name_end;
	bool broken = false, valueless = false, empty = false;

	x->n_attrs = 0;
	for (;;) {
		char c;

		i = xml_skip_space(x, i);
		if (i >= x->doc.n)
			return TAG_CUT;
		c = x->doc.p[i];
		if (c == '>')
			break;
		if (c == '<')
			return TAG_IS_TEXT;
		if (c == '/') {
			empty = xml_at(x, i + 1) == '>';
			i++;
			continue;
		}
		i = read_attr(x, i, &broken, &valueless);
		if (i == STR_NONE)
			return TAG_CUT;
	}
	/* inside a field "x <y and z> w" is prose unless y is an element of HTML */
	if (valueless && x->weighty && x->wanted && !html_has_markup(str_sub(x->doc, from, i + 1)))
		return TAG_IS_TEXT;
	if (broken && x->weighty)
		xml_damage(x, XML_BAD_TAG, from);
	x->pos = i + 1;
	xml_open_element(x, str_sub(x->doc, from + 1, name_end), from, i + 1, empty);
	return TAG_READ;
}

void
xml_read_end_tag(struct xml *x)
{
	size_t from = x->pos, name = xml_skip_space(x, from + 2), name_end = xml_skip_name(x, name);
	size_t i = xml_skip_space(x, name_end);

	while (i < x->doc.n && x->doc.p[i] != '>' && x->doc.p[i] != '<')
		i++;
	if (xml_at(x, i) == '>')
		i++;
	else if (i >= x->doc.n)
		xml_damage(x, XML_CUT, from);
	x->pos = i;
	xml_end_element(x, str_sub(x->doc, name, name_end), from, i);
}
