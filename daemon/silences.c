#include "silences.h"

/* A text of the request within its cap. */
static bool
read_text(json_t *request, const char *key, struct str *ret, struct err *e)
{
	const json_t *value = json_object_get(request, key);

	if (!json_is_string(value) || json_string_length(value) == 0 ||
	    json_string_length(value) > SILENCE_TEXT_MAX)
		return err_set(
		    e, ERR_INPUT, "\"%s\" is a text of 1 to %zu bytes", key, SILENCE_TEXT_MAX);
	*ret = str_n(json_string_value(value), json_string_length(value));
	return true;
}

static bool
read_kind(json_t *request, enum silence_kind *ret, struct err *e)
{
	const char *kind = json_string_value(json_object_get(request, "kind"));

	for (int i = 0; i < SILENCE_KIND_COUNT; i++)
		if (str_eq_c(str_c(kind), silence_kind_names[i])) {
			*ret = (enum silence_kind)i;
			return true;
		}
	return err_set(e, ERR_INPUT, "\"kind\" is watch, entry or feed");
}

bool
silences_add(struct store *store, int64_t now_s, json_t *request, json_t *answer, struct err *e)
{
	const json_t *span = json_object_get(request, "for_s");
	struct silence silence = { .from_s = now_s };
	int64_t id;

	if (!read_kind(request, &silence.kind, e) ||
	    !read_text(request, "name", &silence.name, e) ||
	    !read_text(request, "reason", &silence.reason, e) ||
	    !read_text(request, "author", &silence.author, e))
		return false;
	if (!json_is_integer(span) || json_integer_value(span) < 1 ||
	    json_integer_value(span) > SILENCE_MAX_S)
		return err_set(
		    e, ERR_INPUT, "\"for_s\" is 1 to %lld seconds", (long long)SILENCE_MAX_S);
	silence.until_s = now_s + json_integer_value(span);
	if (!store_silence_add(store, &silence, &id, e))
		return false;
	json_object_set_new(answer, "id", json_integer(id));
	json_object_set_new(answer, "until_s", json_integer(silence.until_s));
	return true;
}

bool
silences_end(struct store *store, int64_t now_s, json_t *request, json_t *answer, struct err *e)
{
	const json_t *id = json_object_get(request, "id");

	if (!json_is_integer(id))
		return err_set(e, ERR_INPUT, "\"id\" is a number");
	if (!store_silence_end(store, json_integer_value(id), now_s, e))
		return false;
	json_object_set(answer, "id", json_object_get(request, "id"));
	return true;
}
