/*
 * What newsbelld is measured against: a bare libcurl multi loop on libev, one thread, as well tuned
 * as we know, that fetches the same URLs and does as little as possible with them.
 *
 *   baseline [--passes N] [--hash] [--store DB] [--concurrency 128] URL-TEMPLATE FEEDS
 *
 * The template has two %s: host and number of the feed, as bench/origin serves them (or one %s, the
 * number).  Each pass asks every feed once, with the ETag of the pass before.  Prints a JSON object
 * a pass: seconds, CPU seconds, answers by kind.
 *
 *   nothing   the body is thrown away (a)
 *   --hash    and hashed by XXH3 (b)
 *   --store   and pushed through libxml2's SAX; items that are new by a packed set of keys a feed
 *             are written to SQLite, 50 polls a commit, synchronous = FULL (c)
 */
#include <curl/curl.h>
#include <ev.h>
#include <getopt.h>
#include <libxml/parser.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define LANES 32
#define KEYS 64
#define BATCH 50
#define TEXT_MAX ((size_t)16 << 10)

struct feed {
	char etag[48];
	uint64_t hash;
	uint64_t keys[KEYS];
	unsigned n_keys;
};

struct lane {
	CURLM *multi;
	ev_timer timer;
};

struct text {
	char p[TEXT_MAX];
	size_t n;
};

struct slot {
	CURL *easy;
	struct curl_slist *headers;
	struct lane *lane;
	size_t feed;
	char *body;
	size_t n, cap;
};

/* What stands in the item that is being read. */
struct parse {
	size_t feed;
	int depth, item_depth;
	struct text *into;
	struct text id, title, link, summary, date;
};

static struct ev_loop *loop;
static struct lane lanes[LANES];
static struct feed *feeds;
static size_t n_feeds, next_feed, n_done, n_active, concurrency = 128;
static const char *template;
static bool hashing;
static sqlite3 *db;
static sqlite3_stmt *put_item, *put_feed;
static int in_batch;
static struct slot *slots;
static uint64_t n_full, n_same, n_other, n_new;

static void begin_next(struct slot *slot);

/* ---- (c): SAX and SQLite ---- */

static void
sql(const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "baseline: %s\n", why);
		exit(1);
	}
}

static void
open_db(const char *path)
{
	sqlite3_open(path, &db);
	sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "CREATE TABLE item (id INTEGER PRIMARY KEY, feed INTEGER, key INTEGER, item_id TEXT,"
	    " title TEXT, link TEXT, summary TEXT, date TEXT, seen_s INTEGER);"
	    "CREATE TABLE feed (id INTEGER PRIMARY KEY, etag TEXT, keys BLOB, due_s INTEGER)");
	sqlite3_prepare_v2(db,
	    "INSERT INTO item (feed, key, item_id, title, link, summary, date, seen_s) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    -1, &put_item, NULL);
	sqlite3_prepare_v2(
	    db, "INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?)", -1, &put_feed, NULL);
}

static void
bind_text(int at, const struct text *t)
{
	sqlite3_bind_text(put_item, at, t->p, (int)t->n, SQLITE_STATIC);
}

