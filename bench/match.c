/*
 * The matcher's speed, beside others in the same run: bench/match [--mb N]
 * [--terms N,N] [--names | --words] [--rounds N]
 * [--peers | --hostile | --mixtures N].
 * One thread, CPU time; the whole engine counts: normalisation, options, judging, hits.
 */
#include "match.h"

#include "corpus.h"
#include "hostile.h"
#include "mem.h"
#include "peers.h"

#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SIZES_MAX 8
#define PROGRAM_BYTES ((size_t)4 << 20) /* of text for grep and ripgrep: they are slow */
#define PROGRAM_LIMIT_S 30
#define HOSTILE_ROUNDS 5 /* the best counts */
#define SLOW 10

struct options {
	size_t mb;
	uint32_t sizes[SIZES_MAX];
	size_t n_sizes;
	bool peers, hostile;
	uint32_t mixtures;
	int first, last; /* enum corpus_terms */
	int rounds;
};

/* ---- ours ---- */

/* The text as the term says it, in any case: not with other signs between its words. */
static bool
is_plain_hit(struct str zone, const struct hit *h)
{
	return h->length == h->term.n && strncasecmp(zone.p + h->offset, h->term.p, h->length) == 0;
}

static void
count_hits(const struct match_result *r, const struct match_input *in, struct peer_result *ret)
{
	uint64_t before = ret->hits;

	for (size_t w = 0; w < r->n_fired; w++)
		for (size_t i = 0; i < r->fired[w].n_entries; i++)
			for (size_t k = 0; k < r->fired[w].entries[i].n_hits; k++) {
				const struct hit *h = &r->fired[w].entries[i].hits[k];

				ret->hits += is_plain_hit(in->zone[h->zone], h);
			}
	ret->items += ret->hits > before;
}

static void
scan(struct matcher *m, const struct corpus *c, size_t limit, struct peer_result *ret)
{
	struct arena *arena = arena_new();
	double start = cpu_s();

	ret->hits = ret->items = ret->bytes_scanned = 0;
	for (size_t i = 0; i < c->n_items && ret->bytes_scanned < limit; i++) {
		struct match_input in = { 0 };
		struct match_result r;

		in.zone[ZONE_TITLE] = c->items[i].title;
		in.zone[ZONE_BODY] = c->items[i].body;
		matcher_run(m, &in, arena, &r);
		count_hits(&r, &in, ret);
		ret->bytes_scanned += in.zone[ZONE_TITLE].n + in.zone[ZONE_BODY].n + 2;
		arena_reset(arena);
	}
	ret->scan_s = cpu_s() - start;
	arena_free(arena);
}

static struct watchset *
build(const struct terms_text *t, struct peer_result *ret)
{
	const struct list_source list = { STR("bench"), STR("bench.list"), str_n(t->text, t->n) };
	struct arena *arena = arena_new();
	struct diags diags;
	struct watchset *set;
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	double start = cpu_s();

	diags_init(&diags, arena);
	set = watchset_build(&list, 1, NULL, 0, NULL, NULL, &diags);
	ret->build_s = cpu_s() - start;
	ret->memory = mallinfo2().uordblks + mallinfo2().hblkhd - before;
	if (!set || diags.n) {
		struct str text = diag_text(&diags.v[0], arena);

		fprintf(stderr, "%.*s", STR_ARG(text));
	}
	arena_free(arena);
	return set;
}

/* ---- report ---- */

static double
mb_s(const struct peer_result *r)
{
	return r->scan_s > 0 ? (double)r->bytes_scanned / 1e6 / r->scan_s : 0;
}

static void
report(const char *name, const struct peer_result *r, const struct terms_text *t,
    const struct peer_result *ours)
{
	if (!r->ran) {
		printf("  %-28s did not end in time\n", name);
		return;
	}
	printf("  %-28s %8.1f MB/s  build %7.3f s  %6.1f B a term beside its text  %llu items",
	    name, mb_s(r), r->build_s,
	    r->memory > t->n ? (double)(r->memory - t->n) / (double)t->count : 0,
	    (unsigned long long)r->items);
	if (r->counted_hits)
		printf(", %llu hits", (unsigned long long)r->hits);
	if (ours && ours != r)
		printf("  -> x%.1f", mb_s(ours) / mb_s(r));
	putchar('\n');
	fflush(stdout);
}

