#!/usr/bin/env python3
"""Webhook receivers that fail in every way: what is accepted is what is owed, under one id each."""

import json

import receivers
from house import DEAD, DONE, House, PENDING, accepted_equals_owed
from paper import begin
from receivers import status
from suite import Suite, equal, true, wait_for

suite = Suite()

SPEED = 60


@suite.rows([
    ("500", [status(500), status(502), status(504)]),
    ("408 and 425", [status(408), status(425)]),
    ("a reset", [receivers.reset] * 2),
    ("a connection that just ends", [receivers.hang_up] * 2),
    ("half a status line", [receivers.half_status]),
    ("no HTTP", [receivers.garbage]),
    ("accepted, then a reset", [receivers.accept_and_reset] * 2),
    ("accepted, half an answer", [receivers.accept_and_cut] * 2),
    ("slower than is waited for", [receivers.slow(2)]),
    ("a redirect", [status(302, headers=[("Location", "http://127.0.0.1:9/")])]),
    ("unauthorized", [status(401), status(403), status(404)]),
])
def a_webhook_gets_there_after(answers):
    with House(speed=SPEED) as house:
        house.webhook()
        house.hook.answers = list(answers)
        paper = begin(house)
        wait_for(lambda: not house.hook.answers and house.deliveries() and
                 set(house.deliveries().values()) == {DONE}, "the first alert to be settled")
        paper.ring()
        house.hook.wait(2)
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        equal(set(house.deliveries().values()), {DONE}, "states")
        accepted_equals_owed(house)


@suite.rows([
    ("429", 429, 40),
    ("503", 503, 70),
])
def retry_after_is_honoured(code, seconds):
    with House(speed=20) as house:
        house.webhook()
        house.hook.answers = [status(code, headers=[("Retry-After", str(seconds))])]
        begin(house)
        house.hook.wait(1)
        house.wait_settled()
        first, second = [at for (at,) in house.sql("SELECT at_s FROM attempt ORDER BY id")]
        true(second - first >= seconds, f"{second - first} s between the tries, {seconds} asked for")


@suite.case
def a_rate_limited_backlog_is_delivered_whole():
    """Every second answer is 429."""
    with House(speed=SPEED) as house:
        house.webhook()
        turn = [0]

        def limited(handler, request):
            turn[0] += 1
            if turn[0] % 2:
                return handler.reply(429, headers=[("Retry-After", "2")])
            return receivers.good(handler, request)

        house.hook.answer = limited
        paper = begin(house)
        for _ in range(10):
            paper.print()
        paper.ring()
        house.hook.wait(12)
        house.wait_settled()
        accepted_equals_owed(house)


@suite.case
def what_a_receiver_refuses_twice_is_a_dead_letter_and_others_go_on():
    with House(speed=SPEED) as house:
        house.webhook()
        house.hook.answer = lambda handler, request: handler.reply(422) \
            if b"poison" in request.body else receivers.good(handler, request)
        paper = begin(house)
        paper.print("ICE poison")
        paper.ring()
        house.hook.wait(2)
        house.wait_settled()
        equal(sorted(house.deliveries().values()), [DONE, DONE, DEAD], "states")
        house.daemon.wait_log("delivery-dead", channel="siem")


@suite.case
def gone_stops_the_channel_and_keeps_what_is_owed():
    with House(speed=SPEED) as house:
        house.webhook()
        house.hook.answers = [status(410)]
        paper = begin(house)
        house.daemon.wait_log("channel-gone", channel="siem")
        paper.ring()
        equal(len(house.hook.requests), 1, "requests to a receiver that said 410")
        equal(set(house.deliveries().values()), {PENDING}, "states")
        true("nothing more is sent" in house.daemon.log("channel-gone")[0].text, "what the log says")
        [failing] = json.loads(house.tool("status", "--json"))["channels_failing"]
        equal((failing["channel"], failing["deliveries"], failing["answer"]), ("siem", 1, "HTTP 410"),
              "what newsbell status says")
        house.reload()  # the operator says that it is there again
        house.hook.wait(2)
        house.wait_settled()
        accepted_equals_owed(house)


@suite.case
def six_hours_away():
    """With other channels on time, and the backlog in the order in which it was owed."""
    with House(speed=3000) as house:
        house.webhook()
        second = receivers.Webhook()
        house.servers["second"] = second
        house.webhook("other", hook=second)
        paper = begin(house)
        house.hook.wait(1)
        house.wait_settled()
        house.hook.down()
        away = house.clock.now()
        for _ in range(10):
            paper.ring()
        second.wait(11)
        wait_for(lambda: house.clock.now() - away > 6 * 3600, "six hours")
        house.hook.up()
        back = house.clock.now()
        house.hook.wait(11)
        house.wait_settled()
        # a probe at least every 5 minutes after the first hour, and the machine may be busy
        true(house.clock.now() - back < 3600 * 3, f"after {house.clock.now() - back:.0f} s")
        accepted_equals_owed(house)
        accepted_equals_owed(house, hook=second, channel="other")
        tries = house.sql("SELECT count(*) FROM attempt a JOIN delivery d ON d.id = a.delivery"
                          " WHERE d.channel = 'siem'")[0][0]
        true(tries < 11 + 6 * 60 + 60, f"{tries} tries in six hours")


suite.run()
