/*
 * Times as tests write them, in UTC: "2026-03-29T00:59".
 */
#ifndef TESTS_MOMENT_H
#define TESTS_MOMENT_H

#include "rows.h"

#include "date.h"

static inline int64_t
moment(const char *text)
{
	int64_t s = date_parse(str_c(text));

	if (s == DATE_NONE)
		fail_msg("'%s' is no time", text);
	return s;
}

#endif
