/* A bundle in as many messages as its receiver's limits ask for. */
#include "bundle.h"

#include "mem.h"

/*
 * Items of its story below each alert: all that are known, the newest few, none (they are counted).
 * What lists all of them in a few messages does.
 */
static const size_t others_shown[] = { ALERT_OTHERS_MAX, 5, 0 };

struct parting {
	const struct channel *channel;
	const struct bundle *bundle;
	const struct send_context *context;
	struct alert whole;
	struct err *e;
};

/* One message of n alerts, from the one at `from` on. */
struct part {
	size_t from, n;
	size_t number, of; /* 0: it is the only one */
	size_t others, beyond;
};

static bool
render_part(
    const struct parting *p, const struct part *part, struct arena *arena, struct message *ret)
{
	struct bundle view = *p->bundle;
	struct alert whole = p->whole;
	struct send_context context = *p->context;

	view.alerts += part->from;
	view.n = part->n;
	if (part->of) {
		whole.title = str_fmt(arena, "%zu of %zu \xC2\xB7 %.*s", part->number, part->of,
		    STR_ARG(whole.title));
		/* the same alerts, the same id */
		context.delivery_id = str_fmt(
		    arena, "%.*s.%zu-%zu", STR_ARG(context.delivery_id), part->number, part->n);
	}
	if (!p->channel->type->render(p->channel,
		&(struct telling){ &whole, &view, part->others, part->beyond }, &context, arena,
		ret, p->e))
		return false;
	if (ret->told == 0 || ret->told > part->n)
		ret->told = part->n;
	return true;
}

/* How many alerts the message that begins there tells, when it is the number-th: the last that may
 * be says what is beyond it. */
static bool
measure(const struct parting *p, size_t from, size_t number, size_t others, size_t *told)
{
	struct arena *arena = arena_new_wiped();
	const struct part part = {
		.from = from,
		.n = p->bundle->n - from,
		.number = BUNDLE_MESSAGES_MAX, /* the widest, whatever they will be */
		.of = BUNDLE_MESSAGES_MAX,
		.others = others,
		.beyond = number < BUNDLE_MESSAGES_MAX ? 0 : p->bundle->n - from,
	};
	struct message m;
	bool good = render_part(p, &part, arena, &m);

	*told = good ? m.told : 0;
	arena_free(arena);
	return good;
}

/* Messages from there on, but not more than `most` + 1. */
static bool
count(const struct parting *p, size_t from, size_t done, size_t others, size_t most, size_t *ret)
{
	size_t told;

	for (*ret = 0; from < p->bundle->n && *ret <= most; ++*ret, from += told)
		if (!measure(p, from, done + *ret + 1, others, &told))
			return false;
	return true;
}

/* It is the whole bundle that decides, so that all its messages look alike. */
static bool
choose_others(const struct parting *p, size_t *ret)
{
	size_t n;

	for (size_t i = 0;; i++) {
		*ret = others_shown[i];
		if (i + 1 == ARRAY_LEN(others_shown))
			return true;
		if (!count(p, 0, 0, *ret, BUNDLE_FOLDED_MAX, &n))
			return false;
		if (n <= BUNDLE_FOLDED_MAX)
			return true;
	}
}

/* The next of several. */
static bool
render_next(const struct parting *p, struct arena *arena, struct message *ret)
{
	const struct bundle *bundle = p->bundle;
	struct part part = { .from = bundle->told, .number = bundle->messages + 1 };
	size_t left = bundle->n - bundle->told,
	       most = part.number < BUNDLE_MESSAGES_MAX ? BUNDLE_MESSAGES_MAX - part.number + 1 : 1;

	if (!choose_others(p, &part.others) ||
	    !count(p, part.from, bundle->messages, part.others, most - 1, &part.of) ||
	    !measure(p, part.from, part.number, part.others, &part.n))
		return false;
	if (part.of > most)
		part.of = most;
	part.of += bundle->messages;
	if (part.number == part.of)
		part.beyond = left - part.n;
	if (!render_part(p, &part, arena, ret))
		return false;
	if (part.beyond)
		ret->told = left;
	return true;
}

bool
bundle_render(const struct channel *ch, const struct bundle *bundle,
    const struct send_context *context, struct arena *arena, struct message *ret, struct err *e)
{
	struct parting p = { .channel = ch, .bundle = bundle, .context = context, .e = e };
	const struct part all = { .n = bundle->n, .others = ALERT_OTHERS_MAX };

	bundle_as_alert(bundle, context->delivery_id, arena, &p.whole);
	if (bundle->told == 0) {
		if (!render_part(&p, &all, arena, ret))
			return false;
		if (ret->told == bundle->n)
			return true;
	}
	return render_next(&p, arena, ret);
}
