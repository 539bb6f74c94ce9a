#!/usr/bin/env python3
"""Mail servers that fail at every step: what is accepted is what is owed, under one id each."""

import collections

from house import DEAD, DONE, House
from paper import begin
from suite import Suite, contains, equal

suite = Suite()

SPEED = 60


def mails_equal_owed(house):
    owed = {f"<{i}@example.org>" for i, state in house.deliveries("desk").items() if state == DONE}
    equal(sorted(set(house.mail.ids())), sorted(owed), "mails accepted and mails owed")
    texts = collections.defaultdict(set)
    for mail in house.mail.accepted:
        texts[mail.id].add(mail.bytes)
    equal([i for i, t in texts.items() if len(t) > 1], [], "ids with other bytes")


STEPS = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "dot")


@suite.rows([
    ("a temporary refusal", ["451 4.3.0 later"]),
    ("a busy server", ["421 4.3.2 closing"]),
    ("a lost connection", ["hang-up"]),
    ("both", ["hang-up", "452 4.2.2 full"]),
])
def mail_gets_there_whatever_happens_at(faults):
    with House(speed=SPEED) as house:
        house.email()
        paper = begin(house)
        house.mail.wait(1)
        for n, step in enumerate(STEPS):
            house.mail.faults = {step: list(faults)}
            house.mail.down()  # a new connection, so that each step is gone through
            house.mail.up()
            paper.ring()
            house.mail.wait(2 + n)
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        equal(len(house.mail.accepted), 1 + len(STEPS), "mails")
        mails_equal_owed(house)


@suite.case
def a_mail_whose_acceptance_was_lost_is_repeated_under_its_id():
    with House(speed=SPEED) as house:
        house.email()
        house.mail.faults = {"dot": ["took", "took"]}
        begin(house)
        mails = house.mail.wait(3)
        house.wait_settled()
        equal(len({m.id for m in mails}), 1, "ids")
        mails_equal_owed(house)


@suite.case
def a_slow_mail_server_delays_only_mail():
    with House() as house:
        house.email()
        house.webhook()
        house.mail.faults = {"dot": [3]}
        begin(house)
        house.hook.wait(1)
        equal(len(house.mail.accepted), 0, "mails so far")
        house.mail.wait(1)
        house.wait_settled()
        equal(len(house.mail.accepted), 1, "mails")


@suite.case
def a_poisoned_mail_is_quarantined_and_the_others_go_on():
    with House(speed=SPEED) as house:
        house.email()
        house.mail.decide = lambda mail: "554 5.6.0 not this one" \
            if "poison" in mail.message["Subject"] else None
        paper = begin(house)
        paper.print("ICE poison")
        paper.ring()
        house.mail.wait(2)
        house.wait_settled()
        equal(sorted(house.deliveries().values()), [DONE, DONE, DEAD], "states")
        [(attempts, code)] = house.sql("SELECT attempts, code FROM delivery WHERE state = ?", DEAD)
        equal((attempts, code), (2, 554), "tries and the last answer")
        mails_equal_owed(house)


@suite.case
def a_refused_password_is_said_and_nothing_is_lost():
    with House(speed=SPEED) as house:
        house.email()
        house.mail.faults = {"auth": ["535 5.7.8 wrong"] * 2}
        begin(house)
        line = house.daemon.wait_log("channel-refuses", channel="desk")
        contains(line.raw, "535", "the server's answer")
        house.mail.wait(1)
        house.wait_settled()
        mails_equal_owed(house)


@suite.case
def several_recipients_are_one_envelope():
    with House() as house:
        house.email(to="a@example.org, B <b@example.org>, c@example.org")
        begin(house)
        [mail] = house.mail.wait(1)
        equal(mail.recipients, ["a@example.org", "b@example.org", "c@example.org"], "envelope")


suite.run()
