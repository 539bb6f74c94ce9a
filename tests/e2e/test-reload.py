#!/usr/bin/env python3
"""Reading the configuration anew holds up neither polls nor deliveries."""

import json
import os
import subprocess
import time

from house import EX_CONFIG, EX_OK, House, NEWSBELL, accepted_equals_owed, newsbell
from paper import begin
from suite import Suite, contains, equal, true, wait_for

suite = Suite()


def arguments(house, command, *more):
    return [command, "-c", house.conf, "--state", house.state, *more]


def asking(house):
    """newsbell reload, under way."""
    return subprocess.Popen([NEWSBELL, *arguments(house, "reload")], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def answer(process):
    out, errors = process.communicate(timeout=60)
    return process.returncode, out.decode(), errors.decode()


def worst_turn_s(house):
    """The longest turn of the loop since this was last asked."""
    status, out, errors = newsbell(*arguments(house, "status", "--json"))
    equal(status, EX_OK, errors)
    return json.loads(out)["daemon"]["loop_worst_us"] / 1e6


def large(house, n=200_000):
    house.list("large", *(f"Orga {k:x} Nisation | Zur{k}" for k in range(n // 2)))


@suite.case
def all_goes_on_while_the_files_are_read():
    """A list that is a pipe: the reading ends when the test says so."""
    with House() as house:
        house.webhook()
        paper = begin(house)
        house.hook.wait(1)
        pipe = os.path.join(house.etc, "watchlists", "slow.list")
        os.mkfifo(pipe)
        first = asking(house)
        wait_for(lambda: house.daemon.notified().count("RELOADING=1") == 1, "the reload")
        paper.ring()
        house.hook.wait(2)
        house.wait_settled()
        others = [asking(house), asking(house)]
        wait_for(lambda: house.daemon.notified().count("RELOADING=1") == 3, "two more")
        equal([p.poll() for p in [first, *others]], [None] * 3, "answers so far")
        for n, waits in ((1, [first]), (2, others)):
            with open(pipe, "w", encoding="utf-8") as f:
                f.write("Azure\n")
            for process in waits:
                equal(answer(process), (EX_OK, "the new configuration is in force\n", ""),
                      "the answer")
            equal(len(house.daemon.log("reloaded")), n, "readings: what comes during one is one")
        told = house.daemon.notified()
        equal(told.count("READY=1"), 2, "ready when nothing more is to be read")
        paper.ring("Azure grows")
        house.hook.wait(3)
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def a_large_list_is_made_ready_beside_the_loop():
    with House() as house:
        house.webhook()
        paper = begin(house)
        large(house)
        worst_turn_s(house)
        start = time.monotonic()
        reload = asking(house)
        while reload.poll() is None:
            paper.ring()
        took = time.monotonic() - start
        equal(answer(reload)[0], EX_OK, "the answer")
        worst = worst_turn_s(house)
        true(worst < took / 2, f"a turn of {worst:.3f} s in a reload of {took:.3f} s")
        paper.ring("Zur77 grows")
        house.hook.wait(len(paper.items))
        house.wait_settled()
        last = house.hook.accepted[-1].json["data"]
        equal(last["watch"], "large", "the watch of the new list")
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def stopping_while_it_reads_is_clean():
    with House() as house:
        begin(house)
        large(house)
        reload = asking(house)
        wait_for(lambda: "RELOADING=1" in house.daemon.notified(), "the reload")
        equal(house.daemon.stop(), 0, "exit status")
        status, out, errors = answer(reload)
        equal((status, out), (EX_CONFIG, ""), "the answer")
        contains(errors, "the daemon is stopping", "why")


suite.run()
