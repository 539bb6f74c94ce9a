#include "targets.h"

#include "channel.h"
#include "charset.h"
#include "date.h"
#include "discover.h"
#include "doc_json.h"
#include "entity.h"
#include "feed.h"
#include "flat.h"
#include "fold.h"
#include "frame.h"
#include "gzip.h"
#include "html.h"
#include "import.h"
#include "json_in.h"
#include "match.h"
#include "mem.h"
#include "promise.h"
#include "url.h"
#include "utf8.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

static const struct str base = STR_INIT("https://news.example/a/b?c");

/* ---- feeds ---- */

static bool
same_item(const struct item *a, const struct item *b)
{
	return str_eq(a->id, b->id) && str_eq(a->link, b->link) && str_eq(a->title, b->title) &&
	       str_eq(a->summary, b->summary) && str_eq(a->body, b->body) &&
	       str_eq(a->content, b->content) && a->published_s == b->published_s &&
	       a->updated_s == b->updated_s && a->n_categories == b->n_categories &&
	       a->n_enclosures == b->n_enclosures;
}

/* flat_decode looks after every promise of feed_parse. */
static void
check_doc(const struct feed_doc *doc, struct arena *arena)
{
	struct feed_doc again;
	struct err e = { 0 };
	struct buf flat;

	buf_init(&flat, (size_t)1 << 30);
	PROMISE(flat_encode(doc, &flat));
	if (!flat_decode(buf_str(&flat), arena, &again, &e)) {
		fprintf(stderr, "%s\n", e.text);
		abort();
	}
	PROMISE(again.n_items == doc->n_items);
	for (size_t i = 0; i < doc->n_items; i++) {
		PROMISE(same_item(&doc->items[i], &again.items[i]));
		PROMISE(doc->items[i].content.n == 0 ||
			str_find_ci(doc->items[i].content, STR("<script")) == STR_NONE);
	}
	PROMISE(feed_doc_json(doc, arena).n > 0);
	buf_free(&flat);
}

