#include "rehearse.h"

void
rehearse(const struct config *config, const struct match_input *in, int64_t now_s,
    struct arena *arena, struct rehearsal *ret)
{
	struct matcher *matcher = matcher_new(config->watchset);

	*ret = (struct rehearsal){ 0 };
	matcher_run(matcher, in, arena, &ret->matched);
	matcher_free(matcher);
	ret->n = ret->matched.n_fired;
	ret->v = ARENA_ARRAY(arena, struct rehearsed, ret->n);
	for (size_t i = 0; i < ret->n; i++) {
		struct rehearsed *r = &ret->v[i];

		r->fired = &ret->matched.fired[i];
		r->subject = dispatch_subject(r->fired, in, arena);
		r->n_told = route_plan(&config->routing, &r->subject, now_s, arena, &r->told);
	}
}

struct str_list
rehearse_tags(const struct config *config, struct str feed)
{
	for (size_t i = 0; i < config->n_feeds; i++)
		if (str_eq(config->feeds[i].name, feed))
			return config->feeds[i].rules->tags;
	return (struct str_list){ 0 };
}

bool
rehearse_time(struct str text, const struct tz *zone, int64_t after_s, struct arena *arena,
    int64_t *ret, struct err *e)
{
	bool has_day = str_find_char(text, ' ') != STR_NONE;
	struct deliver when;

	if (!deliver_parse(str_join(arena, has_day ? STR("weekly ") : STR("daily "), text), &when,
		arena, NULL))
		return err_set(e, ERR_CONFIG, "'%.*s' is no time (want e.g. 23:30 or sat 23:30)",
		    STR_ARG(text));
	*ret = deliver_next(&when, zone, after_s);
	return true;
}
