/*
 * What the chat services have in common: an alert as text in the service's own marks, no longer
 * than it takes, in which nothing a feed says formats, links or calls anybody.
 */
#ifndef ALERTS_CHAT_H
#define ALERTS_CHAT_H

#include "buf.h"
#include "bundle.h"

/* How a service writes. */
struct chat_style {
	void (*escape)(struct buf *b, struct str s); /* text as it is */
	/* text, which is escaped already, as a link to an http(s) address */
	void (*link)(struct buf *b, struct str url, struct str text);
	const char *bold[2]; /* before and after */
	const char *mark[2]; /* of a hit in its snippet */
	const char *gap;     /* between paragraphs */
	const char *newline;
	size_t (*length)(struct str s); /* as the service counts it; NULL: chat_units */
};

/* Plain text: nothing but '@' needs care. */
void chat_escape_plain(struct buf *b, struct str s);
/* CommonMark and its cousins (Discord, Mattermost): a backslash before each mark. */
void chat_escape_markdown(struct buf *b, struct str s);
/* HTML (Telegram, Matrix). */
void chat_escape_html(struct buf *b, struct str s);
/* Slack's &, <, >. */
void chat_escape_slack(struct buf *b, struct str s);

/* Their links; plain: the address on a line of its own. */
void chat_link_html(struct buf *b, struct str url, struct str text);
void chat_link_markdown(struct buf *b, struct str url, struct str text);
void chat_link_slack(struct buf *b, struct str url, struct str text);
void chat_link_plain(struct buf *b, struct str url, struct str text);

/* Length as the services count it: UTF-16 units, as most do, and none counts more. */
size_t chat_units(struct str s);
/* In bytes. */
size_t chat_bytes(struct str s);
/* s, cut to at most max units ("…" included) between characters. */
struct str chat_cut(struct str s, size_t max, struct arena *arena);

/*
 * Everything but the title: source, summary, why, the story; of a bundle its list.  At most max of
 * the style's length: what finds no room is counted ("and 7 more"), the alerts of a bundle from
 * *told on are for another message.
 */
struct str chat_body(const struct telling *t, const struct chat_style *style, const struct tz *zone,
    size_t max, size_t *told, struct arena *arena);
/* Where the list of a bundle has to go: that many parts, each and all of the style's length. */
struct chat_space {
	size_t parts, each, all;
};
/* The list in ret[0 .. space->parts); returns how many are used.  told: as of chat_body. */
size_t chat_parts(const struct telling *t, const struct chat_style *style, const struct tz *zone,
    const struct chat_space *space, struct str *ret, size_t *told, struct arena *arena);

/* s, escaped. */
struct str chat_escaped(const struct chat_style *style, struct str s, struct arena *arena);
/* s, escaped and at most max units: it is the text that is cut, never an escape. */
struct str chat_cut_escaped(
    const struct chat_style *style, struct str s, size_t max, struct arena *arena);
/* text, which is escaped already, linked when there is an address that a service takes. */
#define CHAT_LINK_MAX 2000 /* bytes, with its marks: what leaves room for words */
struct str chat_linked(
    const struct chat_style *style, struct str url, struct str text, struct arena *arena);
/* The title, else the link, as one escaped line of at most max units. */
struct str chat_title(
    const struct alert *alert, const struct chat_style *style, size_t max, struct arena *arena);
/* "high · ICE and its cloud · newsbell alert abc..." */
struct str chat_footer(const struct alert *alert, struct arena *arena);

/* 0xRRGGBB by severity. */
int chat_colour(enum severity severity);

/* A number in a JSON answer, at "a.b"; or `otherwise`. */
double chat_number(struct str body, const char *path, double otherwise);
/* A text in a JSON answer, or empty. */
struct str chat_text(struct str body, const char *path, struct arena *arena);

/* The JSON request that most services want. */
struct target;
struct http_request chat_post(
    const struct target *target, struct str url, struct str body, struct arena *arena);

#endif
