/*
 * Files of the user's that are a reason to read the configuration anew when they change.
 */
#ifndef DAEMON_WATCH_FILES_H
#define DAEMON_WATCH_FILES_H

#include "settings.h"

#include <ev.h>

#define WATCH_FILES_WAIT_S 1.0 /* after the last change: editors write in several steps */

struct watch_files;

/* changed is called from the loop, once for changes in quick succession. */
struct watch_files *watch_files_new(
    struct ev_loop *loop, void (*changed)(void *cookie), void *cookie);
/* These from now on, and no others; paths are copied. */
void watch_files_set(struct watch_files *w, const struct str_list *paths);
/* As if one of them had changed. */
void watch_files_note(struct watch_files *w);
void watch_files_free(struct watch_files *w); /* NULL is fine */

#endif
