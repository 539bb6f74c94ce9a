#!/usr/bin/env python3
"""What feeds send that they should not: each costs its own poll, and the feed beside it still rings."""

import contextlib
import os
import signal
import zlib

from feeds import item, rss
from house import House, accepted_equals_owed, newsbell, sanitized
from origin import http
from suite import Suite, contains, equal, true

suite = Suite()

GOOD = rss([item("1", "ICE moves its files")])
LOGIN = b"""<!DOCTYPE html><html><head><title>Please log in</title></head>
<body><form action="/login"><input name="user"></form></body></html>"""


def open_house(house, answer, **keys):
    """A hostile feed and a good one beside it."""
    house.scripted.answers["/hostile.xml"] = answer
    house.origin.publish("good.xml", GOOD)
    house.feed("hostile", house.scripted.base + "/hostile.xml", backfill="all", **keys)
    house.feed("good", house.origin.base + "/good.xml", backfill="all")
    house.list("agencies", "ICE")
    house.webhook()


def endless(handler, headers):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
    block = b"<item><title>more</title></item>" * 2000
    while True:
        handler.wfile.write(block)


def header_flood(handler, headers):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-More: " + b"y" * 8000 + b"\r\n")


def one_long_header(handler, headers):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        handler.wfile.write(b"y" * 65536)


def cut(handler, headers):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + GOOD[:60])


