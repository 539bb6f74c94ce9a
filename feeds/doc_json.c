#include "doc_json.h"

#include "date.h"
#include "mem.h"

#include <jansson.h>
#include <stdlib.h>

/* jansson fails only when memory is out, and then so are we (mem.h). */
static json_t *
made(json_t *value)
{
	if (!value)
		mem_exhausted(0);
	return value;
}

static json_t *
text(struct str s)
{
	/* what feed_parse returns is valid UTF-8; the checking variant would drop it whole
	 * otherwise */
	return made(json_stringn(s.n ? s.p : "", s.n));
}

static json_t *
date(int64_t s, struct arena *arena)
{
	struct str rfc3339 = date_rfc3339(s, arena);

	return rfc3339.n ? text(rfc3339) : made(json_null());
}

static void
set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		mem_exhausted(0);
}

static void
append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		mem_exhausted(0);
}

static json_t *
enclosure_json(const struct enclosure *e)
{
	json_t *o = made(json_object());

	set(o, "url", text(e->url));
	set(o, "type", text(e->type));
	set(o, "length", e->length < 0 ? made(json_null()) : made(json_integer(e->length)));
	return o;
}

static json_t *
item_json(const struct item *item, struct arena *arena)
{
	json_t *o = made(json_object()), *list;

	set(o, "id", text(item->said_id.n ? item->said_id : item->id));
	if (item->said_id.n)
		set(o, "key", text(item->id));
	set(o, "link", text(item->link));
	set(o, "title", text(item->title));
	set(o, "summary", text(item->summary));
	set(o, "content", text(item->content));
	set(o, "author", text(item->author));
	set(o, "published", date(item->published_s, arena));
	set(o, "updated", date(item->updated_s, arena));
	list = made(json_array());
	for (size_t i = 0; i < item->n_categories; i++)
		append(list, text(item->categories[i]));
	set(o, "categories", list);
	list = made(json_array());
	for (size_t i = 0; i < item->n_enclosures; i++)
		append(list, enclosure_json(&item->enclosures[i]));
	set(o, "enclosures", list);
	if (item->lang.n)
		set(o, "language", text(item->lang));
	return o;
}

static json_t *
warnings_json(const struct feed_doc *doc)
{
	json_t *list = made(json_array());

	for (size_t i = 0; i < doc->n_warnings; i++) {
		json_t *o = made(json_object());

		set(o, "line", made(json_integer(doc->warnings[i].line)));
		set(o, "text", text(doc->warnings[i].text));
		append(list, o);
	}
	return list;
}

static json_t *
leads_json(const struct feed_doc *doc)
{
	json_t *list = made(json_array());

	for (size_t i = 0; i < doc->n_leads; i++) {
		json_t *o = made(json_object());

		set(o, "url", text(doc->leads[i].url));
		set(o, "type", text(doc->leads[i].type));
		set(o, "title", text(doc->leads[i].title));
		append(list, o);
	}
	return list;
}

struct str
feed_doc_json(const struct feed_doc *doc, struct arena *arena)
{
	json_t *o = made(json_object()), *items = made(json_array());
	struct str line;
	char *dumped;

	set(o, "format", text(str_c(doc->format)));
	set(o, "title", text(doc->title));
	set(o, "link", text(doc->link));
	if (doc->lang.n)
		set(o, "language", text(doc->lang));
	for (size_t i = 0; i < doc->n_items; i++)
		append(items, item_json(&doc->items[i], arena));
	set(o, "items", items);
	if (doc->partial)
		set(o, "partial", made(json_true()));
	if (doc->n_warnings)
		set(o, "warnings", warnings_json(doc));
	if (doc->n_leads)
		set(o, "leads", leads_json(doc));
	dumped = json_dumps(o, JSON_COMPACT);
	if (!dumped)
		mem_exhausted(0);
	line = str_dup(arena, str_c(dumped));
	free(dumped);
	json_decref(o);
	return line;
}
