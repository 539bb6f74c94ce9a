#include "home.h"

#include <stdlib.h>

#define SERVICE_STATE NB_LOCALSTATEDIR "/lib/newsbell"
#define SERVICE_RUNTIME "/run/newsbell"

void
home_find(const char *state, struct str configured, struct arena *arena, struct home *ret)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY");

	if (!state)
		state = getenv("STATE_DIRECTORY");
	if (state)
		ret->state = str_c(state);
	else
		ret->state = configured.n ? configured : STR(SERVICE_STATE);
	ret->state = str_dup(arena, ret->state);
	ret->database = str_fmt(arena, "%.*s/newsbell.db", STR_ARG(ret->state));
	if (!runtime && str_eq(ret->state, STR(SERVICE_STATE)))
		runtime = SERVICE_RUNTIME;
	ret->control = runtime ? str_fmt(arena, "%s/control", runtime)
			       : str_fmt(arena, "%.*s/control", STR_ARG(ret->state));
}
