#!/usr/bin/env python3
"""Somebody sets the clock, by hours, in both directions: no burst, no stall, no early poll."""

import calendar
import time

from feeds import item, rss
from house import House, accepted_equals_owed
from suite import Suite, equal, true, wait_for

suite = Suite()

HOUR = 3600
SPEED = 60
FAST = 300


def open_house(house, every="5m", feeds=3):
    house.list("agencies", "ICE")
    house.webhook()
    house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
    for n in range(feeds):
        house.origin.publish(f"{n}.xml", rss([item(f"1-{n}", f"ICE moves {n}")]))
        house.feed(f"paper{n}", f"{house.origin.base}/{n}.xml", backfill="all", every=every)


def asked(house):
    return len(house.origin.asked())


def shortly_before(*date):
    """To some minutes before a UTC time, so that the test runs across it."""
    return lambda house: calendar.timegm(date + (0,) * (6 - len(date))) - 5 * 60 - house.clock.now()


@suite.rows([
    ("three hours on", lambda house: 3 * HOUR),
    ("three hours back", lambda house: -3 * HOUR),
    ("ten years back", lambda house: -87600 * HOUR),
    ("summer time begins", shortly_before(2027, 3, 28, 1)),
    ("summer time ends", shortly_before(2027, 10, 31, 1)),
    ("32 bits of seconds end", shortly_before(2038, 1, 19, 3, 14, 7)),
])
def polls_go_on_at_their_pace_when_the_clock_is_set(step):
    with House(speed=FAST, env={"TZ": "Europe/Berlin"}) as house:
        house.section("newsbell", timezone="Europe/Berlin")
        open_house(house)
        house.start()
        house.hook.wait(3)
        before = asked(house)
        house.clock.step(step(house))
        start = time.monotonic()
        wait_for(lambda: house.clock.since(start) > 16 * 60, "a quarter of an hour")
        polls = asked(house) - before
        true(polls >= 3, f"{polls} polls of 3 feeds in 16 min at one each 5 min: a stall")
        true(polls <= 18, f"{polls} polls of 3 feeds in 16 min at one each 5 min: a burst")
        for n in range(3):
            house.origin.publish(f"{n}.xml", rss([item(f"1-{n}", f"ICE moves {n}"),
                                                  item(f"2-{n}", f"ICE again {n}")]))
        start = time.monotonic()
        house.hook.wait(6)
        true(house.clock.since(start) < 12 * 60, f"news after {house.clock.since(start):.0f} s")
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def after_a_suspend_each_feed_is_asked_once():
    with House(speed=FAST) as house:
        open_house(house)
        house.start()
        house.hook.wait(3)
        before = asked(house)
        for n in range(3):
            house.origin.publish(f"{n}.xml", rss([item(f"1-{n}", f"ICE moves {n}"),
                                                  item(f"2-{n}", f"ICE again {n}")]))
        house.clock.suspend(8 * HOUR)
        start = time.monotonic()
        house.hook.wait(6)
        true(house.clock.since(start) < 4 * 60, f"news after {house.clock.since(start):.0f} s")
        true(asked(house) - before <= 6, f"{asked(house) - before} polls for eight hours that were slept")
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.rows([
    ("three hours on", 3 * HOUR),
    ("three hours back", -3 * HOUR),
    ("a year back", -8766 * HOUR),
])
def what_is_owed_is_tried_again_when_the_clock_is_set(step):
    with House(speed=SPEED) as house:
        open_house(house, every="6h", feeds=1)
        house.hook.down()
        house.start()
        house.daemon.wait_log("delivery-retry", n=3, channel="siem")
        house.clock.step(step)
        house.hook.up()
        start = time.monotonic()
        house.hook.wait(1)
        true(house.clock.since(start) < 15 * 60, f"after {house.clock.since(start):.0f} s")
        house.wait_settled()
        accepted_equals_owed(house)


@suite.rows([
    ("three hours back", -3 * HOUR),
    ("a year on", 8766 * HOUR),
])
def a_restart_under_another_clock_neither_stalls_nor_repeats(step):
    with House(speed=SPEED) as house:
        open_house(house, feeds=1)
        house.start()
        house.hook.wait(1)
        house.wait_settled()
        house.daemon.stop()
        house.clock.step(step)
        house.start()
        house.origin.publish("0.xml", rss([item("1-0", "ICE moves 0"), item("2", "ICE again")]))
        start = time.monotonic()
        house.hook.wait(2)
        true(house.clock.since(start) < 15 * 60, f"after {house.clock.since(start):.0f} s")
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        equal(len(house.hook.accepted), 2, "alerts")


suite.run()
