/*
 * From URL to URL: what may be asked, and where redirects lead.
 */
#include "mem.h"
#include "wire_inside.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

struct str
job_url_part(struct wire_job *job, CURLUPart part, unsigned flags)
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
bool
job_set_url(struct wire_job *job, struct str url)
{
	struct str scheme;

	if (url.n == 0 || url.n > WIRE_URL_MAX || !wire_is_clean(url))
		return false;
	if (!job->url && !(job->url = curl_url()))
		mem_exhausted(0);
	if (curl_url_set(job->url, CURLUPART_URL, str_z(job->arena, url), CURLU_URLENCODE) !=
	    CURLUE_OK)
		return false;
	scheme = job_url_part(job, CURLUPART_SCHEME, 0);
	return str_eq_c(scheme, "http") || str_eq_c(scheme, "https");
}

/* User and password never stand in a URL that is shown, remembered or redirected from. */
void
job_strip_url(struct wire_job *job, struct str text)
{
	if (str_find_char(text, '@') == STR_NONE && str_find_char(text, '#') == STR_NONE)
		return;
	curl_url_set(job->url, CURLUPART_USER, NULL, 0);
	curl_url_set(job->url, CURLUPART_PASSWORD, NULL, 0);
	curl_url_set(job->url, CURLUPART_FRAGMENT, NULL, 0);
}

static struct str
job_origin(struct wire_job *job)
{
	struct str host = job_url_part(job, CURLUPART_HOST, 0);
	struct str port = job_url_part(job, CURLUPART_PORT, CURLU_DEFAULT_PORT);

	return str_fmt(job->arena, "%.*s:%.*s:%.*s",
	    STR_ARG(job_url_part(job, CURLUPART_SCHEME, 0)), STR_ARG(host), STR_ARG(port));
}

/* job->url is new: to its host, unless that may not be. */
void
job_go(struct wire_job *job)
{
	enum address_kind kind = ADDRESS_PUBLIC;
	struct str url = job->location = job_url_part(job, CURLUPART_URL, 0);
	char *lower;

	job->host_name = job_url_part(job, CURLUPART_HOST, 0);
	lower = str_z(job->arena, job->host_name);
	for (size_t i = 0; i < job->host_name.n; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] + 32);
	job->host_name.p = lower;
	job->is_name = !address_parse(job->host_name, &kind);
	if (kind != ADDRESS_PUBLIC && !job->request.allow_private) {
		job_fail(job, HTTP_FAULT_PRIVATE,
		    str_fmt(job->arena,
			"%.*s is a %s address, and allow-private does not permit it",
			STR_ARG(job->host_name), address_kind_name(kind)));
		return;
	}
	job->seen[job->redirects] = XXH3_64bits(url.p, url.n);
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

/* True when the job goes on to another URL, or has failed on the way; false when this is the
 * answer. */
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
	before = job_origin(job);
	to = str_dup(job->arena, to);
	job_leave_host(job);
	if (!job_set_url(job, to)) {
		job_fail(job, HTTP_FAULT_REDIRECT,
		    wire_is_clean(to)
			? str_fmt(job->arena, "redirected to what cannot be asked: %.*s",
			      STR_ARG(str_sub(to, 0, 200)))
			: STR("redirected to a URL with control characters"));
		return true;
	}
	job_strip_url(job, to);
	job->redirects++;
	if (job->hop.status != 301 && job->hop.status != 308)
		job->moved_broken = true;
	if (!job->moved_broken)
		job->moved_url = job_url_part(job, CURLUPART_URL, 0);
	if (!str_eq_ci(before, job_origin(job)))
		job->foreign = true;
	job_go(job);
	return true;
}
