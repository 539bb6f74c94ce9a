#include "nursery.h"

#include "charsets.h"
#include "flat.h"
#include "frame.h"
#include "mem.h"
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKER_READ ((size_t)256 << 10) /* bytes asked of the socket at once */

enum { WANT_CONTENT = 1, WANT_LIST = 2 }; /* bits of a request's first byte */
enum reply_kind { REPLY_DOC = 'd', REPLY_ERR = 'e' };

/* ---- the form of requests and replies ---- */

static void
add_text(struct buf *b, struct str s)
{
	char n[FRAME_HEADER];

	frame_header(s.n, n);
	buf_add(b, str_n(n, sizeof(n)));
	buf_add(b, s);
}

static bool
take_text(struct str *from, struct str *ret)
{
	const unsigned char *h = (const unsigned char *)from->p;
	size_t n;

	if (from->n < FRAME_HEADER)
		return false;
	n = (size_t)h[0] << 24 | (size_t)h[1] << 16 | (size_t)h[2] << 8 | h[3];
	if (from->n - FRAME_HEADER < n)
		return false;
	*ret = str_sub(*from, FRAME_HEADER, FRAME_HEADER + n);
	*from = str_sub(*from, FRAME_HEADER + n, from->n);
	return true;
}

void
parser_request(const struct feed_source *source, struct buf *head)
{
	char n[FRAME_HEADER] = { 0 };
	size_t start = head->n;

	buf_add(head, str_n(n, sizeof(n)));
	buf_add_char(head, (char)((source->want_content ? WANT_CONTENT : 0) |
				  (source->want_list ? WANT_LIST : 0)));
	add_text(head, source->content_type);
	add_text(head, source->base_url);
	frame_header(head->n - start - FRAME_HEADER + source->body.n, n);
	memcpy(head->p + start, n, sizeof(n));
}

static bool
read_request(struct str frame, struct feed_source *ret)
{
	if (frame.n == 0)
		return false;
	*ret = (struct feed_source){ .want_content = frame.p[0] & WANT_CONTENT,
		.want_list = frame.p[0] & WANT_LIST };
	frame = str_sub(frame, 1, frame.n);
	if (!take_text(&frame, &ret->content_type) || !take_text(&frame, &ret->base_url))
		return false;
	ret->body = frame;
	return true;
}

bool
parser_reply(struct str frame, struct arena *arena, struct feed_doc *ret, struct err *e)
{
	struct str rest = str_sub(frame, 1, frame.n);

	if (frame.n >= 1 && frame.p[0] == REPLY_DOC)
		return flat_decode(str_dup(arena, rest), arena, ret, e);
	if (frame.n >= 2 && frame.p[0] == REPLY_ERR &&
	    (rest.p[0] == ERR_INPUT || rest.p[0] == ERR_LIMIT || rest.p[0] == ERR_SYSTEM))
		return err_set(e, (enum err_kind)rest.p[0], "%.*s", (int)(rest.n - 1), rest.p + 1);
	return err_set(e, ERR_SYSTEM, "the parser answered nonsense");
}

/* ---- a worker ---- */

/* Where it is the limit already, the kernel is not asked again. */
static void
limit(int what, rlim_t most, rlim_t *now)
{
	if (most == *now)
		return;
	*now = most;
	setrlimit(what, &(struct rlimit){ most, RLIM_INFINITY });
}

static void
limit_document(size_t body)
{
	static rlim_t cpu_s, memory; /* one document at a time, one thread */
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	limit(RLIMIT_CPU, (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + PARSER_CPU_S),
	    &cpu_s);
/* a sanitizer's shadow memory is terabytes of address space */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	body = (body / PARSER_MEMORY_STEP + 1) * PARSER_MEMORY_STEP;
	limit(RLIMIT_AS, PARSER_MEMORY + PARSER_MEMORY_FACTOR * body, &memory);
#else
	(void)body;
	(void)memory;
#endif
}

static bool
write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t k = write(fd, s.p, s.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		s = str_sub(s, (size_t)k, s.n);
	}
	return true;
}

/* With room for the frame's header: the daemon wakes once for a reply that comes in one piece. */
static void
begin_reply(struct buf *reply, enum reply_kind kind)
{
	static const char room[FRAME_HEADER];

	buf_clear(reply);
	buf_add(reply, str_n(room, sizeof(room)));
	buf_add_char(reply, (char)kind);
}

