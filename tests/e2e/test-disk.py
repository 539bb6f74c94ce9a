#!/usr/bin/env python3
"""A disk that is full or read-only, a database that is damaged: polls wait, nothing is told that is
not written, nothing is lost, what is owed goes out, and the operator is told once."""

import os
import resource
import signal
import subprocess
import sqlite3

import receivers
from feeds import item, rss
from house import DONE, House, PENDING, accepted_equals_owed, newsbell
from suite import Suite, contains, equal, true, wait_for

suite = Suite()


@suite.case
def a_full_disk_loses_nothing():
    with House() as house:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", house.state],
                       check=True) if os.getuid() == 0 else None
        try:
            full_disk(house)
        finally:
            for daemon in house.daemons:
                daemon.close()
            if os.getuid() == 0:
                subprocess.run(["umount", house.state], check=False)


def full_disk(house):
    """As root on a small tmpfs; as anybody else the size of files is limited."""
    house.origin.publish("good.xml", rss([item("1", "ICE moves its files")]))
    house.feed("good", house.origin.base + "/good.xml", backfill="all")
    house.list("agencies", "ICE")
    house.webhook()
    ops = operators_channel(house)
    house.audited = False  # the audit is made here, while the disk is there
    if os.getuid() != 0:
        house.limits = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400000, 400000))
    house.start()
    house.hook.wait(1)
    house.wait_settled()
    filler = os.path.join(house.state, "filler")
    if os.getuid() == 0:
        with open(filler, "wb", buffering=0) as f:
            try:
                while f.write(b"x" * 4096):
                    pass
            except OSError:
                pass
    items = [item(f"full{n}", f"ICE number {n}", "long " * 1000) for n in range(100)]
    house.origin.publish("good.xml", rss(items))
    house.daemon.signal(signal.SIGUSR1)
    wait_for(lambda: "disk is full" in house.daemon.log_text() or "full" in house.daemon.log_text(),
             "word of it in the log")
    equal(len(house.hook.accepted), 1, "nothing that is not on disk is told")
    if os.getuid() == 0:
        distress(ops)
    if os.getuid() == 0:
        os.unlink(filler)
    else:
        house.daemon.kill()
        house.limits = None
        house.start()
    house.daemon.signal(signal.SIGUSR1)
    house.hook.wait(101)
    if os.getuid() == 0:
        recovered(ops)
    house.wait_settled()
    accepted_equals_owed(house)
    house.audit()
    equal(house.daemon.stop(), 0, "exit status")
    equal(list(house.deliveries().values()).count(PENDING), 0, "still owed")


# ---- what the operator hears ----


def operators_channel(house):
    """A receiver of its own for [health]."""
    ops = house.servers["ops"] = receivers.Webhook()
    house.webhook("ops", ops)
    house.section("health", to="ops")
    house.section("route", "readers", to="siem")
    return ops


def distress(ops):
    """One message, past the database."""
    told = ops.wait(1)[0].json["data"]
    equal((told["watch"], told["severity"]), ("newsbell", "critical"), "the operator's alert")
    contains(told["item"]["title"], "polls nothing", "what it says")


def recovered(ops):
    """That, and that it is over: nothing else."""
    told = ops.wait(2)[1].json["data"]
    contains(told["item"]["title"], "can be written again", "what it says")
    equal(len(ops.accepted), 2, "messages to the operator")


# ---- read-only, damaged ----


@suite.case
def a_disk_that_became_read_only():
    with House(speed=5) as house:
        house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        house.webhook()
        ops = operators_channel(house)
        gate = house.write("gate", "")
        house.preload.append("faults")
        house.env |= {"NB_FAULT": "pwrite64 1 EROFS", "NB_FAULT_WHILE": gate}
        house.start()
        house.hook.wait(1)
        house.wait_settled()
        house.write("gate", "now")
        house.origin.publish("news.xml", rss([item(str(n), f"ICE moves {n}") for n in range(1, 4)]))
        house.daemon.signal(signal.SIGUSR1)
        house.daemon.wait_log("store-failed")
        distress(ops)
        equal(len(house.hook.accepted), 1, "nothing that is not on disk is told")
        house.write("gate", "")
        house.daemon.wait_log("store-recovered")
        recovered(ops)
        house.poll("paper")
        house.hook.wait(3)
        house.wait_settled()
        accepted_equals_owed(house)


@suite.case
def a_database_that_is_damaged_under_it():
    with House(speed=5) as house:
        house.audited = False
        house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        house.webhook()
        house.hook.answer = receivers.status(503)
        ops = operators_channel(house)
        house.start()
        wait_for(lambda: house.hook.requests, "the first try")
        wait_for(lambda: house.sql("SELECT 1 FROM attempt"), "the attempt to be written")
        damage(house, "item_by_link")
        house.origin.publish("news.xml", rss([item(str(n), f"ICE moves {n}") for n in range(1, 4)]))
        house.daemon.signal(signal.SIGUSR1)
        house.daemon.wait_log("store-failed")
        distress(ops)
        house.hook.answer = receivers.good
        house.hook.wait(1)  # what is owed goes out all the same
        wait_for(lambda: DONE in house.deliveries().values(), "it to be written")
        equal(len(house.daemon.log("store-recovered")), 0, "it does not heal by itself")
        equal(len(ops.accepted), 1, "messages to the operator")
        equal(house.daemon.stop(), 0, "exit status")
        status, out, errors = newsbell("doctor", "--repair", "--state", house.state)
        equal((status, errors), (0, ""), f"repair: {out}")
        house.start()
        house.poll("paper")
        house.hook.wait(3)
        house.wait_settled()
        accepted_equals_owed(house)
        house.audit()


def damage(house, index):
    """Noise over the root page of an index, of which a running daemon knows nothing."""
    db = sqlite3.connect(house.database)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (index,)).fetchone()[0]
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.execute("UPDATE meta SET value = value WHERE key = 'secret'")  # its cache is out of date
    db.commit()
    db.close()
    with open(house.database, "r+b") as f:
        f.seek((root - 1) * size)
        f.write(os.urandom(size))


suite.run()
