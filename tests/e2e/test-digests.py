#!/usr/bin/env python3
"""Digests in as many messages as a service's limits ask for: each alert once, whatever comes between."""

import json
import os
import re
import sqlite3
import sys
import time

import receivers
from feeds import item, rss
from house import DEAD, DONE, House, PENDING, SOURCE
from suite import Suite, contains, equal, true, wait_for

sys.path.insert(0, os.path.join(SOURCE, "tests", "channels"))
import services  # noqa: E402

suite = Suite()

PATHS = {"discord": "/api/webhooks/123/token-x", "mattermost": "/hooks/abcdefghijklmnopqrstuvwx12",
         "ntfy": "/topic_1", "teams": "/workflows/abc"}


class Enforced:
    """A request as services.py wants it."""

    def __init__(self, request):
        self.method, self.path = "POST", request.path
        self.headers, self.body = request.headers, request.body


def enforcing(kind, meanwhile=None):
    """An answer by the service's rules; meanwhile(n): what the n-th message gets in place of that."""
    seen = []

    def answer(handler, request):
        seen.append(request)
        other = meanwhile and meanwhile(len(seen))
        if other:
            return other(handler, request)
        wrong = services.CHECKS[kind](Enforced(request))
        if wrong:
            return handler.reply(wrong[0], wrong[1].encode())
        handler.accept(request)
        status, body = services.SUCCESS[kind]
        return handler.reply(status, body.encode())
    return answer


def open_house(house, kind, n, meanwhile=None, **route):
    house.origin.publish("news.xml", rss([
        item(str(i), f"s{i:03}x: ICE moves to the harbour of the city, as officials say")
        for i in range(n)]))
    house.feed("paper", house.origin.base + "/news.xml", backfill="all")
    house.section("watch", "w", when='"ICE"', grouping="off")
    house.write("etc/room.url", house.hook.url.replace("/hook", PATHS[kind]) + "\n", 0o600)
    house.channel("room", type=kind, url=f"@file:{house.etc}/room.url")
    house.section("route", "all", to="room", **route)
    house.hook.answer = enforcing(kind, meanwhile)


def wall(seconds):
    """A time of day, so far from now, by UTC."""
    return time.strftime("%H:%M", time.gmtime(time.time() + seconds))


def let_time_pass(house):
    """What waits for its time has reached it; newsbelld is not running."""
    db = sqlite3.connect(house.database)
    with db:
        db.execute("UPDATE delivery SET next_try_s = due_s - 864000, due_s = due_s - 864000"
                   " WHERE state = ?", (PENDING,))
    db.close()


def gather(house, n):
    """n alerts in the digest that is due at the next start."""
    house.start()
    house.first_polls("paper")
    wait_for(lambda: house.sql("SELECT sum(alerts) FROM delivery") == [(n,)], "the digest")
    house.daemon.stop()
    let_time_pass(house)


def titles(requests):
    return [t for r in requests for t in sorted(set(re.findall(r"s\d\d\dx", r.body.decode())))]


def numbers(requests):
    return [re.search(r"(\d+) of (\d+) (?:·|\\u00b7)", r.body.decode()).groups() for r in requests]


def each_once(house, n):
    house.wait_settled()
    equal(sorted(titles(house.hook.accepted)), [f"s{i:03}x" for i in range(n)], "each alert once")


@suite.case
def five_hundred_alerts_reach_a_service_each_once():
    for kind in PATHS:
        with House() as house:
            open_house(house, kind, 500, deliver="daily " + wall(7200))
            gather(house, 500)
            house.start()
            each_once(house, 500)
            equal(house.sql("SELECT alerts, state FROM delivery ORDER BY seq"),
                  [(200, DONE), (200, DONE), (100, DONE)], "three digests")
            # numbered one by one, digest after digest
            want, got = [], numbers(house.hook.accepted)
            while len(want) < len(got):
                of = int(got[len(want)][1])
                want += [(str(i + 1), str(of)) for i in range(of)]
            equal(got, want, "numbers")
            true(len(got) > 3, "messages")


@suite.case
def what_fails_in_the_middle_is_tried_again_and_nothing_else():
    def meanwhile(n):
        return {2: receivers.status(500), 4: receivers.reset,
                6: receivers.status(429, b'{"retry_after": 30}')}.get(n)

    with House() as house:
        open_house(house, "discord", 150, meanwhile, deliver="daily " + wall(7200))
        gather(house, 150)
        house.start()
        wait_for(lambda: len(house.hook.requests) >= 6, "the last failure")
        wait_for(lambda: house.daemon.log("delivery-retry", code="429"), "429 understood")
        taken = len(house.hook.accepted)
        time.sleep(0.5)
        equal(len(house.hook.accepted), taken, "messages while the receiver wants none")
        house.tool("retry", "--channel", "room")  # it is not waited for
        each_once(house, 150)
        refused = len(house.hook.requests) - len(house.hook.accepted)
        equal(refused, 3, "messages that were not taken")
        equal(len(numbers(house.hook.accepted)), int(numbers(house.hook.accepted)[0][1]), "messages")


