/*
 * JSON Feed 1 and 1.1 (jsonfeed.org).  Read twice: what the feed says of itself may stand behind
 * the items, and they need it.
 */
#include "format.h"
#include "json_in.h"
#include "mem.h"

#define PREFIX_MAX ((size_t)4096) /* bytes that may stand in front of the document */

struct json_feed {
	struct reader *r;
	struct json_in j;
	size_t items_at; /* offset of the value of "items", 0: not met */
	bool version, address;
	size_t odd_at; /* offset of the first value of a type that says nothing, 0: none */
};

/* A member of an object: its text goes to a slot, or a function reads the value. */
struct member {
	struct str key;
	enum slot slot;
	int rank;
	enum text_kind kind;
	void (*read)(struct json_feed *f);
};

static void
odd(struct json_feed *f, size_t at)
{
	if (f->odd_at == 0)
		f->odd_at = at;
}

/* A text or a number; empty for null, true, false; what holds other values is passed over. */
static struct str
scalar(struct json_feed *f)
{
	size_t at = f->j.at;
	struct json_value v;

	switch (json_in_value(&f->j, f->r->tmp, &v)) {
	case JSON_IN_STRING:
	case JSON_IN_NUMBER:
		return v.text;
	case JSON_IN_OBJECT:
	case JSON_IN_ARRAY:
		odd(f, at);
		json_in_leave(&f->j);
		return STR("");
	case JSON_IN_WORD:
	case JSON_IN_NONE:
		return STR("");
	}
	return STR("");
}

static void
read_members(struct json_feed *f, const struct member *members, size_t n)
{
	struct str key;

	while (json_in_member(&f->j, f->r->tmp, &key)) {
		const struct member *m = NULL;

		for (size_t i = 0; i < n && !m; i++)
			if (str_eq(members[i].key, key))
				m = &members[i];
		if (!m)
			json_in_skip(&f->j);
		else if (m->read)
			m->read(f);
		else
			reader_text(f->r, m->slot, m->rank, m->kind, scalar(f));
	}
}

/* ---- persons, tags, attachments ---- */

/* One value, or each of an array. */
static void
read_each(struct json_feed *f, void (*read)(struct json_feed *f, const struct json_value *v))
{
	struct json_value v;

	if (json_in_value(&f->j, f->r->tmp, &v) != JSON_IN_ARRAY) {
		read(f, &v);
		return;
	}
	while (json_in_element(&f->j)) {
		json_in_value(&f->j, f->r->tmp, &v);
		read(f, &v);
	}
}

/* A name, or an object that has one. */
static void
read_named(struct json_feed *f, const struct json_value *v, enum slot slot, enum slot alone)
{
	const struct member name[] = { { STR_INIT("name"), slot, 1, TEXT_PLAIN, NULL } };

	switch (v->kind) {
	case JSON_IN_OBJECT:
		read_members(f, name, 1);
		return;
	case JSON_IN_ARRAY:
		odd(f, f->j.at);
		json_in_leave(&f->j);
		return;
	case JSON_IN_STRING:
	case JSON_IN_NUMBER:
		reader_text(f->r, alone, 1, TEXT_PLAIN, v->text);
		return;
	case JSON_IN_WORD:
	case JSON_IN_NONE:
		return;
	}
}

static void
read_author(struct json_feed *f, const struct json_value *v)
{
	read_named(f, v, SLOT_AUTHOR, SLOT_AUTHOR);
}

static void
read_authors(struct json_feed *f)
{
	read_each(f, read_author);
}

static void
read_tag(struct json_feed *f, const struct json_value *v)
{
	read_named(f, v, SLOT_CATEGORY, SLOT_CATEGORY);
}

/* A list of tags, or by mistake one text with commas. */
static void
read_tags(struct json_feed *f)
{
	struct json_in before = f->j;
	struct json_value v;

	if (json_in_value(&f->j, f->r->tmp, &v) == JSON_IN_STRING) {
		reader_text(f->r, SLOT_KEYWORDS, 1, TEXT_PLAIN, v.text);
		return;
	}
	f->j = before;
	read_each(f, read_tag);
}

static void
read_attachment(struct json_feed *f, const struct json_value *v)
{
	struct str key, url = STR(""), type = STR(""), size = STR("");

	if (v->kind == JSON_IN_ARRAY)
		json_in_leave(&f->j);
	if (v->kind != JSON_IN_OBJECT) {
		odd(f, f->j.at);
		return;
	}
	while (json_in_member(&f->j, f->r->tmp, &key)) {
		if (str_eq(key, STR("url")))
			url = scalar(f);
		else if (str_eq(key, STR("mime_type")))
			type = scalar(f);
		else if (str_eq(key, STR("size_in_bytes")))
			size = scalar(f);
		else
			json_in_skip(&f->j);
	}
	reader_enclosure(f->r, url, type, size, STR(""));
}

