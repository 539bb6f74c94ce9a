#!/usr/bin/env python3
"""newsbell doctor: what is wrong is found and said, and a damaged database is salvaged."""

import json
import os
import re
import sqlite3

from feeds import item, rss
from house import EX_DATAERR, EX_OK, EX_UNAVAILABLE, House, PENDING, newsbell
from paper import begin
from suite import Suite, contains, equal, true, wait_for

suite = Suite()
PAGE = 8192


def doctor(house, *arguments):
    """(status, {check: [(verdict, what, todo)]})"""
    house.configure()
    status, out, errors = newsbell("doctor", "--json", "-c", house.conf, "--state", house.state,
                                   *arguments)
    equal(errors, "", "errors")
    found = {}
    for line in out.splitlines():
        row = json.loads(line)
        found.setdefault(row["check"], []).append((row["verdict"], row["what"], row["todo"]))
    return status, found


@suite.case
def all_is_well():
    with House() as house:
        begin(house)
        house.webhook()
        house.email()
        status, found = doctor(house)
        equal(status, EX_OK, f"status: {found}")
        for check in ("configuration", "permissions", "disk", "database", "daemon", "certificates"):
            equal([v for v, _, _ in found[check]], ["ok"], check)
        equal([v for v, _, _ in found["channel"]], ["ok", "ok"], f"channels: {found['channel']}")
        equal(house.mail.accepted, [], "mails")
        equal(house.hook.requests, [], "requests")
        true(all(todo is None for rows in found.values() for v, _, todo in rows if v == "ok"),
             "nothing to do where nothing is wrong")
        status, out, _ = newsbell("doctor", "-c", house.conf, "--state", house.state)
        contains(out, "CHECK", "a table")


def wrong_configuration(house):
    house.section("feed", "paper", evrey="5m")


def open_to_all(house):
    os.chmod(house.state, 0o777)


def no_daemon(house):
    house.daemon.stop()


def unreachable(house):
    secret = house.write("etc/room.secret", "http://127.0.0.1:9/none\n", 0o600)
    house.channel("room", type="slack", url="@file:" + secret)


def wrong_password(house):
    house.email()
    house.write("etc/smtp.secret", "wrong\n", 0o600)


def no_program(house):
    house.channel("run", type="exec", command="/nonexistent/program")


def stopped_clock(house):
    house.daemon.stop()
    db = sqlite3.connect(house.database)
    db.execute("UPDATE alert SET created_s = created_s + 86400")
    db.commit()
    db.close()


@suite.rows([
    ("a wrong configuration", wrong_configuration, 1, "configuration", "fail", "evrey", "check"),
    ("others may look", open_to_all, 0, "permissions", "warn", "others", "chmod"),
    ("no daemon", no_daemon, 0, "daemon", "warn", "does not run", "systemctl start"),
    ("a receiver that is away", unreachable, 1, "channel", "fail", "refused", "channel test room"),
    ("a wrong password", wrong_password, 1, "channel", "fail", "ogin denied", "channel test desk"),
    ("a program that is not there", no_program, 1, "channel", "fail", "No such file", "test run"),
    ("a clock that was set back", stopped_clock, 0, "database", "warn", "set back", "clock"),
])
def what_is_wrong_is_said(make, want, check, verdict, says, todo):
    with House() as house:
        begin(house)
        make(house)
        status, found = doctor(house)
        rows = [row for row in found[check] if row[0] != "ok"]
        equal((status, [v for v, _, _ in rows]), (want, [verdict]), f"status and verdict: {found}")
        contains(rows[0][1], says, "what")
        contains(rows[0][2], todo, "what to do")


@suite.case
def nothing_is_there_yet():
    with House() as house:
        house.feed("paper", "https://paper.example/feed.xml")
        house.list("agencies", "ICE")
        status, found = doctor(house, "--offline")
        equal((status, found["database"][0][0], found["daemon"][0][0]), (0, "warn", "warn"),
              "verdicts")
        equal("names" in found, False, "names were asked for")


# ---- repair ----


