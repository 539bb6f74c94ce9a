#!/usr/bin/env python3
"""A disk that is full: polls wait, nothing is told that is not written, and nothing is lost."""

import os
import resource
import signal
import subprocess

from feeds import item, rss
from house import House, PENDING, accepted_equals_owed
from suite import Suite, equal, wait_for

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
        os.unlink(filler)
    else:
        house.daemon.kill()
        house.limits = None
        house.start()
    house.daemon.signal(signal.SIGUSR1)
    house.hook.wait(101)
    house.wait_settled()
    accepted_equals_owed(house)
    house.audit()
    equal(house.daemon.stop(), 0, "exit status")
    equal(list(house.deliveries().values()).count(PENDING), 0, "still owed")


suite.run()
