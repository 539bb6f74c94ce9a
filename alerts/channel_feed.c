#include "channel_kinds.h"

#include "answer.h"
#include "chat.h"
#include "date.h"
#include "feed_file.h"
#include "html_out.h"
#include "json_out.h"
#include "mem.h"
#include "url.h"
#include "wording.h"

#define KEEP 100
#define ENTRY_MAX ((size_t)1 << 20) /* bytes */

enum form { FORM_ATOM, FORM_JSON };
static const char *const forms[] = {
	[FORM_ATOM] = "atom",
	[FORM_JSON] = "json",
	NULL,
};

struct feed_settings {
	struct str path, title, self;
	int form;
	int64_t keep;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct feed_settings, member)
static const struct setting rows[] = {
	{ ROW("path", SETTING_PATH, path), .required = true, .reach = REACH_WRITE },
	{ ROW("format", SETTING_CHOICE, form), .choices = forms },
	{ ROW("title", SETTING_TEXT, title) },
	{ ROW("url", SETTING_URL, self) },
	{ ROW("keep", SETTING_INT, keep), .min = 1, .max = 10000 },
};

static const struct chat_style style = {
	.escape = chat_escape_html,
	.link = chat_link_html,
	.bold = { "<b>", "</b>" },
	.mark = { "<mark>", "</mark>" },
	.gap = "<br>",
	.newline = "<br>",
};

static struct str
body(const struct telling *t, const struct send_context *context, size_t *told, struct arena *arena)
{
	return str_fmt(arena, "<p>%.*s</p><p><i>%.*s</i></p>",
	    STR_ARG(chat_body(t, &style, context->zone, ENTRY_MAX / 8, told, arena)),
	    STR_ARG(chat_escaped(&style, chat_footer(t->alert, arena), arena)));
}

static struct str
json_entry(
    const struct telling *t, const struct send_context *context, size_t *told, struct arena *arena)
{
	const struct alert *alert = t->alert;
	struct json_out o;

	jout_init(&o, ENTRY_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "id", str_fmt(arena, "urn:newsbell:%.*s", STR_ARG(context->delivery_id)));
	if (url_is_http(alert->link))
		jout_str(&o, "url", alert->link);
	jout_str(&o, "title", wording_subject(alert, 300, arena));
	jout_str(&o, "content_html", body(t, context, told, arena));
	jout_date(&o, "date_published", alert->created_s);
	jout_open(&o, "tags", '[');
	jout_str(&o, NULL, wording_line(alert->watch, arena));
	jout_str(&o, NULL, str_c(severity_names[alert->severity]));
	jout_close(&o, ']');
	jout_close(&o, '}');
	return jout_done(&o, arena);
}

static struct str
atom_entry(
    const struct telling *t, const struct send_context *context, size_t *told, struct arena *arena)
{
	const struct alert *alert = t->alert;
	struct str updated = date_rfc3339(alert->created_s, arena), ret;
	struct buf b;

	buf_init(&b, ENTRY_MAX);
	buf_addf(&b, "<entry><id>urn:newsbell:%.*s</id><title>", STR_ARG(context->delivery_id));
	html_escape(&b, wording_subject(alert, 300, arena));
	buf_addf(&b, "</title><updated>%.*s</updated><published>%.*s</published>", STR_ARG(updated),
	    STR_ARG(updated));
	if (url_is_http(alert->link)) {
		buf_add(&b, STR("<link href=\""));
		html_escape(&b, alert->link);
		buf_add(&b, STR("\"/>"));
	}
	buf_addf(
	    &b, "<category term=\"%s\"/><content type=\"html\">", severity_names[alert->severity]);
	html_escape(&b, body(t, context, told, arena));
	buf_add(&b, STR("</content></entry>"));
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}

static struct str
merge(const struct file_write *w, struct str old, struct arena *arena)
{
	return feed_file_merge(w->merging, old, w->data, arena);
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct feed_settings *s = ch->settings;
	struct feed_file *f = ARENA_NEW(arena, struct feed_file);
	struct str entry;
	size_t told;

	*f = (struct feed_file){
		.json = s->form == FORM_JSON,
		.title = s->title.n ? s->title : STR("newsbell alerts"),
		.self = s->self,
		.id = context->delivery_id,
		.updated = date_rfc3339(t->alert->created_s, arena),
		.keep = s->keep ? s->keep : KEEP,
	};
	entry =
	    f->json ? json_entry(t, context, &told, arena) : atom_entry(t, context, &told, arena);
	if (entry.n == 0)
		return err_set(e, ERR_LIMIT, "the entry is longer than %zu bytes", ENTRY_MAX);
	*ret = (struct message){ .carrier = CARRIER_FILE, .told = told };
	/* an entry is one line: no text in it has a newline */
	ret->file =
	    (struct file_write){ .path = s->path, .data = entry, .merge = merge, .merging = f };
	return true;
}

const struct channel_type channel_feed = {
	.name = "feed",
	.carrier = CARRIER_FILE,
	.settings_size = sizeof(struct feed_settings),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.render = render,
	.judge = answer_any,
};
