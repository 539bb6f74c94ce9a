#!/usr/bin/env python3
"""newsbelld as a service: signals, what the service manager is told, exit statuses."""

import os
import re
import resource
import signal
import sqlite3
import time

import receivers
from feeds import item, rss
from house import (DONE, EX_CANTCREAT, EX_CONFIG, EX_OSERR, EX_SOFTWARE, EX_USAGE, House, PENDING,
                   accepted_equals_owed, sanitized)
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

ICE = item("1", "ICE moves its files", "To Azure.")


def open_house(house, **keys):
    house.origin.publish("news.xml", rss([ICE]))
    house.feed("paper", house.origin.base + "/news.xml", backfill="all", **keys)
    house.list("agencies", "ICE")
    house.webhook()


# ---- reload ----


@suite.case
def hup_brings_a_good_configuration_into_force():
    with House() as house:
        open_house(house)
        house.start()
        house.hook.wait(1)
        house.list("technologies", "Azure")
        house.origin.publish("tech.xml", rss([item("7", "Azure grows")]))
        house.feed("tech", house.origin.base + "/tech.xml", backfill="all")
        house.reload()
        house.first_polls("tech")
        second = house.hook.wait(2)[1]
        equal((second.json["data"]["watch"], second.json["data"]["feed"]["name"]),
              ("technologies", "tech"), "the alert of the new feed by the new list")
        house.wait_settled()
        told = house.daemon.notified()
        equal(len(house.origin.asked("/news.xml")), 1, "requests to the feed that stayed")
        at = told.index("RELOADING=1")
        true(re.fullmatch(r"MONOTONIC_USEC=\d+", told[at + 1]), f"the time of the reload: {told}")
        equal(told[at + 2], "READY=1", "what follows")
        accepted_equals_owed(house)


@suite.case
def hup_with_a_bad_file_keeps_the_old_configuration():
    with House() as house:
        open_house(house)
        house.start()
        house.hook.wait(1)
        house.section("feed", "paper", evrey="5m")
        house.reload()
        house.daemon.wait_log("reload-failed")
        log = house.daemon.log_text()
        contains(log, "newsbell.conf:", "the place of the mistake")
        contains(log, "every", "what was meant")
        equal(house.daemon.notified().count("READY=1"), 2, "ready again with the old one")
        house.origin.publish("news.xml", rss([ICE, item("2", "ICE again")]))
        house.poll("paper")
        house.hook.wait(2)
        del house.sections['[feed "paper"]']["evrey"]
        house.reload()
        house.daemon.wait_log("reloaded")
        equal(house.daemon.stop(), 0, "exit status")


@suite.case
def a_hundred_reloads_under_load_lose_and_double_nothing():
    with House() as house:
        open_house(house)
        items = [ICE]
        house.hook.answer = lambda handler, request: (time.sleep(0.05),
                                                      receivers.good(handler, request))[1]
        house.start()
        house.first_polls("paper")
        for n in range(100):
            if n % 10 == 0:
                items += [item(f"n{n}-{k}", f"ICE number {n} {k}") for k in range(5)]
                house.origin.publish("news.xml", rss(items))
                house.daemon.signal(signal.SIGUSR1)
            house.daemon.signal(signal.SIGHUP)
            house.daemon.notified()
            time.sleep(0.01)
        house.daemon.wait_log("reloaded", n=5)  # those that came during one were one
        house.poll("paper")
        house.poll("paper")  # the first may have been begun before the last items were there
        house.hook.wait(len(items))
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        equal(len(house.hook.accepted), len(items), "webhooks")
        accepted_equals_owed(house)


@suite.case
def a_manager_that_does_not_listen_stops_nobody():
    with House() as house:
        open_house(house)
        house.start()
        house.first_polls("paper")
        for n in range(6):
            house.daemon.signal(signal.SIGHUP)
            house.daemon.wait_log("reloaded", n=n + 1)
        house.poll("paper")


# ---- stop ----


@suite.case
def term_waits_for_the_answer_that_is_awaited():
    with House() as house:
        open_house(house)
        house.hook.answer = receivers.slow(1.5)
        house.start()
        wait_for(lambda: house.hook.requests, "the request")
        equal(house.daemon.stop(), 0, "exit status")
        true("STOPPING=1" in house.daemon.notified(), "STOPPING=1")
        equal(list(house.deliveries().values()), [DONE], "the answer was written")
        accepted_equals_owed(house)


