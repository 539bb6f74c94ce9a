#include "calendar.h"

#include "date.h"
#include "mem.h"
#include "settings.h"

#define DAY_S ((int64_t)86400)
#define DAYS_AHEAD 9 /* every schedule comes round within a week; one jump may take a day away */

static const char *const weekday_names[] = { "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday", "sunday" };

/* ---- reading ---- */

/* "08:00" */
static bool
read_time(struct str s, int32_t *ret)
{
	struct str hour, minute;
	int64_t h, m;

	if (!str_cut(s, ':', &hour, &minute) || hour.n < 1 || hour.n > 2 || minute.n != 2 ||
	    !str_to_i64(hour, &h) || !str_to_i64(minute, &m) || h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*ret = (int32_t)(h * 3600 + m * 60);
	return true;
}

/* The first word of *s, which loses it. */
static struct str
word(struct str *s)
{
	struct str all = str_trim(*s);
	size_t n = 0;

	while (n < all.n && !str_is_space(all.p[n]))
		n++;
	*s = str_trim(str_sub(all, n, all.n));
	return str_sub(all, 0, n);
}

/* In full or by its first three letters. */
static bool
read_weekday(struct str s, int *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(weekday_names); i++) {
		struct str name = str_c(weekday_names[i]);

		if (!str_eq_ci(s, name) && !str_eq_ci(s, str_sub(name, 0, 3)))
			continue;
		*ret = (int)i;
		return true;
	}
	return false;
}

static bool
read_every(struct str s, struct deliver *ret, struct err *e)
{
	if (!settings_duration(s, &ret->every_s, e))
		return false;
	if (ret->every_s < EVERY_MIN_S || ret->every_s > EVERY_MAX_S)
		return err_set(e, ERR_CONFIG, "'every %.*s' is not between 1m and 31d", STR_ARG(s));
	ret->kind = DELIVER_EVERY;
	return true;
}

bool
deliver_parse(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct deliver ret = { 0 };
	struct str rest = value, how = word(&rest);
	bool good;

	(void)arena;
	if (str_eq_c(how, "every")) {
		good = read_every(rest, &ret, e);
		if (good)
			*(struct deliver *)field = ret;
		return good;
	}
	if (str_eq_c(how, "now")) {
		good = rest.n == 0;
	} else if (str_eq_c(how, "daily")) {
		ret.kind = DELIVER_DAILY;
		good = read_time(rest, &ret.time_s);
	} else if (str_eq_c(how, "weekdays")) {
		ret.kind = DELIVER_WEEKDAYS;
		good = read_time(rest, &ret.time_s);
	} else {
		ret.kind = DELIVER_WEEKLY;
		good = str_eq_c(how, "weekly") && read_weekday(word(&rest), &ret.weekday) &&
		       read_time(rest, &ret.time_s);
	}
	if (!good)
		return err_set(e, ERR_CONFIG,
		    "'%.*s' is no schedule (want now, every 2h, daily 08:00, weekdays 08:00 or "
		    "weekly mon 08:00)",
		    STR_ARG(value));
	*(struct deliver *)field = ret;
	return true;
}

bool
quiet_parse(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct quiet ret = { .set = true };
	struct str from, to;

	(void)arena;
	if (!str_cut(value, '-', &from, &to) || !read_time(str_trim(from), &ret.from_s) ||
	    !read_time(str_trim(to), &ret.to_s))
		return err_set(e, ERR_CONFIG,
		    "'%.*s' is no span of the day (want e.g. 22:00-07:00)", STR_ARG(value));
	if (ret.from_s == ret.to_s)
		return err_set(e, ERR_CONFIG,
		    "quiet hours that begin when they end; for one message a day write 'deliver = "
		    "daily %02d:%02d'",
		    ret.to_s / 3600, ret.to_s / 60 % 60);
	*(struct quiet *)field = ret;
	return true;
}

bool
limit_parse(struct str value, void *field, struct arena *arena, struct err *e)
{
	struct limit ret;
	struct str rest = value, n = word(&rest), per = word(&rest);

	(void)arena;
	if (!str_to_i64(n, &ret.n) || !str_eq_c(per, "per") ||
	    !settings_duration(rest, &ret.per_s, NULL) || ret.n < 1 || ret.per_s < EVERY_MIN_S ||
	    ret.per_s > EVERY_MAX_S)
		return err_set(e, ERR_CONFIG,
		    "'%.*s' is no limit (want e.g. 20 per 1h; at least 1 per 1m)", STR_ARG(value));
	*(struct limit *)field = ret;
	return true;
}

/* ---- showing ---- */

