/*
 * The inside of import_read, for import*.c alone.
 */
#ifndef FEEDS_IMPORT_INSIDE_H
#define FEEDS_IMPORT_INSIDE_H

#include "import.h"

struct import_job {
	struct arena *arena;
	struct diags *diags;
	struct str file;
	struct imported *out;
	struct place at; /* of the line under way */
};

/* A warning, with its line. */
void import_left_out(struct import_job *j, struct str what, const char *hint);
/* Does it begin like an http or https address? */
bool import_is_url(struct str s);

/* import_csv.c: CSV (RFC 4180), its separator a comma, a semicolon or a tab. */
void import_csv(struct import_job *j, struct str text);

#endif