static void
read_attachments(struct json_feed *f)
{
	read_each(f, read_attachment);
}

/* ---- items ---- */

static const struct member item_members[] = {
	{ STR_INIT("id"), SLOT_ID, 6, TEXT_TOKEN, NULL },
	{ STR_INIT("url"), SLOT_LINK, 6, TEXT_TOKEN, NULL },
	{ STR_INIT("external_url"), SLOT_LINK, 5, TEXT_TOKEN, NULL },
	{ STR_INIT("title"), SLOT_TITLE, 6, TEXT_PLAIN, NULL },
	{ STR_INIT("summary"), SLOT_SUMMARY, 6, TEXT_PLAIN, NULL },
	{ STR_INIT("content_html"), SLOT_BODY, 6, TEXT_HTML, NULL },
	{ STR_INIT("content_text"), SLOT_BODY, 5, TEXT_PLAIN, NULL },
	{ STR_INIT("date_published"), SLOT_PUBLISHED, 6, TEXT_TOKEN, NULL },
	{ STR_INIT("date_modified"), SLOT_UPDATED, 6, TEXT_TOKEN, NULL },
	{ STR_INIT("language"), SLOT_LANG, 3, TEXT_TOKEN, NULL },
	{ STR_INIT("author"), SLOT_NONE, 0, TEXT_PLAIN, read_authors },
	{ STR_INIT("authors"), SLOT_NONE, 0, TEXT_PLAIN, read_authors },
	{ STR_INIT("tags"), SLOT_NONE, 0, TEXT_PLAIN, read_tags },
	{ STR_INIT("attachments"), SLOT_NONE, 0, TEXT_PLAIN, read_attachments },
};

static void
read_item(struct json_feed *f, const struct json_value *v)
{
	struct reader *r = f->r;

	if (v->kind == JSON_IN_ARRAY)
		json_in_leave(&f->j);
	if (v->kind != JSON_IN_OBJECT) {
		odd(f, f->j.at);
		return;
	}
	reader_begin_item(r);
	read_members(f, item_members, ARRAY_LEN(item_members));
	if (json_in_cut(&f->j)) {
		r->in_item = false; /* what is not whole is not told */
		arena_reset(r->tmp);
		return;
	}
	r->item.id_is_link = r->item.texts[SLOT_LINK].rank == 0;
	reader_end_item(r);
}

/* An array, or what PHP makes of one that has holes: an object whose members are the items. */
static void
read_items(struct json_feed *f)
{
	struct json_value v;
	struct str key;

	switch (json_in_value(&f->j, NULL, &v)) {
	case JSON_IN_ARRAY:
		while (json_in_element(&f->j)) {
			json_in_value(&f->j, f->r->tmp, &v);
			read_item(f, &v);
		}
		return;
	case JSON_IN_OBJECT:
		while (json_in_member(&f->j, f->r->tmp, &key)) {
			json_in_value(&f->j, f->r->tmp, &v);
			read_item(f, &v);
		}
		return;
	case JSON_IN_NONE:
	case JSON_IN_STRING:
	case JSON_IN_NUMBER:
	case JSON_IN_WORD:
		return;
	}
}

/* ---- the feed ---- */

static void
read_version(struct json_feed *f)
{
	f->version = str_find_ci(scalar(f), STR("jsonfeed.org")) != STR_NONE;
}

static void
read_home(struct json_feed *f)
{
	struct str url = scalar(f);

	f->address |= url.n > 0;
	reader_text(f->r, SLOT_LINK, 6, TEXT_TOKEN, url);
}

static void
read_feed_url(struct json_feed *f)
{
	f->address |= scalar(f).n > 0;
}

static void
note_items(struct json_feed *f)
{
	if (f->items_at == 0)
		f->items_at = f->j.at;
	json_in_skip(&f->j);
}

static const struct member feed_members[] = {
	{ STR_INIT("version"), SLOT_NONE, 0, TEXT_TOKEN, read_version },
	{ STR_INIT("title"), SLOT_TITLE, 6, TEXT_PLAIN, NULL },
	{ STR_INIT("home_page_url"), SLOT_NONE, 0, TEXT_TOKEN, read_home },
	{ STR_INIT("feed_url"), SLOT_NONE, 0, TEXT_TOKEN, read_feed_url },
	{ STR_INIT("language"), SLOT_LANG, 3, TEXT_TOKEN, NULL },
	{ STR_INIT("author"), SLOT_NONE, 0, TEXT_PLAIN, read_authors },
	{ STR_INIT("authors"), SLOT_NONE, 0, TEXT_PLAIN, read_authors },
	{ STR_INIT("items"), SLOT_NONE, 0, TEXT_PLAIN, note_items },
};

