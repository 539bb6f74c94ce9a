/*
 * What the pages for people are made of: server-rendered, no script, nothing from elsewhere.  Every
 * text of a feed goes through html_escape, which all of these but page_put do themselves.
 */
#ifndef DAEMON_PAGE_H
#define DAEMON_PAGE_H

#include "site.h"

struct page {
	const struct site *site;
	struct buf *body;
	struct arena *arena; /* until page_end */
	int64_t now_s;
};

/* Everything up to the page's own; path: which of the sections ("/", "/feeds") it is. */
struct page page_begin(const struct site *site, struct buf *body, const char *path);
/* The rest, or that the database cannot be read and why (*e, NULL when it can): an HTTP status. */
int page_end(struct page *p, const struct err *e);

void page_put(struct page *p, const char *html);
void page_text(struct page *p, struct str s);
/* <tag class="class">s</tag>; class may be NULL. */
void page_element(struct page *p, const char *tag, const char *class, struct str s);
/* <time datetime="...">5m ago</time> */
void page_moment(struct page *p, int64_t at_s);
/* Only http and https become links; the rest is shown. */
void page_link(struct page *p, struct str url, struct str words);
/* "&amp;name=value" within an address. */
void page_query(struct page *p, const char *name, struct str value);

/* A table with a column for each of n heads; the rows come between these. */
void page_table(struct page *p, const char *caption, const char *const *heads, size_t n);
void page_table_end(struct page *p);

#endif
