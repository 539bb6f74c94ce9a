/*
 * What all channels that speak HTTP have in common: where to, with which credentials.
 */
#ifndef ALERTS_TARGET_H
#define ALERTS_TARGET_H

#include "channel.h"
#include "feed.h"

#define TARGET_TIMEOUT_S 15                  /* unless the user says otherwise */
#define TARGET_ANSWER_MAX ((size_t)64 << 10) /* bytes of an answer that are looked at */

struct target {
	struct feed_headers headers;
	struct str user;
	struct secret password, bearer;
	struct str proxy;
	struct str ca_file, client_cert, client_key; /* paths */
	int64_t timeout_s;                           /* 0: TARGET_TIMEOUT_S */
};

/* The rows of a `struct target` that is a member of the settings struct. */
#define TARGET_ROW(k, t, s, member, field)                                                         \
	.key = (k), .type = (t), .offset = offsetof(s, member) + offsetof(struct target, field)
#define TARGET_ROWS(s, m)                                                                          \
	{ TARGET_ROW("ca-file", SETTING_TEXT, s, m, ca_file), .reach = REACH_READ },               \
	    { TARGET_ROW("client-cert", SETTING_TEXT, s, m, client_cert), .reach = REACH_READ },   \
	    { TARGET_ROW("client-key", SETTING_TEXT, s, m, client_key), .reach = REACH_READ },     \
	    { TARGET_ROW("proxy", SETTING_TEXT, s, m, proxy) },                                    \
	{                                                                                          \
		TARGET_ROW("timeout", SETTING_DURATION, s, m, timeout_s), .min = 1, .max = 600     \
	}
/* Those of receivers that know more than a secret address. */
#define TARGET_AUTH_ROWS(s, m)                                                                     \
	{ TARGET_ROW("header", SETTING_CUSTOM, s, m, headers), .parse = feed_parse_headers },      \
	    { TARGET_ROW("user", SETTING_TEXT, s, m, user) },                                      \
	    { TARGET_ROW("password", SETTING_SECRET, s, m, password) },                            \
	{                                                                                          \
		TARGET_ROW("bearer", SETTING_SECRET, s, m, bearer)                                 \
	}

/* The address that a secret holds is an http(s) URL. */
void target_check_url(const struct secret *url, struct diags *diags);
void target_check(const struct target *t, struct place at, struct diags *diags);

/*
 * A request for the carrier.  `own` are the kind's headers, sent before the user's; they need not
 * outlive the call, what their views point to must.  Redirects are not followed: 3xx is an answer.
 */
struct http_request target_request(const struct target *t, const char *method, struct str url,
    const struct http_header *own, size_t n_own, struct str body, struct arena *arena);

#endif
