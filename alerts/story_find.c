/*
 * Which story is an item of?  The three levels, the most certain first.
 */
#include "story_parts.h"

#include <math.h>

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
#define SQUARES_MIN 1.0 /* nothing but what was looked for */
#define SOUGHT_PRIOR 4  /* stories that all have what the watch looks for */
/*
 * A story whose wordings have little in common knows most words of the language and would draw in
 * everything: the less they have, the more alike an item must be.
 */
#define COHESION 0.15
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

struct counted *
story_counted(struct counted *v, size_t n, uint32_t word)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].word == word)
			return &v[i];
	return NULL;
}

/* ---- levels 1 and 2: pages and titles ---- */

static bool
is_open(const struct story_placing *p, const struct story *s)
{
	return p->now_s - s->last_s <= p->rules->window_s &&
	       p->now_s - s->opened_s <= STORY_SPANS * p->rules->window_s;
}

static double
shared_idf(const struct story_placing *p, const struct story *s)
{
	double sum = 0;

	for (size_t i = 0; i < p->item->n_words; i++)
		if (story_counted(s->words, s->n_words, p->item->words[i]))
			sum += story_idf(p->table->idf, p->item->words[i]);
	return sum;
}

/* A page whose items have nothing in common lists them: it tells none apart. */
static bool
is_same_item(const struct story_placing *p, const struct story *s)
{
	return p->item->n_words == 0 || s->n_words == 0 || shared_idf(p, s) >= PAGE_IDF;
}

static bool
is_column(const struct story_placing *p, const struct story *s)
{
	const struct story_item *item = p->item;
	double shared = 0, here = 0, there = 0, title = 0;

	if (item->n_summary && s->n_summary) {
		for (size_t i = 0; i < item->n_summary; i++) {
			double v = story_idf(p->table->idf, item->summary[i]);

			here += v;
			if (story_counted(s->summary, s->n_summary, item->summary[i]))
				shared += v;
		}
		for (size_t i = 0; i < s->n_summary; i++)
			there += story_idf(p->table->idf, s->summary[i].word);
		return shared < COLUMN_SHARED * (here < there ? here : there);
	}
	if (p->now_s - s->last_s < COLUMN_AGE_S)
		return false;
	for (size_t i = 0; i < item->n_words; i++)
		title += story_idf(p->table->idf, item->words[i]);
	return title < COLUMN_IDF;
}

/* The newest open story with that key; *refused says that one was there but is about other things.
 */
static uint32_t
find_key(const struct story_placing *p, uint32_t hash, uint32_t salt, bool *refused)
{
	size_t n = 0;
	const struct posted *v = NULL;
	uint32_t best = STORY_NONE;

	if (hash)
		v = story_index_find(p->table->index, story_index_key(p->space, hash ^ salt), &n);
	for (size_t i = 0; i < n; i++) {
		const struct story *s = &p->table->slots[v[i].slot];
		bool page = salt == STORY_PAGE_SALT;

		if (!is_open(p, s) || (!page && s->closed) ||
		    (best != STORY_NONE && s->id < p->table->slots[best].id))
			continue;
		if (page ? is_same_item(p, s) : shared_idf(p, s) > 0 && !is_column(p, s))
			best = v[i].slot;
		else
			*refused = true;
	}
	return best;
}

/* ---- level 3: words ---- */

static bool
is_sought(const struct story_placing *p, uint32_t word)
{
	for (size_t i = 0; i < p->news->n_sought; i++)
		if (p->news->sought[i] == word)
			return true;
	return false;
}

/*
 * A word that the watch looks for is as rare as the stories of that watch say, and until there are
 * some of them it is in every one.
 */
static double
idf_here(const struct story_placing *p, uint32_t word, size_t n_stories)
{
	double idf = story_idf(p->table->idf, word), here;

	if (!is_sought(p, word))
		return idf;
	here = log((double)(story_space(p->table, p->space)->live + SOUGHT_PRIOR) /
		   (double)(n_stories + SOUGHT_PRIOR));
	return here < idf ? here > 0 ? here : 0 : idf;
}

static size_t
touch(const struct story_placing *p, double *norm)
{
	struct story_table *t = p->table;
	size_t n_touched = 0;
	double sum = 0;

	for (size_t i = 0; i < p->item->n_words; i++) {
		size_t n;
		const struct posted *v =
		    story_index_find(t->index, story_index_key(p->space, p->item->words[i]), &n);
		double idf = idf_here(p, p->item->words[i], n);

		sum += idf * idf;
		if (idf < FINDING_IDF)
			continue;
		for (size_t k = 0; k < n; k++) {
			uint32_t slot = v[k].slot;
			double share = (double)v[k].count / t->slots[slot].wordings;

			if (t->dot[slot] == 0)
				t->touched[n_touched++] = slot;
			t->evidence[slot] += (float)idf;
			t->dot[slot] += (float)(idf * idf * share);
		}
	}
	*norm = sqrt(sum);
	return n_touched;
}

