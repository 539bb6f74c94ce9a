#include "address.h"

#include "mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* The first row that fits counts. */
static const struct {
	uint32_t net;
	int bits;
	enum address_kind kind;
} v4_rows[] = {
	{ 0x00000000, 8, ADDRESS_THIS_HOST }, { 0x0a000000, 8, ADDRESS_PRIVATE }, /* 10.0.0.0 */
	{ 0x646464c8, 32, ADDRESS_METADATA }, /* 100.100.100.200 */
	{ 0x64400000, 10, ADDRESS_PRIVATE },  /* 100.64.0.0 */
	{ 0x7f000000, 8, ADDRESS_LOOPBACK },
	{ 0xa83f8110, 32, ADDRESS_METADATA },   /* 168.63.129.16 */
	{ 0xa9fea9fe, 32, ADDRESS_METADATA },   /* 169.254.169.254 */
	{ 0xa9fe0000, 16, ADDRESS_LINK_LOCAL }, /* 169.254.0.0 */
	{ 0xac100000, 12, ADDRESS_PRIVATE },    /* 172.16.0.0 */
	{ 0xc00000c0, 32, ADDRESS_METADATA },   /* 192.0.0.192 */
	{ 0xc0000000, 24, ADDRESS_RESERVED },   /* 192.0.0.0: IETF protocols */
	{ 0xc0000200, 24, ADDRESS_RESERVED },   /* 192.0.2.0: documentation */
	{ 0xc0586300, 24, ADDRESS_RESERVED },   /* 192.88.99.0: 6to4 relays */
	{ 0xc0a80000, 16, ADDRESS_PRIVATE },    /* 192.168.0.0 */
	{ 0xc6120000, 15, ADDRESS_RESERVED },   /* 198.18.0.0: benchmarks */
	{ 0xc6336400, 24, ADDRESS_RESERVED },   /* 198.51.100.0: documentation */
	{ 0xcb007100, 24, ADDRESS_RESERVED },   /* 203.0.113.0: documentation */
	{ 0xe0000000, 4, ADDRESS_MULTICAST },
	{ 0xf0000000, 4, ADDRESS_RESERVED }, /* with 255.255.255.255 */
};

/* The first row that fits counts; embedded: offset of an IPv4 address that decides, or 0. */
static const struct {
	uint8_t net[16];
	int bits;
	enum address_kind kind;
	int embedded;
} v6_rows[] = {
	{ { 0 }, 128, ADDRESS_THIS_HOST, 0 }, { { [15] = 1 }, 128, ADDRESS_LOOPBACK, 0 },
	{ { 0 }, 96, ADDRESS_PUBLIC, 12 },                       /* IPv4-compatible */
	{ { [10] = 0xff, 0xff }, 96, ADDRESS_PUBLIC, 12 },       /* IPv4-mapped */
	{ { [8] = 0xff, 0xff }, 96, ADDRESS_PUBLIC, 12 },        /* IPv4-translated */
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, ADDRESS_PUBLIC, 12 },  /* NAT64 */
	{ { 0xfd, 0x00, 0x0e, 0xc2 }, 32, ADDRESS_METADATA, 0 }, /* fd00:ec2:: */
	{ { 0xfc }, 7, ADDRESS_PRIVATE, 0 },                     /* unique local */
	{ { 0xfe, 0x80 }, 10, ADDRESS_LINK_LOCAL, 0 },
	{ { 0xfe, 0xc0 }, 10, ADDRESS_PRIVATE, 0 }, /* site local, deprecated */
	{ { 0xff }, 8, ADDRESS_MULTICAST, 0 },
	{ { 0x20, 0x01, 0x00 }, 23, ADDRESS_RESERVED, 0 },       /* IETF protocols, Teredo */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, ADDRESS_RESERVED, 0 }, /* documentation */
	{ { 0x20, 0x02 }, 16, ADDRESS_PUBLIC, 2 },               /* 6to4 */
	{ { 0x3f, 0xff }, 20, ADDRESS_RESERVED, 0 },             /* documentation */
	{ { 0x20 }, 3, ADDRESS_PUBLIC, 0 },                      /* global unicast */
	{ { 0 }, 0, ADDRESS_RESERVED, 0 },                       /* nothing else is routed */
};

static enum address_kind
v4_kind(const uint8_t *bytes)
{
	uint32_t a = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		     bytes[3];

	for (size_t i = 0; i < ARRAY_LEN(v4_rows); i++) {
		uint32_t mask = UINT32_MAX << (32 - v4_rows[i].bits);

		if ((a & mask) == v4_rows[i].net)
			return v4_rows[i].kind;
	}
	return ADDRESS_PUBLIC;
}

static bool
same_bits(const uint8_t *a, const uint8_t *b, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, (size_t)whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static enum address_kind
v6_kind(const uint8_t *bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(v6_rows); i++) {
		if (!same_bits(bytes, v6_rows[i].net, v6_rows[i].bits))
			continue;
		return v6_rows[i].embedded ? v4_kind(bytes + v6_rows[i].embedded) : v6_rows[i].kind;
	}
	return ADDRESS_RESERVED;
}

enum address_kind
address_kind(const struct sockaddr *address, socklen_t n)
{
	if (address->sa_family == AF_INET && n >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		return v4_kind((const uint8_t *)&in.sin_addr);
	}
	if (address->sa_family == AF_INET6 && n >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		return v6_kind(in6.sin6_addr.s6_addr);
	}
	return ADDRESS_RESERVED;
}

bool
address_parse(struct str text, enum address_kind *ret)
{
	char z[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	struct str zone;

	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = str_sub(text, 1, text.n - 1);
	str_cut(text, '%', &text, &zone);
	if (text.n >= sizeof(z))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	if (inet_pton(AF_INET, z, bytes) == 1)
		*ret = v4_kind(bytes);
	else if (inet_pton(AF_INET6, z, bytes) == 1)
		*ret = v6_kind(bytes);
	else
		return false;
	return true;
}

const char *
address_kind_name(enum address_kind kind)
{
	switch (kind) {
	case ADDRESS_PUBLIC:
		return "public";
	case ADDRESS_THIS_HOST:
		return "this host's own";
	case ADDRESS_LOOPBACK:
		return "loopback";
	case ADDRESS_PRIVATE:
		return "private";
	case ADDRESS_LINK_LOCAL:
		return "link-local";
	case ADDRESS_METADATA:
		return "cloud metadata";
	case ADDRESS_MULTICAST:
		return "multicast";
	case ADDRESS_RESERVED:
		return "reserved";
	}
	return "unknown";
}
