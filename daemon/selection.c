#include "selection.h"

#include "command.h"
#include "settings.h"

#include <sysexits.h>
#include <time.h>

enum { OPTION_SINCE = 0x1010, OPTION_UNTIL, OPTION_LIMIT };

void
selection_init(struct selection *s, size_t limit)
{
	*s = (struct selection){
		.now_s = (int64_t)time(NULL), .until_s = INT64_MAX, .limit = limit
	};
}

/* "90d" ago, or a day "2026-10-31". */
static bool
read_time(const char *s, int64_t now_s, int64_t *ret)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%d", &tm);
	int day = tm.tm_mday;
	int64_t span;

	if (end && !*end) {
		*ret = (int64_t)timegm(&tm);
		return tm.tm_mday == day; /* there is no 31st of February */
	}
	if (!settings_duration(str_c(s), &span, NULL))
		return false;
	*ret = now_s - span;
	return true;
}

static enum selection_verdict
take_time(const char *command, const char *option, const struct selection *s, int64_t *ret)
{
	if (read_time(optarg, s->now_s, ret))
		return SELECTION_TAKEN;
	command_fail(command, EX_USAGE,
	    "--%s: '%s' is no time: write 90d (so long ago), or 2026-10-31", option, optarg);
	return SELECTION_WRONG;
}

enum selection_verdict
selection_option(const char *command, int c, struct selection *s)
{
	int64_t limit;

	switch (c) {
	case OPTION_SINCE:
		return take_time(command, "since", s, &s->since_s);
	case OPTION_UNTIL:
		return take_time(command, "until", s, &s->until_s);
	case OPTION_LIMIT:
		if (str_to_i64(str_c(optarg), &limit) && limit > 0 &&
		    limit <= SELECTION_LIMIT_MAX) {
			s->limit = (size_t)limit;
			return SELECTION_TAKEN;
		}
		command_fail(command, EX_USAGE, "--limit is a number from 1 to %d, not '%s'",
		    SELECTION_LIMIT_MAX, optarg);
		return SELECTION_WRONG;
	default:
		return SELECTION_NOT_MINE;
	}
}
