#include "feed_file.h"

#include "buf.h"
#include "html_out.h"
#include "json_out.h"

#define FILE_MAX ((size_t)64 << 20) /* bytes */
/* Each entry is a line of its own that begins so: they are found again without a parser. */
#define ATOM_MARK "<entry><id>urn:newsbell:"
#define JSON_MARK "{\"id\":\"urn:newsbell:"

static void
head(struct buf *b, const struct feed_file *f, struct arena *arena)
{
	struct json_out o;

	if (f->json) {
		jout_init(&o, FILE_MAX);
		jout_str(&o, "version", STR("https://jsonfeed.org/version/1.1"));
		jout_str(&o, "title", f->title);
		if (f->self.n)
			jout_str(&o, "feed_url", f->self);
		buf_add_char(b, '{');
		buf_add(b, jout_done(&o, arena));
		buf_add(b, STR(",\"items\":[\n"));
		return;
	}
	buf_add(b, STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		       "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>"));
	html_escape(b, f->title);
	buf_add(b, STR("</title>\n<id>"));
	if (f->self.n)
		html_escape(b, f->self);
	else
		buf_add(b, STR("urn:newsbell:alerts"));
	buf_add(b, STR("</id>\n"));
	if (f->self.n) {
		buf_add(b, STR("<link rel=\"self\" href=\""));
		html_escape(b, f->self);
		buf_add(b, STR("\"/>\n"));
	}
	buf_addf(b, "<author><name>newsbell</name></author>\n<updated>%.*s</updated>\n",
	    STR_ARG(f->updated));
}

struct str
feed_file_merge(const struct feed_file *f, struct str old, struct str entry, struct arena *arena)
{
	struct str mark = f->json ? STR(JSON_MARK) : STR(ATOM_MARK),
		   own = str_fmt(
		       arena, "%.*s%.*s%c", STR_ARG(mark), STR_ARG(f->id), f->json ? '"' : '<'),
		   ret;
	struct buf b;

	buf_init(&b, FILE_MAX);
	head(&b, f, arena);
	buf_add(&b, entry);
	for (int64_t n = 1; old.n && n < f->keep;) {
		struct str line;

		str_cut(old, '\n', &line, &old);
		if (line.n && line.p[line.n - 1] == ',')
			line.n--;
		if (!str_starts(line, mark) || str_starts(line, own))
			continue;
		buf_add(&b, f->json ? STR(",\n") : STR("\n"));
		buf_add(&b, line);
		n++;
	}
	buf_add(&b, f->json ? STR("\n]}\n") : STR("\n</feed>\n"));
	ret = str_dup(arena, buf_str(&b));
	buf_free(&b);
	return ret;
}
