#!/usr/bin/env python3
"""What is new, what was edited, what is the same elsewhere; and how feeds are, and who is told."""

import json

from feeds import item, rss
from house import House, accepted_equals_owed, now
from origin import http
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

MINUTE, HOUR, DAY = 60, 3600, 86400


def open_house(house, *items, **keys):
    house.list("agencies", "ICE", "Frontex")
    house.webhook()
    publish(house, *items)
    house.feed("paper", house.scripted.base + "/paper", **keys)


def publish(house, *items, path="/paper"):
    house.scripted.answers[path] = http(rss(list(items)))


def told(house):
    return [(r.json["data"]["item"]["id"], r.json["data"]["item"]["title"])
            for r in house.hook.accepted]


# ---- new or not ----

@suite.case
def a_date_makes_nothing_new_and_nothing_old():
    """Dated ten years ago or in the future, first seen now: new.  Dated now, seen before: not."""
    with House() as house:
        open_house(house, item("1", "ICE of old", at=now() - 60), backfill="0")
        house.start()
        house.first_polls("paper")
        publish(house, item("1", "ICE of old", at=now()), item("2", "ICE from the archive", at=10 ** 9),
                item("3", "ICE tomorrow", at=now() + 9 * DAY), item("4", "ICE without a date"))
        house.poll("paper")
        house.hook.wait(3)
        publish(house, item("4", "ICE without a date"))
        house.poll("paper")
        publish(house, item("1", "ICE of old", at=now()), item("4", "ICE without a date"))
        house.poll("paper")  # what had left the feed is back
        house.wait_settled()
        equal(sorted(i for i, _ in told(house)), ["2", "3", "4"], "what rang")
        accepted_equals_owed(house)


@suite.case
def an_item_that_left_the_store_is_not_new_when_it_is_listed_again():
    with House(speed=1) as house:
        open_house(house, item("1", "ICE once"), backfill="all", every="7d")
        house.section("newsbell", keep="1d")
        house.start()
        house.hook.wait(1)
        publish(house, item("2", "Frontex since"))
        house.poll("paper")
        house.hook.wait(2)
        for _ in range(2):
            house.later(30 * DAY)
            house.first_polls("paper")
        wait_for(lambda: house.sql("SELECT count(*) FROM item WHERE item_id = '1'") == [(0,)],
                 "the item to be forgotten")
        publish(house, item("1", "ICE once"), item("2", "Frontex since"))
        house.poll("paper")
        house.wait_settled()
        equal(len(house.hook.accepted), 2, "messages")


@suite.case
def ids_that_change_ring_nobody_and_are_noted_once():
    with House() as house:
        titles = ["ICE on land", "ICE at sea", "ICE in the air", "Frontex on ICE"]
        open_house(house, *(item(f"old-{n}", t, link=f"https://paper.example/{n}")
                            for n, t in enumerate(titles)), backfill="all")
        house.start()
        house.hook.wait(4)
        for generation in ("new", "newer"):
            publish(house, *(item(f"{generation}-{n}", t, link=f"https://paper.example/{n}")
                             for n, t in enumerate(titles)), item(f"{generation}", "Wind"))
            house.poll("paper")
        house.wait_settled()
        equal(len(house.hook.accepted), 4, "messages")
        equal(house.sql("SELECT kind FROM health"), [("churn",)], "what is noted")


@suite.case
def an_edit_is_kept_and_rings_when_it_newly_matches_or_was_told():
    with House() as house:
        open_house(house, item("1", "Border agency moves", "It goes to Azure."),
                   item("2", "ICE moves", "At 14:05."), backfill="all")
        house.start()
        house.hook.wait(1)
        publish(house, item("1", "Border agency  moves!", "It goes to Azure"),
                item("2", "ICE moves", "At 16:20."))
        house.poll("paper")
        equal(house.sql("SELECT count(*) FROM item_version"), [(0,)],
              "white space, punctuation and a time of day are no edit")
        publish(house, item("1", "Frontex moves", "It goes to Azure."), item("2", "ICE moves on", "At 9."))
        house.poll("paper")
        house.hook.wait(3)
        house.wait_settled()
        equal(told(house), [("2", "ICE moves"), ("1", "Frontex moves"), ("2", "ICE moves on")], "what rang")
        equal(house.sql("SELECT i.item_id, i.revision, v.title, i.title FROM item i "
                        "JOIN item_version v ON v.item = i.id ORDER BY 1"),
              [("1", 1, "Border agency moves", "Frontex moves"), ("2", 1, "ICE moves", "ICE moves on")],
              "both versions")
        equal(house.hook.accepted[1].json["data"].get("revision",
              house.hook.accepted[1].json["data"]["item"].get("revision")), 1, "marked as edited")


