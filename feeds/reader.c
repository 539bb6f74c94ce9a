#include "format.h"

#include "html.h"
#include "identity.h"
#include "url.h"

#include <string.h>

struct draft *
reader_draft(struct reader *r)
{
	return r->in_item ? &r->item : &r->feed;
}

struct arena *
reader_arena(struct reader *r)
{
	return r->in_item ? r->tmp : r->keep;
}

void
reader_text(struct reader *r, enum slot slot, int rank, enum text_kind kind, struct str text)
{
	struct candidate c = { .text = text, .base = r->base, .kind = kind, .rank = rank };

	/* what was decoded lives in tmp, and the feed's own fields outlive it */
	if (!r->in_item)
		c.text = str_dup(r->keep, text);
	draft_text(reader_draft(r), slot, &c, reader_arena(r));
}

void
reader_enclosure(
    struct reader *r, struct str url, struct str type, struct str length, struct str base)
{
	struct raw_enclosure e = { .url = url, .type = type, .base = base, .length = -1 };

	if (!r->in_item)
		return;
	if (!str_to_i64(str_trim(length), &e.length) || e.length <= 0)
		e.length = -1;
	draft_enclosure(&r->item, &e, r->tmp);
}

#define LEADS_MAX 50000

void
reader_lead(struct reader *r, struct str url, struct str type, struct str title)
{
	struct str base = r->base.n ? r->base : r->source->base_url;
	struct feed_lead lead = { .url = url_http(base, url, r->out, ITEM_LINK_MAX) };

	if (lead.url.n == 0 || r->doc.n_leads == LEADS_MAX)
		return;
	lead.type = str_dup(r->out, type);
	lead.title = str_dup(r->out, title);
	*ARENA_PUSH(r->out, r->doc.leads, r->doc.n_leads, r->cap_leads) = lead;
}

static struct draft_bases
bases(struct reader *r)
{
	struct draft_bases b = { .document = r->source->base_url };
	const struct candidate *link = &r->feed.texts[SLOT_LINK];

	if (r->doc.link.n == 0 && link->rank)
		r->doc.link = draft_link(link, &b, r->out, r->tmp);
	b.channel = r->doc.link;
	return b;
}

bool
reader_has_room(struct reader *r)
{
	if (r->doc.n_items < FEED_ITEMS_MAX && arena_used(r->out) - r->out_before <= FEED_OUT_MAX)
		return true;
	reader_warn(
	    r, WARN_ITEMS, NULL, true, "more items, or longer ones, than are read of one document");
	return false;
}

void
reader_begin_item(struct reader *r)
{
	draft_clear(&r->item);
	r->in_item = true;
	r->item.base = r->base;
	if (r->lang.n)
		reader_text(r, SLOT_LANG, 1, TEXT_TOKEN, r->lang);
}

void
reader_end_item(struct reader *r)
{
	struct draft_bases b = bases(r);
	struct item *item;

	r->in_item = false;
	if (!reader_has_room(r)) {
		arena_reset(r->tmp);
		return;
	}
	if (r->item.n_authors == 0 && r->format->inherits) {
		r->item.authors = r->feed.authors;
		r->item.n_authors = r->feed.n_authors;
	}
	item = ARENA_PUSH(r->out, r->doc.items, r->doc.n_items, r->cap_items);
	draft_finish(&r->item, &b, r->source->want_content, r->out, r->tmp, item);
	arena_reset(r->tmp);
}

static int
line_of(struct reader *r, const char *at)
{
	size_t offset;

	if (!at || at < r->utf8.p || at > r->utf8.p + r->utf8.n)
		return 0;
	offset = (size_t)(at - r->utf8.p);
	if (offset < r->line_at || r->line == 0) {
		r->line = 1;
		r->line_at = 0;
	}
	while (r->line_at < offset) {
		const char *newline = memchr(r->utf8.p + r->line_at, '\n', offset - r->line_at);

		if (!newline) {
			r->line_at = offset;
			break;
		}
		r->line_at = (size_t)(newline - r->utf8.p) + 1;
		r->line++;
	}
	return r->line > INT32_MAX ? INT32_MAX : (int)r->line;
}

void
reader_warn(struct reader *r, unsigned once, const char *at, bool loses, const char *text)
{
	uint64_t bit = UINT64_C(1) << once;

	if (loses)
		r->doc.partial = true;
	if (r->warned & bit)
		return;
	r->warned |= bit;
	*ARENA_PUSH(r->out, r->doc.warnings, r->doc.n_warnings, r->cap_warnings) =
	    (struct feed_warning){ .line = line_of(r, at), .text = str_c(text) };
}

void
reader_finish(struct reader *r)
{
	struct draft_bases b = bases(r);

	(void)b;
	r->doc.format = r->format->name;
	r->doc.title = draft_title(&r->feed, r->out);
	if (r->feed.texts[SLOT_LANG].rank)
		r->doc.lang =
		    text_one_line(text_clean(r->feed.texts[SLOT_LANG].text, r->out, 64), r->out);
	for (size_t i = 0; i < r->doc.n_items; i++)
		if (r->doc.items[i].lang.n == 0)
			r->doc.items[i].lang = r->doc.lang;
	if (r->sy_period_s > 0)
		r->doc.hints.update_period_s =
		    r->sy_period_s / (r->sy_frequency > 0 ? r->sy_frequency : 1);
	if (identity_assign(r->doc.items, r->doc.n_items, r->out, r->keep))
		reader_warn(r, WARN_DUPLICATES, NULL, false,
		    "items with the same id: told apart by their links");
}