@suite.case
def term_does_not_wait_for_ever():
    with House(speed=10) as house:
        open_house(house)
        house.hook.answers = [receivers.slow(30)]
        house.start()
        wait_for(lambda: house.hook.requests, "the request")
        start = time.monotonic()
        equal(house.daemon.stop(), 0, "exit status")
        true(house.clock.since(start) < 14, f"bounded: {house.clock.since(start):.0f} s")
        equal(list(house.deliveries().values()), [PENDING], "still owed")
        house.start()
        house.hook.wait(1)
        house.wait_settled()
        accepted_equals_owed(house)


@suite.case
def a_second_term_ends_it_at_once():
    with House() as house:
        open_house(house)
        house.hook.answers = [receivers.slow(30)]
        house.start()
        wait_for(lambda: house.hook.requests, "the request")
        start = time.monotonic()
        house.daemon.signal(signal.SIGTERM)
        wait_for(lambda: "STOPPING=1" in house.daemon.notified(), "STOPPING=1")
        house.daemon.signal(signal.SIGINT)
        equal(house.daemon.wait(), 0, "exit status")
        true(time.monotonic() - start < 5, "at once")


@suite.case
def the_watchdog_is_fed():
    with House() as house:
        open_house(house)
        house.start(watchdog_s=0.6)
        wait_for(lambda: house.daemon.notified().count("WATCHDOG=1") >= 5, "five WATCHDOG=1")


@suite.case
def a_stuck_daemon_does_not_feed_it():
    with House() as house:
        open_house(house)
        house.start(watchdog_s=0.3)
        wait_for(lambda: "WATCHDOG=1" in house.daemon.notified(), "WATCHDOG=1")
        house.daemon.signal(signal.SIGSTOP)
        time.sleep(0.2)
        before = len(house.daemon.notified())
        time.sleep(0.6)
        equal(len(house.daemon.notified()), before, "words from a stopped daemon")
        house.daemon.signal(signal.SIGCONT)
        wait_for(lambda: len(house.daemon.notified()) > before, "words again")


# ---- starts that fail ----


@suite.rows([
    ("unknown option", ["--nonsense"]),
    ("an argument too many", ["more"]),
])
def usage(arguments):
    with House() as house:
        open_house(house)
        equal(house.exit_status(*arguments), EX_USAGE, "exit status")
        contains(house.daemon.log_text(), "usage: newsbelld", "what it says")


@suite.case
def no_configuration():
    with House() as house:
        equal(house.exit_status("-c", house.dir + "/none.conf"), EX_CONFIG, "exit status")
        contains(house.daemon.log_text(), "none.conf: No such file", "what it says")


@suite.rows([
    ("the main file", "open 1 EMFILE+"),
    ("what stands in it", "read 1 EIO+"),
])
def a_machine_that_fails_is_no_wrong_configuration(fault):
    """Of a wrong one the supervisor would not start it again."""
    with House(env={"NB_FAULT": fault}) as house:
        open_house(house)
        house.preload.append("faults")
        equal(house.exit_status(), EX_OSERR, "exit status")
        true(house.daemon.log_text(), "it says something")


@suite.rows([
    ("unknown section", "[fede]\n", "unknown section [fede]"),
    ("unknown key", '[feed "a"]\nurl = https://a.example/\nevry = 5m\n', "did you mean"),
    ("no feed", "[newsbell]\n", "no feed is configured"),
    ("secret that is not there",
     '[channel "c"]\ntype = webhook\nurl = https://a.example/\nsecret = @file:/nonexistent/s\n',
     "/nonexistent/s: No such file"),
    ("credential without a service manager",
     '[channel "c"]\ntype = webhook\nurl = https://a.example/\nsecret = @credential:x\n',
     "LoadCredential=x"),
])
def bad_configuration(text, says):
    with House() as house:
        house.list("agencies", "ICE")
        house.write("etc/newsbell.conf", text)
        equal(house.exit_status(configure=False), EX_CONFIG, "exit status")
        contains(house.daemon.log_text(), says, "what it says")
        contains(house.daemon.log_text(), "newsbell.conf", "where")
        true(not os.listdir(house.state), "no database is made")


