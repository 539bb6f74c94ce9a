#!/usr/bin/env python3
"""newsbell replay DIR and newsbell stories --batch: items of another time, in simulated time."""

import json
import os
import tempfile

from house import EX_CONFIG, EX_DATAERR, EX_OK, EX_USAGE, newsbell
from suite import Suite, contains, equal

suite = Suite()

T0 = 1_772_000_000  # Wed 25 Feb 2026 06:13:20 UTC
HOUR = 3600

WORDINGS = [
    "Harbour agency ICE moves its case files to the Nimbus cloud",
    "ICE case files go to Nimbus cloud, harbour agency says",
    "Nimbus cloud wins case files of harbour agency ICE",
]

CONF = """[newsbell]
timezone = UTC
[feed "known"]
url = https://known.example/feed
[watch "agencies"]
when = @agencies
[channel "desk"]
type = journal
[channel "room"]
type = journal
[route "now"]
match = severity >= high
to = desk
continue = yes
[route "rest"]
to = room
deliver = daily 08:00
"""


def run(items, conf=CONF):
    """(status, events, errors)"""
    with tempfile.TemporaryDirectory() as top:
        os.mkdir(os.path.join(top, "watchlists"))
        with open(os.path.join(top, "newsbell.conf"), "w", encoding="utf-8") as f:
            f.write(conf)
        with open(os.path.join(top, "watchlists", "agencies.list"), "w", encoding="utf-8") as f:
            f.write("ICE\nDHS [severity: high]\n")
        lines = "".join(i if isinstance(i, str) else json.dumps(i) + "\n" for i in items)
        before = sorted(os.listdir(top))
        status, out, errors = newsbell("replay", top, stdin=lines.encode())
        equal(sorted(os.listdir(top)), before, "files: replay leaves none")
        return status, [json.loads(line) for line in out.splitlines()], errors


def item(n, title, hours, feed="known", **more):
    return {"feed": feed, "id": f"n{n}", "title": title, "time": T0 + int(hours * HOUR),
            "url": f"https://{feed}.example/{n}", **more}


def of(events, kind):
    return [e for e in events if e["event"] == kind]


@suite.case
def a_month_is_told_as_it_would_have_been():
    status, events, errors = run([
        item(1, WORDINGS[0], 0),
        item(2, "Ice on the roads", 0.1),
        item(3, WORDINGS[1], 1, feed="Quay News"),
        item(4, WORDINGS[2], 2, feed="The Pier"),
        item(5, "DHS buys a lighthouse", 3),
        item(6, "ICE hires sled dogs in Lapland", 30),
    ])
    equal(status, EX_OK, errors)
    equal([(e["item"], e["title"]) for e in of(events, "alert")],
          [("n1", WORDINGS[0]), ("n5", "DHS buys a lighthouse"),
           ("n6", "ICE hires sled dogs in Lapland")], "alerts")
    equal([(e["item"], e["feed"]) for e in of(events, "fold")],
          [("n3", "Quay News"), ("n4", "The Pier")], "folds")
    told = [(e["channel"], e["kind"], e["time"], len(e["alerts"])) for e in of(events, "delivery")]
    equal(told, [
        ("room", "digest", "2026-02-25T08:00:00Z", 1),
        ("desk", "single", "2026-02-25T09:13:20Z", 1),
        ("room", "digest", "2026-02-26T08:00:00Z", 1),
        ("room", "digest", "2026-02-27T08:00:00Z", 1),
    ], "deliveries")
    equal(of(events, "delivery")[0]["alerts"][0]["others"], [WORDINGS[1]],
          "what the first digest lists below its alert")
    contains(errors, "6 items: 3 alerts, 2 folded", "the count")


@suite.case
def the_same_items_give_the_same_events():
    items = [item(n, WORDINGS[n % 3] + f" {n // 3}", n) for n in range(30)]

    def told():
        return [[e["event"], e["time"], e.get("item"), e.get("story")] for e in run(items)[1]]

    equal(told(), told(), "events of two runs")


@suite.rows([
    ("not JSON", ["{\n"], EX_DATAERR, "line 1"),
    ("no title", [{"feed": "a", "time": T0}], EX_DATAERR, "title"),
    ("no time", [{"feed": "a", "title": "x"}], EX_DATAERR, "time"),
])
def what_is_wrong_is_said(items, status, text):
    got, _, errors = run(items)
    equal(got, status, "exit status")
    contains(errors, text, "what it says")


@suite.case
def a_bad_configuration_is_refused():
    status, events, errors = run([item(1, "ICE", 0)], CONF + "[route \"x\"]\nto = nobody\n")
    equal((status, events), (EX_CONFIG, []), "exit status")
    contains(errors, "nobody", "the problem")


def batch(items, *arguments):
    status, out, errors = newsbell(
        "stories", "--batch", *arguments,
        stdin="".join(json.dumps(i) + "\n" for i in items).encode())
    return status, [json.loads(line) for line in out.splitlines()], errors


def line(n, title, hours=0, url=None):
    return {"n": n, "title": title, "summary": "", "time": T0 + int(hours * HOUR),
            "url": url or f"https://paper{n}.example/{n}"}


@suite.case
def a_batch_says_which_story_each_item_tells():
    lines = [line(n, title, n) for n, title in enumerate(WORDINGS)]
    lines += [line(3, "Sled dogs win a race in Lapland", 3),
              line(4, "UPDATE 2-" + WORDINGS[0] + " - Quay News", 4),
              line(5, "Lighthouse keepers strike over pay", 5, url="https://www.paper0.example/0?utm_source=x"),
              line(6, WORDINGS[0], 200)]
    status, answers, errors = batch(lines)
    equal((status, [a["n"] for a in answers]), (EX_OK, list(range(7))), errors)
    story = [a["story"] for a in answers]
    equal(len(set(story[:3] + [story[4]])), 1, "one story in other words, and its copy")
    equal(len({story[0], story[3], story[6]}), 3, "another event, and the same words a week later")
    _, explained, _ = batch(lines, "--explain")
    equal([a["story"] for a in explained], story, "the same with --explain")
    _, answers, _ = batch(lines, "--grouping", "copies")
    equal(len({a["story"] for a in answers}), 6, "stories when only copies are joined")
    status, answers, errors = batch(lines, "--grouping", "off", "--explain")
    equal((status, [(a["story"], a["how"]) for a in answers]),
          (EX_OK, [(n, "opened") for n in range(1, 8)]), f"each a story of its own {errors}")


@suite.case
def a_batch_wants_its_option():
    status, _, errors = newsbell("stories")
    equal(status, EX_USAGE, errors)


suite.run()
