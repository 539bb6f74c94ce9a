#!/usr/bin/env python3
"""Mail servers that fail at every step: what is accepted is what is owed, under one id each."""

import collections
import os

from house import DEAD, DONE, House
from paper import begin
from receivers import LmtpServer, MailServer
from suite import Suite, contains, equal, true

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


@suite.rows([
    ("PLAIN", ["PLAIN"], {}),
    ("LOGIN", ["LOGIN"], {}),
    ("XOAUTH2", ["XOAUTH2"], {"token": "@file:{etc}/token"}),
])
def the_server_is_told_who_we_are_by(mechanisms, keys):
    with House() as house:
        house.server("mail", lambda: MailServer(house.dir, mechanisms=mechanisms))
        house.write("etc/token", MailServer.token + "\n", 0o600)
        house.email(**{k: v.format(etc=house.etc) for k, v in keys.items()})
        if keys:
            del house.sections['[channel "desk"]']["password"]
        begin(house)
        [mail] = house.mail.wait(1)
        true(mail.authenticated, "a log-in")


@suite.rows([
    ("is not there", None),
    ("is busy", "421 4.3.2 closing"),
    ("hangs up", "hang-up"),
    ("refuses for now", "451 4.3.0 later"),
])
def the_next_server_takes_it_when_the_first(fault):
    with House() as house:
        os.mkdir(os.path.join(house.dir, "second"))
        second = house.server("second", lambda: MailServer(
            os.path.join(house.dir, "second"), starttls=False, login=False))
        first = house.server("mail", lambda: MailServer(house.dir, starttls=False, login=False))
        house.channel("desk", type="email", starttls="off", to="desk@example.org",
                      smtp=f"{first.url}, {second.url}", **{"from": "newsbell@example.org"})
        if fault:
            first.faults = {"connect" if fault != "451 4.3.0 later" else "mail": [fault] * 3}
        else:
            first.down()
        begin(house)
        second.wait(1)
        house.wait_settled()
        equal(len(first.accepted), 0, "mails at the first")
        equal([a for a, in house.sql("SELECT attempts FROM delivery")], [1], "tries")


def lmtp(house, **keys):
    server = house.server("mail", lambda: LmtpServer(house.dir))
    house.channel("desk", type="email", **{"lmtp": server.path, "from": "newsbell@example.org",
                                           "to": "desk@example.org", **keys})
    return server


@suite.rows([("a socket", False), ("TCP", True)])
def lmtp_over(tcp):
    with House() as house:
        server = lmtp(house)
        lmtp(house, lmtp=f"127.0.0.1:{server.port}" if tcp else server.path,
             to="a@example.org, b@example.org")
        paper = begin(house)
        [mail] = server.wait(1)
        equal(mail.recipients, ["a@example.org", "b@example.org"], "envelope")
        contains(mail.text, "ICE moves", "the text")
        paper.ring("ICE\n.\n..dots")
        server.wait(2)
        house.wait_settled()
        mails_equal_owed(house)


@suite.case
def lmtp_gets_there_whatever_happens():
    with House(speed=SPEED) as house:
        server = lmtp(house)
        paper = begin(house)
        server.wait(1)
        rows = [(step, fault) for step in ("connect", "ehlo", "mail", "rcpt", "data", "dot")
                for fault in ("451 4.3.0 later", "hang-up")]
        for n, (step, fault) in enumerate(rows):
            server.faults = {step: [fault]}
            paper.ring()
            server.wait(2 + n)
        house.wait_settled()
        mails_equal_owed(house)


@suite.rows([
    ("later", "450 4.2.2 full", DONE, 250, 2),
    ("never", "550 5.1.1 no such box", DEAD, 550, 2),
])
def one_of_two_recipients_says(verdict, state, code, tries):
    with House(speed=SPEED) as house:
        server = lmtp(house, to="a@example.org, b@example.org")
        said = []

        def verdicts(recipient):
            if recipient.startswith("b") and (code != 250 or not said):
                said.append(recipient)
                return verdict
            return None

        server.verdicts = verdicts
        begin(house)
        house.wait_settled()
        equal(house.sql("SELECT state, code, attempts FROM delivery"), [(state, code, tries)],
              "the delivery")
        [(text,)] = house.sql("SELECT text FROM attempt ORDER BY id LIMIT 1")
        equal(text, f"b@example.org: {verdict}", "what the first attempt notes")
        equal(len(set(server.ids())), 1, "ids")


suite.run()
