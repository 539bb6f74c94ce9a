/*
 * Who takes a mail on, as settings: parsers for struct setting (settings.h).
 */
#ifndef ALERTS_MAIL_SERVER_H
#define ALERTS_MAIL_SERVER_H

#include "arena.h"
#include "err.h"

/* smtp://host[:port] or smtps://host[:port], several: a struct str_list. */
bool mail_servers_smtp(struct str value, void *field, struct arena *arena, struct err *e);
/* A socket's path or host:port, several: a struct str_list. */
bool mail_servers_lmtp(struct str value, void *field, struct arena *arena, struct err *e);
/* A program's path: a struct str. */
bool mail_program(struct str value, void *field, struct arena *arena, struct err *e);

#endif