static void
run_parse(struct str in)
{
	const struct feed_source source = { .body = in, .base_url = base, .want_content = true };
	struct arena *arena = arena_new();
	struct feed_doc doc = { 0 };
	struct discovery leads;
	struct err e = { 0 };

	if (feed_parse(&source, arena, &doc, &e)) {
		check_doc(&doc, arena);
	} else {
		PROMISE(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
		PROMISE(e.text[0]);
		if (discover_feeds(&source, arena, &leads, &e))
			for (size_t i = 0; i < leads.n; i++)
				PROMISE(url_is_http(leads.leads[i].url));
	}
	arena_free(arena);
}

/* The first line is the Content-Type. */
static void
run_charset(struct str in)
{
	struct arena *arena = arena_new();
	struct charset_result result;
	struct str type, body;
	struct err e = { 0 };

	str_cut(in, '\n', &type, &body);
	if (charset_to_utf8(body, type, arena, &result, &e)) {
		PROMISE(utf8_valid_length(result.utf8) == result.utf8.n);
		PROMISE(result.name && result.name[0]);
	} else {
		PROMISE(e.kind == ERR_LIMIT);
	}
	arena_free(arena);
}

static void
run_date(struct str in)
{
	struct arena *arena = arena_new();
	int64_t s = date_parse(in);

	if (s != DATE_NONE) {
		PROMISE(date_parse(date_rfc3339(s, arena)) == s);
		PROMISE(date_parse(date_rfc5322(s, arena)) == s);
	}
	arena_free(arena);
}

static void
check_text(struct str text, size_t max)
{
	PROMISE(text.n <= max);
	PROMISE(utf8_valid_length(text) == text.n);
	PROMISE(text.n == 0 || (!str_is_space(text.p[0]) && !str_is_space(text.p[text.n - 1])));
	for (size_t i = 0; i < text.n; i++) {
		PROMISE((unsigned char)text.p[i] >= ' ' || text.p[i] == '\n');
		PROMISE(i == 0 || !str_is_space(text.p[i]) || !str_is_space(text.p[i - 1]));
	}
}

static void
run_html(struct str in)
{
	struct arena *arena = arena_new();
	size_t max = in.n ? (unsigned char)in.p[0] * 8 : 0; /* often too little, often enough */
	struct str safe;

	check_text(html_to_text(in, arena, max), max);
	check_text(html_text_from_feed(in, arena, max), max);
	check_text(text_clean(in, arena, max), max);
	safe = html_sanitise(in, base, arena, max);
	PROMISE(safe.n <= max);
	PROMISE(str_eq(html_sanitise(safe, base, arena, (size_t)1 << 30), safe));
	PROMISE(entity_text(in, arena).n <= in.n);
	html_has_markup(in);
	arena_free(arena);
}

static void
walk_json(struct json_in *j, struct arena *arena, int depth)
{
	struct json_value v;
	struct str key;

	switch (json_in_value(j, arena, &v)) {
	case JSON_IN_OBJECT:
		while (json_in_member(j, arena, &key))
			if (depth < 64)
				walk_json(j, arena, depth + 1);
			else
				json_in_skip(j);
		break;
	case JSON_IN_ARRAY:
		while (json_in_element(j))
			if (depth < 64)
				walk_json(j, arena, depth + 1);
			else
				json_in_leave(j);
		break;
	case JSON_IN_STRING:
		PROMISE(utf8_valid_length(v.text) == v.text.n);
		break;
	case JSON_IN_NONE:
	case JSON_IN_NUMBER:
	case JSON_IN_WORD:
		break;
	}
}

/* Any bytes as the value of a JSON feed, so that mutations need not find its frame. */
static void
run_json(struct str in)
{
	struct arena *arena = arena_new();
	struct str utf8 = utf8_repair(in, arena);
	struct json_in j;
	struct feed_source source = { .base_url = base, .want_content = true };
	struct feed_doc doc;
	struct err e = { 0 };

	json_in_init(&j, utf8);
	walk_json(&j, arena, 0);
	PROMISE(j.at <= utf8.n);
	source.body = str_join(
	    arena, STR("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":["), utf8);
	if (feed_parse(&source, arena, &doc, &e))
		check_doc(&doc, arena);
	arena_free(arena);
}

/* The first line is the base. */
static void
run_url(struct str in)
{
	struct arena *arena = arena_new();
	struct str from, ref, url;

	str_cut(in, '\n', &from, &ref);
	url = url_http(from, ref, arena, ITEM_LINK_MAX);
	if (url.n) {
		PROMISE(url.n <= ITEM_LINK_MAX);
		PROMISE(url_is_http(url));
		PROMISE(str_eq(url_http(STR(""), url, arena, ITEM_LINK_MAX), url));
		PROMISE(url_host(url).n > 0);
		for (size_t i = 0; i < url.n; i++)
			PROMISE((unsigned char)url.p[i] > ' ');
		url = url_normal(url, arena);
		PROMISE(str_eq(url_normal(url, arena), url));
	}
	url_normal(ref, arena);
	url_resolve(from, ref, arena);
	arena_free(arena);
}

static size_t
count_http(const struct subscriptions *feeds)
{
	size_t n = 0;

	for (size_t i = 0; i < feeds->n; i++)
		n += url_is_http(feeds->v[i].url);
	return n;
}

/*
 * Lists of other readers, written as our own and as OPML, which says the same when read again; and
 * as documents.
 */
static void
run_import(struct str in)
{
	struct arena *arena = arena_new();
	const struct feed_source list = { .body = in, .want_list = true };
	struct subscriptions again;
	struct imported got;
	struct diags diags;
	struct feed_doc doc;
	struct err e;

	if (feed_parse(&list, arena, &doc, &e))
		check_doc(&doc, arena);
	diags_init(&diags, arena);
	if (import_read(utf8_repair(in, arena), STR("f"), arena, &diags, &got)) {
		PROMISE(import_write(&got, arena).n > 0);
		PROMISE(opml_read(
		    opml_write(STR("t"), &got.feeds, arena), STR("f"), arena, &diags, &again));
		PROMISE(again.n == count_http(&got.feeds));
	}
	for (size_t i = 0; i < diags.n; i++)
		diag_text(&diags.v[i], arena);
	arena_free(arena);
}

/* ---- between processes ---- */

static void
run_flat(struct str in)
{
	struct arena *arena = arena_new();
	struct feed_doc doc;
	struct err e = { 0 };

	if (flat_decode(in, arena, &doc, &e))
		check_doc(&doc, arena);
	else
		PROMISE(e.kind == ERR_INPUT && e.text[0]);
	arena_free(arena);
}

/* The first byte says in how big pieces the rest arrives. */
static void
run_frame(struct str in)
{
	struct frame_reader reader;
	size_t piece = in.n ? (unsigned char)in.p[0] + 1u : 1;
	enum frame_verdict verdict = FRAME_MORE;
	struct str message;

	frame_reader_init(&reader, 4096);
	for (size_t at = 1; at < in.n && verdict != FRAME_BROKEN; at += piece) {
		struct str arrived = str_sub(in, at, at + piece);

		memcpy(frame_room(&reader, arrived.n), arrived.p, arrived.n);
		frame_arrived(&reader, arrived.n);
		while ((verdict = frame_next(&reader, &message)) == FRAME_READY)
			PROMISE(message.n <= 4096);
	}
	frame_reader_free(&reader);
}

/* ---- the user's files ---- */

static bool
no_secret(struct secret *s, struct arena *arena, void *cookie, struct err *e)
{
	(void)s;
	(void)arena;
	(void)cookie;
	return err_set(e, ERR_SYSTEM, "there are no secrets here");
}

static void
apply_feed(const struct section *section, const struct settings_env *env, struct arena *arena,
    struct diags *diags)
{
	struct feed_section feed = { 0 };
	const struct settings_table table = { feed_settings, n_feed_settings, &feed };

	feed_init(&feed);
	settings_apply(section, &table, 1, env, arena, diags);
	feed_check(&feed, section->name, section->at, diags);
}

/* Its name says its type. */
static void
apply_channel(const struct section *section, const struct settings_env *env, struct arena *arena,
    struct diags *diags)
{
	const struct channel_type *type = channel_type_find(section->name);
	struct channel channel = { .name = section->name, .type = type };
	struct settings_table table;

	if (!type)
		return;
	channel.settings = arena_alloc(arena, type->settings_size);
	table = (struct settings_table){ type->rows, type->n_rows, channel.settings };
	settings_apply(section, &table, 1, env, arena, diags);
	if (type->check)
		type->check(&channel, section->at, diags);
}

static void
run_settings(struct str in)
{
	static const struct settings_env env = { no_secret, NULL };
	struct arena *arena = arena_new();
	struct section *sections = NULL;
	size_t n = 0, cap = 0;
	struct diags diags;

	diags_init(&diags, arena);
	settings_read(in, STR("f"), arena, &diags, &sections, &n, &cap);
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(sections[i].kind, "channel"))
			apply_channel(&sections[i], &env, arena, &diags);
		else
			apply_feed(&sections[i], &env, arena, &diags);
	for (size_t i = 0; i < diags.n; i++)
		diag_text(&diags.v[i], arena);
	arena_free(arena);
}

/* The first line is an expression, the next ones to an empty one a list "l", then title and body.
 */
static void
run_match(struct str in)
{
	struct arena *arena = arena_new();
	struct str when, list, text = STR("");
	struct str_list none = { 0 };
	struct diags diags;
	struct watchset *set;
	size_t gap;

	in = utf8_repair(in, arena);
	str_cut(in, '\n', &when, &list);
	gap = str_find(list, STR("\n\n"));
	if (gap != STR_NONE) {
		text = str_sub(list, gap + 2, list.n);
		list = str_sub(list, 0, gap + 1);
	}
	diags_init(&diags, arena);
	set = watchset_build(&(struct list_source){ STR("l"), STR("f"), list }, list.n > 0,
	    &(struct watch_source){ .name = STR("w"), .when = { .value = when } }, when.n > 0,
	    &none, &none, &diags);
	for (size_t i = 0; i < diags.n; i++)
		diag_text(&diags.v[i], arena);
	if (set) {
		struct matcher *m = matcher_new(set);
		struct match_input input = { 0 };
		struct match_result result;

		input.zone[ZONE_TITLE] = text_clean(text, arena, ITEM_TITLE_MAX);
		input.zone[ZONE_BODY] = html_text_from_feed(text, arena, ITEM_TEXT_MAX);
		matcher_run(m, &input, arena, &result);
		for (size_t i = 0; i < result.n_fired; i++)
			for (size_t k = 0; k < result.fired[i].n_entries; k++)
				for (size_t h = 0; h < result.fired[i].entries[k].n_hits; h++) {
					const struct hit *hit = &result.fired[i].entries[k].hits[h];

					PROMISE((size_t)hit->offset + hit->length <=
						input.zone[hit->zone].n);
				}
		matcher_free(m);
	}
	watchset_free(set);
	arena_free(arena);
}

/* The way back from every byte, and words inside of the text. */
static void
promise_folded(const struct folded *t, size_t n)
{
	size_t before = 0, end = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t start = folded_start(t, i), behind = folded_end(t, i + 1);

		PROMISE(before <= start && start <= behind && behind <= n);
		before = start;
	}
	for (size_t i = 0; i < t->n_runs; i++) {
		PROMISE(end <= t->runs[i].start && t->runs[i].start < t->runs[i].end);
		end = t->runs[i].end;
		PROMISE(end <= t->n);
	}
	for (size_t i = 0; i < FOLD_PAD; i++)
		PROMISE(t->p[t->n + i] == 0);
}

static void
promise_words(const struct folded *t)
{
	struct words w = { 0 };
	size_t end = 0;

	words_cut(t, &w);
	for (size_t i = 0; i < w.n; i++) {
		PROMISE(end <= w.v[i].start && w.v[i].start < w.v[i].end);
		end = w.v[i].end;
		PROMISE(end <= t->n);
		PROMISE(w.hashes[i] == words_hash(t->p + w.v[i].start, w.v[i].end - w.v[i].start));
	}
	words_free(&w);
}

static void
run_fold(struct str in)
{
	struct folder *folder = folder_new();
	struct folded t = { 0 }, again = { 0 };

	for (int form = FOLD_NORMAL; form <= FOLD_FOLDED; form++) {
		fold_text(folder, in, (enum fold_form)form, &t);
		PROMISE(utf8_valid_length(str_n(t.p, t.n)) == t.n);
		promise_folded(&t, in.n);
		fold_text(folder, in, (enum fold_form)form, &again); /* all is learnt now */
		PROMISE(str_eq(str_n(t.p, t.n), str_n(again.p, again.n)));
		PROMISE(t.n_runs == again.n_runs && t.n_points == again.n_points);
	}
	promise_words(&t);
	folded_free(&t);
	folded_free(&again);
	folder_free(folder);
}

const struct fuzz_target fuzz_targets[] = {
	{ "answer", run_answer },
	{ "charset", run_charset },
	{ "config", run_config },
	{ "control", run_control },
	{ "date", run_date },
	{ "flat", run_flat },
	{ "fold", run_fold },
	{ "frame", run_frame },
	{ "html", run_html },
	{ "import", run_import },
	{ "json", run_json },
	{ "lmtp", run_lmtp },
	{ "match", run_match },
	{ "parse", run_parse },
	{ "poll", run_poll },
	{ "route", run_route },
	{ "settings", run_settings },
	{ "template", run_template },
	{ "url", run_url },
};
const size_t n_fuzz_targets = ARRAY_LEN(fuzz_targets);

const struct fuzz_target *
fuzz_target(const char *name)
{
	for (size_t i = 0; i < n_fuzz_targets; i++)
		if (strcmp(fuzz_targets[i].name, name) == 0)
			return &fuzz_targets[i];
	return NULL;
}
