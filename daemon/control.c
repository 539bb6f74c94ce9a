#include "control.h"

#include "listen.h"
#include "log.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTEN_FDS_START 3 /* sd_listen_fds(3) */
#define GROUPS_MAX 1024
#define AGAIN_S 1.0 /* until connections are looked for again */

struct peer {
	struct control *control;
	int fd;
	ev_io io;
	ev_timer idle;
	struct buf in, out;
	uint64_t waits; /* for a number; until then nothing more is read.  0: for nothing */
	struct peer *next;
};

struct control {
	struct control_options options;
	char *path; /* of our own socket; NULL: it was handed over */
	int fd;
	gid_t group;
	ev_io io;
	ev_timer again; /* looks for connections again, after there was no descriptor for one */
	struct peer *peers;
	size_t n_peers;
};

/* ---- the protocol ---- */

static const struct control_verb *
find_verb(const struct control_verb *verbs, size_t n, const json_t *request, const char *syntax,
    struct err *e)
{
	const char *name = json_string_value(json_object_get(request, "command"));

	if (!name) {
		err_set(e, ERR_INPUT,
		    "want one JSON object a line, like {\"command\":\"status\"}%s%s",
		    request ? "" : ": ", request ? "" : syntax);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	err_set(e, ERR_INPUT, "there is no command '%.100s'", name);
	return NULL;
}

static int
add_json(const char *p, size_t n, void *b)
{
	return buf_add(b, str_n(p, n)) ? 0 : -1;
}

bool
control_put(struct buf *b, const json_t *o)
{
	size_t start = b->n;

	if (json_dump_callback(o, add_json, b, JSON_COMPACT) == 0 && buf_add_char(b, '\n'))
		return true;
	b->n = start;
	return false;
}

/* Takes the answer; why: what went wrong instead, or NULL. */
static void
add_answer(struct buf *reply, json_t *answer, const struct err *why)
{
	if (why) {
		json_object_clear(answer);
		json_object_set_new(answer, "ok", json_false());
		json_object_set_new(answer, "error", json_string(why->text));
	} else {
		json_object_set_new(answer, "ok", json_true());
	}
	if (!control_put(reply, answer))
		buf_add(reply, STR("{\"ok\":false,\"error\":\"the answer is too long\"}\n"));
	json_decref(answer);
}

uint64_t
control_answer(
    const struct control_verb *verbs, size_t n, void *cookie, struct str line, struct buf *reply)
{
	json_error_t syntax;
	json_t *request = json_loadb(line.p ? line.p : "", line.n, JSON_REJECT_DUPLICATES, &syntax);
	json_t *answer = json_object();
	struct err e = { 0 };
	const struct control_verb *verb = find_verb(verbs, n, request, syntax.text, &e);
	uint64_t number = 0;

	if (verb && verb->begin) {
		number = verb->begin(cookie);
		json_decref(answer);
	} else {
		bool good = verb && verb->run(cookie, request, answer, &e);

		add_answer(reply, answer, good ? NULL : &e);
	}
	json_decref(request);
	return number;
}

/* ---- a connection ---- */

static void
peer_free(struct peer *p)
{
	struct control *c = p->control;

	for (struct peer **at = &c->peers; *at; at = &(*at)->next)
		if (*at == p) {
			*at = p->next;
			c->n_peers--;
			break;
		}
	ev_io_stop(c->options.loop, &p->io);
	ev_timer_stop(c->options.loop, &p->idle);
	ev_io_start(c->options.loop, &c->io); /* there is room for one more */
	close(p->fd);
	buf_free(&p->in);
	buf_free(&p->out);
	free(p);
}

static void
watch(struct peer *p)
{
	struct ev_loop *loop = p->control->options.loop;

	ev_io_stop(loop, &p->io);
	if (p->waits && !p->out.n) {
		ev_timer_stop(loop, &p->idle);
		return;
	}
	ev_io_set(&p->io, p->fd, p->out.n ? EV_WRITE : EV_READ);
	ev_io_start(loop, &p->io);
	ev_timer_again(loop, &p->idle);
}

static void
answer_lines(struct peer *p)
{
	const struct control_options *o = &p->control->options;
	size_t end;

	while (!p->waits && (end = str_find_char(buf_str(&p->in), '\n')) != STR_NONE) {
		p->waits = control_answer(
		    o->verbs, o->n_verbs, o->cookie, str_sub(buf_str(&p->in), 0, end), &p->out);
		buf_drop(&p->in, end + 1);
	}
}

static bool
read_some(struct peer *p)
{
	char *room = buf_reserve(&p->in, 4096);
	ssize_t k;

	if (!room) {
		buf_clear(&p->in);
		buf_add(&p->out, STR("{\"ok\":false,\"error\":\"the line is too long\"}\n"));
		return true;
	}
	k = read(p->fd, room, 4096);
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (k <= 0)
		return false;
	p->in.n += (size_t)k;
	answer_lines(p);
	return true;
}

static bool
write_some(struct peer *p)
{
	ssize_t k = send(p->fd, p->out.p, p->out.n, MSG_NOSIGNAL);

	if (k < 0)
		return errno == EAGAIN || errno == EINTR;
	buf_drop(&p->out, (size_t)k);
	return true;
}

static void
on_peer(struct ev_loop *loop, ev_io *io, int events)
{
	struct peer *p = io->data;

	(void)loop;
	if ((events & EV_READ && !read_some(p)) || (p->out.n && !write_some(p))) {
		peer_free(p);
		return;
	}
	watch(p);
}

static void
on_idle(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	peer_free(timer->data);
}

void
control_settle(struct control *c, uint64_t upto, const struct err *why)
{
	struct peer *next;

	for (struct peer *p = c->peers; p; p = next) {
		next = p->next;
		if (p->waits == 0 || p->waits > upto)
			continue;
		p->waits = 0;
		add_answer(&p->out, json_object(), why);
		answer_lines(p);
		if (write_some(p))
			watch(p);
		else
			peer_free(p);
	}
}

/* ---- who may connect ---- */

static bool
is_allowed(const struct control *c, int fd, struct ucred *who)
{
	socklen_t n = sizeof(*who);
	gid_t groups[GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, who, &n) < 0)
		return false;
	if (who->uid == 0 || who->uid == geteuid() || who->gid == c->group)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++)
		if (groups[i] == c->group)
			return true;
	return false;
}

