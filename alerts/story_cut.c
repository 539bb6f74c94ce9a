/*
 * Text -> words that are equal when readers call them the same.
 */
#include "ascii.h"
#include "fold.h"
#include "story_parts.h"
#include "utf8.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <stdlib.h>
#include <string.h>

/*
 * Words with the same beginning are taken for one ("acquire", "acquired", "acquisition" are not,
 * "government", "governments" are): cheap, and no language has to be known.
 */
#define STEM_CHARS 7
#define WORD_BYTES_MAX 128 /* a longer one is cut */
/* What is compared of scripts without spaces: pairs of Han, kana and Hangul, fours of the others.
 */
#define WIDE_FROM 0x2e80
#define WIDE_GRAM 2
#define NARROW_GRAM 4
#define CODE_DIGITS 2 /* "Q1", "5G" are words, "A320" is a name */

struct story_reader {
	struct folder *folder;
	struct folded folded;
};

/* Before a number these make a name of it. */
static const struct str labels[] = {
	STR_INIT("season"),
	STR_INIT("episode"),
	STR_INIT("part"),
	STR_INIT("vol"),
	STR_INIT("volume"),
	STR_INIT("chapter"),
	STR_INIT("week"),
	STR_INIT("day"),
	STR_INIT("game"),
	STR_INIT("round"),
	STR_INIT("no"),
	STR_INIT("number"),
	STR_INIT("issue"),
	STR_INIT("version"),
	STR_INIT("edition"),
	STR_INIT("stage"),
	STR_INIT("race"),
	STR_INIT("staffel"),
	STR_INIT("folge"),
	STR_INIT("teil"),
	STR_INIT("tag"),
	STR_INIT("woche"),
	STR_INIT("saison"),
	STR_INIT("jour"),
	STR_INIT("partie"),
	STR_INIT("tome"),
	STR_INIT("temporada"),
	STR_INIT("capitulo"),
	STR_INIT("parte"),
	STR_INIT("jornada"),
	STR_INIT("stagione"),
	STR_INIT("puntata"),
	STR_INIT("giornata"),
	STR_INIT("aflevering"),
	STR_INIT("seizoen"),
	STR_INIT("deel"),
	STR_INIT("avsnitt"),
	STR_INIT("del"),
	STR_INIT("odcinek"),
	STR_INIT("sezon"),
	STR_INIT("серия"),
	STR_INIT("сезон"),
	STR_INIT("часть"),
	STR_INIT("bolum"),
};

struct cutter {
	struct str text;
	struct story_word *words;
	size_t n, max;
};

/* A stretch of letters and digits. */
struct atom {
	size_t start, end;
	size_t chars, letters, digits;
};

struct story_reader *
story_reader_new(void)
{
	struct story_reader *r = xcalloc(1, sizeof(*r));

	r->folder = folder_new();
	return r;
}

void
story_reader_free(struct story_reader *r)
{
	if (!r)
		return;
	folded_free(&r->folded);
	folder_free(r->folder);
	free(r);
}

static uint32_t
hash(const char *p, size_t n)
{
	uint32_t h = (uint32_t)XXH3_64bits(p, n);

	return h ? h : 1;
}

uint32_t
story_hash(struct str name)
{
	return hash(name.n ? name.p : "", name.n);
}

static void
add(struct cutter *c, const char *p, size_t n, enum story_word_kind kind)
{
	if (n && c->n < c->max)
		c->words[c->n++] = (struct story_word){ hash(p, n), kind };
}

static enum char_class
class_at(struct str text, size_t at, size_t *n, uint32_t *cp)
{
	unsigned char c = (unsigned char)text.p[at];

	if (c < 0x80) {
		*n = 1;
		*cp = c;
		return ascii_is_lower((char)c) || ascii_is_digit((char)c) ? CHAR_WORD : CHAR_OTHER;
	}
	*n = script_decode(text.p + at, text.n - at, cp);
	return script_class(*cp);
}

static struct atom
read_atom(struct str text, size_t at)
{
	struct atom a = { .start = at, .end = at };

	while (a.end < text.n) {
		size_t n;
		uint32_t cp;

		if (class_at(text, a.end, &n, &cp) != CHAR_WORD)
			break;
		a.chars++;
		if (cp < 0x80 && ascii_is_digit((char)cp))
			a.digits++;
		else
			a.letters++;
		a.end += n;
	}
	return a;
}

/* English plurals, without which "share" and "shares" would be strangers; other languages' endings
 * mostly fall to STEM_CHARS. */
static size_t
stem(char *p, size_t n)
{
	if (n <= 4 || p[n - 1] != 's' || p[n - 2] == 's' || p[n - 2] == 'u')
		return n;
	if (p[n - 2] == 'e' && p[n - 3] == 'i') {
		p[n - 3] = 'y';
		return n - 2;
	}
	return n - 1;
}

static size_t
cut_chars(const char *p, size_t n, size_t chars)
{
	size_t at = 0;

	while (at < n && chars--)
		do
			at++;
		while (at < n && utf8_is_tail(p[at]));
	return at;
}

static bool
is_label(const char *p, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (labels[i].p[0] == p[0] && str_eq(str_n(p, n), labels[i]))
			return true;
	return false;
}

