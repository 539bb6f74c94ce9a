/*
 * What a document type declaration says that matters here: the text of entities declared in the
 * document itself.  External parts are never fetched; an entity with an external value is empty.
 */
#ifndef FEEDS_DTD_H
#define FEEDS_DTD_H

#include "arena.h"
#include "buf.h"

#define DTD_ENTITIES_MAX 256
#define DTD_DEPTH_MAX 4                     /* entities inside entities */
#define DTD_EXPANSION_MAX ((size_t)1 << 20) /* bytes of entities' text put into one document */

struct dtd {
	struct dtd_entity {
		struct str name, value; /* views of the document */
	} entities[DTD_ENTITIES_MAX];
	size_t n_entities;
	size_t expanded;
	bool exceeded;  /* an entity was left out because of a cap */
	struct buf out; /* the text that is being expanded */
};

void dtd_init(struct dtd *d);
void dtd_free(struct dtd *d);

/*
 * doc from `from` begins with "<!DOCTYPE".  Returns the offset behind its '>', or STR_NONE when it
 * has no end; declared entities are added to *d.
 */
size_t dtd_read(struct dtd *d, struct str doc, size_t from);

/*
 * Character references and entities in raw -> text in arena.  A '&' that begins neither stays and
 * is told to bare (borrowed pointer into raw or an entity's value).
 */
struct str dtd_expand(struct dtd *d, struct str raw, struct arena *arena,
    void (*bare)(void *cookie, const char *at), void *cookie);

#endif
