#!/usr/bin/env python3
"""The daemon shuts itself in: what it can reach after its start, and what a reload may ask of it."""

import ctypes
import os
import re
import signal

from feeds import item, rss
from house import House
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

SECCOMP_FILTER = "2"  # proc(5)


def open_house(house):
    """A feed in a file and one of a server, told to a webhook and a file."""
    os.mkdir(os.path.join(house.dir, "in"))
    os.mkdir(os.path.join(house.dir, "out"))
    house.write("in/local.xml", rss([item("1", "ICE at home")]).decode())
    house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
    house.feed("paper", house.origin.base.replace("127.0.0.1", "localhost") + "/news.xml",
               backfill="all")
    house.feed("local", f"file:{house.dir}/in/local.xml", backfill="all")
    house.list("agencies", "ICE")
    house.webhook()


def has_landlock():
    return ctypes.CDLL(None).syscall(444, None, 0, 1) > 0  # landlock_create_ruleset(2), version


def status(house, key):
    return re.search(rf"^{key}:\s+(\S+)", house.daemon.proc("status"), re.M).group(1)


def start(house):
    house.start()
    house.first_polls("paper", "local")
    house.hook.wait(2)


@suite.case
def no_privileges_no_programs_no_core():
    with House() as house:
        open_house(house)
        start(house)
        equal(status(house, "NoNewPrivs"), "1", "NoNewPrivs")
        equal(status(house, "Seccomp"), SECCOMP_FILTER, "Seccomp")
        contains(re.sub(" +", " ", house.daemon.proc("limits")), "core file size 0 0", "limits")
        equal(len(house.daemon.log("confined")), 1, "times it says so")
        equal(house.daemon.stop(), 0, "exit status")


@suite.case
def a_file_elsewhere_cannot_be_read():
    if not has_landlock():
        print("skipped: this kernel has no Landlock")
        return
    with House() as house:
        open_house(house)
        start(house)
        house.write("out/local.xml", rss([item("2", "ICE abroad")]).decode())
        os.unlink(os.path.join(house.dir, "in/local.xml"))
        os.symlink("../out/local.xml", os.path.join(house.dir, "in/local.xml"))
        house.poll("local")
        said = house.daemon.wait_log("poll-failed", feed="local").text
        contains(said, "Permission denied", "the reason")
        contains(said, "restart it", "what to do")
        # a file that replaces another is the same place
        os.unlink(os.path.join(house.dir, "in/local.xml"))
        house.write("in/new.xml", rss([item("3", "ICE is back")]).decode())
        os.rename(os.path.join(house.dir, "in/new.xml"), os.path.join(house.dir, "in/local.xml"))
        house.poll("local")
        house.hook.wait(3)
        equal(house.daemon.stop(), 0, "exit status")


def refused_then_restarted(house, words):
    """A reload that goes too far: told, nothing changes, and a restart brings it."""
    house.reload()
    contains(house.daemon.wait_log("reload-failed").text, words, "what it says")
    contains(house.daemon.wait_log("reload-failed").text, "restart it", "what to do")
    house.poll("paper")
    equal(house.daemon.stop(), 0, "exit status")
    house.start(configure=False)
    house.first_polls("other")


@suite.case
def a_reload_that_names_another_directory_takes_a_restart():
    if not has_landlock():
        print("skipped: this kernel has no Landlock")
        return
    with House() as house:
        open_house(house)
        start(house)
        house.write("out/other.xml", rss([item("2", "ICE abroad")]).decode())
        house.feed("other", f"file:{house.dir}/out/other.xml", backfill="all")
        refused_then_restarted(house, house.dir + "/out")
        house.hook.wait(3)


@suite.case
def a_reload_that_names_a_program_takes_a_restart():
    with House() as house:
        open_house(house)
        start(house)
        house.feed("other", f"exec:/bin/cat {house.dir}/in/local.xml")
        refused_then_restarted(house, "/bin/cat")


@suite.case
def with_programs_the_daemon_keeps_its_rights():
    with House() as house:
        open_house(house)
        house.feed("other", f"exec:/usr/bin/tee {house.dir}/out/proof", backfill="all")
        house.start()
        house.first_polls("paper", "other")
        equal(len(house.daemon.log("not-confined")), 1, "times it says so")
        equal(status(house, "Seccomp"), "0", "Seccomp")
        true(os.path.exists(f"{house.dir}/out/proof"), "the program to write where it likes")
        equal(house.daemon.stop(), 0, "exit status")


@suite.case
def it_can_be_asked_not_to():
    with House() as house:
        open_house(house)
        house.section("newsbell", confine="no")
        start(house)
        equal(status(house, "Seccomp"), "0", "Seccomp")
        contains(house.daemon.wait_log("not-confined").text, "confine = no", "what it says")


@suite.case
def a_kernel_without_landlock():
    with House() as house:
        open_house(house)
        house.preload.append("oldkernel")
        start(house)
        equal(status(house, "Seccomp"), SECCOMP_FILTER, "Seccomp")
        contains(house.daemon.wait_log("confined").text, "no Landlock", "what it says")
        equal(len([line for line in house.daemon.log() if "Landlock" in line.raw]), 1, "times")
        house.feed("other", f"file:{house.dir}/out/other.xml")
        house.write("out/other.xml", rss([item("2", "ICE abroad")]).decode())
        house.reload()
        house.daemon.wait_log("reloaded")
        equal(house.daemon.stop(), 0, "exit status")


@suite.case
def what_cannot_be_opened_for_want_of_descriptors_is_not_shut_for_good():
    """The directories are opened early: one of the first calls that fail is one of them."""
    if not has_landlock():
        print("skipped: this kernel has no Landlock")
        return
    with House() as house:
        open_house(house)
        house.preload.append("faults")
        house.configure()
        for n in range(1, 80):
            house.env.update({"NB_FAULT": f"open {n} EMFILE", "NB_FAULT_HIT": house.dir + "/hit"})
            daemon = house.launch(configure=False)
            wait_for(lambda: not daemon.is_running() or daemon.log("started"), f"start {n}")
            if daemon.is_running():
                daemon.signal(signal.SIGTERM)
            daemon.wait()
            if daemon.log("not-confined"):
                break
        contains(daemon.wait_log("not-confined").text, "landlock: Too many open files", "what it says")
        del house.env["NB_FAULT"], house.env["NB_FAULT_HIT"]
        house.start(configure=False)
        house.daemon.wait_log("confined")
        equal(status(house, "Seccomp"), SECCOMP_FILTER, "Seccomp of the start after it")
        equal(house.daemon.stop(), 0, "exit status")


suite.run()
