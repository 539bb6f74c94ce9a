#include "html_element.h"

#include "mem.h"

#include <string.h>

#define A HTML_ALLOWED
#define B HTML_BLOCK
#define H HTML_HIDDEN
#define V HTML_VOID
#define L HTML_LOADS

/* In the order of strcmp.  Elements of HTML 5 and those that older HTML had. */
static const struct html_element elements[] = {
	{ "a", A },
	{ "abbr", A },
	{ "acronym", A },
	{ "address", A | B },
	{ "applet", L },
	{ "area", V },
	{ "article", A | B },
	{ "aside", A | B },
	{ "audio", L },
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
	{ "canvas", 0 },
	{ "caption", A | B },
	{ "center", A | B },
	{ "cite", A },
	{ "code", A },
	{ "col", A | V },
	{ "colgroup", A },
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
	{ "em", A },
	{ "embed", V | L },
	{ "fieldset", B },
	{ "figcaption", A | B },
	{ "figure", A | B },
	{ "font", A },
	{ "footer", A | B },
	{ "form", B },
	{ "frame", V | L },
	{ "frameset", B },
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
	{ "i", A },
	{ "iframe", H | L },
	{ "image", V | L },
	{ "img", V | L },
	{ "input", V },
	{ "ins", A },
	{ "isindex", V },
	{ "kbd", A },
	{ "label", 0 },
	{ "legend", B },
	{ "li", A | B },
	{ "link", V },
	{ "listing", B },
	{ "main", A | B },
	{ "map", 0 },
	{ "mark", A },
	{ "marquee", 0 },
	{ "math", 0 },
	{ "menu", A | B },
	{ "meta", V },
	{ "meter", 0 },
	{ "nav", B },
	{ "nobr", 0 },
	{ "noembed", H },
	{ "noframes", H },
	{ "noscript", H },
	{ "object", L },
	{ "ol", A | B },
	{ "optgroup", 0 },
	{ "option", B },
	{ "output", 0 },
	{ "p", A | B },
	{ "param", V },
	{ "picture", 0 },
	{ "plaintext", B },
	{ "pre", A | B },
	{ "progress", 0 },
	{ "q", A },
	{ "rb", HTML_RUBY_END },
	{ "rp", A | HTML_RUBY },
	{ "rt", A | HTML_RUBY },
	{ "rtc", HTML_RUBY },
	{ "ruby", A | HTML_RUBY_END },
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
	{ "u", A },
	{ "ul", A | B },
	{ "var", A },
	{ "video", L },
	{ "wbr", A | V },
	{ "xmp", B },
};

#undef A
#undef B
#undef H
#undef V
#undef L

#define ELEMENT_NAME_MAX 10

const struct html_element *
html_element(struct str name)
{
	char z[ELEMENT_NAME_MAX + 1];
	size_t low = 0, high = ARRAY_LEN(elements);

	if (name.n == 0 || name.n > ELEMENT_NAME_MAX)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		z[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] | 0x20 : name.p[i]);
	z[name.n] = '\0';
	while (low < high) {
		size_t middle = (low + high) / 2;
		int d = z[0] - elements[middle].name[0];

		if (d == 0)
			d = strcmp(z, elements[middle].name);
		if (d == 0)
			return &elements[middle];
		if (d > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
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
