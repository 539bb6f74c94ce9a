#include "template_names.h"

#include "buf.h"
#include "chat.h"
#include "date.h"
#include "json_out.h"
#include "mem.h"
#include "url.h"
#include "wording.h"

#include <utf8proc.h>

#define VALUE_MAX ((size_t)1 << 20) /* bytes of a value */

/* ---- names ---- */

#define TEXT_OF(name, expression)                                                                  \
	static struct str name(const struct template_view *v)                                      \
	{                                                                                          \
		return (expression);                                                               \
	}

static struct str
date_of(const struct template_view *v, int64_t at_s)
{
	return at_s == DATE_NONE ? STR("") : date_rfc3339(at_s, v->arena);
}

static struct str
number_of(const struct template_view *v, int64_t n)
{
	return str_fmt(v->arena, "%lld", (long long)n);
}

static struct str
number_or_none(const struct template_view *v, int64_t n)
{
	return n ? number_of(v, n) : STR("");
}

TEXT_OF(get_alert, v->alert->id)
TEXT_OF(get_author, v->alert->author)
TEXT_OF(get_changes, wording_changes(v->alert, v->arena))
TEXT_OF(get_created, date_of(v, v->alert->created_s))
TEXT_OF(get_data, alert_to_json(v->alert, v->arena))
TEXT_OF(get_delivery, v->context->delivery_id)
TEXT_OF(get_feed, v->alert->feed)
TEXT_OF(get_feed_title, wording_feed(v->alert, v->arena))
TEXT_OF(get_id, v->alert->id)
TEXT_OF(get_item, v->alert->item_id)
TEXT_OF(get_link, v->alert->link)
TEXT_OF(get_more, number_or_none(v, (int64_t)v->alert->n_more))
TEXT_OF(get_names, wording_names(v->alert, 6, v->arena))
TEXT_OF(get_published, date_of(v, v->alert->published_s))
TEXT_OF(get_seen, date_of(v, v->alert->seen_s))
TEXT_OF(get_severity, str_c(severity_names[v->alert->severity]))
TEXT_OF(get_source, wording_source(v->alert, v->context->zone, v->arena))
TEXT_OF(get_story, wording_story(v->alert, v->context->zone, v->arena))
TEXT_OF(get_subject, wording_subject(v->alert, 160, v->arena))
TEXT_OF(get_summary, v->alert->summary)
TEXT_OF(get_title, v->alert->title)
TEXT_OF(get_watch, v->alert->watch)
TEXT_OF(get_when, wording_when(v->alert, v->context->zone, v->arena))
/* of an entry */
TEXT_OF(get_after, v->entry->snippet.after)
TEXT_OF(get_before, v->entry->snippet.before)
TEXT_OF(get_count, number_of(v, v->entry->count))
TEXT_OF(get_first, v->index == 0 ? STR("1") : STR(""))
TEXT_OF(get_last, v->index + 1 == v->alert->n_entries ? STR("1") : STR(""))
TEXT_OF(get_list, v->entry->list)
TEXT_OF(get_marked, v->entry->snippet.marked)
TEXT_OF(get_name, v->entry->name)
TEXT_OF(get_term, v->entry->term)
TEXT_OF(get_why, wording_entry(v->entry, v->arena))
TEXT_OF(get_zone, str_c(zone_names[v->entry->zone]))

static const struct template_name names[] = {
	{ "alert", false, get_alert },
	{ "author", false, get_author },
	{ "changes", false, get_changes },
	{ "created", false, get_created },
	{ "data", false, get_data, true },
	{ "delivery", false, get_delivery },
	{ "feed", false, get_feed },
	{ "feed_title", false, get_feed_title },
	{ "id", false, get_id },
	{ "item", false, get_item },
	{ "link", false, get_link },
	{ "more", false, get_more },
	{ "names", false, get_names },
	{ "published", false, get_published },
	{ "seen", false, get_seen },
	{ "severity", false, get_severity },
	{ "source", false, get_source },
	{ "story", false, get_story },
	{ "subject", false, get_subject },
	{ "summary", false, get_summary },
	{ "title", false, get_title },
	{ "watch", false, get_watch },
	{ "when", false, get_when },
	{ "after", true, get_after },
	{ "before", true, get_before },
	{ "count", true, get_count },
	{ "first", true, get_first },
	{ "last", true, get_last },
	{ "list", true, get_list },
	{ "marked", true, get_marked },
	{ "name", true, get_name },
	{ "term", true, get_term },
	{ "why", true, get_why },
	{ "zone", true, get_zone },
};

const struct template_name *
template_name_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_c(name, names[i].name))
			return &names[i];
	return NULL;
}

struct str
template_name_suggest(struct str name, struct arena *arena)
{
	struct str all[ARRAY_LEN(names)];

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		all[i] = str_c(names[i].name);
	return diag_suggest(name, all, ARRAY_LEN(names), arena);
}

/* ---- filters ---- */

static struct str
map(struct str s, utf8proc_int32_t (*to)(utf8proc_int32_t), struct arena *arena)
{
	struct buf b;
	struct str ret;

	buf_init(&b, VALUE_MAX);
	for (size_t i = 0; i < s.n;) {
		utf8proc_uint8_t out[4];
		utf8proc_int32_t c;
		utf8proc_ssize_t k = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);

		if (k <= 0) {
			i++;
			continue;
		}
		buf_add(&b, str_n((const char *)out, (size_t)utf8proc_encode_char(to(c), out)));
		i += (size_t)k;
	}
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

static struct str
run_upper(struct str s, int64_t number, struct arena *arena)
{
	(void)number;
	return map(s, utf8proc_toupper, arena);
}

static struct str
run_lower(struct str s, int64_t number, struct arena *arena)
{
	(void)number;
	return map(s, utf8proc_tolower, arena);
}

static struct str
run_cut(struct str s, int64_t number, struct arena *arena)
{
	return wording_cut(s, (size_t)number, arena);
}

static struct str
run_line(struct str s, int64_t number, struct arena *arena)
{
	(void)number;
	return wording_line(s, arena);
}

static struct str
run_quiet(struct str s, int64_t number, struct arena *arena)
{
	static const struct chat_style plain = { .escape = chat_escape_plain };

	(void)number;
	return chat_escaped(&plain, s, arena);
}

static struct str
run_url(struct str s, int64_t number, struct arena *arena)
{
	(void)number;
	return url_encoded(s, arena);
}

static const struct template_filter filters[] = {
	{ "cut", true, run_cut },
	{ "line", false, run_line },
	{ "lower", false, run_lower },
	{ "quiet", false, run_quiet },
	{ "upper", false, run_upper },
	{ "url", false, run_url },
};

const struct template_filter *
template_filter_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(filters); i++)
		if (str_eq_c(name, filters[i].name))
			return &filters[i];
	return NULL;
}
