#include "mail_server.h"

#include "settings.h"

#include <string.h>

/* host[:port] or [address][:port], as part of value.  *ret: the port, when it may not be missing.
 */
static bool
check_host(struct str rest, struct str value, struct str *ret, struct err *e)
{
	struct str host = rest, port;
	int64_t number = 0;

	if (rest.n && rest.p[0] == '[') {
		size_t close = str_find_char(rest, ']');

		if (close == STR_NONE)
			return err_set(
			    e, ERR_CONFIG, "'%.*s': no ] after the address", STR_ARG(value));
		host = str_sub(rest, 1, close);
		port = str_sub(rest, close + 1, rest.n);
		if (port.n && port.p[0] != ':')
			return err_set(e, ERR_CONFIG, "'%.*s' is no server", STR_ARG(value));
		port = str_sub(port, 1, port.n);
	} else {
		str_cut(rest, ':', &host, &port);
	}
	if (host.n == 0)
		return err_set(e, ERR_CONFIG, "'%.*s' names no host", STR_ARG(value));
	if (port.n && (!str_to_i64(port, &number) || number < 1 || number > 65535))
		return err_set(e, ERR_CONFIG, "'%.*s' is no port", STR_ARG(port));
	if (ret)
		*ret = port;
	return true;
}

/* smtp://host[:port] or smtps://host[:port], and nothing behind it. */
static bool
check_smtp(struct str value, struct err *e)
{
	struct str rest;

	if (str_starts_ci(value, STR("smtp://")))
		rest = str_sub(value, 7, value.n);
	else if (str_starts_ci(value, STR("smtps://")))
		rest = str_sub(value, 8, value.n);
	else
		return err_set(
		    e, ERR_CONFIG, "'%.*s' is no smtp:// or smtps:// address", STR_ARG(value));
	for (size_t i = 0; i < rest.n; i++)
		if ((unsigned char)rest.p[i] <= ' ' || strchr("/@?#", rest.p[i]))
			return err_set(e, ERR_CONFIG,
			    "'%.*s': write smtp://host:port; user and password have keys of their "
			    "own",
			    STR_ARG(value));
	return check_host(rest, value, NULL, e);
}

static bool
check_lmtp(struct str value, struct err *e)
{
	struct str port = STR("");

	if (value.p[0] == '/')
		return true;
	if (!check_host(value, value, &port, e))
		return false;
	return port.n || err_set(e, ERR_CONFIG,
			     "'%.*s': write the socket's whole path, or host:port", STR_ARG(value));
}

/* Servers in the order they are asked. */
static bool
parse(struct str value, bool (*check)(struct str value, struct err *e), struct str_list *ret,
    struct arena *arena, struct err *e)
{
	struct str_list list;

	if (!settings_list(value, &list, arena, e))
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (!check(list.v[i], e))
			return false;
	*ret = list;
	return true;
}

bool
mail_servers_smtp(struct str value, void *field, struct arena *arena, struct err *e)
{
	return parse(value, check_smtp, field, arena, e);
}

bool
mail_servers_lmtp(struct str value, void *field, struct arena *arena, struct err *e)
{
	return parse(value, check_lmtp, field, arena, e);
}

bool
mail_program(struct str value, void *field, struct arena *arena, struct err *e)
{
	(void)arena;
	if (value.p[0] != '/' || str_find_char(value, ' ') != STR_NONE)
		return err_set(
		    e, ERR_CONFIG, "write the program's whole path, as /usr/sbin/sendmail");
	*(struct str *)field = value;
	return true;
}
