#include "channel_kinds.h"

#include "bundle.h"
#include "answer.h"
#include "mem.h"

#define TIMEOUT_S 30

struct exec_settings {
	struct str_list argv;
	int64_t timeout_s;
};

/* One argument a line, or one line cut at its spaces.  No shell reads it. */
static bool
parse_command(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct str_list *argv = field;
	char cut = str_find_char(value, '\n') == STR_NONE ? ' ' : '\n';
	size_t cap = 0;

	*argv = (struct str_list){ 0 };
	while (value.n) {
		struct str word;

		str_cut(value, cut, &word, &value);
		word = str_trim(word);
		if (word.n)
			*ARENA_PUSH(arena, argv->v, argv->n, cap) = word;
	}
	if (argv->n == 0 || argv->v[0].p[0] != '/')
		return err_set(e, ERR_CONFIG,
		    "the program is named by its whole path, as /usr/local/bin/ring");
	return true;
}

#define ROW(k, t, member) .key = (k), .type = (t), .offset = offsetof(struct exec_settings, member)
static const struct setting rows[] = {
	{ ROW("command", SETTING_CUSTOM, argv), .parse = parse_command, .required = true,
	    .reach = REACH_ARGV },
	{ ROW("timeout", SETTING_DURATION, timeout_s), .min = 1, .max = 3600 },
};

/* A value of the environment holds no NUL; anything else is the program's to care for. */
static struct str
variable(const char *name, struct str value, struct arena *arena)
{
	size_t nul = str_find_char(value, '\0');

	return str_fmt(arena, "NEWSBELL_%s=%.*s", name,
	    STR_ARG(nul == STR_NONE ? value : str_sub(value, 0, nul)));
}

static bool
render(const struct channel *ch, const struct telling *t, const struct send_context *context,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct alert *alert = t->alert;
	const struct exec_settings *s = ch->settings;
	struct str *env = ARENA_ARRAY(arena, struct str, 8);
	struct json_out o;
	size_t n = 0;

	jout_init(&o, TELLING_JSON_MAX);
	jout_open(&o, NULL, '{');
	jout_str(&o, "delivery", context->delivery_id);
	telling_put_json(&o, t, context->delivery_id, arena);
	jout_close(&o, '}');
	*ret = (struct message){ .carrier = CARRIER_EXEC };
	ret->exec.input = jout_done(&o, arena);
	if (ret->exec.input.n == 0)
		return err_set(
		    e, ERR_LIMIT, "the message is longer than %zu bytes", TELLING_JSON_MAX);
	ret->exec.input = str_join(arena, ret->exec.input, STR("\n"));
	env[n++] = STR("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	env[n++] = STR("LANG=C.UTF-8");
	env[n++] = variable("DELIVERY", context->delivery_id, arena);
	env[n++] = variable("ALERT", alert->id, arena);
	env[n++] = variable("WATCH", alert->watch, arena);
	env[n++] = variable("SEVERITY", str_c(severity_names[alert->severity]), arena);
	env[n++] = variable("LINK", alert->link, arena);
	env[n++] = variable("TITLE", alert->title, arena);
	ret->exec.argv = s->argv;
	ret->exec.env = (struct str_list){ env, n };
	ret->exec.timeout_s = s->timeout_s ? s->timeout_s : TIMEOUT_S;
	return true;
}

static struct verdict
judge(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	(void)now_s;
	return answer_exec(answer);
}

const struct channel_type channel_exec = {
	.name = "exec",
	.carrier = CARRIER_EXEC,
	.settings_size = sizeof(struct exec_settings),
	.rows = rows,
	.n_rows = ARRAY_LEN(rows),
	.render = render,
	.judge = judge,
};
