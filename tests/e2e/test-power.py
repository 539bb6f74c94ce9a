#!/usr/bin/env python3
"""Power cuts: what was synced is there, of what was written since only some, in torn pieces.

One run is noted write by write (tests/faults/power.c); then the disk is made as it may have been after
any of these writes, and newsbelld started on it.  What the database calls delivered was accepted before
the cut; everything else that is owed is delivered now, under the same ids.  `make check` takes some
of the cuts, `make check-power` (NB_CUTS) many.
"""

import os
import random
import shutil
import sqlite3
import struct

import receivers
from feeds import item, rss
from house import DONE, EX_OK, House
from suite import Suite, equal, true, wait_for

suite = Suite()

CUTS = int(os.environ.get("NB_CUTS", "6"))
SEED = int(os.environ.get("NB_SEED", str(random.randrange(1 << 30))))
RECORD = struct.Struct("IIQQ")
SECTOR = 512


def records(path):
    with open(path, "rb") as f:
        while head := f.read(RECORD.size):
            operation, name_n, offset, n = RECORD.unpack(head)
            name = f.read(name_n).decode()
            yield chr(operation), name, offset, f.read(n) if chr(operation) == "w" else n


def apply(files, operation, name, offset, data):
    content = files.setdefault(name, bytearray())
    if operation == "w":
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset:offset + len(data)] = data
    elif operation == "t":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
    elif operation == "u":
        del files[name]


def image(log, cut, chance):
    """The files after a cut behind log[cut]."""
    files, since = {}, {}
    for operation, name, offset, data in log[:cut]:
        if operation == "s":
            for late in since.pop(name, []):
                apply(files, *late)
        elif operation == "u":
            since.pop(name, None)
            files.setdefault(name, bytearray())
            apply(files, operation, name, offset, data)
        else:
            since.setdefault(name, []).append((operation, name, offset, data))
    for name, late in since.items():
        files.setdefault(name, bytearray())
        for operation, name, offset, data in late:
            luck = chance.random()
            if operation == "w" and luck < 0.3:  # torn
                part = chance.randrange(0, len(data) + 1, SECTOR) if len(data) > SECTOR else 0
                apply(files, operation, name, offset, data[:part])
            elif luck < 0.65:
                apply(files, operation, name, offset, data)
    return files


def write_down(house):
    """A first life, with some alerts accepted, some owed, some not yet seen: its writes."""
    house.list("agencies", "ICE")
    house.feed("paper", house.origin.base + "/news.xml", backfill="all")
    house.webhook()
    items = []
    turn = [0]

    def every_other(handler, request):
        turn[0] += 1
        return receivers.good(handler, request) if turn[0] % 3 else handler.reply(500)

    house.hook.answer = every_other
    house.preload.append("power")
    house.env.update(NB_POWER_DIR=house.state, NB_POWER_LOG=os.path.join(house.dir, "power"))
    for n in range(4):
        items += [item(f"{n}.{k}", f"ICE moves, part {n}.{k}", "Text. " * 100) for k in range(3)]
        house.origin.publish("news.xml", rss(items))
        if n == 0:
            house.start()
            house.first_polls("paper")
        else:
            house.poll("paper")
    house.wait_settled()
    equal(house.daemon.stop(), EX_OK, "exit status of the first life")
    equal(len(set(house.hook.ids())), 12, "alerts")
    return list(records(os.path.join(house.dir, "power")))


def start_after_cut(house, log, number, cut, chance, before):
    name = f"state-{number}"
    house.state = os.path.join(house.dir, name)
    os.mkdir(house.state, 0o700)
    for file, content in image(log, cut, chance).items():
        with open(os.path.join(house.state, file), "wb") as f:
            f.write(content)
    known = {}
    if os.path.exists(house.database):
        db = sqlite3.connect(house.database)
        equal(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)], f"cut {cut}: integrity")
        if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            known = dict(db.execute("SELECT id, state FROM delivery").fetchall())
            new_secret = False
        else:
            new_secret = True
        db.close()
    else:
        new_secret = True
    done = {"msg_" + i for i, state in known.items() if state == DONE}
    equal(sorted(done - before), [], f"cut {cut}: delivered, says the database, and nobody has it")

    house.hook.accepted.clear()
    house.start(configure=False)
    house.poll("paper")
    wait_for(lambda: house.sql("SELECT count(*) FROM delivery")[0][0] == 12, f"cut {cut}: all owed")
    house.wait_settled()
    equal(house.daemon.stop(), EX_OK, f"cut {cut}: exit status")
    now = set(house.hook.ids())
    equal(len(now | done), 12, f"cut {cut}: alerts accepted before or after")
    if not new_secret:
        equal(sorted((now | done) - before), [], f"cut {cut}: told under another id")
    house.audit()
    house.daemons.pop().close()


@suite.case
def nothing_is_lost_at_any_of_these_cuts():
    chance = random.Random(SEED)
    with House(speed=20) as house:
        log = write_down(house)
        before = set(house.hook.ids())
        house.hook.answer = receivers.good
        house.preload.remove("power")
        syncs = [n + 1 for n, r in enumerate(log) if r[0] == "s"]
        true(len(syncs) > 10, f"{len(syncs)} syncs of {len(log)} writes")
        print(f"NB_SEED={SEED}: {CUTS} cuts of {len(log)} writes, {len(syncs)} syncs", flush=True)
        for number in range(CUTS):
            if number % (len(log) + 1) == 0:  # each once, then each again, torn elsewhere
                cuts = chance.sample(range(len(log) + 1), len(log) + 1)
            start_after_cut(house, log, number, cuts.pop(), chance, before)
            shutil.rmtree(house.state)


suite.run()
