#include "story_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const story_groupings[] = { "off", "copies", "story", NULL };
const char *const story_strictnesses[] = { "strict", "normal", "loose", NULL };
const char *const story_hows[] = { "opened", "same item", "copy", "same story", NULL };

/*
 * How alike (cosine) a title must be to a story: much for a story of one wording, whose few words
 * may be accidents, less for one that was told in many ways and is known by what they have in
 * common; falling with the logarithm of the wordings, to the end at WORDINGS_FULL.  Found on
 * labelled streams of news, where the outcome hardly changes within a quarter of these values.
 */
static const struct {
	double first, last;
} thresholds[] = {
	[STRICTNESS_STRICT] = { 0.30, 0.16 },
	[STRICTNESS_NORMAL] = { 0.24, 0.12 },
	[STRICTNESS_LOOSE] = { 0.20, 0.10 },
};
#define WORDINGS_FULL 17
/*
 * Evidence: with more stories about, an accident is more likely.  The words in common must together
 * be e times rarer than one story in all that live.
 */
#define GATE 1.0
/* Where both have a summary and these have little in common, the titles must be more alike. */
#define SUMMARY_ALIKE 0.3
#define SUMMARY_DOUBT 4.0
/* The same title over summaries with less than this in common is a column ("Morning Briefing"). */
#define COLUMN_SHARED 0.15
/* So is one of few and common words that comes again after half a day without a summary. */
#define COLUMN_IDF 20.0
#define COLUMN_AGE_S 43200
/* Later wordings speak for the story as a whole: then the sentence is not a template of others. */
#define TEMPLATE_WORDINGS_MAX 4
/* A word of one headline in seven finds too many stories, and says nothing. */
#define FINDING_IDF 2.0
/* The same page with another title is the same item if the titles have this in common. */
#define PAGE_IDF 3.0

#define NONE UINT32_MAX
#define PAGE_SALT 0x70616765u
#define TITLE_SALT 0x7469746cu

struct space {
	uint32_t name, live;
};

struct story_table {
	const struct story_idf *idf;
	struct story_index *index;
	struct story *slots;
	uint32_t n_slots, slots_cap;
	uint32_t *unused;
	uint32_t n_unused, unused_cap;
	uint32_t newest, oldest; /* by last_s */
	size_t live;
	uint64_t next_id;
	struct space *spaces;
	size_t n_spaces, spaces_cap;
	uint64_t *forgotten;
	size_t n_forgotten, forgotten_cap;
	/* while an item is placed, by slot */
	float *dot, *evidence;
	uint32_t *touched;
};

/* One item being placed. */
struct placing {
	struct story_table *t;
	uint32_t space;
	const struct story_item *item;
	const struct story_rules *rules;
	int64_t now_s;
};

/* ---- growing arrays ---- */

static void *
grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 8;
	return xreallocarray(v, *cap, size);
}

static bool
put_new(uint32_t **v, size_t *n, size_t *cap, size_t max, uint32_t value)
{
	for (size_t i = 0; i < *n; i++)
		if ((*v)[i] == value)
			return false;
	if (*n >= max)
		return false;
	*v = grow(*v, *n, cap, sizeof(**v));
	(*v)[(*n)++] = value;
	return true;
}

void
story_clear(struct story *s)
{
	free(s->words);
	free(s->summary);
	for (size_t i = 0; i < s->n_titles; i++)
		free(s->titles[i].words);
	free(s->keys);
	free(s->outlets);
	free(s->entries);
	*s = (struct story){ 0 };
}

/* ---- the list by last_s ---- */

static void
unlink_slot(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	if (s->newer == NONE)
		t->newest = s->older;
	else
		t->slots[s->newer].older = s->older;
	if (s->older == NONE)
		t->oldest = s->newer;
	else
		t->slots[s->older].newer = s->newer;
}

static void
link_newest(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	s->newer = NONE;
	s->older = t->newest;
	if (t->newest != NONE)
		t->slots[t->newest].newer = slot;
	else
		t->oldest = slot;
	t->newest = slot;
}

static struct space *
space_of(struct story_table *t, uint32_t name)
{
	for (size_t i = 0; i < t->n_spaces; i++)
		if (t->spaces[i].name == name)
			return &t->spaces[i];
	t->spaces = grow(t->spaces, t->n_spaces, &t->spaces_cap, sizeof(*t->spaces));
	t->spaces[t->n_spaces] = (struct space){ name, 0 };
	return &t->spaces[t->n_spaces++];
}

/* ---- slots ---- */

