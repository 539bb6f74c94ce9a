#!/usr/bin/env python3
"""One item from socket to inbox: each channel's whole message, and the rows that stay."""

import re
from email.utils import parsedate_to_datetime

from feeds import item, rss
from house import DONE, House, SECRET, accepted_equals_owed, now
from receivers import signature
from suite import Suite, contains, equal, true

suite = Suite()

PUBLISHED = 1768202100  # Mon, 12 Jan 2026 07:15:00 UTC
ARTICLE = item(
    "hc-1", "ICE’s new case system moves to the cloud",
    "The agency’s lawyers spent a year on it. Microsoft’s bid won, and Azure’s centres hold <b>it</b>.",
    link="https://paper.example/ice?utm_source=rss", at=PUBLISHED,
    content="<p>“We looked twice,” a spokesman for Immigration and Customs Enforcement said.</p>"
            "<script>Palantir()</script>",
)
FROZEN = item("hc-2", "Frozen ice closes the ferry line, harbour services go on",
              "Ice as thick as a hand; postal services stay open. A nice day, device in hand.",
              at=PUBLISHED + 60)


def open_house(house, *items):
    house.origin.publish("news.xml", rss(list(items), title="The Harbour Courier"))
    house.feed("courier", house.origin.base + "/news.xml", backfill="all")
    house.list("agencies", "ICE | Immigration and Customs Enforcement")
    house.list("vendors", "Microsoft | MSFT", "Palantir")
    house.list("technologies", "Azure")


@suite.case
def an_article_with_typographic_apostrophes_reaches_every_channel_whole():
    with House() as house:
        open_house(house, ARTICLE, FROZEN)
        house.section("watch", "ICE and its cloud", severity="high",
                      when="@agencies/ICE AND (@vendors OR @technologies)")
        house.email(to="Desk <desk@example.org>, duty@example.org")
        house.webhook()
        house.channel("log", type="journal")
        house.start()
        [mail], [hook] = house.mail.wait(1), house.hook.wait(1)
        house.wait_settled()

        [(alert, facts_item)] = house.sql("SELECT id, item FROM alert")
        ids = {channel: i for i, channel in house.sql("SELECT id, channel FROM delivery")}
        equal(sorted(ids), ["desk", "log", "siem"], "channels that are owed it")
        equal(set(house.deliveries().values()), {DONE}, "states of the deliveries")
        equal(house.sql("SELECT title FROM item WHERE id = ?", facts_item),
              [("ICE’s new case system moves to the cloud",)], "the alert's item")

        check_webhook(hook, alert, ids["siem"])
        check_mail(mail, alert, ids["desk"])
        check_journal(house.printed())
        equal(house.daemon.stop(), 0, "exit status")
        equal((len(house.mail.accepted), len(house.hook.accepted)), (1, 1), "messages in all")


def check_webhook(hook, alert, delivery):
    equal(hook.headers["content-type"], "application/json", "Content-Type")
    equal(hook.id, "msg_" + delivery, "webhook-id")
    true(abs(int(hook.headers["webhook-timestamp"]) - now()) < 60, "a timestamp of now")
    equal(hook.headers["webhook-signature"], signature(SECRET, hook), "the signature")
    true(re.fullmatch(r"newsbell/[0-9.]+ \(\+https://\S+\)", hook.headers["user-agent"]),
         "a User-Agent that says who asks: " + hook.headers["user-agent"])
    body = hook.json
    for path in (("timestamp",), ("data", "created"), ("data", "item", "seen")):
        value = body
        for key in path:
            value = value[key]
        true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value), f"{path}: {value}")
    body["timestamp"] = body["data"]["created"] = body["data"]["item"]["seen"] = "now"
    entries = body["data"].pop("entries")
    equal(body, {
        "type": "alert",
        "timestamp": "now",
        "data": {
            "kind": "item",
            "id": alert,
            "watch": "ICE and its cloud",
            "severity": "high",
            "created": "now",
            "item": {
                "id": "hc-1",
                "title": "ICE’s new case system moves to the cloud",
                "link": "https://paper.example/ice?utm_source=rss",
                "summary": "The agency’s lawyers spent a year on it. Microsoft’s bid won, and "
                           "Azure’s centres hold it.",
                "author": None,
                "published": "2026-01-12T07:15:00Z",
                "seen": "now",
            },
            "feed": {"name": "courier", "title": "The Harbour Courier"},
            "more_entries": 0,
            "story": None,
        },
    }, "the webhook's body")
    equal([(e["list"], e["name"], e["term"], e["zone"], e["snippet"]["marked"]) for e in entries], [
        ("agencies", "ICE", "ICE", "title", "ICE"),
        ("technologies", "Azure", "Azure", "summary", "Azure"),
        ("vendors", "Microsoft", "Microsoft", "summary", "Microsoft"),
    ], "the entries")
    for e in entries:
        true(e["count"] >= 1, "a count of hits")
    snippet = entries[2]["snippet"]
    contains(snippet["before"], "spent a year on it. ", "the text before the hit")
    contains(snippet["after"], "’s bid won, and Azure’s", "the text after the hit")


