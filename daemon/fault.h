/*
 * What libcurl says when there is no answer -> what newsbell calls it, and one line for a person.
 */
#ifndef DAEMON_FAULT_H
#define DAEMON_FAULT_H

#include "hop.h"

/* HTTP_FAULT_NONE when there is an answer; else the fault, and *text in hop->arena. */
enum http_fault fault_judge(struct hop *hop, CURLcode code, struct str host, struct str *text);

#endif
