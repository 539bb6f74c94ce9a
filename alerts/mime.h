/*
 * Mail as bytes: header fields (RFC 5322, 2047) and bodies (RFC 2045).  All lines end in CRLF and
 * have at most MIME_COLUMNS characters.  Whatever stands in a value, it stays in that value: CR, LF
 * and other control characters become spaces.
 */
#ifndef ALERTS_MIME_H
#define ALERTS_MIME_H

#include "arena.h"
#include "buf.h"
#include "err.h"

#define MIME_COLUMNS 76

/* "Name: text": what is not plain ASCII becomes encoded words; folded at spaces. */
void mime_text(struct buf *b, const char *name, struct str text);
/* The same for text that a program reads (ids, addresses, numbers): ASCII without spaces to be
 * encoded, parts separated by spaces, folded between them. */
void mime_plain(struct buf *b, const char *name, struct str text);

/* A mailbox: "Desk <desk@example.org>" or a bare address. */
struct mailbox {
	struct str name;    /* plain text or empty */
	struct str address; /* without angle brackets */
};
/*
 * False with *e when it is no mailbox that can be written to: the address is a dot-atom or any
 * UTF-8 letters (RFC 6531) at a domain name or [address literal].  name is not unquoted further
 * than its outer quotes.
 */
bool mailbox_parse(struct str s, struct mailbox *ret, struct err *e);
/* "From: ..." or "To: ..." with all of them. */
void mime_mailboxes(struct buf *b, const char *name, const struct mailbox *v, size_t n);

/* Quoted-printable of text whose lines end in '\n'. */
void mime_quoted_printable(struct buf *b, struct str text);

/* A part of a multipart body: its headers, then the text as quoted-printable UTF-8. */
void mime_part(struct buf *b, struct str boundary, const char *type, struct str text);

#endif