static void
end_item(struct parse *p)
{
	struct feed *feed = &feeds[p->feed];
	uint64_t key = XXH3_64bits(p->id.p, p->id.n);

	for (unsigned i = 0; i < feed->n_keys; i++)
		if (feed->keys[i] == key)
			return;
	feed->keys[feed->n_keys < KEYS ? feed->n_keys++ : (unsigned)(key % KEYS)] = key;
	n_new++;
	sqlite3_bind_int64(put_item, 1, (int64_t)p->feed);
	sqlite3_bind_int64(put_item, 2, (int64_t)key);
	bind_text(3, &p->id);
	bind_text(4, &p->title);
	bind_text(5, &p->link);
	bind_text(6, &p->summary);
	bind_text(7, &p->date);
	sqlite3_bind_int64(put_item, 8, (int64_t)time(NULL));
	sqlite3_step(put_item);
	sqlite3_reset(put_item);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
    const xmlChar **ns, int n, int n_defaulted, const xmlChar **attributes)
{
	static const struct {
		const char *name;
		size_t at;
	} fields[] = { { "guid", offsetof(struct parse, id) }, { "id", offsetof(struct parse, id) },
		{ "title", offsetof(struct parse, title) },
		{ "link", offsetof(struct parse, link) },
		{ "description", offsetof(struct parse, summary) },
		{ "summary", offsetof(struct parse, summary) },
		{ "pubDate", offsetof(struct parse, date) },
		{ "updated", offsetof(struct parse, date) } };
	struct parse *p = data;
	const char *z = (const char *)name;

	(void)prefix;
	(void)uri;
	(void)n_ns;
	(void)ns;
	(void)n_defaulted;
	p->depth++;
	p->into = NULL;
	if (strcmp(z, "item") == 0 || strcmp(z, "entry") == 0) {
		p->item_depth = p->depth;
		p->id.n = p->title.n = p->link.n = p->summary.n = p->date.n = 0;
		return;
	}
	if (!p->item_depth || p->depth != p->item_depth + 1)
		return;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(z, fields[i].name) == 0)
			p->into = (struct text *)(void *)((char *)p + fields[i].at);
	for (int i = 0; p->into == &p->link && i < n; i++)
		if (strcmp((const char *)attributes[i * 5], "href") == 0) {
			p->link.n = (size_t)(attributes[i * 5 + 4] - attributes[i * 5 + 3]);
			if (p->link.n > TEXT_MAX)
				p->link.n = TEXT_MAX;
			memcpy(p->link.p, attributes[i * 5 + 3], p->link.n);
		}
}

static void
on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct parse *p = data;

	(void)name;
	(void)prefix;
	(void)uri;
	if (p->item_depth == p->depth) {
		end_item(p);
		p->item_depth = 0;
	}
	p->into = NULL;
	p->depth--;
}

static void
on_text(void *data, const xmlChar *text, int n)
{
	struct parse *p = data;

	if (!p->into || p->into->n + (size_t)n > TEXT_MAX)
		return;
	memcpy(p->into->p + p->into->n, text, (size_t)n);
	p->into->n += (size_t)n;
}

static void
commit(bool now)
{
	if (in_batch > 0 && (now || in_batch >= BATCH)) {
		sql("COMMIT");
		in_batch = 0;
	}
}

static void
store(struct slot *slot)
{
	static xmlSAXHandler sax;
	static struct parse p;
	static xmlParserCtxtPtr context;
	struct feed *feed = &feeds[slot->feed];

	if (!context) {
		sax.initialized = XML_SAX2_MAGIC;
		sax.startElementNs = on_start;
		sax.endElementNs = on_end;
		sax.characters = sax.cdataBlock = on_text;
		context = xmlCreatePushParserCtxt(&sax, &p, NULL, 0, NULL);
	} else {
		xmlCtxtResetPush(context, NULL, 0, NULL, NULL);
	}
	if (in_batch++ == 0)
		sql("BEGIN");
	p = (struct parse){ .feed = slot->feed };
	for (size_t at = 0; at < slot->n; at += 16384)
		xmlParseChunk(context, slot->body + at,
		    (int)(slot->n - at < 16384 ? slot->n - at : 16384), 0);
	xmlParseChunk(context, "", 0, 1);
	sqlite3_bind_int64(put_feed, 1, (int64_t)slot->feed);
	sqlite3_bind_text(put_feed, 2, feed->etag, -1, SQLITE_STATIC);
	sqlite3_bind_blob(put_feed, 3, feed->keys, (int)(feed->n_keys * 8), SQLITE_STATIC);
	sqlite3_bind_int64(put_feed, 4, (int64_t)time(NULL));
	sqlite3_step(put_feed);
	sqlite3_reset(put_feed);
	commit(false);
}