def not_a_database(path):
    with open(path, "wb") as f:
        f.write(b"These are my notes, not a database.\n" * 100)


def someone_elses(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.commit()
    db.close()


def from_the_future(path):
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id = 0x4e62656c")
    db.execute("PRAGMA user_version = 999")
    db.execute("CREATE TABLE meta (key TEXT)")
    db.commit()
    db.close()


@suite.rows([
    ("not a database", not_a_database, "not a database"),
    ("another program's", someone_elses, "belongs to another program"),
    ("of a newer newsbell", from_the_future, "newer newsbell"),
])
def a_database_that_is_not_ours_is_left_alone(make, says):
    with House() as house:
        house.audited = False
        open_house(house)
        make(house.database)
        with open(house.database, "rb") as f:
            before = f.read()
        equal(house.exit_status(), EX_CANTCREAT, "exit status")
        contains(house.daemon.log_text(), says, "what it says")
        with open(house.database, "rb") as f:
            true(f.read() == before, "its bytes are as before")


@suite.case
def a_second_daemon_is_kept_off():
    with House() as house:
        open_house(house)
        house.start()
        house.hook.wait(1)
        equal(house.exit_status(), EX_CANTCREAT, "exit status of the second")
        contains(house.daemon.log_text(), "another", "what it says")
        equal(house.daemons[0].stop(), 0, "exit status of the first")


@suite.case
def a_state_directory_that_cannot_be_made():
    with House() as house:
        open_house(house)
        house.state = house.dir + "/no/such/place"
        equal(house.exit_status(), EX_CANTCREAT, "exit status")
        contains(house.daemon.log_text(), "/no/such/place", "what it says")


@suite.case
def no_descriptors_left():
    with House() as house:
        open_house(house)
        house.limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
        equal(house.exit_status(), EX_OSERR, "exit status")
        contains(house.daemon.log_text(), "start-failed", "what it says")


@suite.case
def signals_wait_for_their_handlers():
    with House() as house:
        open_house(house)
        house.list("agencies", "ICE", *(f"agency of number {n}" for n in range(50000)))
        daemon = house.launch()
        blocked = lambda: re.search(r"SigBlk:\s+(\w+)", daemon.proc("status"))
        wait_for(lambda: int(blocked().group(1), 16) & 1 << signal.SIGHUP - 1, "SIGHUP to be held")
        for _ in range(5):
            daemon.signal(signal.SIGHUP)
            daemon.signal(signal.SIGUSR1)
        true("READY=1" not in daemon.notified(), "these came before it was ready")
        daemon.wait_ready()
        wait_for(lambda: "RELOADING=1" in daemon.notified(), "the reload that was asked for")
        house.hook.wait(1)
        equal(daemon.stop(), 0, "exit status")


@suite.case
def out_of_memory_is_said():
    with House() as house:
        if sanitized():
            return  # the sanitizer owns memory
        open_house(house)
        house.limits = lambda: resource.setrlimit(resource.RLIMIT_AS, (80 << 20, 80 << 20))
        house.list("agencies", "ICE", *(f"agency of number {n}" for n in range(200000)))
        equal(house.exit_status(), -signal.SIGABRT, "exit status")
        contains(house.daemon.log_text(), "event=out-of-memory", "what it says")


@suite.case
def without_parsers_it_ends_so_that_the_supervisor_starts_it_anew():
    with House() as house:
        open_house(house)
        house.start()
        house.hook.wait(1)
        with open(f"/proc/{house.daemon.pid}/task/{house.daemon.pid}/children",
                  encoding="ascii") as f:
            nursery = int(f.read().split()[0])
        os.kill(nursery, signal.SIGKILL)
        workers = [pid for pid in house.daemon.children() if pid != nursery]
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        house.origin.publish("news.xml", rss([ICE, item("2", "ICE again")]))
        house.daemon.signal(signal.SIGUSR1)
        equal(house.daemon.wait(), EX_SOFTWARE, "exit status")
        house.start()
        house.poll("paper")
        house.hook.wait(2)
        house.wait_settled()
        accepted_equals_owed(house)


suite.run()
