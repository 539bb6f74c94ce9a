#include "answer.h"

#include "ascii.h"
#include "fresh.h"

#include <sysexits.h>

/* What a shell says of a command that it cannot run, or not find. */
#define EXIT_NOT_RUN 126
#define EXIT_NOT_FOUND 127

int64_t
answer_wish(double seconds, int64_t now_s)
{
	int64_t wait_s;

	if (!(seconds > 0))
		return 0;
	if (seconds > (double)RETRY_AFTER_MAX_S)
		return now_s + RETRY_AFTER_MAX_S;
	wait_s = (int64_t)seconds;
	return now_s + wait_s + ((double)wait_s < seconds);
}

struct verdict
answer_http(const struct answer *answer, int64_t now_s)
{
	int code = answer->code;

	if (code >= 200 && code < 300)
		return (struct verdict){ VERDICT_DELIVERED, 0 };
	if (code >= 300 && code < 400)
		return (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	switch (code) {
	case 401:
	case 403:
	case 404:
	case 405:
	case 407:
		return (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	case 410:
		return (struct verdict){ VERDICT_GONE, 0 };
	case 408:
	case 425:
	case 429:
		break;
	default:
		if (code >= 400 && code < 500)
			return (struct verdict){ VERDICT_POISON, 0 };
	}
	return (struct verdict){ VERDICT_RETRY,
		answer_wish(
		    (double)fresh_retry_s(answer->headers, answer->n_headers, now_s), now_s) };
}

struct verdict
answer_smtp(const struct answer *answer, int64_t now_s)
{
	int code = answer->code;

	(void)now_s;
	if (code >= 200 && code < 300)
		return (struct verdict){ VERDICT_DELIVERED, 0 };
	if (code < 500)
		return (struct verdict){ VERDICT_RETRY, 0 };
	return (struct verdict){ answer->data_phase ? VERDICT_POISON : VERDICT_MISCONFIGURED, 0 };
}

struct str
answer_header(const struct answer *answer, const char *name)
{
	return http_header_find(answer->headers, answer->n_headers, str_c(name));
}

double
answer_seconds(const struct answer *answer, const char *name)
{
	struct str value = str_trim(answer_header(answer, name)), whole, part;
	int64_t n, tenths = 0;

	str_cut(value, '.', &whole, &part);
	if (!str_to_i64(whole, &n) || n < 0)
		return 0;
	if (part.n && ascii_is_digit(part.p[0]))
		tenths = part.p[0] - '0' + (part.n > 1); /* rounded up */
	return (double)n + (double)tenths / 10;
}

struct verdict
answer_exec(const struct answer *answer)
{
	switch (answer->code - EXEC_CODE) {
	case EX_OK:
		return (struct verdict){ VERDICT_DELIVERED, 0 };
	case EX_USAGE:
	case EX_DATAERR:
		return (struct verdict){ VERDICT_POISON, 0 };
	case EX_NOUSER:
	case EX_NOHOST:
	case EX_NOPERM:
	case EX_CONFIG:
	case EXIT_NOT_RUN:
	case EXIT_NOT_FOUND:
		return (struct verdict){ VERDICT_MISCONFIGURED, 0 };
	default:
		return (struct verdict){ VERDICT_RETRY, 0 };
	}
}

struct verdict
answer_any(const struct channel *ch, const struct answer *answer, int64_t now_s)
{
	(void)ch;
	(void)now_s;
	return (struct verdict){ answer->code ? VERDICT_DELIVERED : VERDICT_RETRY, 0 };
}
