/*
 * A channel is where alerts go.  One kind of channel = one file with one const struct channel_type
 * and one line in channels.c.  Pure: it renders an alert into a message and judges the answer; the
 * carriers that move bytes are daemon/'s.
 */
#ifndef ALERTS_CHANNEL_H
#define ALERTS_CHANNEL_H

#include "alert.h"
#include "http.h"

struct bundle;
struct tz;

/* Who moves the message. */
enum carrier {
	CARRIER_PRINT, /* the journal, or the terminal in the foreground */
	CARRIER_HTTP,
	CARRIER_MAIL,
	CARRIER_EXEC, /* a program */
	CARRIER_FILE,
};

/* A server for mail. */
struct mail_server {
	/* smtp://host:port (STARTTLS required unless starttls says so) or smtps://host:port; with
	 * lmtp a socket's path or host:port */
	struct str address;
	bool lmtp;    /* LMTP; of what follows it has nothing */
	int starttls; /* enum starttls */
	struct str user, password;
	struct str token;   /* OAuth 2: SASL XOAUTH2 or OAUTHBEARER in place of the password */
	struct str ca_file; /* path; empty: the system's */
};
enum starttls { STARTTLS_REQUIRED, STARTTLS_TRY, STARTTLS_OFF };

struct mail {
	/* At least one; the next one when one cannot be reached. */
	const struct mail_server *servers;
	size_t n_servers;
	struct str from; /* envelope, ASCII, no angle brackets */
	struct str_list to;
	struct str data; /* the whole RFC 5322 message with CRLF, not dot-stuffed */
};

/* A program that is run without a shell. */
struct exec {
	struct str_list argv; /* argv[0] is the program, an absolute path */
	struct str_list env;  /* NAME=value, all there is */
	struct str input;     /* on its standard input */
	int64_t timeout_s;    /* then it is killed, with its process group */
};
/* An exit status as answer.code; 0 when it was killed or could not be run (text says why). */
#define EXEC_CODE 1000

/* A file that is written to: at its end, or as a whole. */
struct file_write {
	struct str path; /* absolute */
	struct str data;
	/* NULL: data is appended by one write, and the file made when it is not there.  Else: the
	 * new file for the old one (empty when there is none), which replaces it by a rename. */
	struct str (*merge)(const struct file_write *w, struct str old, struct arena *arena);
	const void *merging; /* for merge */
};

/* What the carrier is to move; the member of its carrier is filled. */
struct message {
	enum carrier carrier;
	struct http_request http;
	struct mail mail;
	struct exec exec;
	struct file_write file;
	struct str print; /* lines for a person */
	size_t told;      /* of a bundle: so many alerts, from its first on; 0: all */
};

/* What came back.  code: HTTP status, SMTP reply code or EXEC_CODE + exit status; 0 = none (then
 * text says why). */
struct answer {
	int code;
	struct str text; /* first line of the reply or the fault; shown to the operator */
	const struct http_header *headers;
	size_t n_headers;
	struct str body; /* HTTP: as far as request.max_body allowed */
	bool data_phase; /* SMTP: the code is the reply to DATA or to the final dot */
};

enum verdict_kind {
	VERDICT_DELIVERED,
	VERDICT_RETRY,         /* transient: try again, not before not_before_s when that is set */
	VERDICT_POISON,        /* this message only; others go on */
	VERDICT_MISCONFIGURED, /* the receiver refuses us: tell the operator, keep */
	VERDICT_GONE,          /* the receiver asked us to stop */
};
struct verdict {
	enum verdict_kind kind;
	int64_t not_before_s; /* the receiver wants no message before; 0 = no wish */
};

/* What rendering needs beside the alert and the settings. */
struct send_context {
	struct str delivery_id; /* stable over retries */
	int64_t now_s;          /* of this attempt: signatures only, never in the body */
	/* For Message-ID and List-ID: what stands after the @ of `from`, or this host. */
	struct str host;
	bool colour;           /* CARRIER_PRINT on a terminal */
	const struct tz *zone; /* for times shown to people (tz.h), or NULL: UTC */
};

/* What a message tells: one alert, or several as a bundle (bundle.h). */
struct telling {
	const struct alert *alert;   /* of a bundle: what stands for the whole, bundle_as_alert */
	const struct bundle *bundle; /* NULL: the alert alone */
	/* Of a bundle whose messages have a limit: items of its story named below each alert, at
	 * most; and alerts after these that no message tells. */
	size_t others, beyond;
};

struct channel {
	struct str name;
	const struct channel_type *type;
	void *settings;      /* the type's own struct */
	int64_t concurrency; /* messages on their way at once; 0: as the carrier does best */
	/* More alerts than this, waiting for a receiver that was away, are digests; 0: never. */
#define CHANNEL_BACKLOG 50 /* unless the user says otherwise */
	int64_t backlog;
};

struct channel_type {
	const char *name; /* `type = ` in the configuration */
	enum carrier carrier;
	int64_t pace_ms; /* least time between two messages that the service wants; 0: none */
	size_t settings_size;
	const struct setting *rows; /* into the settings struct */
	size_t n_rows;
	/* What single keys cannot say (needs this with that, addresses); all problems go to diags.
	 * NULL: none. */
	void (*check)(const struct channel *ch, struct place at, struct diags *diags);
	/* *ret lives in arena.  False with *e: this cannot be rendered (it is then
	 * VERDICT_POISON).  Of a bundle it tells as many alerts as there is room for, at least one
	 * (message.told). */
	bool (*render)(const struct channel *ch, const struct telling *t,
	    const struct send_context *context, struct arena *arena, struct message *ret,
	    struct err *e);
	struct verdict (*judge)(
	    const struct channel *ch, const struct answer *answer, int64_t now_s);
};

/* The table of kinds (channels.c). */
extern const struct channel_type *const channel_types[];
extern const size_t n_channel_types;
/* NULL when there is no such kind. */
const struct channel_type *channel_type_find(struct str name);

#endif
