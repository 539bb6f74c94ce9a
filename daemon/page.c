#include "page.h"

#include "date.h"
#include "html_out.h"
#include "mem.h"
#include "poll.h"
#include "url.h"

#include <time.h>

void
page_put(struct page *p, const char *html)
{
	buf_add(p->body, str_c(html));
}

void
page_text(struct page *p, struct str s)
{
	html_escape(p->body, s);
}

void
page_element(struct page *p, const char *tag, const char *class, struct str s)
{
	if (class)
		buf_addf(p->body, "<%s class=\"%s\">", tag, class);
	else
		buf_addf(p->body, "<%s>", tag);
	page_text(p, s);
	buf_addf(p->body, "</%s>", tag);
}

static struct str
ago(struct page *p, int64_t at_s)
{
	if (at_s <= 0)
		return STR("never");
	if (at_s > p->now_s)
		return str_fmt(p->arena, "in %.*s", STR_ARG(poll_span(at_s - p->now_s, p->arena)));
	return str_fmt(p->arena, "%.*s ago", STR_ARG(poll_span(p->now_s - at_s, p->arena)));
}

void
page_moment(struct page *p, int64_t at_s)
{
	buf_add(p->body, STR("<time datetime=\""));
	page_text(p, date_rfc3339(at_s, p->arena));
	buf_add(p->body, STR("\">"));
	page_text(p, ago(p, at_s));
	buf_add(p->body, STR("</time>"));
}

void
page_link(struct page *p, struct str url, struct str words)
{
	if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://"))) {
		page_text(p, words);
		return;
	}
	buf_add(p->body, STR("<a rel=\"noreferrer noopener\" href=\""));
	page_text(p, url);
	buf_add(p->body, STR("\">"));
	page_text(p, words);
	buf_add(p->body, STR("</a>"));
}

static const struct {
	const char *path, *name;
} sections[] = {
	{ "/", "Alerts" },
	{ "/feeds", "Feeds" },
	{ "/watches", "Watches" },
	{ "/deliveries", "Deliveries" },
};

struct page
page_begin(const struct site *site, struct buf *body, const char *path)
{
	struct page p = { .site = site, .body = body, .arena = arena_new() };
	const char *title = "";

	p.now_s = (int64_t)time(NULL);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (str_eq_c(str_c(path), sections[i].path))
			title = sections[i].name;
	page_put(&p, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
		     "<meta name=\"color-scheme\" content=\"light dark\">"
		     "<link rel=\"stylesheet\" href=\"/style.css\">");
	buf_addf(body, "<title>%s - newsbell</title></head>\n<body>\n", title);
	page_put(&p, "<header><strong>newsbell</strong><nav aria-label=\"Sections\">");
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		buf_addf(body, "<a href=\"%s\"%s>%s</a>", sections[i].path,
		    str_eq_c(str_c(path), sections[i].path) ? " aria-current=\"page\"" : "",
		    sections[i].name);
	buf_addf(body, "</nav></header>\n<main>\n<h1>%s</h1>\n", title);
	return p;
}

int
page_end(struct page *p, const struct err *e)
{
	if (e) {
		page_put(p, "<p class=\"bad\">The database cannot be read: ");
		page_text(p, str_c(e->text));
		page_put(p, "</p>\n");
	}
	page_put(p, "</main>\n</body>\n</html>\n");
	arena_free(p->arena);
	return e ? 503 : 200;
}

void
page_query(struct page *p, const char *name, struct str value)
{
	buf_addf(p->body, "&amp;%s=%.*s", name, STR_ARG(url_encoded(value, p->arena)));
}

void
page_table(struct page *p, const char *caption, const char *const *heads, size_t n)
{
	buf_addf(p->body,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
	    "<table><caption>%s</caption><thead><tr>",
	    caption, caption);
	for (size_t i = 0; i < n; i++)
		buf_addf(p->body, "<th scope=\"col\">%s</th>", heads[i]);
	page_put(p, "</tr></thead><tbody>\n");
}

void
page_table_end(struct page *p)
{
	page_put(p, "</tbody></table></div>\n");
}
