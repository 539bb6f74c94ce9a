#include "channel_kinds.h"

#include "answer.h"
#include "bundle.h"
#include "mem.h"

struct file_settings {
	struct str path;
};

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct file_settings, member)
static const struct setting rows[] = {
	{ ROW("path", SETTING_PATH, path), .required = true, .reach = REACH_WRITE },
};

/* One JSON object a line. */
static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct file_settings *s = ch->settings;
	struct json_out o;
	struct str line;

	jout_init(&o, TELLING_JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "delivery", context->delivery_id);
	telling_put_json(&o, t, context->delivery_id, arena);
	jout_close(&o, '}');
	line = jout_done(&o, arena);
	if (line.n == 0)
		return err_set(
		    e, ERR_LIMIT, "the message is longer than %zu bytes", TELLING_JSON_MAX);
	*ret = (struct message){ .carrier = CARRIER_FILE };
	ret->file =
	    (struct file_write){ .path = s->path, .data = str_join(arena, line, STR("\n")) };
	return true;
}

const struct channel_type channel_file = {
	.name = "file",
	.carrier = CARRIER_FILE,
	.settings_size = sizeof(struct file_settings),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.render = render,
	.judge = answer_any,
};
