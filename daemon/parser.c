#include "parser.h"

#include "frame.h"
#include "log.h"
#include "mem.h"
#include "nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#define PARSER_READ ((size_t)256 << 10) /* bytes asked of a worker's socket at once */
#define PARSER_WORKERS_MAX 16
#define AGAIN_S 1.0     /* until a worker that found no descriptor free is asked for again */
#define STILLBORN_MAX 8 /* workers in a row that died before their first document */

struct parse_job {
	struct parser *parser;
	struct feed_source source;
	struct arena *arena;
	parse_done *done; /* NULL: cancelled */
	void *cookie;
	struct parse_job *next;
};

struct worker {
	struct parser *parser;
	int fd; /* -1: asked for, not born yet */
	ev_io readable, writable;
	ev_timer deadline;
	struct parse_job *job; /* NULL: free */
	struct buf head;       /* of the request */
	size_t sent;           /* bytes of head and body */
	struct frame_reader in;
};

struct parser {
	struct ev_loop *loop;
	int nursery;
	enum parser_mode mode;
	bool lost;
	unsigned stillborn;
	ev_io born;
	ev_timer again; /* asks for those that found no room */
	size_t n_again;
	ev_timer inline_turn;
	struct worker workers[PARSER_WORKERS_MAX];
	size_t n_workers;
	struct parse_job *first, **last; /* waiting */
};

static void start_waiting(struct parser *p);

/* The job is over: tell, and free it. */
static void
finish(struct parse_job *job, const struct feed_doc *doc, const struct err *why)
{
	if (job->done)
		job->done(job->cookie, doc, why);
	free(job);
}

static void
lose(struct parser *p, const char *why)
{
	if (p->lost)
		return;
	p->lost = true;
	ev_io_stop(p->loop, &p->born);
	log_write(LOG_LEVEL_CRIT, "parser-lost", NULL, 0, "%s", why);
	ev_break(p->loop, EVBREAK_ALL);
}

static void
ask(struct parser *p)
{
	if (!nursery_ask(p->nursery, p->mode == PARSER_CONFINED ? WORKER_CONFINED : WORKER_PLAIN))
		lose(p, "the parser's nursery is gone");
}

static void
ask_for(struct worker *w)
{
	w->fd = -1;
	ask(w->parser);
}

static void
hang_up(struct worker *w)
{
	struct ev_loop *loop = w->parser->loop;

	ev_io_stop(loop, &w->readable);
	ev_io_stop(loop, &w->writable);
	ev_timer_stop(loop, &w->deadline);
	if (w->fd >= 0)
		close(w->fd); /* a worker that spins dies by its CPU limit, another by the end of
				 its input */
	w->fd = -1;
	frame_reader_free(&w->in);
	frame_reader_init(&w->in, PARSER_REPLY_MAX);
}

/* The worker is of no use any more: its document fails, another worker takes its place. */
static void
bury(struct worker *w, const char *why)
{
	struct parse_job *job = w->job;
	struct err e;

	w->job = NULL;
	hang_up(w);
	ask_for(w);
	err_set(&e, ERR_SYSTEM, "the parser %s on this document", why);
	if (job)
		finish(job, NULL, &e);
	else if (++w->parser->stillborn > STILLBORN_MAX)
		lose(w->parser, "parser processes die as soon as they are born");
}

/* What a worker without a document has to say is that it cannot be confined. */
static void
on_unasked(struct worker *w, struct str frame)
{
	struct arena *arena = arena_new();
	struct feed_doc doc;
	struct err e = { 0 };
	char text[ERR_TEXT_MAX + 100];

	if (parser_reply(frame, arena, &doc, &e) || e.kind != ERR_SYSTEM) {
		bury(w, "spoke unasked");
	} else {
		snprintf(text, sizeof(text),
		    "a parser process cannot be confined (%s); on such a system set "
		    "'parser = process' in [newsbell]",
		    e.text);
		lose(w->parser, text);
	}
	arena_free(arena);
}

static void
on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	bury(timer->data, "took too long");
}

