#include "html_element.h"

#include "ascii.h"
#include "html.h"
#include "mem.h"

#include <string.h>

#define A HTML_ALLOWED
#define B HTML_BLOCK
#define H HTML_HIDDEN
#define V HTML_VOID
#define L HTML_LOADS

/* Elements of HTML 5 and those that older HTML had, by their first letter. */
static const struct html_element letter_a[] = {
	{ "a", A },
	{ "abbr", A },
	{ "acronym", A },
	{ "address", A | B },
	{ "applet", L },
	{ "area", V },
	{ "article", A | B },
	{ "aside", A | B },
	{ "audio", L },
};
static const struct html_element letter_b[] = {
	{ "b", A },
	{ "base", V },
	{ "basefont", V },
	{ "bdi", A },
	{ "bdo", A },
	{ "bgsound", V | L },
	{ "big", A },
	{ "blink", 0 },
	{ "blockquote", A | B },
	{ "body", B },
	{ "br", A | V | HTML_BREAK },
	{ "button", 0 },
};
static const struct html_element letter_c[] = {
	{ "canvas", 0 },
	{ "caption", A | B },
	{ "center", A | B },
	{ "cite", A },
	{ "code", A },
	{ "col", A | V },
	{ "colgroup", A },
};
static const struct html_element letter_d[] = {
	{ "data", A },
	{ "datalist", 0 },
	{ "dd", A | B },
	{ "del", A },
	{ "details", A | B },
	{ "dfn", A },
	{ "dialog", B },
	{ "dir", A | B },
	{ "div", A | B },
	{ "dl", A | B },
	{ "dt", A | B },
};
static const struct html_element letter_e[] = {
	{ "em", A },
	{ "embed", V | L },
};
static const struct html_element letter_f[] = {
	{ "fieldset", B },
	{ "figcaption", A | B },
	{ "figure", A | B },
	{ "font", A },
	{ "footer", A | B },
	{ "form", B },
	{ "frame", V | L },
	{ "frameset", B },
};
static const struct html_element letter_h[] = {
	{ "h1", A | B },
	{ "h2", A | B },
	{ "h3", A | B },
	{ "h4", A | B },
	{ "h5", A | B },
	{ "h6", A | B },
	{ "head", B | H },
	{ "header", A | B },
	{ "hgroup", A | B },
	{ "hr", A | B | V },
	{ "html", B },
};
static const struct html_element letter_i[] = {
	{ "i", A },
	{ "iframe", H | L },
	{ "image", V | L },
	{ "img", V | L },
	{ "input", V },
	{ "ins", A },
	{ "isindex", V },
};
static const struct html_element letter_k[] = {
	{ "kbd", A },
};
static const struct html_element letter_l[] = {
	{ "label", 0 },
	{ "legend", B },
	{ "li", A | B },
	{ "link", V },
	{ "listing", B },
};
static const struct html_element letter_m[] = {
	{ "main", A | B },
	{ "map", 0 },
	{ "mark", A },
	{ "marquee", 0 },
	{ "math", 0 },
	{ "menu", A | B },
	{ "meta", V },
	{ "meter", 0 },
};
static const struct html_element letter_n[] = {
	{ "nav", B },
	{ "nobr", 0 },
	{ "noembed", H },
	{ "noframes", H },
	{ "noscript", H },
};
static const struct html_element letter_o[] = {
	{ "object", L },
	{ "ol", A | B },
	{ "optgroup", 0 },
	{ "option", B },
	{ "output", 0 },
};
static const struct html_element letter_p[] = {
	{ "p", A | B },
	{ "param", V },
	{ "picture", 0 },
	{ "plaintext", B },
	{ "pre", A | B },
	{ "progress", 0 },
};
static const struct html_element letter_q[] = {
	{ "q", A },
};
static const struct html_element letter_r[] = {
	{ "rb", HTML_RUBY_END },
	{ "rp", A | HTML_RUBY },
	{ "rt", A | HTML_RUBY },
	{ "rtc", HTML_RUBY },
	{ "ruby", A | HTML_RUBY_END },
};
static const struct html_element letter_s[] = {
	{ "s", A },
	{ "samp", A },
	{ "script", H | HTML_CODE },
	{ "section", A | B },
	{ "select", 0 },
	{ "small", A },
	{ "source", V },
	{ "span", A },
	{ "strike", A },
	{ "strong", A },
	{ "style", H | HTML_CODE },
	{ "sub", A },
	{ "summary", A | B },
	{ "sup", A },
	{ "svg", 0 },
};
static const struct html_element letter_t[] = {
	{ "table", A | B },
	{ "tbody", A | B },
	{ "td", A | B },
	{ "template", H },
	{ "textarea", B },
	{ "tfoot", A | B },
	{ "th", A | B },
	{ "thead", A | B },
	{ "time", A },
	{ "title", B },
	{ "tr", A | B },
	{ "track", V },
	{ "tt", A },
};
static const struct html_element letter_u[] = {
	{ "u", A },
	{ "ul", A | B },
};
static const struct html_element letter_v[] = {
	{ "var", A },
	{ "video", L },
};
static const struct html_element letter_w[] = {
	{ "wbr", A | V },
};
static const struct html_element letter_x[] = {
	{ "xmp", B },
};