static void
on_again(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct control *c = timer->data;

	(void)events;
	ev_io_start(loop, &c->io);
}

static void
on_connect(struct ev_loop *loop, ev_io *io, int events)
{
	struct control *c = io->data;
	int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred who = { 0 };
	struct peer *p;

	(void)events;
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			ev_io_stop(loop, io); /* it would be readable all the time */
			ev_timer_set(&c->again, AGAIN_S, 0.0);
			ev_timer_start(loop, &c->again);
		}
		return;
	}
	if (!is_allowed(c, fd, &who)) {
		log_write(LOG_LEVEL_WARN, "control-refused",
		    LOG_FIELDS({ "uid", log_number((int64_t)who.uid) }),
		    "only root, the daemon's user and the socket's group may control it");
		close(fd);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	p->control = c;
	p->fd = fd;
	buf_init(&p->in, CONTROL_LINE_MAX);
	buf_init(&p->out, CONTROL_REPLY_MAX);
	ev_io_init(&p->io, on_peer, fd, EV_READ);
	ev_init(&p->idle, on_idle);
	p->idle.repeat = CONTROL_IDLE_S;
	p->io.data = p->idle.data = p;
	p->next = c->peers;
	c->peers = p;
	if (++c->n_peers == CONTROL_PEERS_MAX)
		ev_io_stop(loop, &c->io);
	watch(p);
}

/* ---- the socket ---- */

/* A socket of the service manager's, or -1. */
static int
handed_over(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	if (!pid || !fds || atol(pid) != (long)getpid() || atoi(fds) < 1)
		return -1;
	fcntl(LISTEN_FDS_START, F_SETFD, FD_CLOEXEC);
	fcntl(LISTEN_FDS_START, F_SETFL, O_NONBLOCK);
	return LISTEN_FDS_START;
}

/* The database's lock says that we are alone, so a socket that stands there is a dead one's. */
static bool
make_socket(struct control *c, struct err *e)
{
	const char *path = c->options.path;

	c->fd = listen_unix(path, e);
	if (c->fd < 0)
		return false;
	c->path = xmalloc(strlen(path) + 1);
	memcpy(c->path, path, strlen(path) + 1);
	return true;
}

struct control *
control_new(const struct control_options *options, struct err *e)
{
	struct control *c = xcalloc(1, sizeof(*c));
	struct stat st;

	c->options = *options;
	c->fd = handed_over();
	if (c->fd < 0 && !make_socket(c, e)) {
		control_free(c);
		return NULL;
	}
	c->group = stat(options->path, &st) == 0 ? st.st_gid : getegid();
	c->options.path = c->path; /* the given one is borrowed for this call only */
	ev_io_init(&c->io, on_connect, c->fd, EV_READ);
	c->io.data = c;
	ev_timer_init(&c->again, on_again, AGAIN_S, 0.0);
	c->again.data = c;
	ev_io_start(options->loop, &c->io);
	return c;
}

void
control_free(struct control *c)
{
	if (!c)
		return;
	while (c->peers)
		peer_free(c->peers);
	if (c->fd >= 0) {
		ev_io_stop(c->options.loop, &c->io);
		ev_timer_stop(c->options.loop, &c->again);
		close(c->fd);
	}
	if (c->path)
		unlink(c->path);
	free(c->path);
	free(c);
}