static void
on_reply(struct worker *w, struct str frame)
{
	struct parse_job *job = w->job;
	struct feed_doc doc;
	struct err e = { 0 };
	bool good = parser_reply(frame, job->arena, &doc, &e);

	ev_timer_stop(w->parser->loop, &w->deadline);
	ev_io_stop(w->parser->loop, &w->writable);
	w->job = NULL;
	w->parser->stillborn = 0;
	finish(job, good ? &doc : NULL, &e);
	start_waiting(w->parser);
}

static void
on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker *w = io->data;
	ssize_t k = read(w->fd, frame_room(&w->in, PARSER_READ), PARSER_READ);
	struct str frame;

	(void)loop;
	(void)events;
	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (k <= 0) {
		bury(w, "died (memory, CPU time or a fault)");
		return;
	}
	frame_arrived(&w->in, (size_t)k);
	switch (frame_next(&w->in, &frame)) {
	case FRAME_MORE:
		break;
	case FRAME_READY:
		if (w->job)
			on_reply(w, frame);
		else
			on_unasked(w, frame);
		break;
	case FRAME_BROKEN:
		bury(w, "answered too much");
		break;
	}
}

/* As much of head and body as the socket takes now. */
static void
send_some(struct worker *w)
{
	struct str body = w->job->source.body;
	size_t head = w->sent < w->head.n ? w->head.n - w->sent : 0;
	size_t at = w->sent > w->head.n ? w->sent - w->head.n : 0;
	struct iovec parts[] = {
		{ w->head.p + w->head.n - head, head },
		{ (char *)(uintptr_t)body.p + at, body.n - at },
	};
	ssize_t k = writev(w->fd, parts, 2);

	if (k < 0) /* the end is seen by on_readable */
		return;
	w->sent += (size_t)k;
}

static bool
is_sent(const struct worker *w)
{
	return w->sent == w->head.n + w->job->source.body.n;
}

static void
on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct worker *w = io->data;

	(void)events;
	send_some(w);
	if (is_sent(w))
		ev_io_stop(loop, io);
}

static void
give(struct worker *w, struct parse_job *job)
{
	w->job = job;
	w->sent = 0;
	buf_clear(&w->head);
	parser_request(&job->source, &w->head);
	ev_timer_set(&w->deadline, PARSER_DEADLINE_S, 0.0);
	ev_timer_start(w->parser->loop, &w->deadline);
	/* Most documents fit into the socket's buffer, and a free worker has read what was in it.
	 */
	send_some(w);
	if (!is_sent(w))
		ev_io_start(w->parser->loop, &w->writable);
}

static void
start_waiting(struct parser *p)
{
	for (size_t i = 0; i < p->n_workers && p->first; i++) {
		struct worker *w = &p->workers[i];
		struct parse_job *job = p->first;

		if (w->fd < 0 || w->job)
			continue;
		p->first = job->next;
		if (!p->first)
			p->last = &p->first;
		give(w, job);
	}
}

