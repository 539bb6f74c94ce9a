/*
 * Settings: INI in systemd's manner -> C structs, by typed key tables.  Pure.  The form:
 * `[section]` or `[section "name"]`, `key = value` to the end of the line, no quoting, no escapes;
 * `#` or
 * `;` in the first column is a comment; an indented line continues the value before it.
 */
#ifndef FEEDS_SETTINGS_H
#define FEEDS_SETTINGS_H

#include "diag.h"
#include "err.h"

struct setting_line {
	struct str key, value; /* value: trimmed; continued lines keep their '\n' and indentation */
	struct place key_at, value_at;
};

struct section {
	struct str kind, name; /* [feed "deftech"]: feed, deftech; name empty when there is none */
	struct place at;
	struct setting_line *lines;
	size_t n_lines;
};

/*
 * Cut a file into sections, appended to *sections (an ARENA_PUSH array).  What is malformed goes to
 * diags.  text and file must live as long as the arena.
 */
void settings_read(struct str text, struct str file, struct arena *arena, struct diags *diags,
    struct section **sections, size_t *n, size_t *cap);

enum setting_type {
	SETTING_TEXT,     /* struct str: any text that is not empty */
	SETTING_BOOL,     /* bool: yes no true false on off */
	SETTING_INT,      /* int64_t within min..max */
	SETTING_DURATION, /* int64_t seconds within min..max: 90s 15m 6h 2d 1w */
	SETTING_SIZE,     /* int64_t bytes within min..max: 512 64k 8M 1G */
	SETTING_URL,      /* struct str: absolute http(s) URL */
	SETTING_PATH,     /* struct str: an absolute path */
	SETTING_LIST,     /* struct str_list: at commas; empty parts are an error */
	SETTING_CHOICE,   /* int: index into choices */
	SETTING_SECRET,   /* struct secret */
	SETTING_ADDRESS,  /* struct secret: an absolute http(s) URL, or a secret that holds one */
	SETTING_DOCUMENT, /* struct secret: a text of any length, or @file:PATH that holds it; at is
			   * where the text begins */
	SETTING_VALUE,    /* struct setting_line: kept with its place for a parser of its own */
	SETTING_CUSTOM,   /* parse() */
};

struct str_list {
	struct str *v;
	size_t n;
};

/* A secret's source; its text is filled by settings_env.read_secret. */
struct secret {
	enum { SECRET_NONE, SECRET_INLINE, SECRET_FILE, SECRET_CREDENTIAL } source;
	struct str ref;  /* path or credential's name */
	struct str text; /* the secret itself; never printed */
	bool unread;     /* it stands elsewhere, and who reads this does not need it */
	struct place at;
};

/* What of the machine a value names: a daemon that shuts itself in leaves that open. */
enum setting_reach {
	REACH_NOTHING,
	REACH_READ,  /* a path that is read */
	REACH_WRITE, /* a path that is written */
	REACH_RUN,   /* a program's path */
	REACH_ARGV,  /* struct str_list: a program and its arguments */
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t offset;              /* of the field in the struct */
	int64_t min, max;           /* both 0: no bounds */
	const char *const *choices; /* NULL-terminated */
	/* SETTING_CUSTOM: value -> *field; on false *e says why (no place, no key: they are added).
	 */
	bool (*parse)(struct str value, void *field, struct arena *arena, struct err *e);
	bool required;
	enum setting_reach reach;
};

/* How the pure floor reaches secrets.  read_secret fills s->text or returns false with *e. */
struct settings_env {
	bool (*read_secret)(struct secret *s, struct arena *arena, void *cookie, struct err *e);
	void *cookie;
};

/*
 * Apply a section's lines to a struct by its table(s).  `tables` lets a channel add its own keys to
 * the common ones: an array of n_tables {table, rows, destination}.  An unknown key, a bad value, a
 * missing required key, a key given twice is a diag; what is good is stored all the same.
 */
struct settings_table {
	const struct setting *rows;
	size_t n;
	void *into;
};
/* What is stored lives in arena: the sections may be gone before it. */
void settings_apply(const struct section *section, const struct settings_table *tables,
    size_t n_tables, const struct settings_env *env, struct arena *arena, struct diags *diags);

/* The single parsers, for values elsewhere: whole text or false with *e. */
bool settings_duration(struct str s, int64_t *ret, struct err *e);
bool settings_list(struct str s, struct str_list *ret, struct arena *arena, struct err *e);

#endif
