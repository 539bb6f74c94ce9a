/*
 * The tool's side of the control socket.
 */
#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool
set_address(const char *path, struct sockaddr_un *ret, struct err *e)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(ret->sun_path))
		return err_set(e, ERR_SYSTEM, "%s: too long for a socket", path);
	memcpy(ret->sun_path, path, strlen(path));
	return true;
}

static bool
send_request(int fd, json_t *request, struct err *e)
{
	struct buf line;
	bool good;

	buf_init(&line, CONTROL_LINE_MAX);
	good = control_put(&line, request) || err_set(e, ERR_LIMIT, "the request is too long");
	for (size_t sent = 0; good && sent < line.n;) {
		ssize_t k = send(fd, line.p + sent, line.n - sent, MSG_NOSIGNAL);

		if (k < 0)
			good = err_set(e, ERR_NET, "the daemon hung up: %s", strerror(errno));
		else
			sent += (size_t)k;
	}
	buf_free(&line);
	return good;
}

static bool
read_answer(int fd, json_t **answer, struct err *e)
{
	struct buf line;
	json_error_t why;

	*answer = NULL;
	buf_init(&line, CONTROL_REPLY_MAX);
	while (str_find_char(buf_str(&line), '\n') == STR_NONE) {
		char *room = buf_reserve(&line, 65536);
		ssize_t k = room ? read(fd, room, 65536) : -1;

		if (k <= 0) {
			err_set(e, ERR_NET, "the daemon did not answer%s%s", k < 0 ? ": " : "",
			    k < 0 ? strerror(errno) : "");
			buf_free(&line);
			return false;
		}
		line.n += (size_t)k;
	}
	*answer = json_loadb(line.p, line.n, 0, &why);
	buf_free(&line);
	if (!json_is_true(json_object_get(*answer, "ok"))) {
		const char *text = json_string_value(json_object_get(*answer, "error"));

		err_set(e, ERR_CONFIG, "%s", text ? text : "the daemon's answer makes no sense");
		json_decref(*answer);
		*answer = NULL;
		return false;
	}
	return true;
}

bool
control_ask(const char *path, json_t *request, json_t **answer, struct err *e)
{
	struct timeval patience = { .tv_sec = CONTROL_ASK_S };
	struct sockaddr_un address;
	int fd;
	bool good = false;

	if (!set_address(path, &address, e))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		good = send_request(fd, request, e) && read_answer(fd, answer, e);
	else if (errno == EACCES)
		err_set(e, ERR_SYSTEM, "%s: you may not control the daemon (try sudo)", path);
	else
		err_set(e, ERR_NET,
		    "%s: no daemon listens there: %s (start newsbelld, or say --state DIR when "
		    "its state is elsewhere)",
		    path, strerror(errno));
	close(fd);
	return good;
}
