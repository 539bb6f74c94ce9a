#!/usr/bin/env python3
"""What each command of the tool prints, word for word: tests/data/golden/NAME.txt.

What differs from run to run is put in other words first: times, ids, ports, paths, spans; runs of
spaces count as two.  NB_GOLDEN=write writes the files anew; look at the difference before keeping it.
"""

import json
import os
import re
import shlex
import time

from feeds import item, rss
from house import House, SOURCE, newsbell
from suite import Suite, equal, true, wait_for

suite = Suite()
GOLDEN = os.path.join(SOURCE, "tests", "data", "golden")
PAGE = b"""<!doctype html><title>Paper</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"><p>Welcome."""


def world(house):
    """Two feeds that bring one story, one that is lost; told at once and by a digest."""
    at = int(time.time()) - 7200
    house.section("newsbell", grouping="story")
    house.origin.publish("ledger.xml", rss([
        item("a", "Palantir software bought by ICE", "The agency signs for two years.",
             link="https://ledger.example/a", at=at)], title="The Ledger"))
    house.origin.publish("news.xml", rss([
        item("2", "Rain tomorrow", at=at + 60),
        item("1", "ICE buys Palantir software", "Immigration and Customs Enforcement signs.",
             at=at + 120)]))
    house.feed("ledger", house.origin.base + "/ledger.xml", backfill="all")
    house.list("agencies", "ICE | Immigration and Customs Enforcement", "Europol")
    house.list("vendors", "Palantir", "Microsoft")
    house.section("watch", "ICE and vendors", when="@agencies/ICE AND @vendors", severity="high")
    house.webhook()
    secret = house.write("etc/room.secret", "http://127.0.0.1:9/none\n", 0o600)
    house.channel("room", type="slack", url="@file:" + secret)
    house.section("route", "urgent", match="severity >= high", to="siem", **{"continue": "yes"})
    house.section("route", "daily", match="watch:*", to="room", deliver="daily 08:00")
    house.start()
    house.first_polls("ledger")
    house.feed("paper", house.origin.base + "/news.xml", backfill="all", tags="press")
    house.feed("lost", house.origin.base + "/lost.xml")
    house.reload()
    house.first_polls("paper", "lost")
    house.hook.wait(1)
    wait_for(lambda: house.sql("SELECT 1 FROM attempt"), "the attempt to be written")


