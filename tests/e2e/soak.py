#!/usr/bin/env python3
"""A simulated month (NB_DAYS) in minutes: flat memory, flat descriptors, a database that does not
grow once it holds what it keeps, and every item that rings told once.  `make check-soak`.

Time leaps by a quarter of an hour whenever nothing is under way.  Twenty feeds bring news at their
own pace, two ail, a receiver is away for a day, a digest goes out daily, and every day the
configuration is reloaded, every week a backup made.
"""

import collections
import json
import os
import re
import socket
import time

import receivers
from feeds import item, rss
from house import House, newsbell
from suite import Suite, equal, true, wait_for

suite = Suite()

DAYS = int(os.environ.get("NB_DAYS", "30"))
FEEDS = 20
LISTED = 30              # items a feed lists
LEAP_S = 900
LEAPS_A_DAY = 86400 // LEAP_S
KEEP_DAYS = 5
WARM_DAYS = KEEP_DAYS + 3  # until then the database fills, and memory with it
AWAY_DAY = 3               # of the receiver


def ask(house, command):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.connect(os.path.join(house.state, "control"))
        s.sendall(json.dumps({"command": command}).encode() + b"\n")
        return json.loads(s.makefile().readline())


def wait_idle(house):
    """The leap was seen and what it made due is done."""
    time.sleep(0.03)

    def idle():
        status = ask(house, "status")
        return status["polls_active"] == 0 and status["deliveries_active"] == 0

    wait_for(idle, "nothing to be under way", 60)


class Papers:
    """What the feeds list: each brings an item every few quarters of an hour, every third rings."""

    def __init__(self, house):
        self.house = house
        self.items = collections.defaultdict(list)
        self.n = 0
        self.ringing = set()

    def print(self, leap):
        for feed in range(FEEDS):
            if (leap + feed) % (4 + feed) == 0:
                self.bring(feed)

    def bring(self, feed):
        self.n += 1
        rings = self.n % 3 == 0
        title = f"ICE report number {self.n}" if rings else f"Weather report number {self.n}"
        if rings:
            self.ringing.add(f"n{self.n}")
        self.items[feed] = (self.items[feed] + [
            item(f"n{self.n}", title, "words " * 100, at=int(self.house.clock.now()))])[-LISTED:]
        self.house.origin.publish(f"{feed}.xml", rss(self.items[feed]))


def measure(house):
    pids = [house.daemon.pid, *house.daemon.children()]
    memory = 0
    for pid in pids:
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            memory += int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))
    pages = house.sql("PRAGMA page_count")[0][0] - house.sql("PRAGMA freelist_count")[0][0]
    return {"processes": len(pids), "memory_kb": memory,
            "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
            "pages": pages, "items": house.sql("SELECT count(*) FROM item")[0][0]}


def configure(house):
    house.section("newsbell", keep=f"{KEEP_DAYS}d")
    for feed in range(FEEDS):
        house.feed(f"paper{feed}", f"{house.origin.base}/{feed}.xml", every="1h", backfill="all")
    house.feed("lost", house.origin.base + "/lost.xml", every="1h")
    house.feed("gone", house.origin.base + "/gone/news.xml", every="1h")
    house.list("agencies", "ICE")
    house.webhook()
    house.digest = house.servers["digest"] = receivers.Webhook()
    house.webhook("daily", house.digest)
    house.section("route", "now", match="severity >= low", to="siem", **{"continue": "yes"})
    house.section("route", "digest", to="daily", deliver="daily 08:00")


def a_day(house, papers, day):
    if day == AWAY_DAY:
        house.hook.down()
    if day == AWAY_DAY + 1:
        house.hook.up()
    for leap in range(LEAPS_A_DAY):
        papers.print(day * LEAPS_A_DAY + leap)
        house.clock.leap(LEAP_S)
        wait_idle(house)
    house.reload()
    if day % 7 == 0:
        copy = os.path.join(house.dir, "backup.db")
        equal(newsbell("backup", copy, "--state", house.state)[0], 0, "backup")
        os.unlink(copy)
    found = measure(house)
    print(f"day {day + 1}: {found}", flush=True)
    return found


@suite.case
def a_month():
    with House(speed=1) as house:
        configure(house)
        papers = Papers(house)
        for feed in range(FEEDS):
            papers.bring(feed)
        house.start()
        start = time.monotonic()
        days = [a_day(house, papers, day) for day in range(DAYS)]
        for _ in range(8):  # what is owed goes out, by the next digest too
            house.clock.leap(4 * 3600)
            wait_idle(house)
        took = time.monotonic() - start
        told = collections.Counter(m["item"]["id"] for m in messages(house.hook))
        digested = sum(m.get("count", 1) for m in messages(house.digest) if m["kind"] != "operator")
        news = [m["item"]["title"] for m in messages(house.digest) if m["kind"] == "operator"]
        print(f"{papers.n} items, {len(told)} alerts, {len(house.digest.accepted)} digests of "
              f"{digested}, {house.daemon.log_text().count('event=poll')} polls logged, {took:.0f} s")
        equal(sorted(papers.ringing - set(told)), [], "rang, and were not told")
        equal([i for i, n in told.items() if n > 1], [], "told twice")
        equal(digested, len(papers.ringing), "alerts in the digests")
        equal(len(news), 1, f"that one receiver is away is told through the other, once: {news}")
        flat(days)
        equal(house.daemon.stop(), 0, "exit status")


def messages(hook):
    """What came, each id once: a message whose answer was lost comes again under its id."""
    return [m["data"] for m in {r.id: r.json for r in hook.accepted}.values()]


def flat(days):
    true(len(days) > WARM_DAYS + 2, f"NB_DAYS must be more than {WARM_DAYS + 2}")
    warm = days[WARM_DAYS:]
    for what, slack in (("memory_kb", 1.10), ("pages", 1.15)):
        first, last = warm[0][what], warm[-1][what]
        true(last <= first * slack, f"{what} grew from {first} to {last}")
    for what in ("descriptors", "processes"):
        true(max(d[what] for d in warm) <= warm[0][what] + 2, f"{what}: {[d[what] for d in warm]}")


suite.run()
