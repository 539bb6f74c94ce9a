#include "flat.h"

#include "bytes.h"
#include "mem.h"
#include "url.h"
#include "utf8.h"

#include <string.h>

#define FLAT_MAGIC UINT32_C(0x3162666e)
#define TEXT_MAX ((size_t)4096)          /* bytes of a warning, type, language */
#define DATE_FIRST INT64_C(-62167219200) /* 0000-01-01 */
#define DATE_LAST INT64_C(253402300799)  /* 9999-12-31 */

static const char *const formats[] = { "rss", "atom", "rdf", "json", "sitemap", "cdf", "opml" };

/* ---- writing: the first failure makes the rest fail ---- */

struct writer {
	struct buf *out;
	bool ok;
};

static void
put_bytes(struct writer *w, const void *p, size_t n)
{
	w->ok = w->ok && buf_add(w->out, (struct str){ p, n });
}

static void
put_u32(struct writer *w, size_t value)
{
	uint32_t v = (uint32_t)value;

	w->ok = w->ok && value <= UINT32_MAX;
	put_bytes(w, &v, sizeof(v));
}

static void
put_i64(struct writer *w, int64_t v)
{
	put_bytes(w, &v, sizeof(v));
}

static void
put_str(struct writer *w, struct str s)
{
	put_u32(w, s.n);
	put_bytes(w, s.p, s.n);
}

static void
put_item(struct writer *w, const struct item *item)
{
	put_str(w, item->id);
	put_str(w, item->link);
	put_str(w, item->title);
	put_str(w, item->summary);
	put_str(w, item->body);
	put_str(w, item->content);
	put_str(w, item->author);
	put_str(w, item->lang);
	put_i64(w, item->published_s);
	put_i64(w, item->updated_s);
	put_u32(w, item->n_categories);
	for (size_t i = 0; i < item->n_categories; i++)
		put_str(w, item->categories[i]);
	put_u32(w, item->n_enclosures);
	for (size_t i = 0; i < item->n_enclosures; i++) {
		put_str(w, item->enclosures[i].url);
		put_str(w, item->enclosures[i].type);
		put_i64(w, item->enclosures[i].length);
	}
}

bool
flat_encode(const struct feed_doc *doc, struct buf *out)
{
	struct writer w = { out, true };
	size_t before = out->n;

	put_u32(&w, FLAT_MAGIC);
	put_str(&w, str_c(doc->format));
	put_str(&w, doc->title);
	put_str(&w, doc->link);
	put_str(&w, doc->lang);
	put_u32(&w, doc->partial);
	put_i64(&w, doc->hints.ttl_s);
	put_u32(&w, doc->hints.skip_hours);
	put_u32(&w, doc->hints.skip_days);
	put_i64(&w, doc->hints.update_period_s);
	put_i64(&w, doc->hints.update_base_s);
	put_u32(&w, doc->n_warnings);
	for (size_t i = 0; i < doc->n_warnings; i++) {
		put_i64(&w, doc->warnings[i].line);
		put_str(&w, doc->warnings[i].text);
	}
	put_u32(&w, doc->n_leads);
	for (size_t i = 0; i < doc->n_leads; i++) {
		put_str(&w, doc->leads[i].url);
		put_str(&w, doc->leads[i].type);
		put_str(&w, doc->leads[i].title);
	}
	put_u32(&w, doc->n_items);
	for (size_t i = 0; i < doc->n_items; i++)
		put_item(&w, &doc->items[i]);
	if (!w.ok)
		out->n = before;
	return w.ok;
}

/* ---- reading: the first thing wrong is kept, everything after it reads as nothing ---- */

struct input {
	struct str rest;
	struct arena *arena;
	const char *wrong; /* NULL: all is well */
};

static void
fail(struct input *in, const char *why)
{
	if (!in->wrong)
		in->wrong = why;
	in->rest.n = 0;
}

static void
get_bytes(struct input *in, void *to, size_t n)
{
	if (in->rest.n < n) {
		memset(to, 0, n);
		fail(in, "cut short");
		return;
	}
	memcpy(to, in->rest.p, n);
	in->rest = str_sub(in->rest, n, in->rest.n);
}

static uint32_t
get_u32(struct input *in, uint32_t max)
{
	uint32_t v;

	get_bytes(in, &v, sizeof(v));
	if (v <= max)
		return v;
	fail(in, "a number beyond its cap");
	return 0;
}

static int64_t
get_i64(struct input *in, int64_t min, int64_t max)
{
	int64_t v;

	get_bytes(in, &v, sizeof(v));
	if (v >= min && v <= max)
		return v;
	fail(in, "a number beyond its bounds");
	return 0;
}

static int64_t
get_date(struct input *in)
{
	int64_t v;

	get_bytes(in, &v, sizeof(v));
	if (v != DATE_NONE && (v < DATE_FIRST || v > DATE_LAST))
		fail(in, "an impossible date");
	return v;
}

/* How many there are of what takes at least `each` bytes. */
static size_t
get_count(struct input *in, uint32_t max, size_t each)
{
	size_t n = get_u32(in, max);

	if (n <= in->rest.n / each)
		return n;
	fail(in, "more elements than bytes");
	return 0;
}

/* UTF-8 without control characters; '\n' is none where a text may have lines. */
static bool
is_clean(struct str s, bool one_line)
{
	unsigned wide = 0;
	size_t i = 0;

	for (; s.n - i >= BYTES_STEP; i += BYTES_STEP) {
		bytes16 v = bytes_load(s.p + i);
		unsigned bad = bytes_low(v);

		if (bad && !one_line)
			bad &= ~bytes_equal(v, '\n');
		if (bad | bytes_equal(v, 0x7f))
			return false;
		wide |= bytes_wide(v);
	}
	for (; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < ' ' && (one_line || c != '\n')) || c == 0x7f)
			return false;
		wide |= c & 0x80;
	}
	return !wide || utf8_valid_length(s) == s.n;
}

