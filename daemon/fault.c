#include "fault.h"

#include "mem.h"
#include "wire.h"

#include <string.h>

/* text: what happened, with the host for @.  NULL: libcurl's own words. */
static const struct {
	CURLcode code;
	enum http_fault fault;
	const char *text;
} rows[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, HTTP_FAULT_PROTOCOL, "@ does not speak HTTP" },
	{ CURLE_URL_MALFORMAT, HTTP_FAULT_URL, "this is no URL" },
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAULT_DNS_TEMPORARY, "no such proxy" },
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_FAULT_DNS, "no such host: @" },
	{ CURLE_COULDNT_CONNECT, HTTP_FAULT_CONNECT, NULL },
	{ CURLE_PROXY, HTTP_FAULT_CONNECT, NULL },
	{ CURLE_INTERFACE_FAILED, HTTP_FAULT_CONNECT, NULL },
	{ CURLE_SEND_ERROR, HTTP_FAULT_CONNECT, "connection to @ lost while asking" },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_FAULT_TLS, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTP_FAULT_TLS, NULL },
	{ CURLE_SSL_CERTPROBLEM, HTTP_FAULT_TLS, "our client certificate cannot be used" },
	{ CURLE_SSL_CACERT_BADFILE, HTTP_FAULT_TLS, "the CA file cannot be read" },
	{ CURLE_SSL_CIPHER, HTTP_FAULT_TLS, NULL },
	{ CURLE_SSL_ISSUER_ERROR, HTTP_FAULT_TLS, NULL },
	{ CURLE_SSL_CLIENTCERT, HTTP_FAULT_TLS, "@ wants a client certificate" },
	/* what it says of a line of more than 100 kB; when there is none, we are gone before */
	{ CURLE_OUT_OF_MEMORY, HTTP_FAULT_TOO_BIG, "@ sent a header line that is too long" },
#if LIBCURL_VERSION_NUM >= 0x080600
	{ CURLE_TOO_LARGE, HTTP_FAULT_TOO_BIG, "@ sent a header line that is too long" },
#endif
	{ CURLE_GOT_NOTHING, HTTP_FAULT_PROTOCOL, "@ closed the connection without an answer" },
	{ CURLE_RECV_ERROR, HTTP_FAULT_PROTOCOL, "connection to @ lost while reading" },
	{ CURLE_PARTIAL_FILE, HTTP_FAULT_PROTOCOL, "the answer of @ is cut short" },
	{ CURLE_BAD_CONTENT_ENCODING, HTTP_FAULT_PROTOCOL, "broken or unknown compression" },
	{ CURLE_WEIRD_SERVER_REPLY, HTTP_FAULT_PROTOCOL, "@ does not speak HTTP" },
	{ CURLE_HTTP2, HTTP_FAULT_PROTOCOL, NULL },
	{ CURLE_HTTP2_STREAM, HTTP_FAULT_PROTOCOL, NULL },
};

/* What TLS libraries say of a certificate, in plain words. */
static const struct {
	const char *said, *text;
} certificate_rows[] = {
	{ "has expired", "certificate expired" },
	{ "not yet valid", "certificate not valid yet" },
	{ "self-signed", "self-signed certificate" },
	{ "self signed", "self-signed certificate" },
	{ "local issuer", "certificate of an unknown authority" },
	{ "subject name", "certificate is for another host" },
};

static struct str
tls_text(struct hop *hop, CURLcode code, struct str host)
{
	for (size_t i = 0; i < ARRAY_LEN(certificate_rows); i++)
		if (strstr(hop->error, certificate_rows[i].said))
			return str_fmt(
			    hop->arena, "%s: %.*s", certificate_rows[i].text, STR_ARG(host));
	return str_fmt(hop->arena, "no secure connection to %.*s: %s", STR_ARG(host),
	    hop->error[0] ? hop->error : curl_easy_strerror(code));
}

static struct str
connect_text(struct hop *hop, CURLcode code, struct str host)
{
	long reason = 0;

	curl_easy_getinfo(hop->easy, CURLINFO_OS_ERRNO, &reason);
	return str_fmt(hop->arena, "cannot connect to %.*s: %s", STR_ARG(host),
	    reason          ? strerror((int)reason)
	    : hop->error[0] ? hop->error
			    : curl_easy_strerror(code));
}

static enum http_fault
stopped(struct hop *hop, struct str host, struct str *text)
{
	switch (hop->stop) {
	case HOP_STOP_NONE:
		break;
	case HOP_STOP_HEADERS:
		*text = str_fmt(hop->arena, "%.*s sent more than %zu bytes of headers",
		    STR_ARG(host), WIRE_HEADERS_MAX);
		return HTTP_FAULT_TOO_BIG;
	case HOP_STOP_BODY:
		*text = str_fmt(hop->arena, "longer than %zu bytes", hop->request->max_body);
		return HTTP_FAULT_TOO_BIG;
	case HOP_STOP_RATIO:
		*text =
		    str_fmt(hop->arena, "unpacks to more than %d times its size", WIRE_RATIO_MAX);
		return HTTP_FAULT_TOO_BIG;
	case HOP_STOP_ADDRESS:
		*text = str_fmt(hop->arena,
		    "%.*s has a %s address, and allow-private does not permit it", STR_ARG(host),
		    address_kind_name(hop->refused));
		return HTTP_FAULT_PRIVATE;
	}
	return HTTP_FAULT_NONE;
}

/* Who did not answer: the name server, the network, or the host. */
static enum http_fault
timed_out(struct hop *hop, struct str host, struct str *text)
{
	double connected = 0;

	curl_easy_getinfo(hop->easy, CURLINFO_CONNECT_TIME, &connected);
	if (!hop->connecting) {
		*text = str_fmt(hop->arena, "no name server answers for %.*s", STR_ARG(host));
		return HTTP_FAULT_DNS_TEMPORARY;
	}
	*text = str_fmt(hop->arena, "%.*s %s in time", STR_ARG(host),
	    connected > 0 ? hop->status ? "did not finish" : "did not answer" : "did not connect");
	return HTTP_FAULT_TIMEOUT;
}

enum http_fault
fault_judge(struct hop *hop, CURLcode code, struct str host, struct str *text)
{
	enum http_fault fault = HTTP_FAULT_PROTOCOL;
	const char *words = NULL;
	struct str before, after;

	if (code == CURLE_OK && hop->status >= 100)
		return HTTP_FAULT_NONE;
	fault = stopped(hop, host, text);
	if (fault != HTTP_FAULT_NONE)
		return fault;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return timed_out(hop, host, text);
	fault = HTTP_FAULT_PROTOCOL;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].code == code) {
			fault = rows[i].fault;
			words = rows[i].text;
			break;
		}
	}
	if (words && str_cut(str_c(words), '@', &before, &after))
		*text = str_fmt(
		    hop->arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(host), STR_ARG(after));
	else if (words)
		*text = str_c(words);
	else if (fault == HTTP_FAULT_TLS)
		*text = tls_text(hop, code, host);
	else if (fault == HTTP_FAULT_CONNECT)
		*text = connect_text(hop, code, host);
	else
		*text = str_fmt(hop->arena, "broken HTTP from %.*s: %s", STR_ARG(host),
		    hop->error[0] ? hop->error : curl_easy_strerror(code));
	return fault;
}
