/*
 * A scripted HTTP server for tests: a child process on a free port of 127.0.0.1 and 127.0.0.2. What
 * it answers stands in the path:
 *
 *   /plain /etag /gzip /chunked   "hello"; /etag with ETag "\"v1\"" and 304s
 *   /echo                         the request itself, as the body
 *   /status/NNN  /r/NNN/URL       an empty answer with that status; with Location: URL
 *   /silent /drip                 nothing at all; a byte now and then
 *   /empty /reset /cut /garbage   closed, reset, less than Content-Length, another protocol
 *   /huge /bomb /badgzip          endless body; 1:158 gzip; broken gzip
 *   /headers /early /trailer      endless headers; 103 before the answer; trailers after it
 *   /count                        "<requests> <connections>" so far, this one included
 */
#ifndef TESTS_ORIGIN_H
#define TESTS_ORIGIN_H

#include <sys/types.h>

struct origin {
	pid_t pid;
	int port;
};

void origin_start(struct origin *origin); /* ends the test program when it cannot */
void origin_stop(struct origin *origin);

#endif
