/*
 * From URL to URL: what may be asked, and where redirects lead.
 */
#include "ascii.h"
#include "mem.h"
#include "url.h"
#include "wire_inside.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static struct str
url_part(struct wire_job *job, CURLUPart part, unsigned flags)
{
	char *z = NULL;
	struct str ret = { 0 };

	if (curl_url_get(job->url, part, &z, flags) == CURLUE_OK)
		ret = str_dup(job->arena, str_c(z));
	curl_free(z);
	return ret;
}

bool
wire_is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

/* Set or follow: url may be relative when job->url is set already. */
static bool
set_url(struct wire_job *job, struct str url)
{
	struct str scheme;

	if (url.n == 0 || url.n > WIRE_URL_MAX || !wire_is_clean(url))
		return false;
	if (!job->url && !(job->url = curl_url()))
		mem_exhausted(0);
	if (curl_url_set(job->url, CURLUPART_URL, str_z(job->arena, url), CURLU_URLENCODE) !=
	    CURLUE_OK)
		return false;
	scheme = url_part(job, CURLUPART_SCHEME, 0);
	return str_eq_c(scheme, "http") || str_eq_c(scheme, "https");
}

/* User and password never stand in a URL that is shown, remembered or redirected from. */
static void
strip_url(struct wire_job *job, struct str text)
{
	if (str_find_char(text, '@') == STR_NONE && str_find_char(text, '#') == STR_NONE)
		return;
	curl_url_set(job->url, CURLUPART_USER, NULL, 0);
	curl_url_set(job->url, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(job->url, CURLUPART_FRAGMENT, NULL, 0);
}

/* ---- URLs that need not be taken apart ---- */

/* ":8080" from `at` on, or nothing; returns where it ends, or STR_NONE. */
static size_t
plain_port(struct str url, size_t at)
{
	int port = 0;

	if (at == url.n || url.p[at] != ':')
		return at;
	if (++at == url.n || url.p[at] == '0')
		return STR_NONE;
	for (; at < url.n && ascii_is_digit(url.p[at]) && port <= UINT16_MAX; at++)
		port = port * 10 + (url.p[at] - '0');
	return port > 0 && port <= UINT16_MAX ? at : STR_NONE;
}

/* The host from `at` on; returns where it ends, or STR_NONE. */
static size_t
plain_host(struct str url, size_t at)
{
	size_t start = at, label = at;
	enum address_kind kind;

	for (; at < url.n && url.p[at] != ':' && url.p[at] != '/'; at++) {
		char c = url.p[at];

		if (!ascii_is_digit(c) && !ascii_is_lower(c) && c != '-' && c != '.')
			return STR_NONE;
		if (c == '.' && at == label)
			return STR_NONE;
		if (c == '.')
			label = at + 1;
	}
	if (at == label)
		return STR_NONE;
	/* "127.1" and "0x7f.1" are addresses too, spelt as libcurl does not leave them */
	if (ascii_is_digit(url.p[label]) && !address_parse(str_sub(url, start, at), &kind))
		return STR_NONE;
	return at;
}

bool
wire_url_is_plain(struct str url, struct str *host)
{
	size_t start = str_starts(url, STR("http://"))    ? sizeof("http://") - 1
		       : str_starts(url, STR("https://")) ? sizeof("https://") - 1
							  : 0;
	size_t at;

	if (start == 0 || url.n > WIRE_URL_MAX)
		return false;
	at = plain_host(url, start);
	if (at == STR_NONE)
		return false;
	*host = str_sub(url, start, at);
	at = plain_port(url, at);
	return at != STR_NONE && url_rest_is_plain(url, at);
}

bool
job_first_url(struct wire_job *job, struct str url)
{
	struct str host;

	if (wire_url_is_plain(url, &host)) {
		job->location = str_n(str_z(job->arena, url), url.n);
		job->host_name = str_n(job->location.p + (host.p - url.p), host.n);
		return true;
	}
	if (!set_url(job, url))
		return false;
	if (job->user.n == 0 && str_find_char(url, '@') != STR_NONE) {
		job->user = url_part(job, CURLUPART_USER, CURLU_URLDECODE);
		job->password = url_part(job, CURLUPART_PASSWORD, CURLU_URLDECODE);
	}
	strip_url(job, url);
	return true;
}

/* ---- where it leads ---- */

static struct str
job_origin(struct wire_job *job)
{
	struct str host = url_part(job, CURLUPART_HOST, 0);
	struct str port = url_part(job, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	return str_fmt(job->arena, "%.*s:%.*s:%.*s", STR_ARG(url_part(job, CURLUPART_SCHEME, 0)),
	    STR_ARG(host), STR_ARG(port));
}

/* What is to be known of job->url. */
static void
look_at_url(struct wire_job *job)
{
	char *lower;

	job->location = url_part(job, CURLUPART_URL, 0);
	job->host_name = url_part(job, CURLUPART_HOST, 0);
	lower = str_z(job->arena, job->host_name);
	for (size_t i = 0; i < job->host_name.n; i++)
		lower[i] = ascii_lower(lower[i]);
	job->host_name.p = lower;
}

void
job_go(struct wire_job *job)
{
	enum address_kind kind = ADDRESS_PUBLIC;

	if (job->url)
		look_at_url(job);
	job->is_name = !address_parse(job->host_name, &kind);
	if (kind != ADDRESS_PUBLIC && !job->request.allow_private) {
		job_fail(job, HTTP_FAULT_PRIVATE,
		    str_fmt(job->arena,
			"%.*s is a %s address, and allow-private does not permit it",
			STR_ARG(job->host_name), address_kind_name(kind)));
		return;
	}
	job->seen[job->redirects] = XXH3_64bits(job->location.p, job->location.n);
	for (int i = 0; i < job->redirects; i++) {
		if (job->seen[i] == job->seen[job->redirects]) {
			job_fail(job, HTTP_FAULT_REDIRECT, STR("redirects in a circle"));
			return;
		}
	}
	job_enter_host(job);
}

static bool
is_redirect(const struct wire_job *job)
{
	int status = job->hop.status;

	if (!str_eq_c(job->request.method, "GET") && !str_eq_c(job->request.method, "HEAD"))
		return false;
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool
job_redirect(struct wire_job *job)
{
	struct str to = http_header_find(job->hop.headers, job->hop.n_headers, STR("Location"));
	int max = job->request.max_redirects;
	struct str before;

	if (max > WIRE_REDIRECTS_MAX)
		max = WIRE_REDIRECTS_MAX;
	if (!is_redirect(job) || to.n == 0 || max <= 0)
		return false;
	if (job->redirects >= max) {
		job_fail(
		    job, HTTP_FAULT_REDIRECT, str_fmt(job->arena, "more than %d redirects", max));
		return true;
	}
	if (!job->url)
		set_url(job, job->location); /* a plain one: nothing is wrong with it */
	before = job_origin(job);
	to = str_dup(job->arena, to);
	job_leave_host(job);
	if (!set_url(job, to)) {
		job_fail(job, HTTP_FAULT_REDIRECT,
		    wire_is_clean(to)
			? str_fmt(job->arena, "redirected to what cannot be asked: %.*s",
			      STR_ARG(str_sub(to, 0, 200)))
			: STR("redirected to a URL with control characters"));
		return true;
	}
	strip_url(job, to);
	job->redirects++;
	if (job->hop.status != 301 && job->hop.status != 308)
		job->moved_broken = true;
	if (!job->moved_broken)
		job->moved_url = url_part(job, CURLUPART_URL, 0);
	if (!str_eq_ci(before, job_origin(job)))
		job->foreign = true;
	job_go(job);
	return true;
}
