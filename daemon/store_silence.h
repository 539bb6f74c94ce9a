/*
 * Silences: what an operator does not want to hear of for a while, with who said so and why.
 */
#ifndef DAEMON_STORE_SILENCE_H
#define DAEMON_STORE_SILENCE_H

#include "store.h"

/* Persisted as numbers: add at the end only. */
enum silence_kind { SILENCE_WATCH, SILENCE_ENTRY, SILENCE_FEED, SILENCE_KIND_COUNT };
extern const char *const silence_kind_names[]; /* "watch" "entry" "feed" */

#define SILENCE_MAX_S ((int64_t)366 * 86400) /* longer is a change of the configuration */
#define SILENCE_TEXT_MAX ((size_t)400)       /* bytes of a name, a reason, an author */

struct silence {
	int64_t id;
	enum silence_kind kind;
	struct str name; /* of an entry: "list/name", or "name" of a bare term */
	struct str reason, author;
	int64_t from_s, until_s;
	int64_t n; /* alerts it kept from being told; of store_silences_listed */
};

/* Those in force at now_s. */
bool store_silences(struct store *s, int64_t now_s, struct arena *arena, struct silence **ret,
    size_t *n, struct err *e);
/* Those that end after since_s, the newest first, with what they kept. */
bool store_silences_listed(struct store *s, int64_t since_s, struct arena *arena,
    struct silence **ret, size_t *n, struct err *e);

/* In a small transaction of its own; *id is the new one's. */
bool store_silence_add(struct store *s, const struct silence *silence, int64_t *id, struct err *e);
/* It ends now.  False with *e (ERR_CONFIG) also when there is none such in force. */
bool store_silence_end(struct store *s, int64_t id, int64_t now_s, struct err *e);

#endif
