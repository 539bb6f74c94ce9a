/*
 * Base64 (RFC 4648) where a feed says that its text is in it.
 */
#ifndef FEEDS_BASE64_H
#define FEEDS_BASE64_H

#include "arena.h"

/*
 * The text that s encodes: white space is skipped, padding may lack, the first foreign byte ends
 * it. What does not decode to UTF-8 text (an image, a program) gives the empty view.
 */
struct str base64_text(struct str s, struct arena *arena);

#endif
