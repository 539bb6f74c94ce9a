/* Letters with marks, and characters that stand for several or for nothing. */
#include "fold_job.h"
#include "utf8.h"

#include <string.h>

#define BAD_SIGN "\xef\xbf\xbd" /* U+FFFD */

/* First bytes of UTF-8. */
#define HYPHEN_LEAD 0xc2 /* of the soft hyphen, which is nothing */
#define MARK_LEAD 0xcc   /* of the first mark */
#define LAST_LEAD 0xf4   /* greater ones are bad */

/* A character and the marks behind it. */
struct cluster {
	size_t in, out, points, runs; /* where it begins */
	size_t end;                   /* of the source: behind its last mark */
	size_t seen;                  /* and behind what is invisible there */
	const struct fold_char *base; /* or NULL */
	uint32_t last;   /* its last character, with the marks that joined it; 0: who knows */
	size_t n, units; /* of those that stay in the form; in the folder's units */
	bool apart;      /* what stays is what it is alone, and is written */
};

/* n bytes were written at out for `used` bytes of the source: one character. */
static inline void
wrote(struct fold_job *j, size_t n, size_t used)
{
	if (n != used || !fold_is_one_char(j->t->bytes + j->out, n))
		points(j->t, j->in, used, j->out, n);
	j->in += used;
	j->out += n;
}

/* k, or a form of it, at j->out for `used` bytes of the source. */
static void
write_known(struct fold_job *j, const struct fold_char *k, size_t used)
{
	const char *from = fold_bytes(j->f, k, j->form);
	size_t n = k->n[j->form];
	const unsigned char *runs = (const unsigned char *)from + n;

	room(j, n + FOLD_COPY);
	if (n <= FOLD_COPY)
		memcpy(j->t->bytes + j->out, from, FOLD_COPY); /* the pool is long enough */
	else
		memcpy(j->t->bytes + j->out, from, n);
	for (size_t i = 0; i < k->n_runs[j->form]; i++, runs += 3)
		run(j->t, j->out + runs[0], j->out + runs[1], (enum char_class)runs[2]);
	wrote(j, n, used);
}

/* Characters in form, for `used` bytes of the source. */
static void
write_chars(struct fold_job *j, const uint32_t *v, size_t n, size_t used)
{
	size_t at = j->out;

	room(j, n * 4);
	for (size_t i = 0; i < n; i++) {
		size_t m = utf8_encode(v[i], j->t->bytes + at);
		enum char_class class = v[i] < 0x80 ? CHAR_WORD : fold_class(j->f, v[i]);

		if (class != CHAR_WORD)
			run(j->t, at, at + m, class);
		at += m;
	}
	/* of several that stand for several only the outer ends map back */
	wrote(j, at - j->out, used);
}

/* ---- a cluster ---- */

static inline bool
is_mark(const struct fold_char *k)
{
	return k->combining || (k->flags & (FOLD_JOINS | FOLD_VOWEL));
}

/* One that may join the letter before it (a Jamo), and else begins anew. */
static inline bool
is_letter(const struct fold_char *k)
{
	return !k->combining && (k->flags & FOLD_JOINS);
}

static inline bool
is_mark_or_nothing(const struct fold_char *k)
{
	return is_mark(k) || (k->flags & FOLD_IGNORED);
}

/* The next character, as far as it matters to the one before it: behind the table are no marks. */
struct ahead {
	const struct fold_char *k;
	size_t used; /* its bytes */
};

static inline const struct fold_char *
behind(const struct fold_job *j, uint32_t c)
{
	static const struct fold_char nothing = { .flags = FOLD_IGNORED }, other = { .flags = 0 };

	if (c < FOLD_TABLE_CHARS)
		return fold_known(j->f, c);
	return script_is_ignored(c) ? &nothing : &other;
}

/* False: no mark is at `at`, nor anything invisible. */
static inline bool
look_ahead(const struct fold_job *j, size_t at, struct ahead *ret)
{
	unsigned char lead = at < j->t->source.n ? (unsigned char)j->t->source.p[at] : 0;
	uint32_t c;

	if (lead < MARK_LEAD ? lead != HYPHEN_LEAD : lead > LAST_LEAD)
		return false;
	ret->used = decode(j, at, &c);
	ret->k = behind(j, c);
	return is_mark_or_nothing(ret->k);
}

