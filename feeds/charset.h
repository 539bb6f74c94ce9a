/*
 * Bytes of a document -> UTF-8, whatever they claim to be.
 *
 * Who is believed, first to last: a byte order mark; the pattern of NULs of UTF-16 and UTF-32;
 * bytes that are plainly UTF-8 (valid, with sequences of several bytes) over any declared charset
 * that is not itself a multi-byte one; the charset of the Content-Type; the XML declaration or an
 * HTML meta; detection.  Declared iso-8859-1 and us-ascii mean windows-1252, gb2312 and gbk mean
 * gb18030, as publishers do.  An unknown name counts as none.
 */
#ifndef FEEDS_CHARSET_H
#define FEEDS_CHARSET_H

#include "arena.h"
#include "err.h"

#define CHARSET_OUT_MAX ((size_t)192 << 20) /* bytes of UTF-8 made of one body */

/*
 * utf8      without byte order marks; a view into the body when that was valid UTF-8, else in the
 *           arena.
 * name      the charset it was read as, in iconv's spelling: static or in the arena.
 * repaired  bytes that meant nothing became U+FFFD.
 */
struct charset_result {
	struct str utf8;
	const char *name;
	bool repaired;
};

/*
 * body          any bytes, borrowed: must outlive *ret (ret->utf8 may be a view of it).
 * content_type  the HTTP header's value, or empty.
 * Returns true and fills *ret; false only with ERR_LIMIT.  The XML declaration stays in the text:
 * who parses it must ignore its encoding.  NULs and control characters are left as they are.
 */
bool charset_to_utf8(struct str body, struct str content_type, struct arena *arena,
    struct charset_result *ret, struct err *e);

#endif