def bomb(gigabytes):
    """Bytes without end out of next to nothing: one block of zeros, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"<rss><channel>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * (8 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return http(head + block * (gigabytes * 128), headers=[("Content-Encoding", "gzip")])


ATTRIBUTES = b"<rss " + b" ".join(b'a%d="x"' % n for n in range(150000)) + b"></rss>"
LAUGHS = b'<!DOCTYPE rss [<!ENTITY a "' + b"ha" * 60000 + b'">]><rss version="2.0"><channel><title>' \
    + b"&a;" * 20000 + b"</title></channel></rss>"
DEEP = b"<rss><channel>" + b"<a>" * 500000 + b"</channel></rss>"
STEAL = b"""<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>
<title>t</title><item><guid>x</guid><title>ICE &f;</title></item></channel></rss>"""


# what is sent, and what becomes of it: a failure with its reason, maybe in these words, or a damaged
# document without items
HOSTILE = [
    ("HTML", http(LOGIN, content_type="text/html"), "poll-failed"),
    ("HTML that says it is a feed", http(LOGIN), "poll-failed"),
    ("nothing", http(b""), "poll-failed"),
    ("noise", http(os.urandom(20000)), "poll-failed"),
    ("not found", http(b"no", status="404 Not Found"), "poll-failed"),
    ("server error", http(b"no", status="500 Oops"), "poll-failed"),
    ("no HTTP at all", b"SSH-2.0-OpenSSH_9.2\r\n", "poll-failed"),
    ("a body cut short", cut, "poll-failed", "cut short"),
    ("an endless body", endless, "poll-failed", "longer than"),
    ("endless headers", header_flood, "poll-failed", "bytes of headers"),
    ("one endless header", one_long_header, "poll-failed", "header line that is too long"),
    ("a bomb of 10 GB", bomb(10), "poll-failed", "times its size"),
    ("150,000 attributes", http(ATTRIBUTES), "polled"),
    ("two billion laughs", http(LAUGHS), "polled"),
    ("half a million levels", http(DEEP), "polled"),
]


@suite.case
def each_costs_its_own_poll_and_the_good_feed_rings():
    with House() as house:
        house.section("fetch", per_host="32")
        for n, (name, answer, *_) in enumerate(HOSTILE):
            house.scripted.answers[f"/{n}.xml"] = answer
            house.feed(name, f"{house.scripted.base}/{n}.xml", backfill="all")
        open_house(house, http(GOOD))
        house.drop("feed", "hostile")
        house.start()
        house.hook.wait(1)
        house.first_polls("good", *(row[0] for row in HOSTILE))
        for name, _, event, *words in HOSTILE:
            line = house.daemon.wait_log(event, feed=name)
            true(event == "polled" or len(line.text) > 40, f"{name}: a reason: {line.raw}")
            for word in words:
                contains(line.text, word, f"the reason of {name}")
        house.wait_settled()
        equal(house.sql("SELECT f.name FROM item i JOIN feed f ON f.id = i.feed"), [("good",)],
              "feeds with items")
        equal(house.sql("SELECT name FROM feed WHERE name != 'good' AND length(coalesce(etag, ''))"),
              [], "feeds with validators")
        if not sanitized():
            true(house.daemon.peak_kb() < 250 * 1024, f"bounded memory: {house.daemon.peak_kb()} kB")
        # and each is believed again as soon as it is good
        for n, (name, *_) in enumerate(HOSTILE):
            house.scripted.answers[f"/{n}.xml"] = http(rss([item(f"h{n}", f"ICE after {name}")]))
        house.poll(*(row[0] for row in HOSTILE))
        house.hook.wait(1 + len(HOSTILE))
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def an_external_entity_is_never_read():
    with House() as house:
        open_house(house, http(STEAL))
        house.start()
        house.first_polls("hostile", "good")
        house.hook.wait(1)
        house.wait_settled()
        for row in house.sql("SELECT title, summary, body FROM item"):
            true("root:" not in "".join(v or "" for v in row), f"no file in an item: {row}")
        for request in house.hook.requests:
            true(b"root:" not in request.body, "no file in an alert")


@suite.case
def a_parser_that_is_killed_costs_one_poll():
    with House() as house:
        open_house(house, http(rss([item("9", "ICE too")])))
        house.start()
        house.first_polls("hostile", "good")
        house.hook.wait(2)
        for n in range(5):
            below = house.daemon.children()
            for pid in below[1:]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            house.origin.publish("good.xml", rss([item(f"k{n}", f"ICE number {n}")]))
            house.poll("good")
            house.poll("good")  # the first may have met the dead one
            house.hook.wait(3 + n)
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def what_killed_two_parsers_is_not_parsed_until_it_changes():
    with House(speed=120) as house:  # the minute that a parser gets is half a second
        open_house(house, http(rss([item("9", "ICE too")])))
        house.start()
        house.first_polls("hostile", "good")
        house.hook.wait(2)
        house.scripted.answers["/hostile.xml"] = http(rss([item("9", "ICE too"), item("10", "ICE!")]))
        for death in (1, 2):
            workers = house.daemon.children()[1:]
            for pid in workers:
                os.kill(pid, signal.SIGSTOP)
            house.poll("hostile")
            for pid in workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            contains(house.daemon.log("poll-failed", feed="hostile")[-1].text, "took too long",
                     f"death {death}")
        house.poll("hostile")
        contains(house.daemon.log("poll-failed", feed="hostile")[-1].text, "not parsed again",
                 "the quarantine")
        equal(house.daemon.stop(), 0, "exit status")
        house.start()
        house.poll("hostile", "good")
        contains(house.daemon.log("poll-failed", feed="hostile")[-1].text, "not parsed again",
                 "the quarantine after a restart")
        status, out, _ = newsbell("feeds", "-c", house.conf, "--state", house.state)
        contains(out, "suspicious", f"newsbell feeds (exit status {status})")
        equal(len(house.hook.accepted), 2, "alerts until it changes")
        house.scripted.answers["/hostile.xml"] = http(rss([item("10", "ICE!"), item("11", "ICE!!")]))
        house.poll("hostile")
        house.hook.wait(4)
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def thirty_thousand_items_are_all_taken_in():
    with House() as house:
        many = "".join(f"<item><guid>g{n}</guid><title>Number {n}</title></item>"
                       for n in range(30000))
        body = f'<rss version="2.0"><channel><title>t</title>{many}</channel></rss>'.encode()
        open_house(house, http(body))
        house.start()
        house.first_polls("hostile", "good")
        house.hook.wait(1)
        equal(house.sql("SELECT count(*) FROM item i JOIN feed f ON f.id = i.feed"
                        " WHERE f.name = 'hostile'"), [(30000,)], "items")


suite.run()
