#include "regex.h"

#include "ascii.h"
#include "mem.h"
#include "str.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

#define REGEX_DEPTH_MAX 1000 /* nested groups and backtracking points kept */
#define REGEX_HEAP_MAX_KIB 4096
#define LITERAL_MIN 3 /* bytes; a shorter literal is in every text */
#define LITERAL_MAX 64
#define LONG_PATTERN 1000 /* characters; so much is walked over at each place */

struct regex {
	pcre2_code *code;
	char literal[LITERAL_MAX];
	size_t literal_n;
	int64_t start_cost; /* of trying one place, in steps */
};

struct regex_scratch {
	pcre2_match_context *context;
	pcre2_match_data *data;
	int64_t *steps;
	size_t last; /* where the last callout stood */
};

/* Called before each item of the pattern: the only clock there is. */
static int
on_item(pcre2_callout_block *block, void *cookie)
{
	struct regex_scratch *s = cookie;
	size_t here = block->current_position;
	size_t moved = here > s->last ? here - s->last : s->last - here;

	s->last = here;
	*s->steps -= 1 + (int64_t)(moved / 16);
	return *s->steps < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

/* ---- memory: a text is never without a match for want of it ---- */

static void *
take_memory(size_t n, void *cookie)
{
	(void)cookie;
	return xmalloc(n);
}

static void
give_memory(void *p, void *cookie)
{
	(void)cookie;
	free(p);
}

static pcre2_general_context *
memory_new(void)
{
	return pcre2_general_context_create(take_memory, give_memory, NULL);
}

static pcre2_code *
compile(struct str pattern, uint32_t options, int *error, size_t *offset)
{
	pcre2_general_context *memory = memory_new();
	pcre2_compile_context *context = pcre2_compile_context_create(memory);
	pcre2_code *code =
	    pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, options, error, offset, context);

	pcre2_compile_context_free(context);
	pcre2_general_context_free(memory);
	return code;
}

/* ---- a literal no match can do without ---- */

struct literal_walk {
	struct str pattern;
	size_t at;
	char run[LITERAL_MAX];
	size_t n;
};

static void
keep_longest(struct literal_walk *w, struct regex *r)
{
	if (w->n > r->literal_n && w->n >= LITERAL_MIN) {
		memcpy(r->literal, w->run, w->n);
		r->literal_n = w->n;
	}
	w->n = 0;
}

/* Behind the class that begins at `at`, or the pattern's end. */
static size_t
skip_class(struct str p, size_t at)
{
	at++;
	if (at < p.n && p.p[at] == '^')
		at++;
	if (at < p.n && p.p[at] == ']')
		at++;
	for (; at < p.n && p.p[at] != ']'; at++)
		if (p.p[at] == '\\')
			at++;
	return at < p.n ? at + 1 : p.n;
}

/* Behind the group that begins at `at`. */
static size_t
skip_group(struct str p, size_t at)
{
	size_t depth = 0;

	while (at < p.n) {
		if (p.p[at] == '\\') {
			at += 2;
			continue;
		}
		if (p.p[at] == '[') {
			at = skip_class(p, at);
			continue;
		}
		depth += p.p[at] == '(';
		depth -= p.p[at] == ')';
		at++;
		if (depth == 0)
			return at;
	}
	return p.n;
}

/* Plain text at the walk: one character of it goes to the run; false when it is something else. */
static bool
take_plain(struct literal_walk *w)
{
	struct str p = w->pattern;
	unsigned char c = (unsigned char)p.p[w->at];
	size_t used = 1;

	if (c == '\\') {
		if (w->at + 1 >= p.n)
			return false;
		c = (unsigned char)p.p[w->at + 1];
		if (ascii_is_alnum((char)c))
			return false;
		used = 2;
	} else if (strchr("^$.[]|()?*+{}", c))
		return false;
	if (c >= 0x80 || c <= ' ' ||
	    w->n == LITERAL_MAX) /* spaces may be doubled by (?x) or the text */
		return false;
	w->run[w->n++] = ascii_lower((char)c);
	w->at += used;
	if (w->at < p.n && strchr("?*{", p.p[w->at]))
		w->n--; /* it may be missing */
	return true;
}