@suite.case
def one_address_in_two_feeds_is_one_item_with_two_sources():
    with House() as house:
        open_house(house, item("a-1", "ICE moves its files", link="https://www.paper.example/x?utm_source=a"),
                   backfill="all")
        publish(house, item("b-9", "ICE moves its files!", link="http://paper.example/x/"),
                item("b-10", "ICE elsewhere", link="https://paper.example/y"), path="/wire")
        house.start()
        house.hook.wait(1)
        house.feed("wire", house.scripted.base + "/wire", backfill="all")
        house.reload()
        house.first_polls("wire")
        house.hook.wait(2)
        house.wait_settled()
        equal([i for i, _ in told(house)], ["a-1", "b-10"], "what rang")
        equal(house.sql("SELECT i.item_id, f.name FROM item_source x JOIN item i ON i.id = x.item "
                        "JOIN feed f ON f.id = x.feed"), [("a-1", "wire")], "sources beside the first")
        equal(house.sql("SELECT reason FROM decision"), [("same-item",)], "and why it did not ring")


# ---- how feeds are ----

@suite.case
def four_ways_to_ail_and_a_recovery_each_told_in_a_digest():
    with House(speed=20) as house:
        good = http(rss([item("1", "Wind")]))
        html = http(b"<html><body>Checking your browser</body></html>", content_type="text/html")
        ailing = {
            "broken": http(b"", status="404 No"),
            "silent": good,
            "suspicious": html,
            "empty": http(rss([])),
            "gone": http(b"", status="410 Gone"),
        }
        house.list("agencies", "ICE")
        house.webhook()
        house.section("health", to="siem")
        for name, then in ailing.items():
            house.scripted.answers["/" + name] = [good, then]
            house.feed(name, f"{house.scripted.base}/{name}", every="15m",
                       silent="2h" if name == "silent" else "off")
        house.start()
        house.first_polls(*ailing)
        for minutes, due in ((20, ailing), (40, set(ailing) - {"gone"}), (70, set(ailing) - {"gone"})):
            house.later(minutes * MINUTE)
            house.first_polls(*due)
        kinds = {"broken": "broken", "silent": "silent", "suspicious": "suspicious",
                 "empty": "suspicious", "gone": "gone"}
        wait_for(lambda: health(house) == kinds, "all of them to be noted")
        shown = house.tool("feeds", "--ailing")
        for name, kind in kinds.items():
            true(any(line.split()[:2] == [name, kind] for line in shown.splitlines()),
                 f"{name} is {kind} in:\n{shown}")
        digests = wait_digests(house, kinds)
        for name in kinds:
            line = next(line for line in digests if f"{name}:" in line)
            for part in ("last good", "next try in"):
                contains(line, part, f"what is said of {name}")
        for name in ailing:
            house.scripted.answers["/" + name] = http(rss([item("2", "Rain"), item("1", "Wind")]))
        house.later(7.1 * DAY)
        house.first_polls(*ailing)
        wait_for(lambda: health(house) == {name: "recovered" for name in ailing}, "recoveries")
        house.later(2 * HOUR)
        wait_digests(house, {name: "recovered" for name in ailing})
        equal(house.sql("SELECT count(*) FROM health WHERE told = 0"), [(0,)], "what is not told")


def health(house):
    """The last that was noted of each feed."""
    return dict(house.sql("SELECT f.name, kind FROM health h JOIN feed f ON f.id = h.feed "
                          "ORDER BY h.id"))


def lines_told(house):
    return [line for r in house.hook.accepted for line in
            json.dumps(r.json, ensure_ascii=False).replace('", "', "\n").replace("\\n", "\n").splitlines()]


def wait_digests(house, kinds):
    """All of it was told, by as many messages as it takes; what was said."""
    def said():
        lines = lines_told(house)
        return all(any(f"{name}: {kind}" in line for line in lines) for name, kind in kinds.items())

    for _ in range(4):  # messages are an hour apart
        try:
            wait_for(said, "the digest", 2)
            return lines_told(house)
        except AssertionError:
            house.later(65 * MINUTE)
    wait_for(said, f"the digest in {house.hook.accepted and lines_told(house)}", 1)
    return lines_told(house)


suite.run()
