/*
 * newsbell preview: show what would be sent.
 */
#include "sample.h"

#include "json_out.h"
#include "url.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define JSON_MAX ((size_t)64 << 20) /* bytes of a message shown */
#define SECRET_SHOWN 4              /* what is shorter is no secret, and stands in words */

static void
put(FILE *to, struct str s)
{
	fwrite(s.p, 1, s.n, to);
}

/* What stands in an address behind its host may be a secret. */
static void
put_http(FILE *to, const struct http_request *r)
{
	struct url url;

	url_split(r->url, &url);
	fprintf(to, "%.*s %.*s://%.*s/...\n", STR_ARG(r->method), STR_ARG(url.scheme),
	    STR_ARG(url_host(r->url)));
	for (size_t i = 0; i < r->n_headers; i++)
		if (!str_eq_ci(r->headers[i].name, STR("Authorization")))
			fprintf(to, "%.*s: %.*s\n", STR_ARG(r->headers[i].name),
			    STR_ARG(r->headers[i].value));
	fputc('\n', to);
	put(to, r->body);
	fputc('\n', to);
}

static void
put_mail(FILE *to, const struct mail *m)
{
	fprintf(to, "from %.*s to", STR_ARG(m->from));
	for (size_t i = 0; i < m->to.n; i++)
		fprintf(to, "%s %.*s", i ? "," : "", STR_ARG(m->to.v[i]));
	fputs("\n\n", to);
	for (size_t i = 0; i < m->data.n; i++)
		if (m->data.p[i] != '\r')
			fputc(m->data.p[i], to);
}

static void
put_message(FILE *to, const struct message *m, struct arena *arena)
{
	switch (m->carrier) {
	case CARRIER_PRINT:
		put(to, m->print);
		break;
	case CARRIER_HTTP:
		put_http(to, &m->http);
		break;
	case CARRIER_MAIL:
		put_mail(to, &m->mail);
		break;
	case CARRIER_EXEC:
		for (size_t i = 0; i < m->exec.argv.n; i++)
			fprintf(to, "%s%.*s", i ? " " : "", STR_ARG(m->exec.argv.v[i]));
		fputc('\n', to);
		put(to, m->exec.input);
		break;
	case CARRIER_FILE:
		fprintf(to, "%.*s\n", STR_ARG(m->file.path));
		put(to, m->file.merge ? m->file.merge(&m->file, STR(""), arena) : m->file.data);
		break;
	}
}

/* The text without the channel's secrets. */
static struct str
without_secrets(const struct channel *ch, struct str text, struct arena *arena)
{
	for (size_t i = 0; i < ch->type->n_rows; i++) {
		const struct setting *row = &ch->type->rows[i];
		struct str secret = STR(""), rest = text, clean = STR("");
		size_t at;

		if (row->type == SETTING_SECRET)
			secret = ((const struct secret *)((const char *)ch->settings + row->offset))
				     ->text;
		if (secret.n < SECRET_SHOWN)
			continue;
		while ((at = str_find(rest, secret)) != STR_NONE) {
			clean = str_fmt(
			    arena, "%.*s%.*s***", STR_ARG(clean), STR_ARG(str_sub(rest, 0, at)));
			rest = str_sub(rest, at + secret.n, rest.n);
		}
		text = str_join(arena, clean, rest);
	}
	return text;
}

static void
print_message(const struct channel *ch, const struct message *m, bool json, struct arena *arena)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);
	struct json_out o;
	struct str clean;

	if (!to)
		abort();
	put_message(to, m, arena);
	fclose(to);
	clean = without_secrets(ch, str_n(text, n), arena);
	if (json) {
		jout_init(&o, JSON_MAX);
		jout_open(&o, NULL, '{');
		jout_str(&o, "channel", ch->name);
		jout_str(&o, "message", clean);
		jout_close(&o, '}');
		command_json_line(&o);
	} else {
		put(stdout, clean);
	}
	free(text);
}

static int
print_sample(const struct config *config, const struct channel *ch, struct sample *sample,
    bool json, struct arena *arena)
{
	struct message message;
	struct err e = { 0 };

	for (; sample->told < sample->n; sample->told += message.told, sample->messages++) {
		if (!sample_render(config, ch, sample, arena, &message, &e))
			return command_fail("preview", EX_DATAERR, "%s", e.text);
		if (sample->messages && !json)
			putchar('\n');
		print_message(ch, &message, json, arena);
	}
	return EX_OK;
}

int
command_preview(int argc, char **argv)
{
	struct sample_options o = { 0 };
	int status = sample_options_read("preview", argc, argv, &o);
	const struct channel *ch = NULL;
	struct arena *arena;
	struct config *config;
	struct sample sample;

	if (status != EX_OK)
		return status;
	if (argc - optind != 2)
		return command_fail("preview", EX_USAGE,
		    "name an alert (its id, the beginning of it, or 'test') and a channel");
	arena = arena_new();
	config = command_config_with(&o.common, SECRETS_READ, arena);
	status = config ? EX_OK : EX_CONFIG;
	if (config)
		ch = sample_channel("preview", config, argv[optind + 1], &status);
	if (ch && sample_find("preview", &o, argv[optind], arena, &sample, &status))
		status = print_sample(config, ch, &sample, o.common.json, arena);
	config_unref(config);
	arena_free(arena);
	return status;
}
