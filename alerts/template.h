/*
 * Templates: text with {{names}} in it, for those who want messages of their own.  Nothing can be
 * run, read or looped over but the alert at hand; what is put in is escaped for where it stands.
 *
 *	{{title}}			the value
 *	{{title|upper}} {{summary|cut:80}}	through filters, from left to right
 *	{{#link}}...{{/link}}		only when it is not empty
 *	{{^link}}...{{/link}}		only when it is
 *	{{#entries}}...{{/entries}}	for each entry, with its own names
 *	{{! a note }}			nothing
 *
 * A section's tag alone on its line takes the line with it.  doc/templates.md lists the names.
 */
#ifndef ALERTS_TEMPLATE_H
#define ALERTS_TEMPLATE_H

#include "channel.h"
#include "diag.h"

/* Where the outcome stands, and so what is escaped. */
enum template_form {
	TEMPLATE_LINE, /* a subject: one line */
	TEMPLATE_TEXT, /* control characters but '\n' become spaces */
	TEMPLATE_HTML,
	TEMPLATE_JSON, /* names stand inside "..."; |json gives a whole value, quotes and all */
};

#define TEMPLATE_DEPTH_MAX 16
#define TEMPLATE_OUTPUT_MAX ((size_t)1 << 20) /* bytes */

struct template;

/*
 * Read one.  Problems go to diags, each at its line and column (at: where text begins); NULL then.
 * A JSON template is tried with the specimen: an outcome that is no JSON is a problem too.
 */
const struct template *template_read(struct str text, enum template_form form, struct place at,
    struct arena *arena, struct diags *diags);

/* False with *e: the outcome is longer than TEMPLATE_OUTPUT_MAX, or is not the JSON it should be.
 */
bool template_run(const struct template *t, const struct alert *alert,
    const struct send_context *context, struct arena *arena, struct str *ret, struct err *e);

/* Both at once, for a setting that was checked when it was loaded. */
bool template_apply(const struct secret *document, enum template_form form,
    const struct alert *alert, const struct send_context *context, struct arena *arena,
    struct str *ret, struct err *e);

#endif
