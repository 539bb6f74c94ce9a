#!/usr/bin/env python3
"""Receivers that are away for six simulated hours: nothing is lost, nobody is hammered, and what
waited comes as digests, the oldest first."""

import receivers
from feeds import item, rss
from house import DONE, House, accepted_equals_owed
from suite import Suite, equal, true, wait_for

suite = Suite()

SPEED = 60  # a minute a second; hours are jumped over


def begin(house, **keys):
    house.section("watch", "agencies", when="@agencies")
    house.list("agencies", "ICE", "DHS [severity: critical]")
    house.origin.publish("news.xml", rss([]))
    house.feed("paper", house.origin.base + "/news.xml", backfill="all")
    house.webhook(**keys)


class Paper:
    def __init__(self, house):
        self.house, self.items = house, []
        house.start()
        house.first_polls("paper")

    def ring(self, *titles):
        for title in titles:
            self.items.append(item(f"n{len(self.items)}", title))
        self.house.origin.publish("news.xml", rss(self.items[-60:]))
        self.house.poll("paper")


def numbered(first, last):
    return [f"ICE moves file {n}" for n in range(first, last + 1)]


def told(request):
    data = request.json["data"]
    return [a["item"]["title"] for a in data.get("alerts", [data])]


def six_hours(house):
    """Each time that somebody sets the clock, the receiver is asked once more."""
    for _ in range(6):
        before = len(house.hook.requests)
        house.clock.step(3600)
        wait_for(lambda before=before: len(house.hook.requests) > before, "another attempt")


@suite.case
def a_long_queue_comes_as_digests():
    with House(speed=SPEED) as house:
        begin(house)
        house.email()
        paper = Paper(house)
        house.hook.answer = receivers.status(503)
        house.mail.down()
        paper.ring(*numbered(1, 40))
        paper.ring("DHS on fire", *numbered(41, 80))
        paper.ring(*numbered(81, 120))
        six_hours(house)
        asked = len(house.hook.requests)
        true(asked < 40, f"to be asked seldom, not {asked} times")
        house.hook.answer = receivers.good
        house.mail.up()
        house.wait_settled()
        accepted_equals_owed(house)
        hooks = house.hook.accepted
        # beside the operator's news of the one channel through the other
        news = [t for r in hooks for t in told(r) if not t.startswith("channel ")]
        equal(sorted(news), sorted(numbered(1, 120) + ["DHS on fire"]),
              "what was told")
        kinds = [r.json["data"]["kind"] for r in hooks]
        true(kinds.count("backlog") == 1 and len(hooks) < 25, f"few messages, not {kinds}")
        alone = [r for r in hooks if told(r) == ["DHS on fire"]]
        equal(len(alone), 1, "what is critical, alone")
        [digest] = [r for r in hooks if r.json["data"]["kind"] == "backlog"]
        numbers = [int(t.split()[-1]) for t in told(digest)]
        equal(numbers, sorted(numbers), "the oldest first")
        mails = house.mail.accepted
        true(len(mails) < 60, f"fewer mails, not {len(mails)}")
        equal({f"<{i}@example.org>" for i in house.deliveries("desk")}, set(house.mail.ids()), "mails")
        equal(set(house.deliveries().values()), {DONE}, "states")


@suite.case
def one_by_one_when_the_channel_says_so():
    with House(speed=SPEED) as house:
        begin(house, backlog=0)
        paper = Paper(house)
        house.hook.answer = receivers.status(503)
        paper.ring(*numbered(1, 60))
        wait_for(lambda: len(house.hook.requests) > 6, "some attempts")
        house.hook.answer = receivers.good
        house.wait_settled()
        accepted_equals_owed(house)
        titles = [t for r in house.hook.accepted for t in told(r)]
        probe = titles.pop(0)
        equal(titles, [t for t in numbered(1, 60) if t != probe], "all but the probe in their order")
        equal({r.json["type"] for r in house.hook.accepted}, {"alert"}, "messages")


suite.run()
