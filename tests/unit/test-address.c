/* The addresses that strangers' URLs may and may not lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "address.h"
#include "mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static const struct {
	const char *name, *text;
	enum address_kind want;
} rows[] = {
	{ "a public server", "93.184.216.34", ADDRESS_PUBLIC },
	{ "zero is this host", "0.0.0.0", ADDRESS_THIS_HOST },
	{ "the zero net", "0.1.2.3", ADDRESS_THIS_HOST },
	{ "ten", "10.255.255.255", ADDRESS_PRIVATE },
	{ "above ten", "11.0.0.0", ADDRESS_PUBLIC },
	{ "below carrier-grade NAT", "100.63.255.255", ADDRESS_PUBLIC },
	{ "carrier-grade NAT", "100.64.0.0", ADDRESS_PRIVATE },
	{ "end of carrier-grade NAT", "100.127.255.255", ADDRESS_PRIVATE },
	{ "above carrier-grade NAT", "100.128.0.0", ADDRESS_PUBLIC },
	{ "metadata inside that NAT", "100.100.100.200", ADDRESS_METADATA },
	{ "loopback", "127.0.0.1", ADDRESS_LOOPBACK },
	{ "all of loopback", "127.77.3.4", ADDRESS_LOOPBACK },
	{ "metadata on a public address", "168.63.129.16", ADDRESS_METADATA },
	{ "its neighbour", "168.63.129.17", ADDRESS_PUBLIC },
	{ "link-local", "169.254.1.1", ADDRESS_LINK_LOCAL },
	{ "the usual metadata", "169.254.169.254", ADDRESS_METADATA },
	{ "below 172.16", "172.15.255.255", ADDRESS_PUBLIC },
	{ "172.16", "172.16.0.1", ADDRESS_PRIVATE },
	{ "172.31", "172.31.255.255", ADDRESS_PRIVATE },
	{ "above 172.31", "172.32.0.0", ADDRESS_PUBLIC },
	{ "protocol assignments", "192.0.0.8", ADDRESS_RESERVED },
	{ "documentation 1", "192.0.2.1", ADDRESS_RESERVED },
	{ "6to4 relay", "192.88.99.1", ADDRESS_RESERVED },
	{ "home network", "192.168.1.1", ADDRESS_PRIVATE },
	{ "benchmarks", "198.19.255.255", ADDRESS_RESERVED },
	{ "documentation 2", "198.51.100.7", ADDRESS_RESERVED },
	{ "documentation 3", "203.0.113.7", ADDRESS_RESERVED },
	{ "multicast", "224.0.0.1", ADDRESS_MULTICAST },
	{ "end of multicast", "239.255.255.255", ADDRESS_MULTICAST },
	{ "class E", "240.0.0.1", ADDRESS_RESERVED },
	{ "broadcast", "255.255.255.255", ADDRESS_RESERVED },
	{ "a public IPv6 server", "2606:2800:220:1::1", ADDRESS_PUBLIC },
	{ "unspecified", "::", ADDRESS_THIS_HOST },
	{ "IPv6 loopback", "::1", ADDRESS_LOOPBACK },
	{ "compatible loopback", "::127.0.0.1", ADDRESS_LOOPBACK },
	{ "mapped loopback", "::ffff:127.0.0.1", ADDRESS_LOOPBACK },
	{ "mapped in hexadecimal", "::ffff:7f00:1", ADDRESS_LOOPBACK },
	{ "mapped private", "::ffff:192.168.0.1", ADDRESS_PRIVATE },
	{ "mapped public", "::ffff:93.184.216.34", ADDRESS_PUBLIC },
	{ "translated metadata", "::ffff:0:169.254.169.254", ADDRESS_METADATA },
	{ "NAT64 of loopback", "64:ff9b::127.0.0.1", ADDRESS_LOOPBACK },
	{ "NAT64 of metadata", "64:ff9b::a9fe:a9fe", ADDRESS_METADATA },
	{ "NAT64 of a public server", "64:ff9b::93.184.216.34", ADDRESS_PUBLIC },
	{ "local NAT64", "64:ff9b:1::93.184.216.34", ADDRESS_RESERVED },
	{ "6to4 of ten", "2002:0a00:0001::1", ADDRESS_PRIVATE },
	{ "6to4 of a public server", "2002:5db8:d822::1", ADDRESS_PUBLIC },
	{ "discard", "100::1", ADDRESS_RESERVED },
	{ "Teredo", "2001:0:5ef5:79fd::1", ADDRESS_RESERVED },
	{ "IPv6 documentation", "2001:db8::1", ADDRESS_RESERVED },
	{ "IPv6 documentation 2", "3fff:fff::1", ADDRESS_RESERVED },
	{ "segment routing", "5f00::1", ADDRESS_RESERVED },
	{ "unique local fc", "fc00::1", ADDRESS_PRIVATE },
	{ "unique local fd", "fdff::1", ADDRESS_PRIVATE },
	{ "IPv6 metadata", "fd00:ec2::254", ADDRESS_METADATA },
	{ "IPv6 link-local", "fe80::1", ADDRESS_LINK_LOCAL },
	{ "with a zone", "fe80::1%eth0", ADDRESS_LINK_LOCAL },
	{ "site local", "fec0::1", ADDRESS_PRIVATE },
	{ "IPv6 multicast", "ff02::1", ADDRESS_MULTICAST },
	{ "in brackets", "[::1]", ADDRESS_LOOPBACK },
};

static void
test_text(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum address_kind kind = ADDRESS_PUBLIC;

		if (!address_parse(str_c(rows[i].text), &kind) || kind != rows[i].want) {
			print_error("%s: %s is %s, want %s\n", rows[i].name, rows[i].text,
			    address_kind_name(kind), address_kind_name(rows[i].want));
			failed++;
		}
	}
	assert_int_equal(failed, 0);
}

/* What the connect hook sees is a sockaddr: it must say the same as the text. */
static void
test_sockaddr(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sockaddr_in in = { .sin_family = AF_INET };
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

		if (inet_pton(AF_INET, rows[i].text, &in.sin_addr) == 1)
			assert_int_equal(
			    address_kind((struct sockaddr *)&in, sizeof(in)), rows[i].want);
		else if (inet_pton(AF_INET6, rows[i].text, &in6.sin6_addr) == 1)
			assert_int_equal(
			    address_kind((struct sockaddr *)&in6, sizeof(in6)), rows[i].want);
	}
}

static void
test_no_address(void **state)
{
	static const char *const texts[] = { "", "localhost", "127.1", "0x7f.1", "1.2.3.4.5",
		":::", "[", "[]", "%eth0",
		"1234567890123456789012345678901234567890123456789012345" };
	struct sockaddr other = { .sa_family = AF_UNIX };
	enum address_kind kind;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (address_parse(str_c(texts[i]), &kind))
			fail_msg("'%s' passed for an address", texts[i]);
	assert_int_equal(address_kind(&other, sizeof(other)), ADDRESS_RESERVED);
	other.sa_family = AF_INET;
	assert_int_equal(address_kind(&other, 4), ADDRESS_RESERVED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_sockaddr),
		cmocka_unit_test(test_no_address),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