/* Both looked at the same texts: did they find the same? */
static bool
compare(const char *name, const struct peer_result *peer, struct matcher *m, const struct corpus *c)
{
	struct peer_result same = { 0 };

	if (!peer->ran)
		return true;
	scan(m, c, peer->bytes_scanned, &same);
	if (same.items == peer->items && (!peer->counted_hits || same.hits == peer->hits))
		return true;
	printf("  %s found %llu items and %llu hits, newsbell %llu and %llu\n", name,
	    (unsigned long long)peer->items, (unsigned long long)peer->hits,
	    (unsigned long long)same.items, (unsigned long long)same.hits);
	return false;
}

static bool
run_peers(const struct corpus *c, const struct terms_text *t, struct matcher *m,
    const struct peer_result *ours)
{
	static const char *const grep[] = { "grep", "-F", "-i", "-w", "-c", NULL };
	static const char *const rg[] = { "rg", "-F", "-i", "-w", "-c", "--no-config", "-j1",
		NULL };
	size_t limit = t->count > 200000 ? (size_t)16 << 20 : (size_t)64 << 20;
	struct peer_result r;
	bool same = true;

	if (peer_vectorscan(c, t, limit, &r)) {
		report("Vectorscan literals", &r, t, ours);
		same = compare("Vectorscan", &r, m, c) && same;
	} else
		printf("  built without Vectorscan\n");
	if (t->count > 10000)
		return same;
	peer_program(grep, c, t, PROGRAM_BYTES, PROGRAM_LIMIT_S, &r);
	report("grep -F -i -w", &r, t, ours);
	same = compare("grep", &r, m, c) && same;
	peer_program(rg, c, t, PROGRAM_BYTES, PROGRAM_LIMIT_S, &r);
	report("ripgrep -F -i -w", &r, t, ours);
	return compare("ripgrep", &r, m, c) && same;
}

static bool
run_size(const struct options *o, const struct corpus *c, enum corpus_terms kind, uint32_t n)
{
	struct peer_result ours = { .ran = true, .counted_hits = true }, best;
	struct terms_text t;
	struct watchset *set;
	struct matcher *m;
	bool same = true;

	corpus_terms(kind, n, &t);
	printf("%u %s:\n", n, kind == CORPUS_NAMES ? "names" : "words");
	set = build(&t, &ours);
	if (!set)
		return false;
	m = matcher_new(set);
	best = ours;
	for (int i = 0; i < o->rounds; i++) {
		scan(m, c, SIZE_MAX, &ours);
		if (i == 0 || ours.scan_s < best.scan_s)
			best = ours;
	}
	report("newsbell", &best, &t, NULL);
	if (o->peers)
		same = run_peers(c, &t, m, &best);
	matcher_free(m);
	watchset_free(set);
	corpus_terms_free(&t);
	return same;
}

/* ---- texts that try to be slow ---- */

struct trial {
	struct matcher *m;
	double ordinary; /* MB/s */
	struct hostile text;
};

/* How many times slower than ordinary text; the best of the rounds. */
static double
try_hostile(struct trial *t, size_t n)
{
	struct corpus_item item = { STR(""), str_n(t->text.text, n) };
	const struct corpus c = { .items = &item, .n_items = 1 };
	double best = 0;

	for (int k = 0; k < HOSTILE_ROUNDS; k++) {
		struct peer_result r = { .ran = true };

		scan(t->m, &c, SIZE_MAX, &r);
		best = mb_s(&r) > best ? mb_s(&r) : best;
	}
	return t->ordinary / best;
}

static void
report_hostile(struct trial *t, size_t n)
{
	double times = try_hostile(t, n);

	printf("  %-24s %8.1f MB/s  ordinary / this = %.1f\n", t->text.name, t->ordinary / times,
	    times);
	fflush(stdout);
}

