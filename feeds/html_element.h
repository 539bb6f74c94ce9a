/*
 * The elements of HTML, of today and of old, and what they are to us.
 */
#ifndef FEEDS_HTML_ELEMENT_H
#define FEEDS_HTML_ELEMENT_H

#include "str.h"

/* What an element is to us. */
enum html_flag {
	HTML_BLOCK = 1 << 0,  /* begins and ends a line */
	HTML_BREAK = 1 << 1,  /* is white space: br, wbr is not */
	HTML_VOID = 1 << 2,   /* has no end tag */
	HTML_HIDDEN = 1 << 3, /* what is in it is not shown */
	HTML_CODE = 1 << 4,   /* HTML_HIDDEN, and up to the end of the document when unclosed */
	HTML_RUBY = 1 << 5,   /* the small print of a ruby annotation: rt, rp */
	HTML_RUBY_END = 1 << 6,
	HTML_ALLOWED = 1 << 7, /* may stand in sanitised HTML */
	HTML_LOADS = 1 << 8,   /* fetches something when shown */
};

struct html_element {
	const char *name;
	unsigned flags; /* of enum html_flag */
};

/* NULL when HTML has no such element; case does not count. */
const struct html_element *html_element(struct str name);

/* Is its name one of `names`, which stand between single spaces? */
bool html_element_is(const struct html_element *element, const char *names);

#endif