static struct str
print_span(int64_t s, struct arena *arena)
{
	static const struct {
		int64_t s;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (s % units[i].s == 0)
			return str_fmt(
			    arena, "%lld%c", (long long)(s / units[i].s), units[i].letter);
	return str_fmt(arena, "%llds", (long long)s);
}

struct str
deliver_print(const struct deliver *d, struct arena *arena)
{
	int h = d->time_s / 3600, m = d->time_s / 60 % 60;

	switch (d->kind) {
	case DELIVER_NOW:
		break;
	case DELIVER_EVERY:
		return str_fmt(arena, "every %.*s", STR_ARG(print_span(d->every_s, arena)));
	case DELIVER_DAILY:
		return str_fmt(arena, "daily %02d:%02d", h, m);
	case DELIVER_WEEKDAYS:
		return str_fmt(arena, "weekdays %02d:%02d", h, m);
	case DELIVER_WEEKLY:
		return str_fmt(arena, "weekly %.3s %02d:%02d", weekday_names[d->weekday], h, m);
	}
	return STR("now");
}

struct str
quiet_print(const struct quiet *q, struct arena *arena)
{
	return str_fmt(arena, "%02d:%02d-%02d:%02d", q->from_s / 3600, q->from_s / 60 % 60,
	    q->to_s / 3600, q->to_s / 60 % 60);
}

struct str
limit_print(const struct limit *l, struct arena *arena)
{
	return str_fmt(
	    arena, "%lld per %.*s", (long long)l->n, STR_ARG(print_span(l->per_s, arena)));
}

struct str
calendar_show(const struct tz *zone, int64_t at_s, struct arena *arena)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	struct str abbreviation;
	struct civil c;

	if (!date_civil(at_s + tz_offset(zone, at_s, &abbreviation), &c))
		return STR("never");
	return str_fmt(arena, "%s %d %s %02d:%02d %.*s", days[c.weekday], c.day,
	    months[c.month - 1], c.hour, c.minute, STR_ARG(abbreviation));
}

/* ---- reckoning ---- */

static int64_t
floor_to(int64_t v, int64_t step)
{
	int64_t rest = v % step;

	return v - rest - (rest < 0 ? step : 0);
}

/* 0 = Monday; day 0, 1970-01-01, was a Thursday. */
static int
weekday_of(int64_t local_s)
{
	int64_t day = floor_to(local_s, DAY_S) / DAY_S;

	return (int)(((day + 3) % 7 + 7) % 7);
}

static bool
is_day(const struct deliver *d, int64_t local_s)
{
	int weekday = weekday_of(local_s);

	switch (d->kind) {
	case DELIVER_WEEKDAYS:
		return weekday < 5;
	case DELIVER_WEEKLY:
		return weekday == d->weekday;
	case DELIVER_NOW:
	case DELIVER_EVERY:
	case DELIVER_DAILY:
		break;
	}
	return true;
}

/*
 * Windows stand on the wall clock: those of 2h end at 02:00, 04:00 ... in summer and in winter; the
 * one with the change in it is an hour longer or shorter.
 */
static int64_t
window_end(int64_t every_s, const struct tz *zone, int64_t at_s)
{
	int32_t offset_s = tz_offset(zone, at_s, NULL);
	int64_t local_end_s = floor_to(at_s + offset_s, every_s) + every_s;
	int64_t end_s = local_end_s - offset_s;
	int64_t adjusted_s = local_end_s - tz_offset(zone, end_s, NULL);

	return adjusted_s > at_s ? adjusted_s : end_s;
}

int64_t
deliver_next(const struct deliver *d, const struct tz *zone, int64_t at_s)
{
	int64_t midnight_s = floor_to(tz_local(zone, at_s), DAY_S);

	if (d->kind == DELIVER_NOW)
		return at_s;
	if (d->kind == DELIVER_EVERY)
		return window_end(d->every_s, zone, at_s);
	for (int day = 0; day < DAYS_AHEAD; day++) {
		int64_t local_s = midnight_s + day * DAY_S + d->time_s, told_s;

		if (!is_day(d, local_s))
			continue;
		told_s = tz_instant(zone, local_s, TZ_FIRST);
		if (told_s > at_s)
			return told_s;
	}
	return at_s + DAY_S; /* no calendar leads here */
}

bool
quiet_is(const struct quiet *q, const struct tz *zone, int64_t at_s)
{
	int64_t local_s = tz_local(zone, at_s);
	int64_t time_s = local_s - floor_to(local_s, DAY_S);

	if (!q->set)
		return false;
	if (q->from_s < q->to_s)
		return time_s >= q->from_s && time_s < q->to_s;
	return time_s >= q->from_s || time_s < q->to_s;
}

int64_t
quiet_end(const struct quiet *q, const struct tz *zone, int64_t at_s)
{
	int64_t midnight_s = floor_to(tz_local(zone, at_s), DAY_S);

	for (int day = 0; day < DAYS_AHEAD; day++) {
		int64_t local_s = midnight_s + day * DAY_S + q->to_s;
		int64_t first_s = tz_instant(zone, local_s, TZ_FIRST);
		int64_t last_s = tz_instant(zone, local_s, TZ_LAST);

		if (first_s > at_s)
			return first_s;
		if (last_s > at_s)
			return last_s;
	}
	return at_s + DAY_S;
}
