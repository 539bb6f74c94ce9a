/*
 * Which item is which: ids that stay the same from poll to poll and tell the items of a document
 * apart.
 */
#ifndef FEEDS_IDENTITY_H
#define FEEDS_IDENTITY_H

#include "item.h"

#define IDENTITY_FINGERPRINT_LEN 32 /* hexadecimal digits */

/*
 * An item's id is what the feed says (guid, id, rdf:about); else its link without tracking
 * parameters; else its first enclosure's URL; else the fingerprint of its text.
 *
 * The same id more than once: items that have link and title in common too are one item, told
 * twice, and share their id; of the rest each gets its link, and where that is the same its
 * fingerprint, appended after a space.  All of them, not all but the first: otherwise a new item
 * that borrows an old id would count as seen.  Returns whether an id had to be changed.
 */
bool identity_assign(struct item *items, size_t n, struct arena *arena, struct arena *tmp);

/* Of title and date, or of the text when there is no title: IDENTITY_FINGERPRINT_LEN digits. */
struct str identity_fingerprint(const struct item *item, struct arena *arena);

/*
 * The link as one would quote it: url_normal, without parameters that only say where the reader
 * came from (utm_*, fbclid, ...) and without a fragment that is no address ("#comments"; "#!/x"
 * stays).
 */
struct str identity_canonical_link(struct str link, struct arena *arena);

#endif