static uint32_t
new_slot(struct story_table *t)
{
	uint32_t slot;

	if (t->n_unused) {
		slot = t->unused[--t->n_unused];
	} else {
		if (t->n_slots == t->slots_cap) {
			t->slots_cap = t->slots_cap ? t->slots_cap * 2 : 256;
			t->slots = xreallocarray(t->slots, t->slots_cap, sizeof(*t->slots));
			t->dot = xreallocarray(t->dot, t->slots_cap, sizeof(*t->dot));
			t->evidence =
			    xreallocarray(t->evidence, t->slots_cap, sizeof(*t->evidence));
			t->touched = xreallocarray(t->touched, t->slots_cap, sizeof(*t->touched));
		}
		slot = t->n_slots++;
		t->dot[slot] = t->evidence[slot] = 0;
	}
	t->slots[slot] = (struct story){ 0 };
	return slot;
}

static void
drop(struct story_table *t, uint32_t slot)
{
	struct story *s = &t->slots[slot];

	for (size_t i = 0; i < s->n_words; i++)
		story_index_drop(t->index, story_index_key(s->space, s->words[i].word), slot);
	for (size_t i = 0; i < s->n_keys; i++)
		story_index_drop(t->index, story_index_key(s->space, s->keys[i]), slot);
	unlink_slot(t, slot);
	space_of(t, s->space)->live--;
	t->live--;
	story_clear(s);
	if (t->n_unused == t->unused_cap) {
		t->unused_cap = t->unused_cap ? t->unused_cap * 2 : 256;
		t->unused = xreallocarray(t->unused, t->unused_cap, sizeof(*t->unused));
	}
	t->unused[t->n_unused++] = slot;
}

static void
forget(struct story_table *t, uint32_t slot)
{
	t->forgotten = grow(t->forgotten, t->n_forgotten, &t->forgotten_cap, sizeof(*t->forgotten));
	t->forgotten[t->n_forgotten++] = t->slots[slot].id;
	drop(t, slot);
}

static void
expire(struct story_table *t, int64_t now_s)
{
	while (t->oldest != NONE &&
	       (t->live > STORY_LIVE_MAX ||
		   t->slots[t->oldest].last_s + t->slots[t->oldest].window_s < now_s))
		forget(t, t->oldest);
}

struct story_table *
story_table_new(const struct story_idf *idf)
{
	struct story_table *t = xcalloc(1, sizeof(*t));

	t->idf = idf;
	t->index = story_index_new();
	t->newest = t->oldest = NONE;
	t->next_id = 1;
	return t;
}

void
story_table_clear(struct story_table *t)
{
	while (t->oldest != NONE)
		drop(t, t->oldest);
	t->n_forgotten = 0;
}

void
story_table_free(struct story_table *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->n_slots; i++)
		story_clear(&t->slots[i]);
	free(t->slots);
	free(t->unused);
	free(t->spaces);
	free(t->forgotten);
	free(t->dot);
	free(t->evidence);
	free(t->touched);
	story_index_free(t->index);
	free(t);
}

size_t
story_live(const struct story_table *t)
{
	return t->live;
}

void
story_ids_from(struct story_table *t, uint64_t next_id)
{
	if (next_id > t->next_id)
		t->next_id = next_id;
}

uint64_t
story_forgotten(struct story_table *t)
{
	return t->n_forgotten ? t->forgotten[--t->n_forgotten] : 0;
}

/* ---- what a story knows ---- */

static void
measure(const struct story_table *t, struct story *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->n_words; i++) {
		double v = story_idf(t->idf, s->words[i].word) * s->words[i].count / s->wordings;

		sum += v * v;
	}
	s->norm = (float)sqrt(sum);
}

static struct counted *
counted_find(struct counted *v, size_t n, uint32_t word)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].word == word)
			return &v[i];
	return NULL;
}

/* Which word makes room: the one in fewest wordings, of those the oldest. */
static size_t
least_counted(const struct counted *v, size_t n)
{
	size_t least = 0;

	for (size_t i = 1; i < n; i++)
		if (v[i].count < v[least].count)
			least = i;
	return least;
}

