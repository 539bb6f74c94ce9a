#!/usr/bin/env python3
"""Addresses that may not be asked, redirects that lead nowhere, servers that take their time."""

import signal
import time

from feeds import item, rss
from house import House
from origin import http
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

GOOD = rss([item("1", "ICE moves its files")])


def open_house(house, answer=None, **keys):
    """A hostile feed and a good one beside it."""
    house.scripted.answers["/hostile.xml"] = answer or http(GOOD)
    house.origin.publish("good.xml", GOOD)
    house.feed("hostile", house.scripted.base + "/hostile.xml", **keys)
    house.feed("good", house.origin.base + "/good.xml", backfill="all")
    house.list("agencies", "ICE")
    house.webhook()


def drip(handler, headers):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def silence(handler, headers):
    time.sleep(120)


@suite.case
def a_redirect_in_a_circle_ends():
    with House() as house:
        open_house(house)
        house.feed("hostile", house.origin.base + "/circle/x.xml")
        house.start()
        house.first_polls("hostile", "good")
        contains(house.daemon.wait_log("poll-failed", feed="hostile").text, "redirect", "the reason")
        true(len(house.origin.asked()) < 30, "not for ever")


@suite.rows([
    ("file", "file:///etc/passwd"),
    ("gopher", "gopher://127.0.0.1:25/_HELO"),
    ("ftp", "ftp://127.0.0.1/x"),
])
def redirects_to_what_is_no_http(location):
    with House() as house:
        open_house(house, http(b"", status="302 Found", headers=[("Location", location)]))
        house.start()
        house.first_polls("hostile", "good")
        house.daemon.wait_log("poll-failed", feed="hostile")
        house.hook.wait(1)


@suite.case
def an_unknown_host():
    with House() as house:
        open_house(house)
        house.feed("hostile", "http://no-such-host.invalid/feed.xml")
        house.start()
        house.first_polls("hostile", "good")
        contains(house.daemon.wait_log("poll-failed", feed="hostile").text, "no-such-host.invalid",
                 "who is not found")
        house.hook.wait(1)


@suite.rows([
    ("loopback", "127.0.0.1"),
    ("loopback by another name", "localhost"),
    ("the host itself", "0"),
    ("as a number", "2130706433"),
    ("mapped into IPv6", "[::ffff:127.0.0.1]"),
])
def private_addresses_are_refused(host):
    with House() as house:
        open_house(house)
        house.feed("hostile", f"http://{host}:{house.scripted.port}/hostile.xml", allow_private="no")
        house.start()
        house.first_polls("hostile")
        line = house.daemon.wait_log("poll-failed", feed="hostile")
        true("private" in line.text or "loopback" in line.text or "this host" in line.text,
             f"the reason: {line.text}")
        equal(house.scripted.requests, [], "requests")


@suite.rows([
    ("one byte at a time", drip),
    ("a server that says nothing", silence),
])
def slow_servers_end_in_time_and_delay_nobody(answer):
    with House(speed=10) as house:
        open_house(house, answer)
        house.start()
        start = time.monotonic()
        house.hook.wait(1)
        true(time.monotonic() - start < 5, "the good feed at once")
        house.first_polls("hostile")
        true(house.clock.since(start) < 100, f"ended after {house.clock.since(start):.0f} s")
        house.daemon.wait_log("poll-failed", feed="hostile")


@suite.case
def a_hundred_slow_servers_delay_nobody():
    with House() as house:
        open_house(house, silence)
        house.section("fetch", concurrency="128", per_host="64")
        for n in range(100):
            house.scripted.answers[f"/slow{n}"] = silence
            house.feed(f"slow{n}", f"{house.scripted.base}/slow{n}")
        house.start()
        house.daemon.signal(signal.SIGUSR1)  # all at once, while a start would spread them
        house.hook.wait(1)
        house.wait_settled()
        wait_for(lambda: len(house.scripted.requests) >= 60, "the others to hang")
        equal(house.daemon.stop(), 0, "exit status")


suite.run()