/* A mark that is left out behind the cluster's base: accents of Latin and Greek letters are. */
static inline bool
is_dropped(const struct fold_job *j, const struct cluster *g, const struct fold_char *k)
{
	bool accented = g->base && (g->base->flags & FOLD_ACCENTED);

	return j->form == FOLD_FOLDED &&
	       ((k->flags & FOLD_VOWEL) || (accented && (k->flags & FOLD_ACCENT)));
}

/* An empty one, from j->in on. */
static inline struct cluster
cluster_at(const struct fold_job *j)
{
	return (struct cluster){ .in = j->in,
		.out = j->out,
		.points = j->t->n_points,
		.runs = j->t->n_runs,
		.end = j->in,
		.seen = j->in,
		.apart = true };
}

static inline void
add(const struct fold_job *j, struct cluster *g, const struct fold_char *k)
{
	const compose_unit *units = fold_codes(j->f, k, j->form);

	g->n++;
	for (size_t i = 0; i < k->n_codes[j->form]; i++)
		j->f->units[g->units++] = units[i];
}

static inline void
add_base(const struct fold_job *j, struct cluster *g, const struct fold_char *k)
{
	g->base = k;
	g->last = k->joint[j->form];
	if (k->last_class[j->form] ||
	    !fold_is_one_char(fold_bytes(j->f, k, j->form), k->n[j->form])) {
		add(j, g, k);
		return;
	}
	g->n++; /* a syllable of Hangul stays one: no mark goes between its letters */
	j->f->units[g->units++] = g->last;
}

/* The character before j->in is the base, when it is ASCII or a quick one: it is written. */
static void
take_base_before(const struct fold_job *j, struct cluster *g)
{
	size_t start = j->in ? script_back(j->t->source.p, j->in) : 0, used = j->in - start, n;
	const struct fold_char *k;
	uint32_t c;

	if (used == 0 || decode(j, start, &c) != used || !fold_is_quick(j->f, j->form, c))
		return;
	k = fold_known(j->f, c);
	n = k->n[j->form];
	g->in = start;
	g->out -= n;
	g->points -= n != used;
	g->runs -= k->n_runs[j->form] && j->t->runs[j->t->n_runs - 1].start == g->out;
	add_base(j, g, k);
}

/* A mark that is left out belongs to what stands before it: the end of that maps behind the mark.
 */
static void
drop(struct fold_job *j, const struct cluster *g, size_t used)
{
	struct folded *t = j->t;

	j->in += used;
	room_points(t);
	if (t->n_points == g->points && j->out > g->out)
		point(t, g->out, g->in, true);
	if (t->n_points > g->points) {
		struct fold_point *last = &t->points[t->n_points - 1];

		if (last->out == j->out) {
			last->in = (uint32_t)j->in & FOLD_POINT_IN;
			return;
		}
		last->whole = true;
	}
	point(t, j->out, j->in, false);
}

/*
 * What a mark and the cluster's last character become, when only marks up to class `kept` stand in
 * between; 0: they do not join.  A mark that is two (U+0344) joins by its first.
 */
static inline uint32_t
join(const struct fold_job *j, const struct cluster *g, const struct fold_char *k, uint32_t kept)
{
	if (g->last == 0 || !(k->flags & FOLD_JOINS) || (kept && kept >= k->combining))
		return 0;
	return compose_pair(fold_composer(j->f), g->last, k->joint[j->form]);
}

/*
 * The marks that follow, the first of which is known, and what is invisible between and behind
 * them: written as long as all is what it is alone.
 */
static inline void
take_marks(struct fold_job *j, struct cluster *g, struct ahead next)
{
	uint32_t kept = 0, order = g->base ? g->base->last_class[j->form] : 0;
	size_t at = j->in;

	do {
		const struct fold_char *k = next.k;
		bool dropped = is_dropped(j, g, k);
		uint32_t both;

		if (k->flags & FOLD_IGNORED) {
			at += next.used;
			if (g->apart)
				wrote(j, 0, next.used);
			continue;
		}
		both = dropped ? 0 : join(j, g, k, kept);
		if (is_letter(k) && !both)
			break;
		g->end = at += next.used;
		if (!dropped) {
			g->apart =
			    g->apart && !both && k->combining >= order && (g->last || !g->base);
			if (both)
				g->last = both;
			else
				order = kept = k->last_class[j->form];
			add(j, g, k);
		}
		if (!g->apart)
			continue;
		if (dropped)
			drop(j, g, next.used);
		else
			write_known(j, k, next.used);
	} while (g->n < FOLD_CLUSTER_MAX && look_ahead(j, at, &next));
	g->seen = at;
}

