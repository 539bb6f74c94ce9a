/*
 * When things are told: schedules and quiet hours, by the clock on the user's wall.  Pure: the
 * moment and the zone (tz.h; NULL: UTC) are given.
 */
#ifndef ALERTS_CALENDAR_H
#define ALERTS_CALENDAR_H

#include "tz.h"

#define EVERY_MIN_S ((int64_t)60)
#define EVERY_MAX_S ((int64_t)31 * 86400)

/* `deliver = ` */
struct deliver {
	enum {
		DELIVER_NOW,
		DELIVER_EVERY,    /* windows of every_s that begin at midnight */
		DELIVER_DAILY,    /* at time_s */
		DELIVER_WEEKDAYS, /* Monday to Friday */
		DELIVER_WEEKLY,   /* on weekday */
	} kind;
	int64_t every_s;
	int32_t time_s; /* since midnight */
	int weekday;    /* 0 = Monday */
};

/* `quiet = ` from the one time of day (included) to the other (excluded), over midnight or not. */
struct quiet {
	bool set;
	int32_t from_s, to_s; /* since midnight; never the same */
};

/* `limit = `: at most n messages in per_s; n 0: none. */
struct limit {
	int64_t n, per_s;
};

/* Parsers of SETTING_CUSTOM: "now", "every 2h", "daily 08:00", "weekdays 08:00", "weekly mon
 * 08:00"; "22:00-07:00"; "20 per 1h". */
bool deliver_parse(struct str value, void *deliver, struct arena *arena, struct err *e);
bool quiet_parse(struct str value, void *quiet, struct arena *arena, struct err *e);
bool limit_parse(struct str value, void *limit, struct arena *arena, struct err *e);
struct str deliver_print(const struct deliver *deliver, struct arena *arena);
struct str quiet_print(const struct quiet *quiet, struct arena *arena);
struct str limit_print(const struct limit *limit, struct arena *arena);

/*
 * When what came in at at_s is told: at_s itself for DELIVER_NOW, else the next moment of the
 * schedule after at_s.  A time that clocks jump over is told at the jump; one that comes twice is
 * told the first time.
 */
int64_t deliver_next(const struct deliver *deliver, const struct tz *zone, int64_t at_s);

bool quiet_is(const struct quiet *quiet, const struct tz *zone, int64_t at_s);
/* The next end of quiet hours after at_s. */
int64_t quiet_end(const struct quiet *quiet, const struct tz *zone, int64_t at_s);

/* "Wed 25 Nov 08:00 CET" */
struct str calendar_show(const struct tz *zone, int64_t at_s, struct arena *arena);

#endif