static void
add_word(struct story_table *t, uint32_t slot, uint32_t word)
{
	struct story *s = &t->slots[slot];
	struct counted *c = counted_find(s->words, s->n_words, word);

	if (c) {
		c->count++;
		story_index_set(t->index, story_index_key(s->space, word), slot, c->count);
		return;
	}
	if (s->n_words >= STORY_WORDS_MAX) {
		size_t least = least_counted(s->words, s->n_words);

		if (s->words[least].count > 1)
			return;
		story_index_drop(t->index, story_index_key(s->space, s->words[least].word), slot);
		memmove(&s->words[least], &s->words[least + 1],
		    (s->n_words - least - 1) * sizeof(*s->words));
		s->n_words--;
	}
	s->words = grow(s->words, s->n_words, &s->words_cap, sizeof(*s->words));
	s->words[s->n_words++] = (struct counted){ word, 1 };
	story_index_set(t->index, story_index_key(s->space, word), slot, 1);
}

static void
add_summary(struct story *s, const struct story_item *item)
{
	if (item->n_summary == 0)
		return;
	s->summaries++;
	for (size_t i = 0; i < item->n_summary; i++) {
		struct counted *c = counted_find(s->summary, s->n_summary, item->summary[i]);

		if (c) {
			c->count++;
		} else if (s->n_summary < STORY_SUMMARY_MAX) {
			s->summary =
			    grow(s->summary, s->n_summary, &s->summary_cap, sizeof(*s->summary));
			s->summary[s->n_summary++] = (struct counted){ item->summary[i], 1 };
		}
	}
}

static void
add_key(struct story_table *t, uint32_t slot, uint32_t hash, uint32_t salt)
{
	struct story *s = &t->slots[slot];

	if (hash && put_new(&s->keys, &s->n_keys, &s->keys_cap, STORY_KEYS_MAX, hash ^ salt))
		story_index_set(t->index, story_index_key(s->space, hash ^ salt), slot, 0);
}

static void
add_title(struct story *s, const struct story_item *item)
{
	struct story_title *title;

	if (s->n_titles >= STORY_TITLES_MAX || item->n_order == 0)
		return;
	title = &s->titles[s->n_titles++];
	title->n = item->n_order;
	title->words = xreallocarray(NULL, title->n, sizeof(*title->words));
	memcpy(title->words, item->order, title->n * sizeof(*title->words));
}

/* Another wording; copies do not count, or an agency's text would look well known. */
static void
add_wording(struct story_table *t, uint32_t slot, const struct story_item *item)
{
	struct story *s = &t->slots[slot];

	s->wordings++;
	for (size_t i = 0; i < item->n_words; i++)
		add_word(t, slot, item->words[i]);
	add_summary(s, item);
	add_title(s, item);
	measure(t, s);
}

/* ---- levels 1 and 2: pages and titles ---- */

static bool
is_open(const struct placing *p, const struct story *s)
{
	return p->now_s - s->last_s <= p->rules->window_s &&
	       p->now_s - s->opened_s <= STORY_SPANS * p->rules->window_s;
}

static double
shared_idf(const struct placing *p, const struct story *s)
{
	double sum = 0;

	for (size_t i = 0; i < p->item->n_words; i++)
		if (counted_find(s->words, s->n_words, p->item->words[i]))
			sum += story_idf(p->t->idf, p->item->words[i]);
	return sum;
}

/* A page whose items have nothing in common lists them: it tells none apart. */
static bool
is_same_item(const struct placing *p, const struct story *s)
{
	return p->item->n_words == 0 || s->n_words == 0 || shared_idf(p, s) >= PAGE_IDF;
}

static bool
is_column(const struct placing *p, const struct story *s)
{
	const struct story_item *item = p->item;
	double shared = 0, here = 0, there = 0, title = 0;

	if (item->n_summary && s->n_summary) {
		for (size_t i = 0; i < item->n_summary; i++) {
			double v = story_idf(p->t->idf, item->summary[i]);

			here += v;
			if (counted_find(s->summary, s->n_summary, item->summary[i]))
				shared += v;
		}
		for (size_t i = 0; i < s->n_summary; i++)
			there += story_idf(p->t->idf, s->summary[i].word);
		return shared < COLUMN_SHARED * (here < there ? here : there);
	}
	if (p->now_s - s->last_s < COLUMN_AGE_S)
		return false;
	for (size_t i = 0; i < item->n_words; i++)
		title += story_idf(p->t->idf, item->words[i]);
	return title < COLUMN_IDF;
}

/* The newest open story with that key; *refused says that one was there but is about other things.
 */
static uint32_t
find_key(const struct placing *p, uint32_t hash, uint32_t salt, bool *refused)
{
	size_t n = 0;
	const struct posted *v = NULL;
	uint32_t best = NONE;

	if (hash)
		v = story_index_find(p->t->index, story_index_key(p->space, hash ^ salt), &n);
	for (size_t i = 0; i < n; i++) {
		const struct story *s = &p->t->slots[v[i].slot];
		bool page = salt == PAGE_SALT;

		if (!is_open(p, s) || (!page && s->closed) ||
		    (best != NONE && s->id < p->t->slots[best].id))
			continue;
		if (page ? is_same_item(p, s) : shared_idf(p, s) > 0 && !is_column(p, s))
			best = v[i].slot;
		else
			*refused = true;
	}
	return best;
}

