#!/usr/bin/env python3
"""The Nth call of each kind fails, over a script of polls, deliveries and a reload.

Whatever comes of that run: started again without faults, what is accepted is what was owed, and the
database is sound.  `make check` takes NB_SAMPLE of the rows at random, `make check-faults`
(NB_FAULTS=all) goes through each until a run passes in which the Nth call is no longer reached.
"""

import collections
import os
import random
import signal
import time

from feeds import item, rss
from house import DONE, EX_CONFIG, EX_OK, House, sanitized
from suite import Suite, equal, true

suite = Suite()

ALL = os.environ.get("NB_FAULTS") == "all"
# a whole sweep is a long run beside others: there a mail server must have its seconds
SPEED = 5 if ALL else 20
SAMPLE = int(os.environ.get("NB_SAMPLE", "8"))  # rows in `make check`, one call of each
SEED = int(os.environ.get("NB_SEED", str(random.randrange(1 << 30))))

# kind of call, how it fails, about how often it is called in a run, and the step of a whole sweep
ROWS = [
    ("pwrite64", "ENOSPC", 160, 1),
    ("pwrite64", "ENOSPC+", 160, 3),
    ("pwrite64", "EIO", 160, 3),
    ("pwrite64", "short", 160, 3),
    ("pread64", "EIO", 40, 1),
    ("fdatasync", "EIO", 20, 1),
    ("fdatasync", "EIO+", 20, 1),
    ("ftruncate64", "EIO", 4, 1),
    ("open", "EMFILE", 40, 1),
    ("open", "EMFILE+", 40, 2),
    ("read", "EIO", 60, 1),
    ("read", "short", 60, 2),
    ("write", "EIO", 40, 1),
    ("write", "short", 40, 2),
    ("socket", "EMFILE", 16, 1),
    ("socket", "EMFILE+", 16, 2),
    ("connect", "ECONNREFUSED", 14, 1),
    ("send", "ECONNRESET", 14, 1),
    ("recv", "ECONNRESET", 14, 1),
    ("sendmsg", "ENOMEM", 4, 1),
    ("recvmsg", "EMFILE", 4, 1),
    ("malloc", "ENOMEM", 26000, 97),
    ("malloc", "ENOMEM+", 26000, 397),
]

TITLES = ["ICE moves", "Frozen ice", "ICE again", "Services stay open", "ICE at last"]


def publish(house, n):
    house.origin.publish("news.xml", rss([item(str(k), t) for k, t in enumerate(TITLES[:n])]))


def until(condition, seconds):
    """Waits for what may never come when something was made to fail."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.005)


def script(house):
    """Two polls with new items, a reload between, and a stop: true when it went as without faults."""
    daemon = house.launch(configure=False)
    accepted = house.hook.accepted
    # a signal would end what has not begun, and a machine may be slow
    until(lambda: not daemon.is_running() or "READY=1" in daemon.notified()
          or daemon.log("started"), 20)
    until(lambda: not daemon.is_running() or len(accepted) >= 1, 3)
    publish(house, 3)
    if daemon.is_running():
        daemon.signal(signal.SIGHUP)
        until(lambda: not daemon.is_running() or "RELOADING=1" in daemon.notified(), 0.5)
        daemon.signal(signal.SIGUSR1)
    until(lambda: not daemon.is_running() or len(accepted) >= 2, 1)
    if daemon.is_running():
        daemon.signal(signal.SIGTERM)
    return daemon.wait()


def one_fault(call, n, how):
    """False when call was made less than n times."""
    with House(speed=SPEED) as house:
        hit = os.path.join(house.dir, "hit")
        house.preload.append("faults")
        house.list("agencies", "ICE")
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.webhook()
        house.email()
        publish(house, 2)
        house.configure()
        house.env.update({"NB_FAULT": f"{call} {n} {how}", "NB_FAULT_HIT": hit})
        what = f"{call} {n} {how}"
        status = script(house)
        said = house.daemon.log_text()
        # memory that is not there ends it by abort with its word, whichever library asked, so that
        # the supervisor starts it anew
        true(status >= 0 or status == -signal.SIGABRT and "event=out-of-memory" in said,
             f"{what}: ended by signal {-status}:\n{said[-3000:]}")
        true(status != EX_CONFIG, f"{what}: it blames the configuration:\n{said[-3000:]}")
        if status != EX_OK:
            # of a log that cannot be written the exit status is the word
            true(said.strip() or call == "write", f"{what}: ended without a word")

        del house.env["NB_FAULT"], house.env["NB_FAULT_HIT"]
        publish(house, 5)
        house.start(configure=False)
        house.poll("paper")
        house.hook.wait(3)
        house.mail.wait(3)
        house.wait_settled()
        equal(house.daemon.stop(), EX_OK, f"{what}: exit status of the start after it")
        check(house, what)
        return os.path.getsize(hit) > 0


def check(house, what):
    wanted = {t for t in TITLES if "ICE" in t}
    hooks = [(r.json["data"]["item"]["title"], r.id) for r in house.hook.accepted]
    mails = [(str(m.message["Subject"]).split(": ", 1)[1], m.id) for m in house.mail.accepted]
    for accepted in (hooks, mails):
        ids = collections.defaultdict(set)
        for title, number in accepted:
            ids[title].add(number)
        equal(set(ids), wanted, f"{what}: what was accepted")
        equal([t for t, i in ids.items() if len(i) > 1], [], f"{what}: told under two ids")
    equal(set(house.deliveries().values()), {DONE}, f"{what}: states")


rows = [row for row in ROWS if row[0] != "malloc" or not sanitized()]
if not ALL:
    rows = random.Random(SEED).sample(rows, SAMPLE)


@suite.rows([(" ".join(row[:2]), *row) for row in rows])
def whatever_fails(call, how, about, step):
    if ALL:
        n = 1
        while one_fault(call, n, how):
            n += step
        print(f"{call} {how}: {n} calls", flush=True)
        true(n > 1, "the call was made at all")
        return
    chance = random.Random(f"{SEED} {call} {how}")
    one_fault(call, chance.randrange(1, about), how)


print(f"NB_SEED={SEED}", flush=True)
suite.run()