static void
put_error(struct buf *reply, const struct err *e)
{
	begin_reply(reply, REPLY_ERR);
	buf_add_char(reply, (char)e->kind);
	buf_add(reply, str_c(e->text));
}

static bool
send_reply(int fd, struct buf *reply)
{
	frame_header(reply->n - FRAME_HEADER, reply->p);
	return write_all(fd, buf_str(reply));
}

static bool
answer(int fd, struct str frame, struct arena *arena, struct buf *reply)
{
	struct feed_source source;
	struct feed_doc doc;
	struct err e = { 0 };

	if (!read_request(frame, &source))
		return false;
	limit_document(source.body.n);
	begin_reply(reply, REPLY_DOC);
	if (!feed_parse(&source, arena, &doc, &e) ||
	    (!flat_encode(&doc, reply) && !err_set(&e, ERR_LIMIT, "the document says too much")))
		put_error(reply, &e);
	return send_reply(fd, reply);
}

static void
worker(int fd, enum worker_kind kind)
{
	struct frame_reader in;
	struct buf reply;
	struct arena *arena = arena_new();
	struct err e;

	prctl(PR_SET_NAME, "newsbell-parse");
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 0, 0 });
	frame_reader_init(&in, PARSER_REQUEST_MAX);
	buf_init(&reply, FRAME_HEADER + PARSER_REPLY_MAX);
	if (kind == WORKER_CONFINED && !sandbox_compute(&e)) {
		put_error(&reply, &e);
		send_reply(fd, &reply);
		_exit(0);
	}
	for (;;) {
		struct str frame;
		enum frame_verdict verdict = frame_next(&in, &frame);
		ssize_t k;

		if (verdict == FRAME_BROKEN)
			break;
		if (verdict == FRAME_READY) {
			if (!answer(fd, frame, arena, &reply))
				break;
			arena_reset(arena);
			continue;
		}
		k = read(fd, frame_room(&in, WORKER_READ), WORKER_READ);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		frame_arrived(&in, (size_t)k);
	}
	frame_reader_free(&in);
	buf_free(&reply);
	arena_free(arena);
}

/* ---- the nursery ---- */

/* A byte and, when fd is not negative, a descriptor. */
static bool
send_fd(int to, char what, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec byte = { &what, 1 };
	struct msghdr msg = { .msg_iov = &byte, .msg_iovlen = 1 };

	if (fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		*CMSG_FIRSTHDR(&msg) = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &fd, sizeof(fd));
	}
	return sendmsg(to, &msg, MSG_NOSIGNAL) == 1;
}

static void
bear(int nursery, enum worker_kind kind)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		_exit(71);
	pid = fork();
	if (pid == 0) {
		close(nursery);
		close(pair[0]);
		worker(pair[1], kind);
		_exit(0);
	}
	close(pair[1]);
	if (pid < 0 || !send_fd(nursery, (char)kind, pair[0]))
		_exit(71);
	close(pair[0]);
}

static void
nursery_run(int fd)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE };
	char byte;

	/* It ends when its socket does: the daemon decides, not a signal to the whole group. */
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigaction(
	    SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, NULL);
	prctl(PR_SET_NAME, "newsbell-nurse");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	xmlInitParser();
	charsets_keep(); /* a confined worker opens no file */
	for (;;) {
		ssize_t k = read(fd, &byte, 1);

		if (k < 0 && errno == EINTR)
			continue;
		if (k != 1)
			break;
		bear(fd, (enum worker_kind)byte);
	}
}

int
nursery_start(struct err *e)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		err_set(e, ERR_SYSTEM, "socketpair: %s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid < 0) {
		err_set(e, ERR_SYSTEM, "fork: %s", strerror(errno));
		close(pair[0]);
		close(pair[1]);
		return -1;
	}
	if (pid == 0) {
		close(pair[0]);
		nursery_run(pair[1]);
		_exit(0);
	}
	close(pair[1]);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	return pair[0];
}

bool
nursery_ask(int nursery, enum worker_kind kind)
{
	return send_fd(nursery, (char)kind, -1);
}

int
nursery_take(int nursery)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t k = recvmsg(nursery, &msg, MSG_CMSG_CLOEXEC);
	int fd;

	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return NURSERY_NONE;
	if (k == 1 && (msg.msg_flags & MSG_CTRUNC))
		return NURSERY_NO_ROOM;
	if (k != 1 || !CMSG_FIRSTHDR(&msg) || CMSG_FIRSTHDR(&msg)->cmsg_type != SCM_RIGHTS)
		return NURSERY_GONE;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}