/* ---- level 3: words ---- */

static size_t
touch(const struct placing *p, double *norm)
{
	struct story_table *t = p->t;
	size_t n_touched = 0;
	double sum = 0;

	for (size_t i = 0; i < p->item->n_words; i++) {
		double idf = story_idf(t->idf, p->item->words[i]);
		const struct posted *v;
		size_t n;

		sum += idf * idf;
		if (idf < FINDING_IDF)
			continue;
		v = story_index_find(t->index, story_index_key(p->space, p->item->words[i]), &n);
		for (size_t k = 0; k < n; k++) {
			uint32_t slot = v[k].slot;

			if (t->evidence[slot] == 0)
				t->touched[n_touched++] = slot;
			t->evidence[slot] += (float)idf;
			t->dot[slot] += (float)(idf * idf) * (float)v[k].count;
		}
	}
	*norm = sqrt(sum);
	return n_touched;
}

static double
summary_likeness(const struct placing *p, const struct story *s)
{
	double dot = 0, a = 0, b = 0;

	for (size_t i = 0; i < p->item->n_summary; i++) {
		double idf = story_idf(p->t->idf, p->item->summary[i]);
		struct counted *c = counted_find(s->summary, s->n_summary, p->item->summary[i]);

		a += idf * idf;
		if (c)
			dot += idf * idf * c->count / s->summaries;
	}
	for (size_t i = 0; i < s->n_summary; i++) {
		double v =
		    story_idf(p->t->idf, s->summary[i].word) * s->summary[i].count / s->summaries;

		b += v * v;
	}
	return a > 0 && b > 0 ? dot / sqrt(a * b) : 0;
}

static double
threshold(const struct placing *p, const struct story *s, double fading)
{
	double first = thresholds[p->rules->strictness].first;
	double last = thresholds[p->rules->strictness].last;
	double known = log(s->wordings) / log(WORDINGS_FULL);
	double ret = first - (first - last) * (known < 1 ? known : 1);

	if (p->item->n_summary && s->n_summary) {
		double alike = summary_likeness(p, s) * fading;

		if (alike < SUMMARY_ALIKE)
			ret *= 1 + (SUMMARY_DOUBT - 1) * (1 - alike / SUMMARY_ALIKE);
	}
	return ret;
}

static bool
is_template_of(const struct placing *p, const struct story *s)
{
	if (s->wordings > TEMPLATE_WORDINGS_MAX)
		return false;
	for (size_t i = 0; i < s->n_titles; i++)
		if (story_is_template(p->t->idf, p->item->order, p->item->n_order,
			s->titles[i].words, s->titles[i].n))
			return true;
	return false;
}

/* How much more alike than needed; below 1: not of this story. */
static double
score_of(const struct placing *p, uint32_t slot, double norm, double best)
{
	struct story_table *t = p->t;
	const struct story *s = &t->slots[slot];
	double fading, alike, least = thresholds[p->rules->strictness].last, score;

	if (s->closed || !is_open(p, s) || s->norm <= 0)
		return 0;
	fading = exp(-(double)(p->now_s - s->last_s) / (double)p->rules->window_s);
	alike = (double)t->dot[slot] / s->wordings / (norm * (double)s->norm) * fading;
	if (alike < least * best)
		return 0;
	score = alike / threshold(p, s, fading);
	return score >= 1 && score > best && !is_template_of(p, s) ? score : 0;
}

static uint32_t
find_words(const struct placing *p, double *score)
{
	struct story_table *t = p->t;
	double gate = log(space_of(t, p->space)->live + 1.0) + GATE, norm;
	size_t n = touch(p, &norm);
	uint32_t best = NONE;

	*score = 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t slot = t->touched[i];

		if ((double)t->evidence[slot] >= gate) {
			double score_here = score_of(p, slot, norm, best == NONE ? 0 : *score);

			if (score_here > 0) {
				best = slot;
				*score = score_here;
			}
		}
		t->evidence[slot] = t->dot[slot] = 0;
	}
	return best;
}

/* ---- placing ---- */

