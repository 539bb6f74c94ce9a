#include "doctor.h"

#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What everything else needs comes first. */
static void (*const checks[])(struct doctor *d) = {
	doctor_configuration,
	doctor_permissions,
	doctor_disk,
	doctor_database,
	doctor_daemon,
	doctor_time,
	doctor_tls,
	doctor_names,
	doctor_channels,
};

void
doctor_found(struct doctor *d, const char *check, enum finding_kind kind, const char *todo,
    const char *fmt, ...)
{
	char *what = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&what, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_exhausted(0);
	*ARENA_PUSH(d->arena, d->v, d->n, d->cap) = (struct finding){
		.kind = kind,
		.check = str_c(check),
		.what = str_dup(d->arena, str_n(what, (size_t)n)),
		.todo = str_dup(d->arena, str_c(todo)),
	};
	free(what);
}

void
doctor_examine(struct doctor *d)
{
	home_find(d->state, config_state(d->config_path, d->arena), d->arena, &d->home);
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		checks[i](d);
}

void
doctor_free(struct doctor *d)
{
	config_unref(d->config);
	arena_free(d->arena);
}
