#include "config_loader.h"

#include "file.h"

#define SECRET_MAX ((size_t)64 << 10) /* bytes of a secret's file */

static bool
leaves_unread(const struct loader *l, const struct secret *secret)
{
	bool here = secret->source == SECRET_FILE || l->options->credentials;

	if (secret->source != SECRET_FILE && secret->source != SECRET_CREDENTIAL)
		return false;
	switch (l->options->secrets) {
	case SECRETS_READ:
		return false;
	case SECRETS_CHECKED:
		if (!here)
			diag_add(l->diags, DIAG_NOTE, secret->at,
			    STR("newsbelld reads it when it starts as a service"),
			    "@credential:%.*s is not looked at here", STR_ARG(secret->ref));
		return !here;
	case SECRETS_UNREAD:
		return true;
	}
	return false;
}

bool
read_secret(struct secret *secret, struct arena *arena, void *cookie, struct err *e)
{
	const struct loader *l = cookie;
	char *path = NULL;

	if (leaves_unread(l, secret)) {
		secret->unread = true;
		return true;
	}
	switch (secret->source) {
	case SECRET_NONE:
		return true;
	case SECRET_INLINE:
		if (file_is_public(str_z(arena, secret->at.file)))
			return err_set(e, ERR_CONFIG,
			    "a secret in a file that others may read (chmod o-r it, or write "
			    "@file:PATH)");
		return true;
	case SECRET_CREDENTIAL:
		if (!l->options->credentials)
			return err_set(e, ERR_CONFIG,
			    "no credentials here: @credential:%.*s works in a systemd service with "
			    "LoadCredential=%.*s:PATH",
			    STR_ARG(secret->ref), STR_ARG(secret->ref));
		path = str_z(arena,
		    str_fmt(arena, "%s/%.*s", l->options->credentials, STR_ARG(secret->ref)));
		break;
	case SECRET_FILE:
		path = str_z(arena, secret->ref);
		break;
	}
	if (!file_read(path, SECRET_MAX, arena, &secret->text, e)) {
		l->diags->again |= e->kind == ERR_SYSTEM;
		return false;
	}
	while (secret->text.n && str_is_space(secret->text.p[secret->text.n - 1]))
		secret->text.n--;
	if (secret->text.n == 0)
		return err_set(e, ERR_CONFIG, "%s: empty, and a secret was expected", path);
	return true;
}
