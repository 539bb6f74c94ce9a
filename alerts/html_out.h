/*
 * HTML written for people's mail readers: text is escaped, never passed through.
 */
#ifndef ALERTS_HTML_OUT_H
#define ALERTS_HTML_OUT_H

#include "buf.h"

/* For text and for attributes in double quotes: & < > " ' become references; other control
 * characters than '\n' and '\t' become spaces, what is not UTF-8 U+FFFD. */
bool html_escape(struct buf *b, struct str s);

#endif
