/*
 * Out of memory is one thing, whichever library asks: a line in the log and abort().  Each row is a
 * process that has used up all it may have.
 */
#include "rows.h"

#include "log.h"
#include "memory.h"
#include "regex.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <ev.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void
ask_ours(void)
{
	free(xmalloc(1));
}

static void
ask_libev(void)
{
	ev_loop_destroy(ev_loop_new(0));
}

static void
ask_jansson(void)
{
	json_decref(json_object());
}

static void
ask_libcurl(void)
{
	curl_slist_free_all(curl_slist_append(NULL, "Accept: text/xml"));
}

/* What libcurl calls when it makes a connection; NULL where it has another library for TLS. */
static void
ask_openssl(void)
{
	union {
		void *symbol;
		void *(*ask)(size_t, const char *, int);
	} found = { dlsym(RTLD_DEFAULT, "CRYPTO_malloc") };

	if (found.symbol)
		found.ask(1, __FILE__, __LINE__);
	else
		ask_ours();
}

static void
ask_pcre2(void)
{
	size_t offset;
	struct err e;

	regex_free(regex_new(STR("ICE\\b"), true, &offset, &e));
}

/* Where a block of these bytes is no more to be had, a smaller one may be. */
static void
use_up(void)
{
	void *volatile p; /* a compiler may leave out what nobody keeps */

	setrlimit(RLIMIT_AS, &(struct rlimit){ 0, 0 });
	for (size_t n = (size_t)1 << 20; n >= sizeof(p); n /= 2)
		do
			p = malloc(n);
		while (p);
}

static void
check_end(const char *name, void (*ask)(void))
{
	char said[512] = "";
	int ends[2], status;
	ssize_t n = 0, k;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		use_up();
		ask();
		_exit(0);
	}
	close(ends[1]);
	while ((k = read(ends[0], said + n, sizeof(said) - 1 - (size_t)n)) > 0)
		n += k;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	ROW(name, WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	ROW(name, strstr(said, "event=out-of-memory") != NULL);
}

static void
test_end(void **state)
{
	static const struct {
		const char *name;
		void (*ask)(void);
	} rows[] = {
		{ "ours", ask_ours },
		{ "libev", ask_libev },
		{ "jansson", ask_jansson },
		{ "libcurl", ask_libcurl },
		{ "openssl", ask_openssl },
		{ "pcre2", ask_pcre2 },
	};

	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* the sanitizer owns the memory */
#endif
	if (under_valgrind())
		skip();
	log_init(LOG_LEVEL_INFO);
	memory_share();
	memory_share_curl();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_end(rows[i].name, rows[i].ask);
	curl_global_cleanup();
	ROWS_DONE();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