/* Only the pattern's top level is read; whatever could undo a literal makes it give up. */
static void
find_literal(struct str pattern, struct regex *r)
{
	struct literal_walk w = { .pattern = pattern };

	if (str_find(pattern, STR("(?")) != STR_NONE || str_find(pattern, STR("(*")) != STR_NONE ||
	    str_find(pattern, STR("\\Q")) != STR_NONE || str_find(pattern, STR("[[")) != STR_NONE)
		return;
	while (w.at < pattern.n) {
		char c = pattern.p[w.at];

		if (take_plain(&w))
			continue;
		keep_longest(&w, r);
		if (c == '|') {
			r->literal_n = 0;
			return;
		}
		if (c == '(')
			w.at = skip_group(pattern, w.at);
		else if (c == '[')
			w.at = skip_class(pattern, w.at);
		else if (c == '{')
			while (w.at < pattern.n && pattern.p[w.at++] != '}')
				;
		else if (c == '\\' && w.at + 1 < pattern.n &&
			 strchr("pPxogkNcu", pattern.p[w.at + 1]))
			break; /* escapes with arguments: what follows is not read as text */
		else
			w.at += c == '\\' ? 2 : 1;
	}
	keep_longest(&w, r);
	/* an alternative further on makes everything optional */
	for (size_t at = w.at; at < pattern.n; at++)
		if (pattern.p[at] == '|')
			r->literal_n = 0;
}

/* ---- */

struct regex *
regex_new(struct str pattern, bool caseless, size_t *offset, struct err *e)
{
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT | PCRE2_NO_AUTO_POSSESS |
			   PCRE2_NEVER_BACKSLASH_C | (caseless ? PCRE2_CASELESS : 0);
	struct regex *r = xcalloc(1, sizeof(*r));
	uint32_t shortest = 0;
	char text[256];
	int error;

	r->code = compile(pattern, options, &error, offset);
	if (!r->code) {
		pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof(text));
		err_set(e, ERR_CONFIG, "regular expression: %s", text);
		regex_free(r);
		return NULL;
	}
	*offset = 0;
	pcre2_pattern_info(r->code, PCRE2_INFO_MATCHEMPTY, &shortest);
	if (shortest) {
		err_set(e, ERR_CONFIG, "a regular expression that matches the empty text");
		regex_free(r);
		return NULL;
	}
	pcre2_pattern_info(r->code, PCRE2_INFO_MINLENGTH, &shortest);
	r->start_cost = shortest < LONG_PATTERN ? 0 : shortest / 64;
	find_literal(pattern, r);
	return r;
}

void
regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_code_free(r->code);
	free(r);
}

struct str
regex_literal(const struct regex *r)
{
	return str_n(r->literal, r->literal_n);
}

struct regex_scratch *
regex_scratch_new(void)
{
	struct regex_scratch *s = xcalloc(1, sizeof(*s));
	pcre2_general_context *memory = memory_new();

	s->context = pcre2_match_context_create(memory);
	s->data = pcre2_match_data_create(1, memory);
	pcre2_general_context_free(memory);
	pcre2_set_callout(s->context, on_item, s);
	pcre2_set_depth_limit(s->context, REGEX_DEPTH_MAX);
	pcre2_set_heap_limit(s->context, REGEX_HEAP_MAX_KIB);
	pcre2_set_match_limit(s->context, REGEX_STEPS_MAX);
	return s;
}

void
regex_scratch_free(struct regex_scratch *s)
{
	if (!s)
		return;
	pcre2_match_context_free(s->context);
	pcre2_match_data_free(s->data);
	free(s);
}

enum regex_verdict
regex_find(const struct regex *r, struct regex_scratch *s, struct str text, size_t from,
    int64_t *steps, size_t *start, size_t *end)
{
	const size_t *found;
	int n;

	s->steps = steps;
	s->last = from;
	*steps -= r->start_cost * (int64_t)(text.n - from);
	if (*steps < 0)
		return REGEX_LIMIT;
	n = pcre2_match(r->code, (PCRE2_SPTR)text.p, text.n, from,
	    PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, s->data, s->context);
	if (n == PCRE2_ERROR_NOMATCH)
		return REGEX_NONE;
	if (n < 0)
		return REGEX_LIMIT;
	found = pcre2_get_ovector_pointer(s->data);
	*start = found[0];
	*end = found[1];
	return *end > *start ? REGEX_FOUND : REGEX_NONE;
}
