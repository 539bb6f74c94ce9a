#include "decision_show.h"

void
decisions_json(struct json_out *o, const struct decision_row *decisions, size_t n)
{
	jout_open(o, "decisions", '[');
	for (size_t i = 0; i < n; i++) {
		jout_open(o, NULL, '{');
		jout_str_or_null(o, "watch", decisions[i].watch);
		jout_str_or_null(o, "entry", decisions[i].entry);
		jout_str(o, "reason", decisions[i].reason);
		jout_str_or_null(o, "detail", decisions[i].detail);
		jout_date(o, "at", decisions[i].at_s);
		jout_close(o, '}');
	}
	jout_close(o, ']');
}
