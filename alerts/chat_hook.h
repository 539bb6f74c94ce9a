/*
 * What services with an incoming webhook have in common: its address, which is the secret.
 */
#ifndef ALERTS_CHAT_HOOK_H
#define ALERTS_CHAT_HOOK_H

#include "json_out.h"
#include "target.h"

/* The settings; of a kind with more than these, the first member. */
struct chat_hook {
	struct secret url;
	struct target target;
};
#define CHAT_HOOK_ROWS                                                                             \
	{ .key = "url",                                                                            \
		.type = SETTING_SECRET,                                                            \
		.offset = offsetof(struct chat_hook, url),                                         \
		.required = true },                                                                \
	    TARGET_ROWS(struct chat_hook, target)

void chat_hook_check(const struct channel *ch, struct place at, struct diags *diags);
/* body is POSTed; one that is empty was longer than max bytes: false with *e.  told: message.told.
 */
bool chat_hook_post(const struct channel *ch, struct str body, size_t max, size_t told,
    struct arena *arena, struct message *ret, struct err *e);

#endif