static void
on_born(struct ev_loop *loop, ev_io *io, int events)
{
	struct parser *p = io->data;
	int fd = nursery_take(p->nursery);

	(void)events;
	if (fd == NURSERY_NONE)
		return;
	if (fd == NURSERY_NO_ROOM) {
		log_write(LOG_LEVEL_WARN, "no-descriptors", NULL, 0,
		    "a parser process waits until a descriptor is free (LimitNOFILE=)");
		p->n_again++;
		ev_timer_start(loop, &p->again);
		return;
	}
	if (fd == NURSERY_GONE) {
		lose(p, "the parser's nursery is gone");
		return;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (size_t i = 0; i < p->n_workers; i++) {
		struct worker *w = &p->workers[i];

		if (w->fd >= 0)
			continue;
		w->fd = fd;
		ev_io_set(&w->readable, fd, EV_READ);
		ev_io_set(&w->writable, fd, EV_WRITE);
		ev_io_start(loop, &w->readable);
		start_waiting(p);
		return;
	}
	close(fd);
}

static void
on_again(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct parser *p = timer->data;
	size_t n = p->n_again;

	(void)events;
	ev_timer_stop(loop, timer);
	p->n_again = 0;
	while (n-- > 0 && !p->lost)
		ask(p);
}

/* ---- without processes ---- */

/* One document a turn of the loop, so that the rest of the daemon has its turn too. */
static void
on_inline_turn(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct parser *p = timer->data;
	struct parse_job *job = p->first;
	struct feed_doc doc;
	struct err e = { 0 };
	bool good;

	(void)events;
	if (!job)
		return;
	p->first = job->next;
	if (p->first)
		ev_timer_start(loop, timer);
	else
		p->last = &p->first;
	good = feed_parse(&job->source, job->arena, &doc, &e);
	finish(job, good ? &doc : NULL, &e);
}

static void
queue_inline(struct parser *p)
{
	if (p->mode != PARSER_INLINE || ev_is_active(&p->inline_turn))
		return;
	ev_timer_set(&p->inline_turn, 0.0, 0.0);
	ev_timer_start(p->loop, &p->inline_turn);
}

/* ---- the parser ---- */

struct parser *
parser_new(const struct parser_options *options)
{
	struct parser *p = xcalloc(1, sizeof(*p));
	size_t workers = options->mode == PARSER_INLINE ? 0 : options->workers;

	p->loop = options->loop;
	p->nursery = options->nursery;
	p->mode = options->mode;
	p->last = &p->first;
	p->n_workers = workers < PARSER_WORKERS_MAX ? workers : PARSER_WORKERS_MAX;
	ev_timer_init(&p->again, on_again, AGAIN_S, AGAIN_S);
	p->again.data = p;
	ev_init(&p->inline_turn, on_inline_turn);
	p->inline_turn.data = p;
	ev_io_init(&p->born, on_born, p->nursery, EV_READ);
	p->born.data = p;
	ev_io_start(p->loop, &p->born);
	for (size_t i = 0; i < p->n_workers; i++) {
		struct worker *w = &p->workers[i];

		w->parser = p;
		ev_init(&w->readable, on_readable);
		ev_init(&w->writable, on_writable);
		ev_init(&w->deadline, on_deadline);
		w->readable.data = w->writable.data = w->deadline.data = w;
		buf_init(&w->head, PARSER_REQUEST_MAX);
		frame_reader_init(&w->in, PARSER_REPLY_MAX);
		ask_for(w);
	}
	return p;
}

void
parser_free(struct parser *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_workers; i++) {
		struct worker *w = &p->workers[i];

		free(w->job);
		hang_up(w);
		buf_free(&w->head);
		frame_reader_free(&w->in);
	}
	while (p->first) {
		struct parse_job *job = p->first;

		p->first = job->next;
		free(job);
	}
	ev_io_stop(p->loop, &p->born);
	ev_timer_stop(p->loop, &p->again);
	ev_timer_stop(p->loop, &p->inline_turn);
	close(p->nursery);
	free(p);
}

struct parse_job *
parser_parse(struct parser *p, const struct feed_source *source, struct arena *arena,
    parse_done *done, void *cookie)
{
	struct parse_job *job = xcalloc(1, sizeof(*job));

	*job = (struct parse_job){
		.parser = p, .source = *source, .arena = arena, .done = done, .cookie = cookie
	};
	*p->last = job;
	p->last = &job->next;
	queue_inline(p);
	start_waiting(p);
	return job;
}

void
parser_cancel(struct parse_job *job)
{
	struct parser *p;

	if (!job)
		return;
	p = job->parser;
	for (struct parse_job **at = &p->first; *at; at = &(*at)->next)
		if (*at == job) {
			*at = job->next;
			if (!*at)
				p->last = at;
			free(job);
			return;
		}
	/* A worker has it, and its body is about to go: the worker goes too. */
	for (size_t i = 0; i < p->n_workers; i++)
		if (p->workers[i].job == job) {
			job->done = NULL;
			bury(&p->workers[i], "was cancelled");
			return;
		}
}

bool
parser_is_lost(const struct parser *p)
{
	return p->lost;
}