/* ---- fetching ---- */

static size_t
on_body(char *p, size_t size, size_t n, void *data)
{
	struct slot *slot = data;

	n *= size;
	if (!hashing && !db)
		return n;
	if (slot->n + n > slot->cap) {
		slot->cap = (slot->n + n) * 2;
		slot->body = realloc(slot->body, slot->cap);
	}
	memcpy(slot->body + slot->n, p, n);
	slot->n += n;
	return n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *data)
{
	struct slot *slot = data;
	struct feed *feed = &feeds[slot->feed];

	n *= size;
	if (n > 6 && n < sizeof(feed->etag) + 6 && strncasecmp(p, "etag: ", 6) == 0) {
		memcpy(feed->etag, p + 6, n - 8);
		feed->etag[n - 8] = '\0';
	}
	return n;
}

static void
finish(struct slot *slot)
{
	struct feed *feed = &feeds[slot->feed];
	long status = 0;

	curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(slot->headers);
	slot->headers = NULL;
	if (status == 200) {
		n_full++;
		if (hashing || db) {
			uint64_t hash = XXH3_64bits(slot->body, slot->n);

			if (db && hash != feed->hash)
				store(slot);
			feed->hash = hash;
		}
	} else if (status == 304) {
		n_same++;
	} else {
		n_other++;
	}
	n_done++;
	n_active--;
	begin_next(slot);
}

static void
reap(struct lane *lane)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(lane->multi, &left))) {
		CURL *easy = message->easy_handle;
		char *slot = NULL;

		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
		curl_multi_remove_handle(lane->multi, easy);
		finish((struct slot *)(void *)slot);
	}
	if (n_active == 0)
		ev_break(loop, EVBREAK_ALL);
}

static void
begin_next(struct slot *slot)
{
	char url[256], number[24], host[32], line[80];
	uint32_t address;

	if (next_feed == n_feeds)
		return;
	slot->feed = next_feed++;
	slot->n = 0;
	address = 0x7f4d0001u + (uint32_t)slot->feed;
	snprintf(number, sizeof(number), "%zu", slot->feed);
	snprintf(host, sizeof(host), "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
	    address >> 8 & 255, address & 255);
	if (strstr(strstr(template, "%s") + 2, "%s"))
		snprintf(url, sizeof(url), template, host, number);
	else
		snprintf(url, sizeof(url), template, number);
	if (!slot->easy) {
		slot->easy = curl_easy_init();
		curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
		curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(slot->easy, CURLOPT_PROXY, "");
		curl_easy_setopt(slot->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
		curl_easy_setopt(slot->easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
		curl_easy_setopt(slot->easy, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(slot->easy, CURLOPT_CAINFO,
		    getenv("BASELINE_CA") ? getenv("BASELINE_CA") : NULL);
		curl_easy_setopt(slot->easy, CURLOPT_BUFFERSIZE, 64L << 10);
		curl_easy_setopt(slot->easy, CURLOPT_TCP_NODELAY, 0L);
		curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, on_body);
		curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
		curl_easy_setopt(slot->easy, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(slot->easy, CURLOPT_HEADERDATA, slot);
		curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, 60000L);
	}
	if (feeds[slot->feed].etag[0]) {
		snprintf(line, sizeof(line), "If-None-Match: %s", feeds[slot->feed].etag);
		slot->headers = curl_slist_append(NULL, line);
	}
	curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
	curl_easy_setopt(slot->easy, CURLOPT_URL, url);
	slot->lane = &lanes[slot->feed % LANES];
	n_active++;
	curl_multi_add_handle(slot->lane->multi, slot->easy);
}

static void
on_io(struct ev_loop *l, ev_io *io, int events)
{
	struct lane *lane = io->data;
	int running;

	(void)l;
	curl_multi_socket_action(lane->multi, io->fd,
	    (events & EV_READ ? CURL_CSELECT_IN : 0) | (events & EV_WRITE ? CURL_CSELECT_OUT : 0),
	    &running);
	reap(lane);
}

static void
on_timer(struct ev_loop *l, ev_timer *timer, int events)
{
	struct lane *lane = timer->data;
	int running;

	(void)l;
	(void)events;
	curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(lane);
}

static int
on_multi_timer(CURLM *multi, long ms, void *data)
{
	struct lane *lane = data;

	(void)multi;
	ev_timer_stop(loop, &lane->timer);
	if (ms >= 0) {
		ev_timer_set(&lane->timer, (double)ms / 1000.0, 0.0);
		ev_timer_start(loop, &lane->timer);
	}
	return 0;
}

static int
on_multi_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *of_socket)
{
	struct lane *lane = data;
	ev_io *io = of_socket;

	(void)easy;
	if (io)
		ev_io_stop(loop, io);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(lane->multi, fd, NULL);
		free(io);
		return 0;
	}
	if (!io) {
		io = calloc(1, sizeof(*io));
		io->data = lane;
		ev_init(io, on_io);
		curl_multi_assign(lane->multi, fd, io);
	}
	ev_io_set(
	    io, fd, (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0));
	ev_io_start(loop, io);
	return 0;
}

