#include "hosts.h"

#include "ascii.h"
#include "mem.h"
#include "url.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HOST_NAME_MAX_ 256

uint64_t
hosts_hash(const struct config *c, struct str url, const struct host_rule **rule)
{
	char lower[HOST_NAME_MAX_];
	struct str host = feed_scheme(url) == FEED_HTTP ? url_host(url) : (struct str){ 0 };
	uint64_t hash;

	*rule = &c->host;
	if (host.n == 0 || host.n > sizeof(lower))
		return 0;
	for (size_t i = 0; i < host.n; i++)
		lower[i] = ascii_lower(host.p[i]);
	host.p = lower;
	*rule = config_host(c, host);
	if (*rule != &c->host)
		host = (*rule)->name;
	hash = XXH3_64bits(host.p, host.n);
	return hash ? hash : 1;
}

static struct host **
slot_of(const struct hosts *h, uint64_t hash)
{
	size_t at = hash & (h->cap - 1);

	while (h->slots[at] && h->slots[at]->hash != hash)
		at = (at + 1) & (h->cap - 1);
	return &h->slots[at];
}

struct host *
hosts_find(const struct hosts *h, uint64_t hash)
{
	return h->cap && hash ? *slot_of(h, hash) : NULL;
}

static void
grow(struct hosts *h)
{
	struct hosts bigger = { .n = h->n, .cap = h->cap ? h->cap * 2 : 64 };

	bigger.slots = xcalloc(bigger.cap, sizeof(struct host *));
	for (size_t i = 0; i < h->cap; i++)
		if (h->slots[i])
			*slot_of(&bigger, h->slots[i]->hash) = h->slots[i];
	free(h->slots);
	*h = bigger;
}

struct host *
hosts_add(struct hosts *h, uint64_t hash)
{
	struct host **slot;

	if (h->n * 2 >= h->cap)
		grow(h);
	slot = slot_of(h, hash);
	if (!*slot) {
		*slot = xcalloc(1, sizeof(**slot));
		(*slot)->hash = hash;
		h->n++;
	}
	return *slot;
}

void
hosts_shift(struct hosts *h, int64_t jump_ms)
{
	for (size_t i = 0; i < h->cap; i++)
		if (h->slots[i]) {
			h->slots[i]->next_ms += jump_ms;
			h->slots[i]->limited_until_s += jump_ms / 1000;
		}
}

void
hosts_free(struct hosts *h)
{
	for (size_t i = 0; i < h->cap; i++)
		free(h->slots[i]);
	free(h->slots);
	*h = (struct hosts){ 0 };
}

/* The pause between two requests; shorter where so many feeds could not be asked in time. */
static int64_t
pace_ms(const struct host *host, const struct feed *feed)
{
	int64_t pace = host->rule->pace_s * 1000;
	int64_t fair = host->n_feeds ? feed->rules->every.min_s * 1000 / 2 / host->n_feeds : pace;

	return pace < fair ? pace : fair;
}

int64_t
hosts_enter(struct host *host, const struct feed *feed, int64_t now_ms, uint32_t jitter)
{
	int64_t place;

	if (host->limited_until_s * 1000 > now_ms) {
		/* they do not all come at once when it ends */
		return host->limited_until_s * 1000 +
		       jitter % (60000 + (uint32_t)(pace_ms(host, feed) * host->n_feeds));
	}
	if (host->next_ms <= now_ms) {
		host->next_ms = now_ms + pace_ms(host, feed);
		return 0;
	}
	place = host->next_ms;
	host->next_ms += pace_ms(host, feed);
	return place;
}
