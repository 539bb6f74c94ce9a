#!/usr/bin/env python3
"""newsbell parse, import, export: what they print, and what they exit with."""

import http.server
import json
import os
import subprocess
import tempfile
import threading

from house import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_OK, EX_UNAVAILABLE, EX_USAGE
from house import NEWSBELL, SOURCE, newsbell
from suite import Suite, contains, equal, true

suite = Suite()

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Quay</title><link>/</link>
<item><title>ICE &amp; ports</title><link>/1</link><guid isPermaLink="false">a</guid>
<pubDate>Tue, 24 Nov 2026 17:05:09 GMT</pubDate><description>&lt;p&gt;One.&lt;/p&gt;</description>
<author>Ines Kolar</author><category>Ports</category>
<enclosure url="/a.mp3" length="7" type="audio/mpeg"/></item>
</channel></rss>
"""
PAGE = """<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/rss">
</head><body><a href="/comments/feed">Comments</a></body></html>
"""
BASE = "https://quay.example/x/feed.xml"
WANTED = {
    "format": "rss", "title": "Quay", "link": "https://quay.example/",
    "items": [{
        "id": "a", "link": "https://quay.example/1", "title": "ICE & ports", "summary": "One.",
        "content": "<p>One.</p>", "author": "Ines Kolar", "published": "2026-11-24T17:05:09Z",
        "updated": None, "categories": ["Ports"],
        "enclosures": [{"url": "https://quay.example/a.mp3", "type": "audio/mpeg", "length": 7}],
    }],
}


def file(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "wb") as to:
        to.write(text if isinstance(text, bytes) else text.encode())
    return path


@suite.case
def a_file_becomes_one_object():
    with tempfile.TemporaryDirectory() as d:
        path = file(d, "feed.xml", FEED)
        status, out, err = newsbell("parse", "--base-url", BASE, path)
        equal((status, err), (EX_OK, ""), "exit")
        equal(json.loads(out), WANTED, "the object")
        equal(out.count("\n"), 1, "lines")


@suite.case
def standard_input_is_read_by_its_dash():
    status, out, _ = newsbell("parse", "--base-url", BASE, "-", stdin=FEED.encode())
    equal(status, EX_OK, "exit")
    equal(json.loads(out), WANTED, "the object")


@suite.case
def empty_options_are_absent_ones():
    with tempfile.TemporaryDirectory() as d:
        path = file(d, "feed.xml", FEED)
        plain = newsbell("parse", path)
        empty = newsbell("parse", "--content-type", "", "--base-url", "", path)
        equal(empty, plain, "with empty options")
        equal(json.loads(plain[1])["items"][0]["link"], "", "no base, no link")


@suite.case
def the_content_type_says_the_charset():
    text = FEED.replace("ports", "Häfen").encode("iso-8859-15")
    status, out, _ = newsbell("parse", "--content-type", "text/xml; charset=iso-8859-15", "-",
                              stdin=text)
    equal(status, EX_OK, "exit")
    equal(json.loads(out)["items"][0]["title"], "ICE & Häfen", "title")


@suite.case
def damage_is_told():
    status, out, _ = newsbell("parse", "-", stdin=FEED[:-40].encode())
    doc = json.loads(out)
    equal(status, EX_OK, "exit")
    equal(doc["partial"], True, "partial")
    true(doc["warnings"] and doc["warnings"][0]["text"], "warnings")


@suite.rows([
    ("a page", PAGE, "not a feed but an HTML page"),
    ("nothing", "", "empty"),
    ("words", "Nothing of the kind.", "plain text"),
    ("JSON", '{"a": 1}', "JSON that is no feed"),
])
def what_is_no_feed_is_refused_with_the_reason(text, reason):
    status, out, err = newsbell("parse", "-", stdin=text.encode())
    equal((status, out), (EX_DATAERR, ""), "exit and output")
    contains(err, reason, "the reason")


@suite.case
def a_page_tells_of_its_feeds():
    _, _, err = newsbell("parse", "--base-url", "https://quay.example/", "-", stdin=PAGE.encode())
    contains(err, "it names these feeds:\n  https://quay.example/rss  (News)\n"
                  "  https://quay.example/comments/feed  (Comments)\n", "the feeds")


@suite.rows([
    ("no name", []),
    ("two names", ["a", "b"]),
    ("unknown option", ["--no-such-option", "a"]),
    ("batch with a name", ["--batch", "a"]),
])
def wrong_use_is_told(arguments):
    status, out, err = newsbell("parse", *arguments)
    equal((status, out), (EX_USAGE, ""), "exit and output")
    true(err, "a word about it")


@suite.case
def a_file_that_is_not_there():
    status, _, err = newsbell("parse", "/nonexistent/feed.xml")
    equal(status, EX_NOINPUT, "exit")
    contains(err, "/nonexistent/feed.xml", "its name")


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = {"/feed.xml": (200, FEED), "/page": (200, PAGE), "/gone": (410, "")}
        status, text = known.get(self.path, (404, ""))
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if self.path == "/page" else "text/xml")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@suite.case
def a_url_is_fetched():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        status, out, err = newsbell("parse", base + "/feed.xml")
        equal((status, err), (EX_OK, ""), "exit")
        equal(json.loads(out)["items"][0]["link"], base + "/1", "links by the document's URL")
        status, _, err = newsbell("parse", base + "/page")
        equal(status, EX_DATAERR, "exit of a page")
        contains(err, f"  {base}/rss  (News)\n", "its feed")
        status, _, err = newsbell("parse", base + "/gone")
        equal(status, EX_UNAVAILABLE, "exit of an error")
        contains(err, "410", "its status")
    finally:
        server.shutdown()
        server.server_close()


@suite.case
def a_batch_gives_a_line_for_each():
    with tempfile.TemporaryDirectory() as d:
        latin = FEED.replace("ports", "Häfen").encode("iso-8859-15")
        lines = [
            file(d, "1.xml", FEED),
            file(d, "2.xml", latin) + "\ttext/xml; charset=iso-8859-15\t" + BASE,
            file(d, "3.xml", FEED) + "\t\t" + BASE,
            file(d, "4.html", PAGE),
            os.path.join(d, "5.xml"),
        ]
        status, out, _ = newsbell("parse", "--batch", stdin=("\n".join(lines) + "\n").encode())
        equal(status, EX_OK, "exit")
        docs = [json.loads(line) for line in out.split("\n")[:-1]]
        equal(len(docs), 5, "lines")
        equal(docs[0]["items"][0]["link"], "", "no base")
        equal(docs[1]["items"][0]["title"], "ICE & Häfen", "by its content type")
        equal(docs[1]["items"][0]["link"], "https://quay.example/1", "and base")
        equal(docs[2], WANTED, "content type left empty")
        equal(docs[3], {"error": "not a feed but an HTML page", "file": lines[3]}, "a page")
        equal(docs[4]["file"], lines[4], "no such file")
        true(docs[4]["error"], "and why")


@suite.case
def a_batch_needs_no_more_memory_for_more_documents():
    data = os.path.join(SOURCE, "tests", "data", "feeds")
    names = [os.path.join(data, n) for n in sorted(os.listdir(data))
             if n.startswith(("rss-", "atom-", "json-", "text-"))]

    def peak(rounds):
        with tempfile.TemporaryFile() as lines, open(os.devnull, "wb") as null:
            lines.write("".join(n + "\n" for n in names * rounds).encode())
            lines.seek(0)
            # a sanitized build would keep what was freed, to watch over it
            child = subprocess.Popen([NEWSBELL, "parse", "--batch"], stdin=lines, stdout=null,
                                     env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"})
            _, status, usage = os.wait4(child.pid, 0)
            equal(status, 0, "exit")
            return usage.ru_maxrss

    few, many = peak(1), peak(20)
    true(many <= few * 1.05 + 512, f"{few} KiB for {len(names)}, {many} KiB for 20 times as many")


@suite.case
def lists_of_feeds_come_and_go():
    with tempfile.TemporaryDirectory() as d:
        opml = ('<opml version="2.0"><body><outline text="Sea"><outline text="Quay &amp; Co" '
                'xmlUrl="https://quay.example/rss"/></outline></body></opml>')
        status, conf, err = newsbell("import", file(d, "a.opml", opml))
        equal(status, EX_OK, "exit of import")
        equal(conf, '[feed "quay-co"]\n# Quay & Co\nurl = https://quay.example/rss\ntags = Sea\n',
              "configuration")
        contains(err, "OPML, 1 feed", "what it was taken for")
        watch = '\n[watch "ports"]\nwhen = harbour\n'
        status, out, err = newsbell("export", "-c", file(d, "newsbell.conf", conf + watch))
        equal(status, EX_OK, "exit of export: " + err)
        contains(out, 'xmlUrl="https://quay.example/rss"', "the feed")
        contains(out, '<outline text="Sea">', "its folder")
        status, again, _ = newsbell("import", "-", stdin=out.encode())
        equal(again, conf.replace("Quay & Co", "quay-co"), "and back")


@suite.case
def what_cannot_be_imported_is_told():
    status, out, err = newsbell("import", "-", stdin=b"<html></html>")
    equal((status, out), (EX_DATAERR, ""), "exit and output")
    contains(err, "no feeds and no names", "the reason")
    equal(newsbell("import", "/nonexistent")[0], EX_NOINPUT, "no such file")
    equal(newsbell("import")[0], EX_USAGE, "no name")
    equal(newsbell("export", "-c", "/nonexistent.conf")[0], EX_CONFIG, "no configuration")


suite.run()