static double
cpu_s(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void
pass(int number)
{
	double cpu = cpu_s();
	ev_tstamp began = ev_time();

	next_feed = n_done = 0;
	n_full = n_same = n_other = n_new = 0;
	for (size_t i = 0; i < concurrency; i++)
		begin_next(&slots[i]);
	while (n_done < n_feeds)
		ev_run(loop, 0);
	if (db)
		commit(true);
	printf("{\"pass\": %d, \"feeds\": %zu, \"seconds\": %.3f, \"cpu\": %.4f, \"full\": %llu, "
	       "\"same\": %llu, \"other\": %llu, \"new\": %llu}\n",
	    number, n_feeds, ev_time() - began, cpu_s() - cpu, (unsigned long long)n_full,
	    (unsigned long long)n_same, (unsigned long long)n_other, (unsigned long long)n_new);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "passes", 1, NULL, 'p' }, { "hash", 0, NULL, 'h' },
		{ "store", 1, NULL, 's' }, { "concurrency", 1, NULL, 'c' }, { 0 } };
	int c, passes = 2;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'p':
			passes = atoi(optarg);
			break;
		case 'h':
			hashing = true;
			break;
		case 's':
			open_db(optarg);
			break;
		case 'c':
			concurrency = strtoul(optarg, NULL, 10);
			break;
		default:
			return 64;
		}
	if (optind + 2 != argc || !strstr(argv[optind], "%s"))
		return 64;
	template = argv[optind];
	n_feeds = strtoul(argv[optind + 1], NULL, 10);
	feeds = calloc(n_feeds, sizeof(*feeds));
	slots = calloc(concurrency, sizeof(*slots));
	curl_global_init(CURL_GLOBAL_DEFAULT);
	loop = ev_default_loop(0);
	for (int i = 0; i < LANES; i++) {
		lanes[i].multi = curl_multi_init();
		lanes[i].timer.data = &lanes[i];
		ev_init(&lanes[i].timer, on_timer);
		curl_multi_setopt(lanes[i].multi, CURLMOPT_SOCKETFUNCTION, on_multi_socket);
		curl_multi_setopt(lanes[i].multi, CURLMOPT_SOCKETDATA, &lanes[i]);
		curl_multi_setopt(lanes[i].multi, CURLMOPT_TIMERFUNCTION, on_multi_timer);
		curl_multi_setopt(lanes[i].multi, CURLMOPT_TIMERDATA, &lanes[i]);
	}
	for (int i = 0; i < passes; i++) {
		/* an empty line on standard input starts each pass but the first */
		if (i > 0 && getchar() == EOF)
			break;
		pass(i + 1);
	}
	return 0;
}