/* The next n bytes, as they stand. */
static struct str
get_view(struct input *in, size_t max)
{
	size_t n = get_u32(in, (uint32_t)max);
	struct str s = str_sub(in->rest, 0, n);

	if (s.n < n) {
		fail(in, "cut short");
		return STR("");
	}
	in->rest = str_sub(in->rest, n, in->rest.n);
	return s;
}

static struct str
get_text(struct input *in, size_t max, bool one_line)
{
	struct str s = get_view(in, max);

	if (!is_clean(s, one_line))
		fail(in, "a text that is no clean UTF-8");
	return s;
}

/* HTML keeps the tabs and newlines of what was preformatted. */
static struct str
get_html(struct input *in)
{
	struct str s = get_view(in, ITEM_CONTENT_MAX);

	if (utf8_valid_length(s) != s.n)
		fail(in, "HTML that is no UTF-8");
	return s;
}

static struct str
get_link(struct input *in)
{
	struct str s = get_text(in, ITEM_LINK_MAX, true);

	if (s.n && !url_is_http(s))
		fail(in, "a link that is not http(s)");
	return s;
}

static void
get_item(struct input *in, struct item *item)
{
	item->id = get_text(in, ITEM_ID_MAX, true);
	item->link = get_link(in);
	item->title = get_text(in, ITEM_TITLE_MAX, true);
	item->summary = get_text(in, ITEM_TEXT_MAX, false);
	item->body = get_text(in, ITEM_TEXT_MAX, false);
	item->content = get_html(in);
	item->author = get_text(in, TEXT_MAX, true);
	item->lang = get_text(in, TEXT_MAX, true);
	item->published_s = get_date(in);
	item->updated_s = get_date(in);
	item->n_categories = get_count(in, ITEM_CATEGORIES_MAX, 4);
	item->categories = ARENA_ARRAY(in->arena, struct str, item->n_categories);
	for (size_t i = 0; i < item->n_categories; i++)
		item->categories[i] = get_text(in, TEXT_MAX, true);
	item->n_enclosures = get_count(in, ITEM_ENCLOSURES_MAX, 16);
	item->enclosures = ARENA_ARRAY(in->arena, struct enclosure, item->n_enclosures);
	for (size_t i = 0; i < item->n_enclosures; i++) {
		item->enclosures[i].url = get_link(in);
		item->enclosures[i].type = get_text(in, TEXT_MAX, true);
		item->enclosures[i].length = get_i64(in, -1, INT64_MAX);
	}
	if (item->id.n == 0)
		fail(in, "an item without id");
}

static const char *
get_format(struct input *in)
{
	struct str name = get_text(in, 16, true);

	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (str_eq_c(name, formats[i]))
			return formats[i];
	fail(in, "an unknown format");
	return formats[0];
}

static void
get_doc(struct input *in, struct feed_doc *doc)
{
	if (get_u32(in, UINT32_MAX) != FLAT_MAGIC)
		fail(in, "not a document");
	doc->format = get_format(in);
	doc->title = get_text(in, ITEM_TITLE_MAX, true);
	doc->link = get_link(in);
	doc->lang = get_text(in, TEXT_MAX, true);
	doc->partial = get_u32(in, 1) != 0;
	doc->hints.ttl_s = get_i64(in, 0, INT64_MAX);
	doc->hints.skip_hours = get_u32(in, 0xffffff);
	doc->hints.skip_days = (uint8_t)get_u32(in, 0x7f);
	doc->hints.update_period_s = get_i64(in, 0, INT64_MAX);
	doc->hints.update_base_s = get_date(in);
	doc->n_warnings = get_count(in, FLAT_WARNINGS_MAX, 12);
	doc->warnings = ARENA_ARRAY(in->arena, struct feed_warning, doc->n_warnings);
	for (size_t i = 0; i < doc->n_warnings; i++) {
		doc->warnings[i].line = (int)get_i64(in, 0, INT32_MAX);
		doc->warnings[i].text = get_text(in, TEXT_MAX, true);
	}
	doc->n_leads = get_count(in, FLAT_LEADS_MAX, 12);
	doc->leads = ARENA_ARRAY(in->arena, struct feed_lead, doc->n_leads);
	for (size_t i = 0; i < doc->n_leads; i++) {
		doc->leads[i].url = get_link(in);
		doc->leads[i].type = get_text(in, TEXT_MAX, true);
		doc->leads[i].title = get_text(in, TEXT_MAX, true);
	}
	doc->n_items = get_count(in, FEED_ITEMS_MAX, 56);
	doc->items = ARENA_ARRAY(in->arena, struct item, doc->n_items);
	for (size_t i = 0; i < doc->n_items && !in->wrong; i++)
		get_item(in, &doc->items[i]);
	if (in->rest.n)
		fail(in, "bytes behind the document");
}

bool
flat_decode(struct str bytes, struct arena *arena, struct feed_doc *ret, struct err *e)
{
	struct input in = { .rest = bytes, .arena = arena };
	struct feed_doc doc = { 0 };

	get_doc(&in, &doc);
	if (in.wrong)
		return err_set(e, ERR_INPUT, "a parsed document came damaged: %s", in.wrong);
	*ret = doc;
	return true;
}
