#include "delivery_show.h"

const char *const delivery_state_names[] = {
	[DELIVERY_PENDING] = "pending",
	[DELIVERY_DONE] = "delivered",
	[DELIVERY_DEAD] = "failed",
};
const enum colour delivery_state_colours[] = {
	[DELIVERY_PENDING] = COLOUR_WARN,
	[DELIVERY_DONE] = COLOUR_GOOD,
	[DELIVERY_DEAD] = COLOUR_BAD,
};

void
delivery_json(struct json_out *o, const struct delivery_row *row,
    const struct attempt_row *attempts, size_t n)
{
	jout_open(o, NULL, '{');
	jout_str(o, "id", row->id);
	jout_str_or_null(o, "alert", row->alert);
	jout_str(o, "channel", row->channel);
	jout_str_or_null(o, "route", row->route);
	jout_str(o, "state", str_c(delivery_state_names[row->state]));
	jout_str(o, "kind", str_c(bundle_kind_names[row->kind]));
	jout_i64(o, "alerts", row->alerts);
	jout_i64(o, "through", row->state == DELIVERY_DONE ? row->alerts : row->told);
	jout_i64(o, "messages",
	    row->messages                 ? row->messages
	    : row->state == DELIVERY_DONE ? 1
					  : 0);
	jout_date(o, "created", row->created_s);
	jout_i64(o, "attempts", row->attempts);
	jout_i64(o, "code", row->code);
	jout_str(o, "answer", row->text);
	jout_date(o, "next_try", row->state == DELIVERY_PENDING ? row->next_try_s : DATE_NONE);
	jout_date(o, "done", row->done_s);
	jout_open(o, "log", '[');
	for (size_t i = 0; i < n; i++) {
		jout_open(o, NULL, '{');
		jout_date(o, "at", attempts[i].at_s);
		jout_i64(o, "elapsed_ms", attempts[i].elapsed_ms);
		jout_i64(o, "code", attempts[i].code);
		jout_str(o, "answer", attempts[i].text);
		jout_close(o, '}');
	}
	jout_close(o, ']');
	jout_close(o, '}');
}