/* What of the cluster is written is taken back. */
static void
take_back(struct fold_job *j, const struct cluster *g)
{
	struct folded *t = j->t;

	t->n_points = g->points;
	t->n_runs = g->runs;
	if (t->n_runs && t->runs[t->n_runs - 1].end > g->out)
		t->runs[t->n_runs - 1].end = (uint32_t)g->out;
	if (t->n_points && t->points[t->n_points - 1].out == g->out)
		t->points[t->n_points - 1].whole = false;
	j->in = g->in;
	j->out = g->out;
}

static void
write_composed(struct fold_job *j, const struct cluster *g)
{
	size_t n = fold_compose(j->f, j->f->units, g->units, j->form);

	take_back(j, g);
	write_chars(j, j->f->units, n, g->end - j->in);
	if (g->seen > g->end)
		wrote(j, 0, g->seen - g->end);
}

/* Behind the table: it takes no marks, and stands for itself as far as is known today. */
static void
write_far(struct fold_job *j, uint32_t c, size_t used)
{
	if (!script_is_unassigned(c)) {
		write_known(j, fold_known(j->f, c), used);
		return;
	}
	room(j, used);
	memcpy(j->t->bytes + j->out, j->t->source.p + j->in, used);
	run(j->t, j->out, j->out + used, CHAR_OTHER);
	wrote(j, used, used);
}

/* Bytes that are no UTF-8, one sign for all of them. */
static void
write_bad(struct fold_job *j)
{
	const struct str s = j->t->source;
	const size_t n = sizeof(BAD_SIGN) - 1;
	size_t used = 1;
	uint32_t c;

	while (j->in + used < s.n && (s.p[j->in + used] & 0x80) && decode(j, j->in + used, &c) == 1)
		used++;
	room(j, n);
	memcpy(j->t->bytes + j->out, BAD_SIGN, n);
	run(j->t, j->out, j->out + n, CHAR_OTHER);
	wrote(j, n, used);
}

/*
 * The character at j->in with what belongs to it: a mark, or one with a mark `next`.  first: what
 * stands before a mark may be its base; else that is dealt with.
 */
static void
fold_cluster(struct fold_job *j, struct ahead this, struct ahead next, bool first)
{
	bool starts = !is_mark_or_nothing(this.k);
	struct cluster g = cluster_at(j);

	if (!starts && first)
		take_base_before(j, &g);
	if (is_letter(this.k) && !join(j, &g, this.k, 0)) {
		g = cluster_at(j);
		starts = true;
	}
	if (starts) {
		add_base(j, &g, this.k);
		write_known(j, this.k, this.used);
		if (!next.k && !look_ahead(j, j->in, &next))
			return;
	} else
		next = this;
	take_marks(j, &g, next);
	if (!g.apart)
		write_composed(j, &g);
}

/* Not ASCII, or followed by a character that may be a mark. */
static inline bool
may_be_slow(const struct fold_job *j)
{
	const char *p = j->t->source.p + j->in;
	size_t left = j->t->source.n - j->in;

	if (left == 0 || (*p & 0x80))
		return left > 0;
	return left > 2 && (unsigned char)p[1] >= 0xc2 && (p[2] & 0xc0) == 0x80;
}

void
fold_slowly(struct fold_job *j)
{
	const size_t from = j->in;

	do {
		uint32_t c;
		struct ahead this, next = { .k = NULL };

		this.used = decode(j, j->in, &c);
		if (this.used == 1 && c >= 0x80) {
			write_bad(j);
			continue;
		}
		this.k = behind(j, c);
		if (is_mark_or_nothing(this.k))
			fold_cluster(j, this, next, j->in == from);
		else if (c >= FOLD_TABLE_CHARS)
			write_far(j, c, this.used);
		else if (look_ahead(j, j->in + this.used, &next))
			fold_cluster(j, this, next, false);
		else if (j->in == from || !fold_is_quick(j->f, j->form, c))
			write_known(j, this.k, this.used);
		else
			return;
	} while (may_be_slow(j));
}
