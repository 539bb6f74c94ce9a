#include "alert.h"

#include "date.h"
#include "json_in.h"
#include "mem.h"
#include "utf8.h"

#include <assert.h>

/* What a member of an object is; _OR_NULL: null, or not there, will do. */
enum form {
	FORM_TEXT,
	FORM_TEXT_OR_NULL,
	FORM_DATE, /* or null */
	FORM_COUNT,
	FORM_COUNT_OR_NONE,
	FORM_SIZE, /* a count in a size_t */
	FORM_WORD, /* of `words`, an enum */
	FORM_WORD_OR_NULL,
	FORM_PART, /* an object or array, for `part` */
	FORM_PART_OR_NULL,
};

struct reader {
	struct json_in in;
	struct arena *arena;
	struct err *e;
	bool good; /* what is JSON is also facts of an alert */
};

struct member {
	struct str key;
	enum form form;
	size_t offset;
	const char *const *words;
	unsigned n_words;
	enum json_kind kind; /* of the part */
	void (*part)(struct reader *r, void *to);
};

/* What is said of a member that is not so. */
static const char *const complaints[] = {
	[FORM_TEXT] = "is no text",
	[FORM_TEXT_OR_NULL] = "is no text",
	[FORM_DATE] = "is no date",
	[FORM_COUNT] = "is no count",
	[FORM_COUNT_OR_NONE] = "is no count",
	[FORM_SIZE] = "is no count",
	[FORM_WORD] = "is no known word",
	[FORM_WORD_OR_NULL] = "is no known word",
	[FORM_PART] = "is no object",
	[FORM_PART_OR_NULL] = "is no object",
};

static void
refuse(struct reader *r, struct str key, const char *complaint)
{
	if (r->good && !r->in.damaged)
		r->good = err_set(r->e, ERR_INPUT, "these are no facts of an alert: %.*s %s",
		    STR_ARG(key), complaint);
}

/* ---- values ---- */

static bool
read_date(const struct json_value *v, int64_t *to)
{
	if (v->kind != JSON_IN_STRING)
		return false;
	*to = v->text.n ? date_parse(v->text) : DATE_NONE;
	return v->text.n == 0 || *to != DATE_NONE;
}

static bool
read_count(const struct json_value *v, int64_t *to)
{
	return v->kind == JSON_IN_NUMBER && str_to_i64(v->text, to) && *to >= 0;
}

static bool
read_size(const struct json_value *v, size_t *to)
{
	int64_t count;

	if (!read_count(v, &count))
		return false;
	*to = (size_t)count;
	return true;
}

/* An enum is stored as its number. */
static_assert(sizeof(enum zone) == sizeof(unsigned) && sizeof(enum severity) == sizeof(unsigned),
    "enums are as wide as unsigned");

static bool
read_word(const struct member *m, const struct json_value *v, unsigned *to)
{
	for (unsigned i = 0; v->kind == JSON_IN_STRING && i < m->n_words; i++)
		if (str_eq_c(v->text, m->words[i])) {
			*to = i;
			return true;
		}
	return false;
}

static bool
read_value(struct reader *r, const struct member *m, const struct json_value *v, void *to)
{
	switch (m->form) {
	case FORM_TEXT:
	case FORM_TEXT_OR_NULL:
		*(struct str *)to = v->text;
		return v->kind == JSON_IN_STRING;
	case FORM_DATE:
		return read_date(v, to);
	case FORM_COUNT:
	case FORM_COUNT_OR_NONE:
		return read_count(v, to);
	case FORM_SIZE:
		return read_size(v, to);
	case FORM_WORD:
	case FORM_WORD_OR_NULL:
		return read_word(m, v, to);
	case FORM_PART:
	case FORM_PART_OR_NULL:
		if (v->kind != m->kind)
			return false;
		m->part(r, to);
		return true;
	}
	return false;
}

/* ---- objects ---- */

static bool
may_be_missing(enum form form)
{
	return form == FORM_TEXT_OR_NULL || form == FORM_DATE || form == FORM_COUNT_OR_NONE ||
	       form == FORM_WORD_OR_NULL || form == FORM_PART_OR_NULL;
}

