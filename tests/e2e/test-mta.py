#!/usr/bin/env python3
"""Alerts by mail through Postfix, as it runs in the world, into a mailbox."""

import sys

import postfix
from house import DONE, House
from paper import begin
from suite import Suite, contains, equal

suite = Suite()

if why := postfix.why_not():
    print(f"SKIPPED, nothing was tested: {why}")
    sys.exit(77)


def desk(house, mta, **keys):
    house.servers["mta"] = mta
    house.channel("desk", type="email", **{
        "smtp": mta.url, "ca_file": mta.pem, "from": "newsbell@example.org",
        "to": "desk@example.org", **keys})


@suite.case
def alerts_arrive_in_the_mailbox():
    with House() as house:
        mta = postfix.Postfix(("desk", "duty"))
        desk(house, mta, to="The Desk <desk@example.org>, duty@example.org")
        paper = begin(house)
        paper.print("Zürich: ICE zieht um \u2014 «alles neu» " + "sehr " * 40)
        paper.ring("ICE .\n.\n")
        mails = mta.wait(3)
        house.wait_settled()
        owed = {f"<{i}@example.org>": s for i, s in house.deliveries("desk").items()}
        equal(set(owed.values()), {DONE}, "states")
        for box in ("desk", "duty"):
            equal(sorted(m["Message-ID"] for m in mta.wait(3, box)), sorted(owed), f"mails in {box}")
        [long] = [m for m in mails if "Zürich" in m["Subject"]]
        contains(long.get_body(("plain",)).get_content(), "Zürich: ICE zieht um \u2014 «alles neu»",
                 "the text")
        for mail in mails:
            equal(mail["Auto-Submitted"], "auto-generated", "Auto-Submitted")
            contains(mail["Received"], "with ESMTPS", "how it came")


@suite.case
def an_address_in_utf8():
    with House() as house:
        mta = postfix.Postfix(("dürr",))
        desk(house, mta, to="Frau Dürr <dürr@example.org>")
        begin(house)
        [mail] = mta.wait(1, "dürr")
        house.wait_settled()
        contains(str(mail["To"]), "dürr@example.org", "To")


@suite.case
def a_box_that_does_not_exist_is_said():
    with House() as house:
        mta = postfix.Postfix(("desk",))
        desk(house, mta, to="nobody@example.org")
        begin(house)
        line = house.daemon.wait_log("channel-refuses", channel="desk")
        contains(line.raw, "User unknown", "the server's answer")
        equal(len(mta.mails()), 0, "mails")


suite.run()
