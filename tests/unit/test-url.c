#include "identity.h"
#include "mem.h"
#include "newness_record.h"
#include "url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
check_str(const char *name, struct str got, const char *want)
{
	if (!str_eq_c(got, want))
		fail_msg("%s: got '%.*s', want '%s'", name, STR_ARG(got), want);
}

static void
resolves_as_rfc_3986(void **state)
{
	/* RFC 3986 5.4 */
	static const struct {
		const char *ref, *want;
	} rows[] = {
		{ "g:h", "g:h" },
		{ "g", "http://a/b/c/g" },
		{ "./g", "http://a/b/c/g" },
		{ "g/", "http://a/b/c/g/" },
		{ "/g", "http://a/g" },
		{ "//g", "http://g" },
		{ "?y", "http://a/b/c/d;p?y" },
		{ "g?y", "http://a/b/c/g?y" },
		{ "#s", "http://a/b/c/d;p?q#s" },
		{ "g#s", "http://a/b/c/g#s" },
		{ "g?y#s", "http://a/b/c/g?y#s" },
		{ ";x", "http://a/b/c/;x" },
		{ "g;x", "http://a/b/c/g;x" },
		{ "", "http://a/b/c/d;p?q" },
		{ ".", "http://a/b/c/" },
		{ "./", "http://a/b/c/" },
		{ "..", "http://a/b/" },
		{ "../", "http://a/b/" },
		{ "../g", "http://a/b/g" },
		{ "../..", "http://a/" },
		{ "../../g", "http://a/g" },
		{ "../../../g", "http://a/g" },
		{ "../../../../g", "http://a/g" },
		{ "/./g", "http://a/g" },
		{ "/../g", "http://a/g" },
		{ "g.", "http://a/b/c/g." },
		{ ".g", "http://a/b/c/.g" },
		{ "g..", "http://a/b/c/g.." },
		{ "..g", "http://a/b/c/..g" },
		{ "./../g", "http://a/b/g" },
		{ "./g/.", "http://a/b/c/g/" },
		{ "g/./h", "http://a/b/c/g/h" },
		{ "g/../h", "http://a/b/c/h" },
		{ "g;x=1/./y", "http://a/b/c/g;x=1/y" },
		{ "g?y/../x", "http://a/b/c/g?y/../x" },
		{ "g#s/../x", "http://a/b/c/g#s/../x" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_str(rows[i].ref,
		    url_resolve(STR("http://a/b/c/d;p?q"), str_c(rows[i].ref), arena),
		    rows[i].want);
	check_str("no base", url_resolve(STR(""), STR("x"), arena), "");
	check_str("base without path", url_resolve(STR("http://a"), STR("x"), arena), "http://a/x");
	arena_free(arena);
}

static void
makes_http(void **state)
{
	static const struct {
		const char *name, *base, *ref, *want;
	} rows[] = {
		{ "absolute stays", "", "https://example.com/a?b=1&c=2#d",
		    "https://example.com/a?b=1&c=2#d" },
		{ "scheme and host in lower case", "", "HTTP://EXAMPLE.com/Path",
		    "http://example.com/Path" },
		{ "outer white space", "", " \n http://example.com/x\t", "http://example.com/x" },
		{ "newline inside", "", "http://example.com/a\n  b",
		    "http://example.com/a%20%20b" },
		{ "relative", "http://example.com/feeds/rss.xml", "../x.html",
		    "http://example.com/x.html" },
		{ "relative without base", "", "/x", "" },
		{ "network path", "https://example.com/", "//cdn.example.net/p",
		    "https://cdn.example.net/p" },
		{ "www without scheme", "", "www.example.com/x", "http://www.example.com/x" },
		{ "other scheme", "http://example.com/", "mailto:a@example.com", "" },
		{ "javascript", "http://example.com/", "javascript:alert(1)", "" },
		{ "file", "file:///etc/", "passwd", "" },
		{ "no host", "", "http://", "" },
		{ "one slash", "", "http:/example.com/x", "http://example.com/x" },
		{ "three slashes", "", "http:///example.com/x", "http://example.com/x" },
		{ "space and quote", "", "http://example.com/a b\"c",
		    "http://example.com/a%20b%22c" },
		{ "umlaut in the path", "", "http://example.com/\xc3\xbc",
		    "http://example.com/%C3%BC" },
		{ "umlaut in the host", "",
		    "http://b\xc3\xbc"
		    "cher.example/",
		    "http://b\xc3\xbc"
		    "cher.example/" },
		{ "percent stays", "", "http://example.com/%7ea%2F", "http://example.com/%7ea%2F" },
		{ "IPv6", "", "http://[::1]:8080/x", "http://[::1]:8080/x" },
		{ "user and port", "", "http://u:p@example.com:81/", "http://u:p@example.com:81/" },
		{ "bad port", "", "http://example.com:99999/", "" },
		{ "bad host", "", "http://exa mple.com/", "" },
		{ "query only", "http://example.com/p?q=1", "?q=2", "http://example.com/p?q=2" },
		{ "colon in a relative path", "http://example.com/", "a/b:c",
		    "http://example.com/a/b:c" },
		{ "empty", "http://example.com/", "  ", "" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_str(rows[i].name,
		    url_http(str_c(rows[i].base), str_c(rows[i].ref), arena, 4096), rows[i].want);
	check_str("too long", url_http(STR(""), STR("http://example.com/long"), arena, 20), "");
	arena_free(arena);
}

static void
normalises(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "default port", "http://example.com:80/x", "http://example.com/x" },
		{ "default port of https", "https://example.com:443", "https://example.com/" },
		{ "other port stays", "http://example.com:443/", "http://example.com:443/" },
		{ "no path", "http://EXAMPLE.com", "http://example.com/" },
		{ "unreserved decoded", "http://example.com/%7Euser/%61",
		    "http://example.com/~user/a" },
		{ "reserved kept in upper case", "http://example.com/%2f",
		    "http://example.com/%2F" },
		{ "dot segments", "http://example.com/a/../b/./c", "http://example.com/b/c" },
		{ "empty query and fragment", "http://example.com/?#", "http://example.com/" },
		{ "not http", "urn:Example:X", "urn:Example:X" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_str(rows[i].name, url_normal(str_c(rows[i].in), arena), rows[i].want);
	arena_free(arena);
}

static void
finds_hosts(void **state)
{
	(void)state;
	check_str("plain", url_host(STR("http://example.com/x")), "example.com");
	check_str("user and port", url_host(STR("http://u@b:p@example.com:80/x")), "example.com");
	check_str("IPv6", url_host(STR("http://[::1]:80/x")), "[::1]");
	check_str("none", url_host(STR("mailto:a@example.com")), "");
	assert_true(url_is_http(STR("https://example.com")));
	assert_false(url_is_http(STR("https:example.com")));
	assert_false(url_is_http(STR("http://:80/")));
}

static void
knows_the_same_server(void **state)
{
	static const struct {
		const char *name, *a, *b;
		bool same;
	} rows[] = {
		{ "another path", "http://a.example/x?y", "http://a.example/z", true },
		{ "letter case and default port", "HTTP://A.example:80/", "http://a.example",
		    true },
		{ "a user, an @ in his password", "http://u:p@q@a.example/", "http://a.example/",
		    true },
		{ "another host", "http://a.example/", "http://b.example/", false },
		{ "below it", "http://a.example/", "http://www.a.example/", false },
		{ "another port", "http://a.example/", "http://a.example:8080/", false },
		{ "another scheme", "http://a.example/", "https://a.example/", false },
		{ "dressed as a user", "http://a.example/", "http://a.example@b.example/", false },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (url_same_origin(str_c(rows[i].a), str_c(rows[i].b), arena) != rows[i].same)
			fail_msg("%s", rows[i].name);
	arena_free(arena);
}

static void
takes_users_out(void **state)
{
	static const struct {
		const char *name, *in, *url, *user, *password; /* url NULL: there is none */
	} rows[] = {
		{ "both", "https://me:hush@a.example:81/x?y@z", "https://a.example:81/x?y@z", "me",
		    "hush" },
		{ "encoded", "http://m%40b:p%3Aq%2@a.example", "http://a.example", "m@b", "p:q%2" },
		{ "an @ as it stands", "http://me:p@q@a.example/", "http://a.example/", "me",
		    "p@q" },
		{ "a user alone", "http://me@a.example/", "http://a.example/", "me", "" },
		{ "none", "http://a.example/x@y", NULL, "", "" },
		{ "no http", "mailto:me@a.example", NULL, "", "" },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str url = str_c(rows[i].in), user = STR(""), password = STR("");

		if (url_take_user(&url, &user, &password, arena) != (rows[i].url != NULL))
			fail_msg("%s: is there one?", rows[i].name);
		check_str(rows[i].name, url, rows[i].url ? rows[i].url : rows[i].in);
		check_str(rows[i].name, user, rows[i].user);
		check_str(rows[i].name, password, rows[i].password);
	}
	arena_free(arena);
}

static void
encodes_and_decodes(void **state)
{
	struct arena *arena = arena_new();
	struct str all = STR("az AZ 09 -._~ !/?#[]@:&=+%\"<>\n\x7f\xc3\xa9");

	(void)state;
	check_str("encoded", url_encoded(all, arena),
	    "az%20AZ%2009%20-._~%20%21%2F%3F%23%5B%5D%40%3A%26%3D%2B%25%22%3C%3E%0A%7F%C3%A9");
	assert_true(str_eq(url_decoded(url_encoded(all, arena), arena), all));
	check_str("nothing", url_encoded(STR(""), arena), "");
	arena_free(arena);
}

/* Links that need no work are told by a glance: they come out as they would by the long way, which
 * a scheme in capitals takes. */
static void
test_plain(void **state)
{
	static const char *const pieces[] = { "a", "Z", "9", ".", "..", "/", "/.", "//", "?", "=",
		"&", "#", ":80", ":", "@", "%41", "%2f", "%", "-", "_", "~", "+", ",", " ", "|",
		"!", "utm_source=x", "\xc3\xa9" };
	struct arena *arena = arena_new();
	uint32_t dice = 7;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		char quick[300], slow[300];
		int n = i % 10;

		strcpy(quick, i % 3 ? "http://h.example/" : "https://");
		for (int k = 0; k < n; k++) {
			dice = dice * 1664525 + 1013904223;
			strcat(quick, pieces[(dice >> 16) % ARRAY_LEN(pieces)]);
		}
		strcpy(slow, quick);
		memcpy(slow, "HTTP", 4);
		if (!str_eq(url_http(STR(""), str_c(quick), arena, 200),
			url_http(STR(""), str_c(slow), arena, 200)))
			fail_msg("url_http: %s", quick);
		if (url_is_http(str_c(quick)) != url_is_http(str_c(slow)))
			fail_msg("url_is_http: %s", quick);
		if (url_is_http(str_c(quick)) && url_http(STR(""), str_c(quick), arena, 200).n &&
		    (!str_eq(url_normal(str_c(quick), arena), url_normal(str_c(slow), arena)) ||
			!str_eq(identity_canonical_link(str_c(quick), arena),
			    identity_canonical_link(str_c(slow), arena)) ||
			newness_link_key(str_c(quick), arena) !=
			    newness_link_key(str_c(slow), arena)))
			fail_msg("url_normal: %s", quick);
		arena_reset(arena);
	}
	arena_free(arena);
}

/* The key of a link stays what it was: it stands in databases. */
static void
test_link_key(void **state)
{
	static const struct {
		const char *link;
		uint64_t key;
	} rows[] = {
		{ "https://www.example.org/a/b?c=d#e", UINT64_C(0xbcbf459080adb9ee) },
		{ "http://example.org/news/1", UINT64_C(0xbcbf451e0f5dd6e8) },
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_true(newness_link_key(str_c(rows[i].link), arena) == rows[i].key);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolves_as_rfc_3986),
		cmocka_unit_test(makes_http),
		cmocka_unit_test(normalises),
		cmocka_unit_test(finds_hosts),
		cmocka_unit_test(knows_the_same_server),
		cmocka_unit_test(takes_users_out),
		cmocka_unit_test(encodes_and_decodes),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_link_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
