/*
 * The elements that are open in HTML being written: closed in order, and where HTML lets people
 * forget an end tag.
 */
#ifndef FEEDS_HTML_NEST_H
#define FEEDS_HTML_NEST_H

#include "html.h"
#include "html_element.h"
#include "html_writer.h"

struct html_open {
	const struct html_element *element;
	const char *as; /* the name it was written by */
};

struct html_nest {
	struct html_writer *w;
	struct html_open open[HTML_DEPTH_MAX];
	size_t n_open;
	size_t dropped; /* start tags beyond the depth that wait for their end */
};

/* Before the start tag of element: write the end tags that it implies. */
void html_nest_start(struct html_nest *nest, const struct html_element *element);

/*
 * The start tag that was written from offset `from` on is open now.  False: its end tag does not
 * fit any more, and it was taken back.  Needs n_open < HTML_DEPTH_MAX.
 */
bool html_nest_push(
    struct html_nest *nest, size_t from, const struct html_element *element, const char *as);

/* An end tag: closes the innermost such element and what is open in it, or means nothing. */
void html_nest_end(struct html_nest *nest, const struct html_element *element);

void html_nest_close_to(struct html_nest *nest, size_t n_open);

/* The innermost open element of `names` (see html_element_is) as its index + 1; 0 when there is
 * none, or one of `within` lies in between. */
size_t html_nest_find(const struct html_nest *nest, const char *names, const char *within);

#endif
