#include "signature.h"

#include <nettle/base64.h>
#include <nettle/hmac.h>

static bool
decode_key(struct str text, struct arena *arena, struct str *ret)
{
	struct base64_decode_ctx ctx;
	size_t n = BASE64_DECODE_LENGTH(text.n);
	uint8_t *out = (uint8_t *)arena_bytes(arena, n + 1);

	base64_decode_init(&ctx);
	if (!base64_decode_update(&ctx, &n, out, text.n, text.p) || !base64_decode_final(&ctx))
		return false;
	*ret = str_n((const char *)out, n);
	return true;
}

bool
signature_keys(struct str text, struct arena *arena, struct str_list *ret, struct err *e)
{
	struct str_list keys = { 0 };
	size_t cap = 0;
	bool more = true;

	while (more) {
		struct str line;

		more = str_cut(text, '\n', &line, &text);
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (str_starts(line, STR("whsec_")) &&
		    !decode_key(str_sub(line, 6, line.n), arena, &line))
			return err_set(
			    e, ERR_CONFIG, "what stands after whsec_ is not base64 (RFC 4648)");
		if (line.n < SIGNATURE_KEY_MIN)
			return err_set(e, ERR_CONFIG,
			    "a signing key of %zu bytes is too short (at least %d; 24 to 64 are "
			    "usual)",
			    line.n, SIGNATURE_KEY_MIN);
		*ARENA_PUSH(arena, keys.v, keys.n, cap) = line;
	}
	*ret = keys;
	return true;
}

struct str
signature_make(const struct str_list *keys, struct str id, int64_t timestamp_s, struct str body,
    struct arena *arena)
{
	struct str head = str_fmt(arena, "%.*s.%lld.", STR_ARG(id), (long long)timestamp_s),
		   all = STR("");

	for (size_t i = 0; i < keys->n; i++) {
		struct hmac_sha256_ctx ctx;
		uint8_t digest[SHA256_DIGEST_SIZE];
		char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];

		hmac_sha256_set_key(&ctx, keys->v[i].n, (const uint8_t *)keys->v[i].p);
		hmac_sha256_update(&ctx, head.n, (const uint8_t *)head.p);
		hmac_sha256_update(&ctx, body.n, (const uint8_t *)body.p);
		hmac_sha256_digest(&ctx, sizeof(digest), digest);
		explicit_bzero(&ctx, sizeof(ctx));
		base64_encode_raw(text, sizeof(digest), digest);
		all = str_join(arena, all, i ? STR(" v1,") : STR("v1,"));
		all = str_join(arena, all, str_n(text, sizeof(text)));
	}
	return all;
}
