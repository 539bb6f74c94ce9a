#include "mailer.h"

#include "clock.h"
#include "lmtp.h"
#include "mem.h"
#include "memory.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define REPLY_MAX 400 /* bytes kept of the server's last line */

struct mail_job {
	const struct mail *mail;
	mail_done *done;
	void *cookie;
	/* the answer, filled by the thread */
	int code;
	char text[REPLY_MAX + CURL_ERROR_SIZE + 4];
	bool data_phase;
	int64_t elapsed_ms;
	struct mail_job *next;
};

struct queue {
	struct mail_job *first, **last;
};

struct mailer {
	struct ev_loop *loop;
	ev_async answered;
	pthread_t thread;
	pthread_mutex_t mutex; /* guards waiting and finished */
	pthread_cond_t wake;
	struct queue waiting, finished;
	atomic_bool stop;
};

/* What the callbacks of one transfer share. */
struct transfer {
	struct mailer *mailer;
	struct str rest; /* of the message */
	bool data;
	char reply[REPLY_MAX];
	char refusal[REPLY_MAX]; /* the last reply of 4xx or 5xx: after it comes that to QUIT */
};

static void
queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void
queue_add(struct queue *q, struct mail_job *job)
{
	job->next = NULL;
	*q->last = job;
	q->last = &job->next;
}

static struct mail_job *
queue_take(struct queue *q)
{
	struct mail_job *job = q->first;

	if (job) {
		q->first = job->next;
		if (!q->first)
			q->last = &q->first;
	}
	return job;
}

/* ---- in the thread ---- */

static size_t
on_read(char *to, size_t size, size_t count, void *cookie)
{
	struct transfer *t = cookie;
	struct str part = str_sub(t->rest, 0, size * count);

	t->data = true;
	memcpy(to, part.p, part.n);
	t->rest = str_sub(t->rest, part.n, t->rest.n);
	return part.n;
}

static size_t
on_reply_line(char *line, size_t size, size_t count, void *cookie)
{
	struct transfer *t = cookie;
	struct str s = str_trim(str_n(line, size * count));

	snprintf(t->reply, sizeof(t->reply), "%.*s", STR_ARG(s));
	if (s.n && (s.p[0] == '4' || s.p[0] == '5'))
		memcpy(t->refusal, t->reply, sizeof(t->refusal));
	return size * count;
}

static int
on_progress(void *cookie, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct transfer *t = cookie;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&t->mailer->stop);
}

static void
set_server(CURL *curl, const struct mail_server *server, struct arena *arena)
{
	static const long use_ssl[] = { CURLUSESSL_ALL, CURLUSESSL_TRY, CURLUSESSL_NONE };

	curl_easy_setopt(curl, CURLOPT_URL, str_z(arena, server->address));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_USE_SSL, use_ssl[server->starttls]);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (server->ca_file.n)
		curl_easy_setopt(curl, CURLOPT_CAINFO, str_z(arena, server->ca_file));
	curl_easy_setopt(
	    curl, CURLOPT_USERNAME, server->user.n ? str_z(arena, server->user) : NULL);
	curl_easy_setopt(
	    curl, CURLOPT_XOAUTH2_BEARER, server->token.n ? str_z(arena, server->token) : NULL);
	curl_easy_setopt(
	    curl, CURLOPT_PASSWORD, server->password.n ? str_z(arena, server->password) : NULL);
}

static void
send_lmtp(struct mailer *m, const struct mail_server *server, struct mail_job *job)
{
	struct lmtp_answer answer;

	lmtp_send(server->address, job->mail, &m->stop, &answer);
	job->code = answer.code;
	job->data_phase = answer.data_phase;
	snprintf(job->text, sizeof(job->text), "%s", answer.text);
}

static void
send_smtp(struct mailer *m, CURL *curl, const struct mail_server *server, struct mail_job *job)
{
	struct arena *arena = arena_new_wiped(); /* libcurl takes a password with its NUL */
	struct transfer t = { .mailer = m, .rest = job->mail->data };
	struct curl_slist *to = NULL;
	char error[CURL_ERROR_SIZE] = "";
	long code = 0;
	CURLcode rc;

	curl_easy_reset(curl); /* keeps the connection */
	set_server(curl, server, arena);
	for (size_t i = 0; i < job->mail->to.n; i++)
		to = curl_slist_append(to, str_z(arena, job->mail->to.v[i]));
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, str_z(arena, job->mail->from));
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, &t);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)job->mail->data.n);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply_line);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &t);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &t);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, MAILER_CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, MAILER_TIMEOUT_S);
	rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	job->data_phase = t.data;
	job->code = (int)code;
	if (rc == CURLE_OK) {
		job->code = code >= 200 && code < 300 ? (int)code : 250;
		snprintf(job->text, sizeof(job->text), "%s", t.reply);
	} else {
		if (code < 400) /* the server did not refuse: the connection, TLS or time did */
			job->code = 0;
		snprintf(job->text, sizeof(job->text), "%s%s%s",
		    error[0] ? error : curl_easy_strerror(rc),
		    job->code && t.refusal[0] ? ": " : "", job->code ? t.refusal : "");
	}
	curl_slist_free_all(to);
	arena_free(arena);
}

