/*
 * Texts against lists and watches.  A watchset is built once from the user's files and never
 * changes after, so that threads may share it; a matcher is one thread's scratch memory over it.
 */
#ifndef ALERTS_MATCH_H
#define ALERTS_MATCH_H

#include "item.h"
#include "settings.h"

enum severity { SEVERITY_LOW, SEVERITY_NORMAL, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT };
extern const char *const severity_names[]; /* "low" ... NULL-terminated, for SETTING_CHOICE */

/* A list file: its name is the class that alerts show. */
struct list_source {
	struct str name; /* "agencies" for agencies.list */
	struct str file; /* for messages */
	struct str text;
};

/* A [watch] section. */
struct watch_source {
	struct str name;
	struct setting_line when;
	int severity; /* enum severity */
};

struct watchset;

/*
 * Build.  Everything needed is copied.  With no watches, each list is a watch of its own with the
 * list's name and SEVERITY_NORMAL.  feeds and tags: the names that feed: and tag: may say, for
 * checking; NULL: any. Returns NULL when diags got an error; warnings alone do not stop it.
 */
struct watchset *watchset_build(const struct list_source *lists, size_t n_lists,
    const struct watch_source *watches, size_t n_watches, const struct str_list *feeds,
    const struct str_list *tags, struct diags *diags);
void watchset_free(struct watchset *set);

size_t watchset_watches(const struct watchset *set);
struct str watchset_watch_name(const struct watchset *set, size_t watch);
/* Entries of lists, and bare terms of expressions (list is empty then). */
size_t watchset_entries(const struct watchset *set);
void watchset_entry(const struct watchset *set, size_t entry, struct str *list, struct str *name);
/* Does the watch's expression speak of that entry, by itself or with its list? */
bool watchset_asks_for(const struct watchset *set, size_t watch, size_t entry);
/* Is any entry of the list named by a watch?  list: as they were given. */
bool watchset_list_is_watched(const struct watchset *set, size_t list);
/* Its expression with all parentheses; of a list that is a watch of its own, "@list". */
struct str watchset_watch_text(const struct watchset *set, size_t watch, struct arena *arena);

/* An item as the matcher wants it: plain text zones as struct item promises them. */
struct match_input {
	struct str zone[ZONE_COUNT];
	struct str feed; /* configured name */
	struct str_list tags;
	struct str lang; /* BCP 47 or empty */
};

/* Of an item as it was parsed; feed and tags are the caller's to fill. */
void match_input_of(const struct item *item, struct arena *arena, struct match_input *ret);

/* One occurrence; offset and length in bytes of the zone's text as given. */
struct hit {
	enum zone zone;
	uint32_t offset, length;
	struct str term; /* as the user wrote it */
};

/* An entry of a list, or a bare term of an expression (then list is empty and name is the term). */
struct entry_hit {
	struct str list, name;
	enum severity severity; /* of the entry, or of the watch where the entry says none */
	struct hit *hits;       /* in text order: title before summary before body ... */
	size_t n_hits;
	size_t id; /* 0 .. watchset_entries() - 1 */
};

struct watch_hit {
	size_t watch; /* 0 .. watchset_watches() - 1 */
	struct str name;
	enum severity severity; /* the highest of the watch and its entries */
	struct entry_hit *entries;
	size_t n_entries;
};

/* An occurrence that was found and did not count, and why. */
enum suppression {
	SUPPRESS_EXCEPT,  /* inside an except: phrase */
	SUPPRESS_WITHOUT, /* a without: term occurs */
	SUPPRESS_WITH,    /* none of the with: terms occurs */
	SUPPRESS_SHOUTED, /* an exact-case term in shouted text with nothing to support it */
	SUPPRESS_ZONE,    /* not in the entry's in: zones */
	SUPPRESS_LIMIT,   /* a regular expression ran into its limits */
};

struct suppressed {
	struct str list, entry;
	enum suppression why;
	struct hit hit;
	struct str by; /* the phrase or word that did it, or empty */
	size_t id;     /* of the entry, as above */
};

struct match_result {
	struct watch_hit *fired; /* in order of the watches */
	size_t n_fired;
	struct suppressed *suppressed;
	size_t n_suppressed;
};

struct matcher;
struct matcher *matcher_new(const struct watchset *set); /* set must outlive it */
void matcher_free(struct matcher *m);
/*
 * From now on every occurrence that counts is told.  For counting terms; otherwise one that lies
 * inside of another of its entry is left out, as it says nothing more.
 */
void matcher_tell_all(struct matcher *m);

/* Match one item.  *ret lives in arena; its terms and names in the watchset. */
void matcher_run(
    struct matcher *m, const struct match_input *in, struct arena *arena, struct match_result *ret);

#endif