def scrubbed(house, text):
    for kind, order in (("alert", "item"), ("delivery", "seq")):
        for n, (i,) in enumerate(house.sql(f"SELECT id FROM {kind} ORDER BY {order}"), 1):
            name = f"{kind}-{n}".ljust(len(i), "x")
            text = text.replace(i, name).replace(i[:10], name[:10])
    text = text.replace(house.dir, "DIR")
    for pattern, words in (
            (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ", "TIME"),
            (r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d [A-Z]+", "DATE"),
            (r"\d{4}-\d\d-\d\d", "DAY"),
            (r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d\d:\d\d UTC", "DATE"),
            (r"(127\.0\.0\.1|localhost):\d+", r"\1:PORT"),
            (r"\bpid \d+", "pid N"),
            (r"\b\d+\.\d MB", "N MB"),
            (r"\bversion \d+\.\d+\.\d+", "version V"),
            (r"\b\d+ ms\b", "N ms"),
            (r"\b\d+[smhd]( \d+[smhd])?\b", "SPAN"),
            (r'"(W/)?[0-9a-f]+-[0-9a-f]+"', "ETAG"),
            (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|\+0000)", "HTTPDATE"),
            (r"test\d+", "testN"),
            (r"(webhook-timestamp:) \d+", r"\1 N"),
            (r"v1,\S+", "v1,SIGNATURE"),
            (r" {2,}", "  "),
            (r"\d+  \d+  back-off", "BYTES  MS  back-off"),
            (r" +\n", "\n")):
        text = re.sub(pattern, words, text)
    return text


# name: what is typed; {alert} is the first alert's id
COMMANDS = {
    "alerts": ["alerts"],
    "alerts-one": ["alerts", "{alert}"],
    "alerts-none": ["alerts", "--since", "2020-01-01", "--until", "2020-01-02"],
    "backtest": ["backtest", "Palantir"],
    "check": ["check"],
    "check-terms": ["check", "--terms"],
    "deliveries": ["deliveries"],
    "deliveries-one": ["deliveries", "{alert}"],
    "explain": ["explain", "2"],
    "export": ["export"],
    "feed": ["feed", "lost"],
    "feeds": ["feeds"],
    "items": ["items"],
    "items-of-a-watch": ["items", "--watch", "ICE and vendors"],
    "items-of-a-feed": ["items", "--feed", "PAPER", "--limit", "1"],
    "items-one": ["items", "https://paper.example/1"],
    "lists": ["lists", "--all"],
    "match": ["match", "Palantir sells, says ICE"],
    "poll": ["poll", "paper"],
    "preview": ["preview", "{alert}", "siem"],
    "reload": ["reload"],
    "route": ["route", "--explain", "1"],
    "search": ["search", "ICE"],
    "silence-list": ["silence", "--list"],
    "status": ["status"],
}
# without a configuration; {origin} is where the feeds are
ALONE = {
    "try": ["try", "--allow-private", "{origin}/news.xml", "ICE | Immigration and Customs Enforcement",
            "Palantir [without: Europol]"],
    "try-all": ["try", "--allow-private", "--all", "{origin}/news.xml", "Rain"],
    "try-in-vain": ["try", "--allow-private", "{origin}/news.xml", "Zebra"],
    "try-a-private-address": ["try", "{origin}/news.xml", "ICE"],
    "try-what-is-no-feed": ["try", "--allow-private", "{origin}/page.html", "ICE"],
    "try-what-is-not-there": ["try", "--allow-private", "{origin}/lost.xml", "ICE"],
    "try-a-bad-term": ["try", "--allow-private", "{origin}/news.xml", "/[/"],
    "try-nothing": ["try"],
}


# what needs more than a world: tried in other tests
OTHERS = ["backup", "channel", "doctor", "import", "metrics", "parse", "replay", "retry", "stories"]
# that speak JSON with --json; the form says one object, or one a line
JSON_ONE = ["alerts-one", "backtest", "check", "explain", "export", "feed", "feeds", "items-one",
            "match", "poll", "preview", "reload", "silence-list", "status"]
JSON_LINES = ["alerts", "alerts-none", "check-terms", "deliveries", "deliveries-one", "items",
              "items-of-a-watch", "items-of-a-feed", "lists", "route", "search", "try", "try-all",
              "try-in-vain"]


def compare(name, got):
    path = os.path.join(GOLDEN, name + ".txt")
    if os.environ.get("NB_GOLDEN") == "write":
        with open(path, "w", encoding="utf-8") as f:
            f.write(got)
    with open(path, encoding="utf-8") as f:
        equal(got, f.read(), f"{name} (NB_GOLDEN=write writes it anew)")


@suite.case
def each_command_prints_what_it_should():
    with House() as house:
        world(house)
        alert = house.sql("SELECT id FROM alert")[0][0]
        failed = []
        here = ["-c", house.conf, "--state", house.state]
        house.origin.publish("page.html", PAGE)
        for name, words in {**COMMANDS, **ALONE}.items():
            words = [w.format(alert=alert, origin=house.origin.base) for w in words]
            status, out, errors = newsbell(*words, *(here if name in COMMANDS else []))
            got = scrubbed(house, f"$ newsbell {shlex.join(words)}\n{out}{errors}-> {status}\n")
            try:
                compare(name, got)
            except (AssertionError, FileNotFoundError) as e:
                failed.append(str(e))
        true(not failed, "\n".join(failed))


@suite.case
def each_command_speaks_json():
    with House() as house:
        world(house)
        alert = house.sql("SELECT id FROM alert")[0][0]
        for name in JSON_ONE + JSON_LINES:
            words = (COMMANDS.get(name) or ALONE[name]) + ["--json"]
            words = [w.format(alert=alert, origin=house.origin.base) for w in words]
            here = ["-c", house.conf, "--state", house.state] if name in COMMANDS else []
            status, out, errors = newsbell(*words, *here)
            true(status in (0, 1), f"{name}: {status} {errors}")
            equal(errors, "", f"{name}: errors")
            try:
                for one in [out] if name in JSON_ONE else out.splitlines():
                    true(isinstance(json.loads(one), (dict, list)), f"{name}: {one}")
            except ValueError as e:
                raise AssertionError(f"{name}: {e}: {out}") from None
        names = set(newsbell("help", "--names")[1].split())
        tried = {n.split("-")[0] for n in JSON_ONE + JSON_LINES}
        equal(sorted(names - tried), sorted(OTHERS), "commands that were not tried")


suite.run()