/* Without a version and an address: has the first item what only JSON Feed calls so? */
static bool
looks_like_items(const struct json_feed *f)
{
	static const struct str keys[] = { STR_INIT("content_html"), STR_INIT("content_text"),
		STR_INIT("date_published"), STR_INIT("external_url") };
	struct json_in j = f->j;
	struct json_value v;
	struct str key;

	j.at = f->items_at;
	if (json_in_value(&j, NULL, &v) != JSON_IN_ARRAY || !json_in_element(&j) ||
	    json_in_value(&j, NULL, &v) != JSON_IN_OBJECT)
		return false;
	while (json_in_member(&j, f->r->tmp, &key)) {
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			if (str_eq(key, keys[i]))
				return true;
		json_in_skip(&j);
	}
	return false;
}

/*
 * Offset of the document, or STR_NONE.  Behind other text (a warning of PHP) it must say its
 * version first, at the start of a line; a page that shows such a document is none.
 */
static size_t
document_at(struct str text)
{
	struct str head, rest;
	size_t at = 0, brace;

	if (str_starts(str_trim(text), STR(")]}'")))
		at = str_find_char(text, '\'') + 1; /* against being read as a script */
	for (; at < text.n && str_is_space(text.p[at]); at++)
		;
	if (at < text.n && text.p[at] == '{') {
		rest = str_trim(str_sub(text, at + 1, at + 1 + PREFIX_MAX));
		return rest.n && (rest.p[0] == '"' || rest.p[0] == '}') ? at : STR_NONE;
	}
	head = str_sub(text, 0, PREFIX_MAX);
	brace = str_find(head, STR("\n{"));
	if (brace == STR_NONE || str_find_ci(head, STR("<html")) != STR_NONE ||
	    str_find_ci(head, STR("<!doctype")) != STR_NONE ||
	    str_find_ci(head, STR("<pre")) != STR_NONE)
		return STR_NONE;
	rest = str_trim(str_sub(text, brace + 2, text.n));
	return str_starts(rest, STR("\"version\"")) ? brace + 1 : STR_NONE;
}

static bool
begins(struct str utf8)
{
	return document_at(utf8) != STR_NONE;
}

static void
tell_damage(struct json_feed *f, size_t start, size_t end)
{
	static const struct {
		const char *text;
		bool loses;
	} damages[] = {
		[JSON_IN_CUT] = { "the document ends too early", true },
		[JSON_IN_SYNTAX] = { "something that is no JSON where it stands", true },
		[JSON_IN_QUOTE] = { "a quote inside a text", false },
		[JSON_IN_ESCAPE] = { "a backslash that begins no escape", false },
		[JSON_IN_CONTROL] = { "a control character inside a text", false },
	};
	struct reader *r = f->r;
	unsigned more = WARN_JSON + JSON_IN_DAMAGES;

	for (unsigned i = 0; i < JSON_IN_DAMAGES; i++)
		if (f->j.damaged & 1u << i)
			reader_warn(r, WARN_JSON + i, r->utf8.p + f->j.damaged_at[i],
			    damages[i].loses, damages[i].text);
	if (f->odd_at)
		reader_warn(r, more, r->utf8.p + f->odd_at, false,
		    "a value of a type that says nothing here");
	if (start)
		reader_warn(r, more + 1, r->utf8.p, false, "something stands before the document");
	if (str_trim(str_sub(r->utf8, end, r->utf8.n)).n)
		reader_warn(
		    r, more + 2, r->utf8.p + end, false, "something stands behind the document");
}

static bool
read(struct reader *r, struct str utf8, struct err *e)
{
	struct json_feed f = { .r = r };
	size_t start = document_at(utf8), end;

	json_in_init(&f.j, utf8);
	f.j.at = start + 1;
	read_members(&f, feed_members, ARRAY_LEN(feed_members));
	end = f.j.at;
	if (!f.version && (f.items_at == 0 || (!f.address && !looks_like_items(&f))))
		return err_set(e, ERR_INPUT, "not a feed but JSON that is no feed");
	arena_reset(r->tmp);
	if (f.items_at) {
		unsigned damaged = f.j.damaged;

		f.j.damaged = 0; /* each item tells of itself whether it is cut */
		f.j.at = f.items_at;
		read_items(&f);
		f.j.damaged |= damaged;
	}
	tell_damage(&f, start, end);
	return true;
}

const struct format format_json = {
	.name = "json",
	.inherits = true,
	.begins = begins,
	.read = read,
};
