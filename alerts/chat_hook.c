#include "chat_hook.h"

#include "chat.h"

void
chat_hook_check(const struct channel *ch, struct place at, struct diags *diags)
{
	const struct chat_hook *s = ch->settings;

	target_check_url(&s->url, diags);
	target_check(&s->target, at, diags);
}

bool
chat_hook_post(const struct channel *ch, struct str body, size_t max, size_t told,
    struct arena *arena, struct message *ret, struct err *e)
{
	const struct chat_hook *s = ch->settings;

	if (body.n == 0)
		return err_set(e, ERR_LIMIT, "the message is longer than %zu bytes", max);
	*ret = (struct message){ .carrier = CARRIER_HTTP, .told = told };
	ret->http = chat_post(&s->target, s->url.text, body, arena);
	return true;
}