static void
add_word(struct cutter *c, char *p, size_t n, const struct atom *whole)
{
	if (whole->digits == 0) {
		enum story_word_kind kind = is_label(p, n) ? WORD_LABEL : WORD_PLAIN;

		add(c, p, cut_chars(p, stem(p, n), STEM_CHARS), kind);
	} else if (whole->letters == 0) {
		add(c, p, n, WORD_NUMBER);
	} else {
		add(c, p, n,
		    !ascii_is_digit(p[0]) && whole->digits >= CODE_DIGITS ? WORD_CODE : WORD_PLAIN);
	}
}

/* No other sign joins anything: most words end here. */
static bool
may_join(char sign)
{
	return sign == '\'' || sign == '.' || sign == ',' || sign == '-';
}

enum joint {
	JOINT_NONE,
	JOINT_CLOSE, /* the next stretch belongs to it, without the sign between */
	JOINT_KEEP,  /* with the sign: 5.3 */
	JOINT_DROP_NEXT,
	JOINT_DROP_THIS,
};

/* What the sign between two stretches of letters and digits does. */
static enum joint
joint_of(char sign, const struct atom *a, const struct atom *b)
{
	switch (sign) {
	case '\'':
		if (b->digits || a->digits)
			return JOINT_NONE;
		if (b->letters == 1) /* Obama's, don't */
			return JOINT_DROP_NEXT;
		return b->letters == 2   ? JOINT_CLOSE
		       : a->letters <= 2 ? JOINT_DROP_THIS
					 : JOINT_NONE;
	case '.':
		if (!a->letters && !b->letters)
			return JOINT_KEEP;
		return !a->digits && !b->digits && a->letters <= 3 && b->letters == 1 &&
			       a->letters == a->chars
			   ? JOINT_CLOSE
			   : JOINT_NONE;
	case ',':
		return !a->letters && !b->letters && b->digits == 3 ? JOINT_CLOSE : JOINT_NONE;
	case '-':
		return a->letters && b->digits && !b->letters ? JOINT_CLOSE : JOINT_NONE;
	default:
		return JOINT_NONE;
	}
}

static size_t
append(char *buf, size_t n, struct str text, size_t from, size_t to)
{
	size_t add = to - from < WORD_BYTES_MAX - n ? to - from : WORD_BYTES_MAX - n;

	memcpy(buf + n, text.p + from, add);
	return n + add;
}

/* Returns where the text goes on. */
static size_t
cut_spaced(struct cutter *c, size_t at)
{
	char buf[WORD_BYTES_MAX];
	struct atom whole = read_atom(c->text, at), last = whole;
	size_t n = append(buf, 0, c->text, whole.start, whole.end);

	while (last.end + 1 < c->text.n && may_join(c->text.p[last.end])) {
		struct atom next = read_atom(c->text, last.end + 1);
		enum joint joint =
		    next.chars ? joint_of(c->text.p[last.end], &whole, &next) : JOINT_NONE;

		if (joint == JOINT_NONE)
			break;
		last = next;
		if (joint == JOINT_DROP_NEXT)
			break;
		if (joint == JOINT_DROP_THIS) {
			whole = next;
			n = append(buf, 0, c->text, next.start, next.end);
			continue;
		}
		n = append(buf, n, c->text, next.start - (joint == JOINT_KEEP), next.end);
		whole.chars += next.chars;
		whole.letters += next.letters;
		whole.digits += next.digits;
	}
	add_word(c, buf, n, &whole);
	return last.end;
}

static size_t
cut_unspaced(struct cutter *c, size_t at, enum char_class class)
{
	size_t starts[NARROW_GRAM + 1]; /* of the last characters, a ring */
	size_t chars = 0, gram = 0, n, end = at;
	uint32_t cp;

	while (end < c->text.n && class_at(c->text, end, &n, &cp) == class) {
		if (!gram)
			gram = cp >= WIDE_FROM ? WIDE_GRAM : NARROW_GRAM;
		if ((gram == WIDE_GRAM) != (cp >= WIDE_FROM))
			break;
		starts[chars++ % ARRAY_LEN(starts)] = end;
		end += n;
		if (chars >= gram) {
			size_t from = starts[(chars - gram) % ARRAY_LEN(starts)];

			add(c, c->text.p + from, end - from, WORD_GRAM);
		}
	}
	if (chars < gram)
		add(c, c->text.p + at, end - at, WORD_GRAM);
	return end;
}

size_t
story_cut(struct story_reader *r, struct str text, struct story_word *words, size_t max)
{
	struct cutter c = { .words = words, .max = max };

	fold_text(r->folder, text, FOLD_FOLDED, &r->folded);
	c.text = str_n(r->folded.p, r->folded.n);
	for (size_t at = 0; at < c.text.n && c.n < max;) {
		size_t n;
		uint32_t cp;
		enum char_class class = class_at(c.text, at, &n, &cp);

		switch (class) {
		case CHAR_WORD:
			at = cut_spaced(&c, at);
			break;
		case CHAR_HANGUL:
		case CHAR_UNSPACED:
			at = cut_unspaced(&c, at, class);
			break;
		case CHAR_OTHER:
			at += n;
			break;
		}
	}
	return c.n;
}