static uint32_t
open_story(const struct placing *p)
{
	struct story_table *t = p->t;
	uint32_t slot = new_slot(t);
	struct story *s = &t->slots[slot];

	s->id = t->next_id++;
	s->space = p->space;
	s->opened_s = s->last_s = p->now_s;
	s->window_s = p->rules->window_s;
	s->closed = p->rules->never;
	link_newest(t, slot);
	space_of(t, p->space)->live++;
	t->live++;
	return slot;
}

static enum story_reason
take_news(
    struct story *s, const struct story_news *news, const struct story_again *again, bool opened)
{
	bool new_entry = false, rises = news->severity > s->severity;

	if (news->outlet)
		put_new(
		    &s->outlets, &s->n_outlets, &s->outlets_cap, STORY_OUTLETS_MAX, news->outlet);
	for (size_t i = 0; i < news->n_entries; i++)
		if (put_new(&s->entries, &s->n_entries, &s->entries_cap, STORY_ENTRIES_MAX,
			news->entries[i]))
			new_entry = true;
	if (rises)
		s->severity = news->severity;
	if (opened)
		return AGAIN_NO;
	if (again->at_outlets && !s->told_outlets && s->n_outlets >= (size_t)again->at_outlets) {
		s->told_outlets = true;
		return AGAIN_OUTLETS;
	}
	if (rises && again->on_severity)
		return AGAIN_SEVERITY;
	return new_entry && again->on_entry ? AGAIN_ENTRY : AGAIN_NO;
}

static uint32_t
find_story(const struct placing *p, enum story_how *how, double *score)
{
	bool column = false, list = false;
	uint32_t slot;

	*score = 1;
	*how = STORY_ITEM;
	slot = find_key(p, p->item->page, PAGE_SALT, &list);
	if (slot != NONE || p->rules->never)
		return slot;
	*how = STORY_COPY;
	slot = find_key(p, p->item->title, TITLE_SALT, &column);
	if (slot != NONE || column || p->rules->grouping == GROUPING_COPIES)
		return slot;
	*how = STORY_WORDS;
	return find_words(p, score);
}

void
story_place(struct story_table *t, uint32_t space, const struct story_item *item,
    const struct story_rules *rules, const struct story_news *news, const struct story_again *again,
    int64_t now_s, struct story_verdict *ret)
{
	const struct placing p = { t, space, item, rules, now_s };
	struct story *s;
	uint32_t slot;

	*ret = (struct story_verdict){
		.how = STORY_OPENED, .score = 1, .items = 1, .opened_s = now_s
	};
	if (rules->grouping == GROUPING_OFF)
		return;
	expire(t, now_s);
	slot = find_story(&p, &ret->how, &ret->score);
	if (slot == NONE) {
		slot = open_story(&p);
		ret->how = STORY_OPENED;
	} else {
		unlink_slot(t, slot);
		link_newest(t, slot);
	}
	s = &t->slots[slot];
	s->items++;
	if (now_s > s->last_s)
		s->last_s = now_s;
	if (ret->how == STORY_OPENED || ret->how == STORY_WORDS)
		add_wording(t, slot, item);
	else if (s->summaries == 0)
		add_summary(s, item);
	add_key(t, slot, item->page, PAGE_SALT);
	add_key(t, slot, item->title, TITLE_SALT);
	ret->again = take_news(s, news, again, ret->how == STORY_OPENED);
	ret->id = s->id;
	ret->items = s->items;
	ret->outlets = (uint32_t)s->n_outlets;
	ret->opened_s = s->opened_s;
}

/* ---- persistence ---- */

struct str
story_save(const struct story_table *t, uint64_t id, struct arena *arena)
{
	/* what was placed last stands in front */
	for (uint32_t slot = t->newest; slot != NONE; slot = t->slots[slot].older)
		if (t->slots[slot].id == id)
			return story_pack(&t->slots[slot], arena);
	return STR("");
}

bool
story_load(struct story_table *t, struct str bytes)
{
	uint32_t slot = new_slot(t);
	struct story *s = &t->slots[slot];

	if (!story_unpack(bytes, s)) {
		story_clear(s);
		t->n_slots -= slot == t->n_slots - 1;
		return false;
	}
	link_newest(t, slot);
	space_of(t, s->space)->live++;
	t->live++;
	story_ids_from(t, s->id + 1);
	for (size_t i = 0; i < s->n_words; i++)
		story_index_set(
		    t->index, story_index_key(s->space, s->words[i].word), slot, s->words[i].count);
	for (size_t i = 0; i < s->n_keys; i++)
		story_index_set(t->index, story_index_key(s->space, s->keys[i]), slot, 0);
	measure(t, s);
	return true;
}
