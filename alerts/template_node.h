/*
 * A template once it is read: for template_read.c, which makes it, and template.c, which runs it.
 */
#ifndef ALERTS_TEMPLATE_NODE_H
#define ALERTS_TEMPLATE_NODE_H

#include "template_names.h"

#define TEMPLATE_FILTERS_MAX 8 /* of one name */

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,
	NODE_JSON,   /* a whole JSON value */
	NODE_IF,     /* {{#name}} */
	NODE_UNLESS, /* {{^name}} */
	NODE_EACH,   /* {{#entries}} */
};

struct filter_use {
	const struct template_filter *filter;
	int64_t number;
};

struct node {
	enum node_kind kind;
	struct str text;                  /* of NODE_TEXT */
	const struct template_name *name; /* NULL of a text, and of a section of entries */
	struct filter_use filters[TEMPLATE_FILTERS_MAX];
	size_t n_filters;
	size_t end; /* of a section: the node behind its last one */
};

struct template
{
	enum template_form form;
	struct node *nodes;
	size_t n;
};

#endif