/* They mostly come in the order of the table: *next is where the search begins. */
static const struct member *
find_member(const struct member *members, size_t n, struct str key, size_t *next)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = *next + k < n ? *next + k : *next + k - n;

		if (str_eq(members[i].key, key)) {
			*next = i + 1 < n ? i + 1 : 0;
			return &members[i];
		}
	}
	return NULL;
}

static void
read_member(struct reader *r, const struct member *m, void *base)
{
	struct json_value v;

	json_in_value(&r->in, r->arena, &v);
	if (may_be_missing(m->form) && v.kind == JSON_IN_WORD && str_eq(v.text, STR("null")))
		return;
	if (read_value(r, m, &v, (char *)base + m->offset))
		return;
	refuse(r, m->key, complaints[m->form]);
	r->in.at = r->in.in.n; /* nothing that follows is of interest */
}

/* The object that was opened, into the struct at base, where what does not come is left. */
static void
read_object(struct reader *r, const struct member *members, size_t n, void *base)
{
	uint32_t seen = 0;
	size_t next = 0;
	struct str key;

	while (json_in_member(&r->in, r->arena, &key)) {
		const struct member *m = find_member(members, n, key, &next);

		if (!m) {
			json_in_skip(&r->in);
			continue;
		}
		if (seen >> (m - members) & 1)
			refuse(r, key, "comes twice");
		seen |= UINT32_C(1) << (m - members);
		read_member(r, m, base);
	}
	for (size_t i = 0; i < n; i++)
		if (!(seen >> i & 1) && !may_be_missing(members[i].form))
			refuse(r, members[i].key, complaints[members[i].form]);
}

/* The next element of the array that was opened, an object. */
static void
read_element(struct reader *r, const struct member *members, size_t n, void *to)
{
	if (json_in_value(&r->in, r->arena, &(struct json_value){ 0 }) == JSON_IN_OBJECT)
		read_object(r, members, n, to);
	else
		refuse(r, STR("an element"), "is no object");
}

/* ---- the tables ---- */

#define WORDS(w, count) .words = (w), .n_words = (count)
#define PART(k, f) .kind = (k), .part = (f)
#define AT(k, f, s, member) .key = STR_INIT(k), .form = (f), .offset = offsetof(s, member)

static void
read_snippet(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("before", FORM_TEXT, struct snippet, before) },
		{ AT("marked", FORM_TEXT, struct snippet, marked) },
		{ AT("after", FORM_TEXT, struct snippet, after) },
	};

	read_object(r, members, ARRAY_LEN(members), to);
}

static void
read_entries(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("list", FORM_TEXT_OR_NULL, struct alert_entry, list) },
		{ AT("name", FORM_TEXT, struct alert_entry, name) },
		{ AT("term", FORM_TEXT, struct alert_entry, term) },
		{ AT("zone", FORM_WORD, struct alert_entry, zone), WORDS(zone_names, ZONE_COUNT) },
		{ AT("count", FORM_COUNT, struct alert_entry, count) },
		{ AT("snippet", FORM_PART_OR_NULL, struct alert_entry, snippet),
		    PART(JSON_IN_OBJECT, read_snippet) },
	};
	struct alert *alert = to;
	size_t cap = 0;

	while (json_in_element(&r->in)) {
		struct alert_entry *entry =
		    ARENA_PUSH(r->arena, alert->entries, alert->n_entries, cap);

		*entry = (struct alert_entry){ .list = STR("") };
		read_element(r, members, ARRAY_LEN(members), entry);
	}
}

static void
read_others(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("title", FORM_TEXT, struct alert_other, title) },
		{ AT("link", FORM_TEXT_OR_NULL, struct alert_other, link) },
		{ AT("feed", FORM_TEXT, struct alert_other, feed) },
		{ AT("seen", FORM_DATE, struct alert_other, seen_s) },
	};
	struct alert_story *story = to;
	size_t cap = 0;

	while (json_in_element(&r->in)) {
		struct alert_other *other =
		    ARENA_PUSH(r->arena, story->others, story->n_others, cap);

		*other = (struct alert_other){ .link = STR(""), .seen_s = DATE_NONE };
		read_element(r, members, ARRAY_LEN(members), other);
	}
}

