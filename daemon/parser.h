/*
 * Documents parsed by worker processes, asynchronously on the loop.
 */
#ifndef DAEMON_PARSER_H
#define DAEMON_PARSER_H

#include "err.h"
#include "parse.h"

#include <ev.h>

struct parser;
struct parse_job;

/*
 * doc    in the job's arena, or NULL: then *why says it: ERR_INPUT and ERR_LIMIT are the document's
 * fault, ERR_SYSTEM that a worker died on it or ran out of its limits. Called exactly once, from
 * the loop, never from inside parser_parse; not after parser_cancel.
 */
typedef void parse_done(void *cookie, const struct feed_doc *doc, const struct err *why);

#define PARSER_DEADLINE_S 60.0 /* of one document, waiting for a busy machine included */

/* Where documents are parsed; `parser = ` in the configuration. */
enum parser_mode {
	PARSER_CONFINED, /* in workers that can do nothing else (sandbox.h) */
	PARSER_PROCESS,  /* in workers with limits: for kernels without seccomp */
	PARSER_INLINE,   /* on the loop: a hostile document can stop or take over the daemon */
};

struct parser_options {
	struct ev_loop *loop;
	int nursery; /* of nursery_start; kept and closed by the parser */
	size_t workers;
	enum parser_mode mode;
};
struct parser *parser_new(const struct parser_options *options);
void parser_free(struct parser *p); /* jobs under way are dropped without a call */

/* source and what it points to is borrowed until done is called or the job cancelled. */
struct parse_job *parser_parse(struct parser *p, const struct feed_source *source,
    struct arena *arena, parse_done *done, void *cookie);
void parser_cancel(struct parse_job *job); /* NULL is fine */

/*
 * The nursery is gone, or its workers cannot live: nothing can be parsed any more, the loop was
 * broken and the daemon must start anew.
 */
bool parser_is_lost(const struct parser *p);

#endif
