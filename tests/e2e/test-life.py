#!/usr/bin/env python3
"""What is told once stays told: over polls, restarts, kills, and receivers that are away."""

import signal
import time

import receivers
from feeds import item, rss
from house import DONE, House, PENDING, accepted_equals_owed
from suite import Suite, equal, true, wait_for

suite = Suite()

OLD = item("1", "Rain in the harbour")
ICE = item("2", "ICE moves its files", "To Azure.")
MORE = item("3", "ICE again", "Still moving.")


def open_house(house, *items):
    publish(house, *items)
    house.feed("paper", house.origin.base + "/news.xml")
    house.list("agencies", "ICE")
    house.webhook()


def publish(house, *items):
    house.origin.publish("news.xml", rss(list(items)))


@suite.case
def a_new_item_rings_once_over_polls_and_restarts():
    with House() as house:
        open_house(house, OLD)
        house.start()
        house.first_polls("paper")
        publish(house, OLD, ICE)
        house.poll("paper")
        [hook] = house.hook.wait(1)
        equal(hook.json["data"]["item"]["title"], "ICE moves its files", "what rang")
        house.poll("paper")
        publish(house, OLD, ICE, item("4", "Wind"))
        house.poll("paper")
        equal(house.daemon.stop(), 0, "exit status")
        house.start()
        house.poll("paper")
        publish(house, OLD, ICE, item("4", "Wind"), MORE)
        house.poll("paper")
        house.hook.wait(2)
        house.wait_settled()
        house.daemon.stop()
        equal([r.json["data"]["item"]["id"] for r in house.hook.accepted], ["2", "3"], "all alerts")
        accepted_equals_owed(house)


@suite.case
def a_restart_does_not_ask_before_the_feed_is_due():
    with House() as house:
        open_house(house, OLD)
        house.start()
        house.first_polls("paper")
        for _ in range(3):
            house.daemon.kill()
            house.start()
        equal(house.daemon.stop(), 0, "exit status")
        equal(len(house.origin.asked("/news.xml")), 1, "requests over three restarts")


@suite.case
def killed_before_delivery_it_delivers_what_was_owed_under_the_same_ids():
    with House() as house:
        open_house(house, OLD)
        house.email()
        house.start()
        house.first_polls("paper")
        house.hook.down()
        house.mail.down()
        publish(house, OLD, ICE, MORE)
        house.poll("paper")
        house.daemon.wait_log("delivery-retry", channel="siem")
        house.daemon.wait_log("delivery-retry", channel="desk")
        owed = house.deliveries()
        equal(sorted(owed.values()), [PENDING] * 4, "states while the receivers are away")
        house.daemon.kill()

        house.hook.up()
        house.mail.up()
        house.start()
        house.hook.wait(2)
        house.mail.wait(2)
        house.wait_settled()
        house.daemon.stop()
        accepted_equals_owed(house)
        equal(sorted(house.mail.ids()), sorted(f"<{i}@example.org>"
                                               for i in house.deliveries("desk")), "Message-IDs")
        equal(sorted(house.deliveries()), sorted(owed), "ids before and after")


@suite.rows([
    ("webhook", "siem"),
    ("e-mail", "desk"),
])
def killed_while_the_receiver_answers_it_repeats_the_same_bytes(channel):
    with House() as house:
        open_house(house, OLD, ICE)
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.drop("channel", "siem")
        receiver = house.hook if channel == "siem" else house.mail
        if channel == "siem":
            house.webhook()

            def accept_and_think(handler, request):
                handler.accept(request)
                time.sleep(20)

            house.hook.answers = [accept_and_think]
        else:
            house.email()
            house.mail.faults = {"dot": ["took"]}
        house.start()
        receiver.wait(1)
        house.daemon.kill()
        house.start()
        first, second = receiver.wait(2)
        house.wait_settled()
        house.daemon.stop()
        equal(second.id, first.id, "the id")
        equal(body(second), body(first), "the bytes")
        equal(len(receiver.accepted), 2, "messages accepted")
        equal(set(house.deliveries().values()), {DONE}, "states")


def body(message):
    return message.body if isinstance(message, receivers.Request) else message.bytes


@suite.case
def a_receiver_that_is_away_gets_it_when_it_is_back_and_is_not_hammered():
    with House(speed=60) as house:
        open_house(house, OLD, ICE)
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.hook.down()
        house.start()
        house.daemon.wait_log("delivery-retry", n=6, channel="siem")
        house.hook.up()
        back = house.clock.now()
        house.hook.wait(1)
        house.wait_settled()
        took = house.clock.now() - back
        true(took < 130, f"delivered soon after it is back, not after {took:.0f} s")
        times = [at for (at,) in house.sql("SELECT at_s FROM attempt ORDER BY id")]
        gaps = [b - a for a, b in zip(times, times[1:])]
        true(gaps[0] >= 3 and all(g >= 8 for g in gaps[1:]),
             f"tries further and further apart: {gaps}")
        true(max(gaps) < 150, f"and a probe every minute or so: {gaps}")
        accepted_equals_owed(house)


@suite.case
def one_dead_channel_delays_no_other():
    with House() as house:
        open_house(house, OLD, ICE)
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.email()
        house.mail.down()
        start = time.monotonic()
        house.start()
        house.hook.wait(1)
        true(time.monotonic() - start < 10, "the webhook at once")
        wait_for(lambda: list(house.deliveries("siem").values()) == [DONE], "webhook written")
        equal(list(house.deliveries("desk").values()), [PENDING], "the mail still owed")


@suite.case
def a_removed_channel_keeps_what_it_is_owed():
    with House() as house:
        open_house(house, OLD, ICE)
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.hook.down()
        house.start()
        house.daemon.wait_log("delivery-retry", channel="siem")
        house.drop("channel", "siem")
        house.reload()
        house.daemon.wait_log("channel-missing", channel="siem")
        house.hook.up()
        house.webhook()
        house.reload()
        house.daemon.signal(signal.SIGTERM)
        equal(house.daemon.wait(), 0, "exit status")
        house.start()
        house.hook.wait(1)
        house.wait_settled()
        accepted_equals_owed(house)


suite.run()
