#include "peers.h"

#include "mem.h"
#include "script.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_VECTORSCAN
#include <hs.h>
#endif

double
cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum char_class
class_at(struct str text, size_t at)
{
	uint32_t c;

	if (at >= text.n)
		return CHAR_OTHER;
	script_decode(text.p + at, text.n - at, &c);
	return script_class(c);
}

bool
peer_is_whole(struct str text, size_t start, size_t end)
{
	enum char_class before = start ? class_at(text, script_back(text.p, start)) : CHAR_OTHER;

	return before != CHAR_WORD && before != CHAR_HANGUL && class_at(text, end) != CHAR_WORD;
}

#ifdef HAVE_VECTORSCAN
struct found {
	const struct corpus_item *item;
	struct str zone;
	const struct terms_text *t;
	uint64_t hits;
	bool any;
};

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *cookie)
{
	struct found *f = cookie;
	size_t length = f->t->offsets[id + 1] - f->t->offsets[id] - 1;

	(void)from;
	(void)flags;
	if (peer_is_whole(f->zone, to - length, to)) {
		f->hits++;
		f->any = true;
	}
	return 0;
}

static hs_database_t *
compile(const struct terms_text *t)
{
	const char **v = xcalloc(t->count, sizeof(*v));
	unsigned *flags = xcalloc(t->count, sizeof(*flags)), *ids = xcalloc(t->count, sizeof(*ids));
	size_t *lengths = xcalloc(t->count, sizeof(*lengths));
	hs_database_t *db = NULL;
	hs_compile_error_t *error = NULL;

	for (size_t i = 0; i < t->count; i++) {
		v[i] = t->text + t->offsets[i];
		lengths[i] = t->offsets[i + 1] - t->offsets[i] - 1;
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(v, flags, ids, lengths, (unsigned)t->count, HS_MODE_BLOCK, NULL,
		&db, &error) != HS_SUCCESS) {
		fprintf(stderr, "vectorscan: %s\n", error->message);
		hs_free_compile_error(error);
	}
	free(v);
	free(flags);
	free(ids);
	free(lengths);
	return db;
}

bool
peer_vectorscan(
    const struct corpus *c, const struct terms_text *t, size_t limit, struct peer_result *ret)
{
	struct found f = { .t = t };
	hs_scratch_t *scratch = NULL;
	hs_database_t *db;
	double start = cpu_s();

	*ret = (struct peer_result){ .counted_hits = true };
	db = compile(t);
	if (!db || hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
		return true;
	ret->build_s = cpu_s() - start;
	hs_database_size(db, &ret->memory);
	start = cpu_s();
	for (size_t i = 0; i < c->n_items && ret->bytes_scanned < limit; i++) {
		f.any = false;
		f.item = &c->items[i];
		f.zone = f.item->title;
		hs_scan(db, f.zone.p, (unsigned)f.zone.n, 0, scratch, on_match, &f);
		f.zone = f.item->body;
		hs_scan(db, f.zone.p, (unsigned)f.zone.n, 0, scratch, on_match, &f);
		ret->items += f.any;
		ret->bytes_scanned += f.item->title.n + f.item->body.n + 2;
	}
	ret->scan_s = cpu_s() - start;
	ret->hits = f.hits;
	ret->ran = true;
	hs_free_scratch(scratch);
	hs_free_database(db);
	return true;
}
#else
bool
peer_vectorscan(
    const struct corpus *c, const struct terms_text *t, size_t limit, struct peer_result *ret)
{
	(void)c;
	(void)t;
	(void)limit;
	*ret = (struct peer_result){ 0 };
	return false;
}
#endif

/* ---- whole programs ---- */

static bool
write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "wb");
	bool good = f && fwrite(p, 1, n, f) == n;

	if (f && fclose(f) != 0)
		good = false;
	return good;
}

static pid_t
start(const char *const *argv, const char *out)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (!freopen(out, "wb", stdout) || !freopen("/dev/null", "wb", stderr))
		_exit(126);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* False when it had to be stopped or failed. */
static bool
wait_for(pid_t pid, double limit_s, double *cpu)
{
	struct rlimit limit = { (rlim_t)limit_s, (rlim_t)limit_s + 1 };
	struct rusage usage;
	int status;

	prlimit(pid, RLIMIT_CPU, &limit, NULL);
	if (wait4(pid, &status, 0, &usage) != pid)
		return false;
	*cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
	       (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	return WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

bool
peer_program(const char *const *argv, const struct corpus *c, const struct terms_text *t,
    size_t limit, double limit_s, struct peer_result *ret)
{
	char dir[] = "/tmp/newsbell-bench-XXXXXX", terms[64], text[64], out[64];
	const char *args[16] = { 0 };
	unsigned long long count;
	size_t n = 0;
	FILE *f;

	*ret = (struct peer_result){ 0 };
	if (!mkdtemp(dir))
		return false;
	snprintf(terms, sizeof(terms), "%s/terms", dir);
	snprintf(text, sizeof(text), "%s/text", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
	for (size_t i = 0; i < c->n_items && ret->bytes_scanned < limit; i++)
		ret->bytes_scanned += c->items[i].title.n + c->items[i].body.n + 2;
	for (; argv[n]; n++)
		args[n] = argv[n];
	args[n++] = "-f";
	args[n++] = terms;
	args[n++] = text;
	if (write_file(terms, t->text, t->n) && write_file(text, c->text, ret->bytes_scanned))
		ret->ran = wait_for(start(args, out), limit_s, &ret->scan_s);
	f = fopen(out, "r");
	if (f && fscanf(f, "%llu", &count) == 1)
		ret->items = count;
	if (f)
		fclose(f);
	unlink(terms);
	unlink(text);
	unlink(out);
	rmdir(dir);
	return true;
}
