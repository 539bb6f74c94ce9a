/*
 * `match = ` of a route: which alerts it takes.  The watch language's operators (AND by spaces, OR,
 * NOT or -, parentheses) over what an alert is, instead of words:
 *	severity >= high        also > <= < = !=
 *	watch:NAME feed:NAME tag:NAME list:NAME entry:NAME entry:LIST/NAME lang:xx
 *	@list @list/Name        as in a `when` expression: list: and entry:
 * Names are compared without regard to ASCII case; a * in them stands for anything; a name with
 * spaces stands in quotes.
 */
#ifndef ALERTS_ROUTE_EXPR_H
#define ALERTS_ROUTE_EXPR_H

#include "match.h"

#define ROUTE_DEPTH_MAX 64   /* parentheses and NOTs inside of each other */
#define ROUTE_NODES_MAX 4096 /* of one expression */

struct route_expr;

struct route_entry {
	struct str list, name;
};

/* What routes know of an alert. */
struct route_subject {
	struct str watch;
	enum severity severity;
	struct str feed;
	struct str_list tags;
	struct str lang; /* BCP 47 or empty */
	const struct route_entry *entries;
	size_t n_entries;
};

/* The names there are, for checking. */
struct route_names {
	struct str_list watches, lists, feeds, tags;
	bool any_feed; /* feeds and tags come and go: their names are not checked */
};

/* NULL after an error in diags.  Lives in arena; the value and the diags must live as long. */
const struct route_expr *route_expr_parse(const struct setting_line *match,
    const struct route_names *names, struct arena *arena, struct diags *diags);

bool route_expr_matches(const struct route_expr *expr, const struct route_subject *subject);

/* Reads as the same expression. */
struct str route_expr_print(const struct route_expr *expr, struct arena *arena);

/* The part that an alert which does not match fails at: "severity >= high (it is normal)". */
struct str route_expr_why_not(
    const struct route_expr *expr, const struct route_subject *subject, struct arena *arena);

#endif
