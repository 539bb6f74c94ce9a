#include "identity.h"
#include "story_parts.h"
#include "url.h"

#include <string.h>

/* Of one page: parameters that change how it is shown, or say who sent the reader. */
static const struct str same_page[] = { STR_INIT("amp"), STR_INIT("partner"), STR_INIT("emc"),
	STR_INIT("rss"), STR_INIT("ref"), STR_INIT("referrer"), STR_INIT("referer"),
	STR_INIT("source"), STR_INIT("src"), STR_INIT("from"), STR_INIT("feed"),
	STR_INIT("feedtype"), STR_INIT("feedname"), STR_INIT("campaign"), STR_INIT("cmp"),
	STR_INIT("outputtype"), STR_INIT("share"), STR_INIT("print"), STR_INIT("via"),
	STR_INIT("mod"), STR_INIT("guccounter") };
static const struct str host_starts[] = { STR_INIT("www."), STR_INIT("m."), STR_INIT("mobile."),
	STR_INIT("amp."), STR_INIT("touch.") };
static const struct str path_ends[] = { STR_INIT("/"), STR_INIT("/amp"), STR_INIT("/amp.html"),
	STR_INIT(".amp"), STR_INIT("/index.html"), STR_INIT("/index.htm"), STR_INIT("/index.php"),
	STR_INIT("/default.aspx") };

static struct str
bare_host(struct str host)
{
	for (size_t i = 0; i < ARRAY_LEN(host_starts); i++)
		if (str_starts_ci(host, host_starts[i]) &&
		    str_find_char(str_sub(host, host_starts[i].n, host.n), '.') != STR_NONE) {
			host = str_sub(host, host_starts[i].n, host.n);
			i = SIZE_MAX; /* begin again: www.m. */
		}
	return host;
}

static struct str
bare_path(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(path_ends); i++)
		if (str_ends(path, path_ends[i])) {
			path = str_sub(path, 0, path.n - path_ends[i].n);
			i = SIZE_MAX;
		}
	if (str_starts(path, STR("/amp/")))
		path = str_sub(path, 4, path.n);
	return path;
}

static bool
is_same_page(struct str parameter)
{
	struct str name, value;

	str_cut(parameter, '=', &name, &value);
	for (size_t i = 0; i < ARRAY_LEN(same_page); i++)
		if (str_eq_ci(name, same_page[i]))
			return true;
	return false;
}

struct str
story_page(struct str link, struct arena *arena)
{
	struct str canonical = identity_canonical_link(link, arena), host, path, query, one;
	struct url u;
	char *p, *to;
	bool first = true;

	if (!url_is_http(canonical))
		return STR("");
	url_split(canonical, &u);
	host = bare_host(url_host(canonical));
	path = bare_path(u.path);
	p = to = arena_bytes(arena, canonical.n + 2);
	to = mempcpy(to, host.p, host.n);
	if (path.n)
		to = mempcpy(to, path.p, path.n);
	for (query = u.query; query.n;) {
		str_cut(query, '&', &one, &query);
		if (one.n == 0 || is_same_page(one))
			continue;
		*to++ = first ? '?' : '&';
		to = mempcpy(to, one.p, one.n);
		first = false;
	}
	if (u.fragment.n) { /* what canonical links keep is an address */
		*to++ = '#';
		to = mempcpy(to, u.fragment.p, u.fragment.n);
	}
	/* A front page is where everything stands, not an item. */
	return (size_t)(to - p) > host.n ? str_n(p, (size_t)(to - p)) : STR("");
}

static bool
has(const uint32_t *v, size_t n, uint32_t word)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == word)
			return true;
	return false;
}

static size_t
distinct(const struct story_word *from, size_t n, uint32_t *to)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (!has(to, k, from[i].word))
			to[k++] = from[i].word;
	return k;
}

/* "Lockheed group wins 3 billion dollar US Postal ...": the last word may be half of one. */
static bool
is_cut_short(struct str title, struct str *left)
{
	static const struct str ends[] = { STR_INIT("..."), STR_INIT("\xe2\x80\xa6") };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(title, ends[i])) {
			*left = str_trim(str_sub(title, 0, title.n - ends[i].n));
			return true;
		}
	*left = title;
	return false;
}

static uint32_t
hash_words(const struct story_word *words, size_t n, struct arena *arena)
{
	uint32_t *v = ARENA_ARRAY(arena, uint32_t, n + 1);

	for (size_t i = 0; i < n; i++)
		v[i] = words[i].word;
	return story_hash(str_n((const char *)v, n * sizeof(*v)));
}

void
story_read_title(struct story_reader *r, const struct story_idf *idf, struct str title,
    struct str link, struct arena *arena, struct story_item *ret)
{
	bool cut;

	*ret = (struct story_item){ 0 };
	title = story_strip_title(title, link, idf, &ret->ending);
	cut = is_cut_short(title, &title);
	ret->order = ARENA_ARRAY(arena, struct story_word, STORY_TITLE_WORDS_MAX);
	ret->n_order = story_cut(r, title, ret->order, STORY_TITLE_WORDS_MAX);
	if (cut && ret->n_order > 3)
		ret->n_order--;
	ret->words = ARENA_ARRAY(arena, uint32_t, ret->n_order);
	ret->n_words = distinct(ret->order, ret->n_order, ret->words);
}

void
story_read_rest(struct story_reader *r, struct str summary, struct str link, struct arena *arena,
    struct story_item *ret)
{
	struct story_word words[STORY_SUMMARY_WORDS_MAX];
	struct str page = story_page(link, arena),
		   host = bare_host(url_host(url_normal(link, arena)));

	ret->page = page.n ? story_hash(page) : 0;
	ret->outlet = host.n ? story_hash(host) : 0;
	ret->title = ret->n_order ? hash_words(ret->order, ret->n_order, arena) : 0;
	ret->summary = ARENA_ARRAY(arena, uint32_t, STORY_SUMMARY_WORDS_MAX);
	ret->n_summary =
	    distinct(words, story_cut(r, summary, words, ARRAY_LEN(words)), ret->summary);
}

void
story_read(struct story_reader *r, const struct story_idf *idf, struct str title,
    struct str summary, struct str link, struct arena *arena, struct story_item *ret)
{
	story_read_title(r, idf, title, link, arena, ret);
	story_read_rest(r, summary, link, arena, ret);
}

void
story_item_learn(const struct story_item *item, struct story_idf *idf)
{
	uint32_t words[STORY_TITLE_WORDS_MAX + 1];
	size_t n = item->n_words;

	memcpy(words, item->words, n * sizeof(*words));
	if (item->ending)
		words[n++] = item->ending;
	story_idf_learn(idf, words, n);
}

size_t
story_words(struct story_reader *r, struct str term, uint32_t *words, size_t max)
{
	struct story_word cut[STORY_TITLE_WORDS_MAX];
	size_t n = story_cut(r, term, cut, max < ARRAY_LEN(cut) ? max : ARRAY_LEN(cut));

	for (size_t i = 0; i < n; i++)
		words[i] = cut[i].word;
	return n;
}