static void
report_pieces(struct trial *t, const struct terms_text *terms)
{
	for (uint32_t i = 0; hostile_piece(i, &t->text); i++)
		report_hostile(t, t->text.n);
	hostile_repeat(str_n(terms->text, terms->n), "watched names alone", &t->text);
	report_hostile(t, t->text.n);
	hostile_repeat(str_n(terms->text, terms->n), "the same, 2 kB", &t->text);
	report_hostile(t, 2000);
	hostile_repeat(str_n(terms->text, terms->offsets[1]), "one watched name", &t->text);
	report_hostile(t, t->text.n);
}

/* Many, of which those above `SLOW` times are told. */
static void
report_mixtures(struct trial *t, uint32_t n)
{
	uint32_t slow = 0;
	double most = 0;

	for (uint32_t i = 0; i < n; i++) {
		double times;

		hostile_mixture(i, &t->text);
		times = try_hostile(t, t->text.n);
		most = times > most ? times : most;
		slow += times > SLOW;
		if (times > SLOW)
			printf("  %-50s ordinary / this = %.1f\n", t->text.name, times);
	}
	if (n)
		printf("%u of %u mixtures are more than %d times slower, the slowest %.1f\n", slow,
		    n, SLOW, most);
}

static void
run_hostile(const struct corpus *c, uint32_t mixtures)
{
	struct peer_result ordinary = { .ran = true };
	struct trial *t = xcalloc(1, sizeof(*t));
	struct terms_text terms;
	struct watchset *set;

	corpus_terms(CORPUS_NAMES, 10000, &terms);
	set = build(&terms, &ordinary);
	if (!set)
		exit(1);
	t->m = matcher_new(set);
	for (int k = 0; k < HOSTILE_ROUNDS; k++) {
		scan(t->m, c, SIZE_MAX, &ordinary);
		t->ordinary = mb_s(&ordinary) > t->ordinary ? mb_s(&ordinary) : t->ordinary;
	}
	printf("ordinary text %.1f MB/s\n", t->ordinary);
	if (mixtures)
		report_mixtures(t, mixtures);
	else
		report_pieces(t, &terms);
	matcher_free(t->m);
	watchset_free(set);
	corpus_terms_free(&terms);
	free(t);
}

static void
read_sizes(struct options *o, const char *s)
{
	for (o->n_sizes = 0; *s && o->n_sizes < SIZES_MAX;) {
		char *end;

		o->sizes[o->n_sizes++] = (uint32_t)strtoul(s, &end, 10);
		s = *end ? end + 1 : end;
	}
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = { { "mb", required_argument, NULL, 'm' },
		{ "terms", required_argument, NULL, 't' }, { "peers", no_argument, NULL, 'p' },
		{ "rounds", required_argument, NULL, 'r' }, { "hostile", no_argument, NULL, 'h' },
		{ "names", no_argument, NULL, 'n' }, { "words", no_argument, NULL, 'w' },
		{ "mixtures", required_argument, NULL, 'x' }, { 0 } };
	struct options o = { .mb = 200,
		.rounds = 3,
		.last = CORPUS_WORDS,
		.n_sizes = 4,
		.sizes = { 1000, 10000, 100000, 1000000 } };
	struct corpus c;
	bool same = true;
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (option) {
		case 'm':
			o.mb = strtoul(optarg, NULL, 10);
			break;
		case 't':
			read_sizes(&o, optarg);
			break;
		case 'p':
			o.peers = true;
			break;
		case 'h':
			o.hostile = true;
			break;
		case 'x':
			o.hostile = true;
			o.mixtures = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		case 'n':
			o.last = CORPUS_NAMES;
			break;
		case 'w':
			o.first = CORPUS_WORDS;
			break;
		case 'r':
			o.rounds = atoi(optarg);
			break;
		default:
			return 2;
		}
	corpus_make(&c, o.mb << 20);
	printf("%.1f MB of text, %zu items\n", (double)c.n / 1e6, c.n_items);
	if (o.hostile)
		run_hostile(&c, o.mixtures);
	for (size_t i = 0; !o.hostile && i < o.n_sizes; i++)
		for (int kind = o.first; kind <= o.last; kind++)
			same = run_size(&o, &c, (enum corpus_terms)kind, o.sizes[i]) && same;
	corpus_free(&c);
	puts(same ? "all counts equal" : "COUNTS DIFFER");
	return same ? 0 : 1;
}