@suite.case
def a_kill_in_the_middle_repeats_nothing_that_was_taken():
    with House() as house:
        open_house(house, "mattermost", 150, deliver="daily " + wall(7200))
        gather(house, 150)
        kills = 0
        given = []  # not `accepted`: that knows of an answer only when it is out, and the next may be here
        for stop_at in (2, 5):  # the next is held back until the daemon is killed
            answer = enforcing("mattermost")
            taken = len(house.hook.accepted)

            def until(handler, request):
                if len(given) >= stop_at:
                    return receivers.hang_up(handler, request)
                given.append(request)
                return answer(handler, request)
            house.hook.answer = until
            house.start()
            wait_for(lambda: len(house.hook.requests) > stop_at + kills, "the next message")
            house.daemon.kill()
            kills += len(house.hook.requests) - stop_at - kills
            true(len(house.hook.accepted) > taken, "some got through")
            equal(house.sql("SELECT count(DISTINCT part) FROM member"), [(stop_at,)], "parts that are through")
        house.hook.answer = enforcing("mattermost")
        house.start()
        each_once(house, 150)
        equal([n for n, _ in numbers(house.hook.accepted)],
              [str(i + 1) for i in range(len(house.hook.accepted))], "numbers")


@suite.case
def kills_at_any_moment_lose_nothing_and_repeat_one_message_at_most():
    with House() as house:
        open_house(house, "ntfy", 150, deliver="daily " + wall(7200))
        gather(house, 150)
        kills = 0
        for pause in (0.05, 0.11, 0.17, 0.03, 0.08):
            before = len(house.hook.accepted)
            house.launch()
            wait_for(lambda: len(house.hook.accepted) > before or
                     house.sql("SELECT count(*) FROM delivery WHERE state = 0") == [(0,)], "a message")
            time.sleep(pause)
            house.daemon.kill()
            kills += 1
        house.start()
        house.wait_settled()
        told = titles(house.hook.accepted)
        equal(sorted(set(told)), [f"s{i:03}x" for i in range(150)], "all of them")
        bodies = [r.body for r in house.hook.accepted]
        true(len(bodies) - len(set(bodies)) <= kills, "repetitions, the same bytes")
        equal(len(told) - len(set(told)), sum(
            len(set(re.findall(rb"s\d\d\dx", b))) for b in set(bodies) for _ in range(bodies.count(b) - 1)),
            "what was repeated was repeated whole")


@suite.case
def a_message_that_is_refused_lies_apart_and_the_others_go_on():
    def meanwhile(n):
        return receivers.status(400, b"{}") if n in (2, 3) else None

    with House() as house:
        open_house(house, "discord", 150, meanwhile, deliver="daily " + wall(7200))
        gather(house, 150)
        house.start()
        house.wait_settled()
        [(refused,)] = house.sql("SELECT alerts FROM delivery WHERE state = ?", DEAD)
        told = titles(house.hook.accepted)
        equal((len(told), len(set(told))), (150 - refused, 150 - refused), "the others, each once")
        contains(house.tool("deliveries", "--failed"), f"digest of {refused} alerts", "what failed")
        [(dead,)] = house.sql("SELECT id FROM delivery WHERE state = ?", DEAD)
        lines = house.tool("alerts", "--delivery", dead[:10], "--json").splitlines()
        equal(len({json.loads(line)["alert"]["id"] for line in lines}), refused, "its alerts, listed")
        house.tool("retry", "--channel", "room")
        each_once(house, 150)


@suite.case
def the_rest_of_a_digest_may_fail_and_be_retried():
    with House() as house:
        open_house(house, "discord", 60, lambda n: receivers.status(400, b"{}") if n in (2, 3) else None,
                   deliver="daily " + wall(7200))
        gather(house, 60)
        house.start()
        house.wait_settled()
        through = len(titles(house.hook.accepted))
        contains(house.tool("deliveries", "--failed"), f"digest of 60 alerts, {through} of them through",
                 "what failed")
        house.tool("retry", "--channel", "room")
        each_once(house, 60)


@suite.case
def what_waited_for_a_receiver_is_told_whole():
    with House() as house:
        open_house(house, "ntfy", 120)
        house.hook.down()
        house.start()
        house.first_polls("paper")
        wait_for(lambda: len(house.daemon.log("delivery-retry")) >= 3, "some attempts")
        house.daemon.stop()
        house.hook.up()
        house.start()
        house.tool("retry", "--channel", "room")
        house.wait_settled()
        told = titles(house.hook.accepted)
        equal(sorted(told), [f"s{i:03}x" for i in range(120)], "each alert once")


suite.run()