#define LETTER(v)                                                                                  \
	{                                                                                          \
		v, ARRAY_LEN(v)                                                                    \
	}
static const struct {
	const struct html_element *v;
	size_t n;
} letters[26] = {
	['a' - 'a'] = LETTER(letter_a),
	['b' - 'a'] = LETTER(letter_b),
	['c' - 'a'] = LETTER(letter_c),
	['d' - 'a'] = LETTER(letter_d),
	['e' - 'a'] = LETTER(letter_e),
	['f' - 'a'] = LETTER(letter_f),
	['h' - 'a'] = LETTER(letter_h),
	['i' - 'a'] = LETTER(letter_i),
	['k' - 'a'] = LETTER(letter_k),
	['l' - 'a'] = LETTER(letter_l),
	['m' - 'a'] = LETTER(letter_m),
	['n' - 'a'] = LETTER(letter_n),
	['o' - 'a'] = LETTER(letter_o),
	['p' - 'a'] = LETTER(letter_p),
	['q' - 'a'] = LETTER(letter_q),
	['r' - 'a'] = LETTER(letter_r),
	['s' - 'a'] = LETTER(letter_s),
	['t' - 'a'] = LETTER(letter_t),
	['u' - 'a'] = LETTER(letter_u),
	['v' - 'a'] = LETTER(letter_v),
	['w' - 'a'] = LETTER(letter_w),
	['x' - 'a'] = LETTER(letter_x),
};
#undef LETTER

#undef A
#undef B
#undef H
#undef V
#undef L

static bool
is_called(const struct html_element *element, struct str name)
{
	size_t i = 0;

	while (i < name.n && element->name[i] && element->name[i] == ascii_lower(name.p[i]))
		i++;
	return i == name.n && element->name[i] == '\0';
}

const struct html_element *
html_element(struct str name)
{
	char first = name.n ? ascii_lower(name.p[0]) : '\0';

	if (!ascii_is_lower(first))
		return NULL;
	for (size_t i = 0; i < letters[first - 'a'].n; i++)
		if (is_called(&letters[first - 'a'].v[i], name))
			return &letters[first - 'a'].v[i];
	return NULL;
}

bool
html_is_element(struct str name)
{
	return html_element(name) != NULL;
}

bool
html_element_is(const struct html_element *element, const char *names)
{
	size_t n = strlen(element->name);

	for (const char *hit = names; (hit = strstr(hit, element->name)) != NULL; hit += n)
		if ((hit == names || hit[-1] == ' ') && (hit[n] == ' ' || hit[n] == '\0'))
			return true;
	return false;
}