def check_mail(mail, alert, delivery):
    message = mail.message
    true(mail.encrypted and mail.authenticated, "STARTTLS and AUTH")
    equal(mail.sender, "newsbell@example.org", "envelope sender")
    equal(sorted(mail.recipients), ["desk@example.org", "duty@example.org"], "envelope recipients")
    equal({name: str(message[name]) for name in (
        "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Newsbell-Alert",
        "X-Newsbell-Severity", "X-Newsbell-Watch", "X-Newsbell-Feed", "MIME-Version")}, {
            "From": "newsbell@example.org",
            "To": "Desk <desk@example.org>, duty@example.org",
            "Subject": "[high] ICE, Azure, Microsoft: ICE’s new case system moves to the cloud",
            "Message-ID": f"<{delivery}@example.org>",
            "Auto-Submitted": "auto-generated",
            "X-Newsbell-Alert": alert,
            "X-Newsbell-Severity": "high",
            "X-Newsbell-Watch": "ICE and its cloud",
            "X-Newsbell-Feed": "courier",
            "MIME-Version": "1.0",
        }, "headers of the mail")
    true(abs(parsedate_to_datetime(message["Date"]).timestamp() - now()) < 60, "a Date of now")
    contains(str(message["List-ID"]), ".newsbell.example.org>", "List-ID")
    equal(message.get_content_type(), "multipart/alternative", "type of the mail")
    equal([p.get_content_type() for p in message.iter_parts()], ["text/plain", "text/html"],
          "types of its parts")
    equal([str(d) for p in message.walk() for d in p.defects], [], "defects of the mail")
    for line in mail.bytes.split(b"\r\n"):
        true(len(line) <= 78 and line.isascii(), f"short lines of ASCII: {line}")
        true(b"\r" not in line and b"\n" not in line, f"CRLF alone ends lines: {line}")
    text = mail.text
    for part in ("ICE’s new case system moves to the cloud",
                 "https://paper.example/ice?utm_source=rss",
                 "The Harbour Courier · 12 Jan 2026 07:15 UTC",
                 "Microsoft (vendors)", "Azure (technologies)", "*Microsoft*’s bid won", alert):
        contains(text, part, "the text part")
    true("Palantir" not in text, "scripts are not text")
    html = mail.html
    for part in ('href="https://paper.example/ice?utm_source=rss"', ">Microsoft</b>’s bid won",
                 "ICE and its cloud", alert):
        contains(html, part, "the HTML part")
    true("<script" not in html and "<img" not in html, "no scripts and no images")


def check_journal(printed):
    contains(printed, "[high] ICE and its cloud: ICE, Azure, Microsoft\n"
             "    ICE’s new case system moves to the cloud\n"
             "    https://paper.example/ice?utm_source=rss\n"
             "    The Harbour Courier · 12 Jan 2026 07:15 UTC\n", "the journal")
    true("Frozen" not in printed and "\033" not in printed, "nothing else, and no colours")


@suite.case
def frozen_ice_and_services_ring_nobody():
    with House() as house:
        open_house(house, FROZEN)
        house.webhook()
        house.start()
        house.first_polls("courier")
        equal(house.sql("SELECT count(*) FROM item"), [(1,)], "items taken in")
        equal(house.sql("SELECT count(*) FROM alert"), [(0,)], "alerts")
        equal(house.daemon.stop(), 0, "exit status")
        equal(house.hook.requests, [], "webhooks")


@suite.case
def without_a_channel_alerts_are_printed():
    with House() as house:
        open_house(house, ARTICLE)
        house.start()
        house.first_polls("courier")
        house.wait_settled()
        printed = house.printed()
        for watch in ("agencies", "vendors", "technologies"):
            contains(printed, f"[normal] {watch}: ", "each list is a watch of its own")
        equal(printed.count("\n    ICE’s new case system"), 3, "alerts printed")


@suite.case
def what_stood_there_before_is_a_baseline_with_its_reason():
    with House() as house:
        open_house(house, ARTICLE, item("hc-9", "MSFT again", at=now() - 3600))
        house.feed("courier", house.origin.base + "/news.xml", backfill="2h")
        house.webhook()
        house.start()
        [hook] = house.hook.wait(1)
        equal(hook.json["data"]["item"]["id"], "hc-9", "only the item of the last two hours")
        house.wait_settled()
        equal(sorted(house.sql("SELECT watch, reason FROM decision WHERE reason = 'baseline'")),
              [("agencies", "baseline"), ("technologies", "baseline"), ("vendors", "baseline")],
              "decisions not to tell")
        accepted_equals_owed(house)


suite.run()
