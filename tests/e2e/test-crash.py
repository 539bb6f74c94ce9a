#!/usr/bin/env python3
"""kill -9 at random moments under load, with receivers that fail a fifth of the time.

Every item that matches is accepted by each receiver, none that does not match, each under one id and
with the same bytes; the database is sound after each kill.  NB_KILLS says how many (a few in
`make check`, 1,000 in `make check-crash`), NB_SEED repeats a run.
"""

import collections
import os
import random
import signal
import sqlite3
import time

import receivers
from feeds import item, rss
from house import DONE, House, PENDING
from suite import Suite, equal, true, wait_for

suite = Suite()

KILLS = int(os.environ.get("NB_KILLS", "10"))
SEED = int(os.environ.get("NB_SEED", str(random.randrange(1 << 30))))
FEEDS = 4
WINDOW = 50  # items that a feed shows, and all that were not taken in yet
FAULTS = 0.2  # of all answers

hook_faults = [
    receivers.reset, receivers.hang_up, receivers.half_status, receivers.accept_and_reset,
    receivers.accept_and_cut, receivers.status(500), receivers.status(503),
    receivers.status(429, headers=[("Retry-After", "1")]),
]
mail_faults = [("dot", "took"), ("dot", "451 4.3.0 later"), ("dot", "hang-up"), ("data", "hang-up"),
               ("mail", "451 4.3.0 later"), ("rcpt", "452 4.2.2 full")]


class Load:
    def __init__(self, house, chance):
        self.house = house
        self.chance = chance
        self.items = [[] for _ in range(FEEDS)]
        self.wanted = set()  # titles that ring
        house.list("agencies", "ICE")
        for n in range(FEEDS):
            house.feed(f"paper{n}", f"{house.origin.base}/{n}.xml", backfill="all")
        house.hook.answer = self.answer
        house.mail.decide = self.trouble_mail

    def answer(self, handler, request):
        if self.chance.random() < FAULTS:
            return self.chance.choice(hook_faults)(handler, request)
        return receivers.good(handler, request)

    def trouble_mail(self, mail):
        """After each mail: does the next one meet trouble?"""
        if self.chance.random() < FAULTS:
            step, answer = self.chance.choice(mail_faults)
            self.house.mail.faults = {step: [answer]}
        return None

    def taken(self):
        """How many items of each feed are in the database."""
        if not os.path.exists(self.house.database):
            return {}
        try:
            return dict(self.house.sql("SELECT f.name, count(*) FROM item i"
                                       " JOIN feed f ON f.id = i.feed GROUP BY f.name"))
        except sqlite3.OperationalError:
            return {}  # killed before there were tables

    def publish(self):
        taken = self.taken()
        for n, items in enumerate(self.items):
            first = max(0, min(taken.get(f"paper{n}", 0), len(items) - WINDOW))
            for _ in range(self.chance.randrange(4)):
                number = f"{n}.{len(items)}"
                if self.chance.random() < 0.7:
                    title = f"ICE moves, part {number}"
                    self.wanted.add(title)
                else:
                    title = f"Frozen ice and services, part {number}"
                items.append(item(number, title, "Text. " * self.chance.randrange(200)))
            self.house.origin.publish(f"{n}.xml", rss(items[first:]))


@suite.case
def nothing_is_lost_doubled_or_invented():
    print(f"{KILLS} kills, NB_SEED={SEED}", flush=True)
    chance = random.Random(SEED)
    with House(speed=20) as house:
        # each alert alone: a machine that is busy would find many waiting, and fold them
        house.webhook(backlog="0")
        house.email(backlog="0")
        load = Load(house, chance)
        house.configure()
        for n in range(KILLS):
            load.publish()
            daemon = house.launch(configure=False)
            if chance.random() < 0.9:
                daemon.wait_ready()
                if chance.random() < 0.8:
                    daemon.signal(signal.SIGUSR1)
                if chance.random() < 0.2:
                    daemon.signal(signal.SIGHUP)
            time.sleep(chance.random() ** 2 * 0.8)
            true(daemon.is_running(), "newsbelld to be killed by us, not to end by itself")
            daemon.kill()
            house.daemons.pop()
            said = daemon.log_text()
            true("Sanitizer" not in said and "runtime error" not in said, said)
            daemon.close()
            os.unlink(daemon.log_path)
            if n % max(1, KILLS // 50) == 0:
                house.audit()
        house.start(configure=False)
        house.poll(*(f"paper{n}" for n in range(FEEDS)))
        wait_for(lambda: house.sql("SELECT count(*) FROM item")[0][0]
                 == sum(len(items) for items in load.items), "all items to be taken in")
        house.wait_settled(120)
        equal(house.daemon.stop(), 0, "exit status")
        check(house, load.wanted)
        print(f"{sum(len(i) for i in load.items)} items, {len(load.wanted)} alerts to two receivers,"
              f" {len(house.hook.accepted)} webhooks and {len(house.mail.accepted)} mails accepted")


def check(house, wanted):
    deliveries = house.deliveries()
    equal(sorted(set(deliveries.values())), [DONE] if deliveries else [], "states")
    equal(house.sql("SELECT count(*) FROM delivery WHERE state = ?", PENDING), [(0,)], "still owed")
    hooks = [(r.json["data"]["item"]["title"], r.id.removeprefix("msg_"), r.body)
             for r in house.hook.accepted]
    mails = [(str(m.message["Subject"]).split(": ", 1)[1], m.id[1:].split("@")[0], m.bytes)
             for m in house.mail.accepted]
    for channel, accepted in (("siem", hooks), ("desk", mails)):
        ids, texts = collections.defaultdict(set), collections.defaultdict(set)
        for title, number, text in accepted:
            ids[title].add(number)
            texts[number].add(text)
        equal(sorted(set(ids) - wanted), [], f"{channel}: accepted, and never owed")
        equal(sorted(wanted - set(ids)), [], f"{channel}: owed, and never accepted")
        equal([t for t, i in ids.items() if len(i) > 1], [], f"{channel}: told under two ids")
        equal([i for i, t in texts.items() if len(t) > 1], [], f"{channel}: ids with two texts")
        equal(sorted(texts), sorted(house.deliveries(channel)), f"{channel}: ids")


suite.run()