def damage(house, table):
    """Noise over a page in the middle of a table."""
    db = sqlite3.connect(house.database)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = [p for p, in db.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'"
                                    " ORDER BY path", (table,))]
    db.close()
    with open(house.database, "r+b") as f:
        f.seek((pages[len(pages) // 2] - 1) * PAGE)
        f.write(os.urandom(PAGE))


def repair(house):
    return newsbell("doctor", "--repair", "--state", house.state)


@suite.case
def a_sound_one_is_left_alone():
    with House() as house:
        begin(house)
        status, _, errors = repair(house)
        equal(status, EX_UNAVAILABLE, "status while the daemon runs")
        contains(errors, "stop", "what to do")
        house.daemon.stop()
        before = house.sql("SELECT id FROM alert")
        status, out, _ = repair(house)
        equal((status, house.sql("SELECT id FROM alert")), (EX_OK, before), "status and alerts")
        contains(out, "nothing to repair", "what it says")


@suite.case
def what_can_be_read_is_salvaged_and_what_is_owed_goes_out():
    with House() as house:
        house.origin.publish("news.xml", rss([item(f"n{n}", f"ICE number {n}", "word " * 200)
                                              for n in range(300)]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        house.webhook()
        house.hook.close()  # nothing is accepted
        house.start()
        house.first_polls("paper")
        wait_for(lambda: len(house.deliveries()) == 300, "300 deliveries")
        house.daemon.stop()
        owed = house.deliveries()
        damage(house, "item")
        status, found = doctor(house, "--offline")
        equal((status, found["database"][0][0]), (1, "fail"), "the doctor")
        contains(found["database"][0][2], "--repair", "what to do")
        status, out, errors = repair(house)
        equal((status, errors), (EX_OK, ""), f"status: {out}")
        match = re.search(r"kept as (\S+)\.\n", out)
        true(match and os.path.exists(match.group(1)), f"the old one is kept: {out}")
        items = house.sql("SELECT count(*) FROM item")[0][0]
        true(250 < items < 300, f"{items} of 300 items")
        equal(house.deliveries(), owed, "what is owed")
        house.audit()
        equal(repair(house)[1], "the database is sound: nothing to repair\n", "now")
        second = house.servers["second"] = type(house.hook)()
        house.webhook(hook=second)
        house.start()
        second.wait(300)
        house.wait_settled()
        equal(sorted(r.id for r in second.accepted), sorted("msg_" + i for i in owed),
              "what was owed, under its ids")


@suite.case
def a_feed_that_lost_its_memory_begins_with_a_baseline():
    with House() as house:
        paper = begin(house)
        house.daemon.stop()
        rung = len(house.deliveries())
        db = sqlite3.connect(house.database)
        db.execute("DELETE FROM seen")
        db.execute("PRAGMA writable_schema = 1")  # and an index that does not agree
        db.execute("DELETE FROM sqlite_master WHERE name = 'alert_by_time'")
        db.commit()
        db.close()
        status, out, errors = repair(house)
        equal((status, errors), (EX_OK, ""), "status")
        contains(out, "kept as", "it was repaired")
        house.section("feed", "paper", backfill="0")
        house.start()
        house.poll("paper")
        equal(len(house.deliveries()), rung, "nothing is told twice")
        paper.ring("ICE goes on")
        wait_for(lambda: len(house.deliveries()) == rung + 1, "what is new then")


@suite.case
def with_the_feeds_go_their_items_and_what_is_owed_stays():
    with House() as house:
        begin(house)
        house.daemon.stop()
        owed = house.deliveries()
        damage(house, "feed")
        status, out, errors = repair(house)
        equal((status, errors), (EX_OK, ""), f"status: {out}")
        equal(house.sql("SELECT count(*) FROM item")[0][0], 0, "items of no feed")
        true(owed, "there are deliveries")
        equal(house.deliveries(), owed, "deliveries")


@suite.case
def noise_cannot_be_salvaged():
    with House() as house:
        house.audited = False
        begin(house)
        house.daemon.stop()
        with open(house.database, "r+b") as f:
            f.write(os.urandom(PAGE))
        for suffix in ("-wal", "-shm"):
            if os.path.exists(house.database + suffix):
                os.unlink(house.database + suffix)
        before = sorted(os.listdir(house.state))
        status, _, errors = repair(house)
        equal(status, EX_DATAERR, "status")
        contains(errors, "backup", "what to do")
        equal(sorted(os.listdir(house.state)), before, "files")


suite.run()