/* Nothing was said about this message: another server may be asked without sending it twice. */
static bool
was_away(const struct mail_job *job)
{
	return !job->data_phase && job->code < 500;
}

static void
send_one(struct mailer *m, CURL *curl, struct mail_job *job)
{
	int64_t start = clock_ms();

	for (size_t i = 0; i < job->mail->n_servers; i++) {
		const struct mail_server *server = &job->mail->servers[i];

		if (server->lmtp)
			send_lmtp(m, server, job);
		else
			send_smtp(m, curl, server, job);
		if ((job->code >= 200 && job->code < 300) || !was_away(job) ||
		    atomic_load(&m->stop))
			break;
	}
	job->elapsed_ms = clock_ms() - start;
}

static void *
run(void *cookie)
{
	struct mailer *m = cookie;
	CURL *curl = curl_easy_init();

	if (!curl)
		mem_exhausted(0);
	pthread_mutex_lock(&m->mutex);
	while (!atomic_load(&m->stop)) {
		struct mail_job *job = queue_take(&m->waiting);

		if (!job) {
			pthread_cond_wait(&m->wake, &m->mutex);
			continue;
		}
		pthread_mutex_unlock(&m->mutex);
		send_one(m, curl, job);
		pthread_mutex_lock(&m->mutex);
		queue_add(&m->finished, job);
		ev_async_send(m->loop, &m->answered);
	}
	pthread_mutex_unlock(&m->mutex);
	curl_easy_cleanup(curl);
	return NULL;
}

/* ---- on the loop ---- */

static void
on_answered(struct ev_loop *loop, ev_async *async, int events)
{
	struct mailer *m = async->data;
	struct mail_job *job;

	(void)loop;
	(void)events;
	for (;;) {
		struct answer answer;

		pthread_mutex_lock(&m->mutex);
		job = queue_take(&m->finished);
		pthread_mutex_unlock(&m->mutex);
		if (!job)
			return;
		answer = (struct answer){
			.code = job->code, .text = str_c(job->text), .data_phase = job->data_phase
		};
		job->done(job->cookie, &answer, job->elapsed_ms);
		free(job);
	}
}

struct mailer *
mailer_new(struct ev_loop *loop, struct err *e)
{
	struct mailer *m = xcalloc(1, sizeof(*m));
	sigset_t all, before;
	int rc;

	memory_share_curl();
	m->loop = loop;
	queue_init(&m->waiting);
	queue_init(&m->finished);
	pthread_mutex_init(&m->mutex, NULL);
	pthread_cond_init(&m->wake, NULL);
	ev_async_init(&m->answered, on_answered);
	m->answered.data = m;
	ev_async_start(loop, &m->answered);
	sigfillset(&all); /* signals are the loop's */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&m->thread, NULL, run, m);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		return m;
	ev_async_stop(loop, &m->answered);
	free(m);
	curl_global_cleanup();
	err_set(e, ERR_SYSTEM, "cannot start the mail thread: %s", strerror(rc));
	return NULL;
}

void
mailer_free(struct mailer *m)
{
	struct mail_job *job;

	if (!m)
		return;
	pthread_mutex_lock(&m->mutex);
	atomic_store(&m->stop, true);
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->mutex);
	pthread_join(m->thread, NULL);
	ev_async_stop(m->loop, &m->answered);
	while ((job = queue_take(&m->waiting)))
		free(job);
	while ((job = queue_take(&m->finished)))
		free(job);
	pthread_mutex_destroy(&m->mutex);
	pthread_cond_destroy(&m->wake);
	free(m);
	curl_global_cleanup();
}

void
mailer_send(struct mailer *m, const struct mail *mail, mail_done *done, void *cookie)
{
	struct mail_job *job = xcalloc(1, sizeof(*job));

	job->mail = mail;
	job->done = done;
	job->cookie = cookie;
	pthread_mutex_lock(&m->mutex);
	queue_add(&m->waiting, job);
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->mutex);
}

/* ---- a look ---- */

static size_t
ignore(char *data, size_t size, size_t count, void *cookie)
{
	(void)data;
	(void)cookie;
	return size * count;
}

bool
mailer_probe(const struct mail_server *server, int64_t timeout_s, struct err *e)
{
	struct arena *arena = arena_new();
	CURL *curl;
	char error[CURL_ERROR_SIZE] = "";
	CURLcode rc;

	memory_share_curl();
	curl = curl_easy_init();
	if (!curl)
		mem_exhausted(0);
	set_server(curl, server, arena);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)timeout_s);
	rc = curl_easy_perform(curl);
	if (rc != CURLE_OK)
		err_set(e, ERR_NET, "%.*s: %s", STR_ARG(server->address),
		    error[0] ? error : curl_easy_strerror(rc));
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	arena_free(arena);
	return rc == CURLE_OK;
}
