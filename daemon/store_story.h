/*
 * Stories in the database: the live ones as bytes of alerts/story.h, the words learnt, and which
 * items a story has.
 */
#ifndef DAEMON_STORE_STORY_H
#define DAEMON_STORE_STORY_H

#include "store.h"

/* What story_load takes, those that were quiet longest first, and the first id that is free. */
bool store_live_stories(
    struct store *s, struct arena *arena, struct str_list *states, int64_t *next_id, struct err *e);
/* What story_idf_load takes, in order. */
bool store_story_words(struct store *s, struct arena *arena, struct str_list *ret, struct err *e);

/*
 * Items of a story that were written by until_s, the newest first, at most ALERT_OTHERS_MAX; not
 * that of the alert `but`.
 */
bool store_story_others(struct store *s, int64_t story, struct str but, int64_t until_s,
    struct arena *arena, struct alert_other **ret, size_t *n, struct err *e);

/*
 * The facts of an alert with the items of its story that were written before due_s: the same at
 * every attempt.  Facts without a story stay as they are.
 */
bool store_story_facts(
    struct store *s, struct str *facts, int64_t due_s, struct arena *arena, struct err *e);

#endif