static double
summary_likeness(const struct story_placing *p, const struct story *s)
{
	double dot = 0, a = 0, b = 0;

	for (size_t i = 0; i < p->item->n_summary; i++) {
		double idf = story_idf(p->table->idf, p->item->summary[i]);
		struct counted *c = story_counted(s->summary, s->n_summary, p->item->summary[i]);

		a += idf * idf;
		if (c)
			dot += idf * idf * c->count / s->summaries;
	}
	for (size_t i = 0; i < s->n_summary; i++) {
		double v = story_idf(p->table->idf, s->summary[i].word) * s->summary[i].count /
			   s->summaries;

		b += v * v;
	}
	return a > 0 && b > 0 ? dot / sqrt(a * b) : 0;
}

static double
threshold(const struct story_placing *p, const struct story *s, double fading)
{
	double first = thresholds[p->rules->strictness].first;
	double last = thresholds[p->rules->strictness].last;
	double known = log(s->wordings) / log(WORDINGS_FULL);
	double ret = first - (first - last) * (known < 1 ? known : 1);

	if (s->cohesion < COHESION)
		ret *= COHESION / (double)s->cohesion;
	if (p->item->n_summary && s->n_summary) {
		double alike = summary_likeness(p, s) * fading;

		if (alike < SUMMARY_ALIKE)
			ret *= 1 + (SUMMARY_DOUBT - 1) * (1 - alike / SUMMARY_ALIKE);
	}
	return ret;
}

static bool
is_template_of(const struct story_placing *p, const struct story *s)
{
	if (s->wordings > TEMPLATE_WORDINGS_MAX)
		return false;
	for (size_t i = 0; i < s->n_titles; i++)
		if (story_is_template(p->table->idf, p->item->order, p->item->n_order,
			s->titles[i].words, s->titles[i].n))
			return true;
	return false;
}

/* The length of the story's vector, with the words that were looked for weighed as in the item. */
static double
norm_here(const struct story_placing *p, const struct story *s)
{
	double squares = (double)s->norm * (double)s->norm;

	for (size_t i = 0; i < p->news->n_sought; i++) {
		struct counted *c = story_counted(s->words, s->n_words, p->news->sought[i]);
		double share, idf, here;
		size_t n;

		if (!c)
			continue;
		story_index_find(p->table->index, story_index_key(p->space, c->word), &n);
		share = (double)c->count / s->wordings;
		idf = story_idf(p->table->idf, c->word);
		here = idf_here(p, c->word, n);
		squares -= (idf * idf - here * here) * share * share;
	}
	return sqrt(squares > SQUARES_MIN ? squares : SQUARES_MIN);
}

/* How much more alike than needed; below 1: not of this story. */
static double
score_of(const struct story_placing *p, uint32_t slot, double norm, double best)
{
	struct story_table *t = p->table;
	const struct story *s = &t->slots[slot];
	double fading, alike, least = thresholds[p->rules->strictness].last, score;

	if (s->closed || !is_open(p, s) || s->norm <= 0)
		return 0;
	fading = exp(-(double)(p->now_s - s->last_s) / (double)p->rules->window_s);
	alike = (double)t->dot[slot] / (norm * norm_here(p, s)) * fading;
	if (alike < least * best)
		return 0;
	score = alike / threshold(p, s, fading);
	return score >= 1 && score > best && !is_template_of(p, s) ? score : 0;
}

static uint32_t
find_words(const struct story_placing *p, double *score)
{
	struct story_table *t = p->table;
	double gate = log(story_space(t, p->space)->live + 1.0) + GATE, norm;
	size_t n = touch(p, &norm);
	uint32_t best = STORY_NONE;

	*score = 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t slot = t->touched[i];

		if ((double)t->evidence[slot] >= gate) {
			double score_here =
			    score_of(p, slot, norm, best == STORY_NONE ? 0 : *score);

			if (score_here > 0) {
				best = slot;
				*score = score_here;
			}
		}
		t->evidence[slot] = t->dot[slot] = 0;
	}
	return best;
}

uint32_t
story_find(const struct story_placing *p, enum story_how *how, double *score)
{
	bool column = false, list = false;
	uint32_t slot;

	*score = 1;
	*how = STORY_ITEM;
	slot = find_key(p, p->item->page, STORY_PAGE_SALT, &list);
	if (slot != STORY_NONE || p->rules->never)
		return slot;
	*how = STORY_COPY;
	slot = find_key(p, p->item->title, STORY_TITLE_SALT, &column);
	if (slot != STORY_NONE || column || p->rules->grouping == GROUPING_COPIES)
		return slot;
	*how = STORY_WORDS;
	return find_words(p, score);
}
