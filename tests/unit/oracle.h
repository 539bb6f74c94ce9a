/*
 * A second matcher, written from the language's description alone and as simply as can be: whole
 * strings of code points, every place tried, every freedom tried, no index.  Slow, and right.
 */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * In how many places of text the term matches; SIZE_MAX when it is no term.  Both are valid UTF-8
 * of Latin, Greek, Cyrillic, Han, kana, Hangul, Thai letters, digits, signs and emoji.
 */
size_t oracle_count(const char *term, size_t term_n, const char *text, size_t text_n);

#endif
