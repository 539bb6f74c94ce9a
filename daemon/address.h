/*
 * Which addresses a stranger's URL may lead us to.  Pure: no look-up, no socket.
 */
#ifndef DAEMON_ADDRESS_H
#define DAEMON_ADDRESS_H

#include "str.h"

#include <sys/socket.h>

enum address_kind {
	ADDRESS_PUBLIC,
	ADDRESS_THIS_HOST, /* 0.0.0.0/8, :: (Linux connects them to itself) */
	ADDRESS_LOOPBACK,
	ADDRESS_PRIVATE, /* RFC 1918, unique local, carrier-grade NAT */
	ADDRESS_LINK_LOCAL,
	ADDRESS_METADATA, /* where clouds hand out credentials */
	ADDRESS_MULTICAST,
	ADDRESS_RESERVED, /* everything else that is not globally routed; unknown families too */
};

/*
 * IPv4 inside IPv6 (mapped, compatible, translated, NAT64, 6to4) is judged by the IPv4 address that
 * it carries.  Source: the special-purpose registries of RFC 6890 as IANA keeps them.
 */
enum address_kind address_kind(const struct sockaddr *address, socklen_t n);

/* The same for "127.0.0.1", "::1" or "[::1]" (a zone "%eth0" is cut off); false when it is no
 * address. */
bool address_parse(struct str text, enum address_kind *ret);

/* "loopback", "private" ...: static. */
const char *address_kind_name(enum address_kind kind);

#endif