static void
read_story(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("id", FORM_COUNT, struct alert_story, id) },
		{ AT("again", FORM_WORD_OR_NULL, struct alert_story, again),
		    WORDS(story_reasons, AGAIN_ROUTE + 1) },
		{ AT("opened", FORM_DATE, struct alert_story, opened_s) },
		{ AT("items", FORM_COUNT, struct alert_story, items) },
		{ AT("outlets", FORM_COUNT, struct alert_story, outlets) },
		{ .key = STR_INIT("others"),
		    .form = FORM_PART_OR_NULL,
		    PART(JSON_IN_ARRAY, read_others) },
	};

	((struct alert_story *)to)->opened_s = DATE_NONE;
	read_object(r, members, ARRAY_LEN(members), to);
}

static void
read_was(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("title", FORM_TEXT_OR_NULL, struct alert, was_title) },
		{ AT("summary", FORM_TEXT_OR_NULL, struct alert, was_summary) },
	};

	read_object(r, members, ARRAY_LEN(members), to);
}

static void
read_item(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("id", FORM_TEXT, struct alert, item_id) },
		{ AT("title", FORM_TEXT, struct alert, title) },
		{ AT("link", FORM_TEXT_OR_NULL, struct alert, link) },
		{ AT("summary", FORM_TEXT, struct alert, summary) },
		{ AT("author", FORM_TEXT_OR_NULL, struct alert, author) },
		{ AT("published", FORM_DATE, struct alert, published_s) },
		{ AT("seen", FORM_DATE, struct alert, seen_s) },
		{ AT("revision", FORM_COUNT_OR_NONE, struct alert, revision) },
		{ .key = STR_INIT("was"),
		    .form = FORM_PART_OR_NULL,
		    PART(JSON_IN_OBJECT, read_was) },
	};

	read_object(r, members, ARRAY_LEN(members), to);
}

static void
read_feed(struct reader *r, void *to)
{
	static const struct member members[] = {
		{ AT("name", FORM_TEXT, struct alert, feed) },
		{ AT("title", FORM_TEXT_OR_NULL, struct alert, feed_title) },
	};

	read_object(r, members, ARRAY_LEN(members), to);
}

static const struct member alert_members[] = {
	{ AT("kind", FORM_WORD, struct alert, kind), WORDS(alert_kind_names, ALERT_OPERATOR + 1) },
	{ AT("id", FORM_TEXT, struct alert, id) },
	{ AT("watch", FORM_TEXT, struct alert, watch) },
	{ AT("severity", FORM_WORD, struct alert, severity),
	    WORDS(severity_names, SEVERITY_COUNT) },
	{ AT("created", FORM_DATE, struct alert, created_s) },
	{ .key = STR_INIT("item"), .form = FORM_PART, PART(JSON_IN_OBJECT, read_item) },
	{ .key = STR_INIT("feed"), .form = FORM_PART, PART(JSON_IN_OBJECT, read_feed) },
	{ .key = STR_INIT("entries"),
	    .form = FORM_PART_OR_NULL,
	    PART(JSON_IN_ARRAY, read_entries) },
	{ AT("more_entries", FORM_SIZE, struct alert, n_more) },
	{ AT("story", FORM_PART_OR_NULL, struct alert, story), PART(JSON_IN_OBJECT, read_story) },
};

/* Written by us as it must be: what is damaged is not mended. */
static bool
is_whole(const struct json_in *in)
{
	return !in->damaged && str_trim(str_sub(in->in, in->at, in->in.n)).n == 0;
}

bool
alert_from_json(struct str json, struct arena *arena, struct alert *ret, struct err *e)
{
	struct reader r = { .arena = arena, .e = e, .good = true };
	struct alert alert = {
		.json = json, .created_s = DATE_NONE, .published_s = DATE_NONE, .seen_s = DATE_NONE
	};

	if (utf8_valid_length(json) != json.n)
		return err_set(e, ERR_INPUT, "these are no facts of an alert: this is no UTF-8");
	json_in_init(&r.in, json);
	if (json_in_value(&r.in, arena, &(struct json_value){ 0 }) == JSON_IN_OBJECT)
		read_object(&r, alert_members, ARRAY_LEN(alert_members), &alert);
	else
		refuse(&r, STR("this"), "is no JSON object");
	if (!r.good)
		return false;
	if (!is_whole(&r.in))
		return err_set(e, ERR_INPUT, "these are no facts of an alert: this is no JSON");
	*ret = alert;
	return true;
}
