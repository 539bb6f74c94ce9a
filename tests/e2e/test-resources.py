#!/usr/bin/env python3
"""What runs out: descriptors, threads for name servers that say nothing, servers that take for ever.

Memory stays bounded, and feeds and receivers beside it are served in time.  `make check` takes a few
hundred of each, `make check-resources` (NB_RESOURCES=all) as many as the promise says.
"""

import asyncio
import os
import resource
import signal
import threading
import time

from feeds import item, rss
from house import House, accepted_equals_owed, sanitized
from suite import Suite, equal, true, wait_for

suite = Suite()

ALL = os.environ.get("NB_RESOURCES") == "all"
LORISES = 10000 if ALL else 300
ITEMS = 100000 if ALL else 10000
SCARCE = 40  # slow servers where descriptors are few
GOOD = 5
MEMORY_KB = 300 * 1024


class SlowLoris:
    """Answers every request, a byte a second: in one thread, for thousands of connections."""

    def __init__(self):
        self.asked = self.held = self.most = 0
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self.drip, "0.0.0.0", 0, backlog=4096))
        self.port = self.server.sockets[0].getsockname()[1]
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def drip(self, reader, writer):
        self.asked += 1
        self.held += 1
        self.most = max(self.most, self.held)
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
            while True:
                await asyncio.sleep(1)
                writer.write(b" ")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.held -= 1
            writer.close()

    async def end(self):
        self.server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def close(self):
        asyncio.run_coroutine_threadsafe(self.end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)


def open_house(house):
    """A few good feeds, which ring."""
    house.list("agencies", "ICE")
    house.webhook()
    for n in range(GOOD):
        house.origin.publish(f"good{n}.xml", rss([item(f"{n}", f"ICE moves {n}")]))
        house.feed(f"good{n}", f"{house.origin.base}/good{n}.xml", backfill="all")


def publish_again(house):
    for n in range(GOOD):
        house.origin.publish(f"good{n}.xml", rss([item(f"{n}", f"ICE moves {n}"),
                                                  item(f"{n}-2", f"ICE moves {n} again")]))


def cpu_s(house):
    """What newsbelld itself has used."""
    fields = house.daemon.proc("stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_memory(house):
    if not sanitized():
        true(house.daemon.peak_kb() < MEMORY_KB, f"bounded memory: {house.daemon.peak_kb()} kB")


@suite.case
def slow_servers_without_number():
    """Each gets its time and no more, and the good feeds are on time."""
    with House(speed=10) as house:
        loris = house.server("loris", SlowLoris)
        open_house(house)
        house.section("fetch", concurrency="4096", per_host="64")
        for n in range(LORISES):
            house.feed(f"slow{n}", f"http://127.{1 + n // 250}.{n % 250}.1:{loris.port}/{n}",
                       timeout="60s")
        house.limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                  (min(20000, resource.getrlimit(
                                                      resource.RLIMIT_NOFILE)[1]),) * 2)
        house.start()
        house.daemon.signal(signal.SIGUSR1)  # all at once
        house.hook.wait(GOOD)
        wait_for(lambda: loris.most > min(LORISES, 1000) // 2, "slow servers to be asked")
        publish_again(house)
        start = time.monotonic()
        house.daemon.signal(signal.SIGUSR1)
        house.hook.wait(2 * GOOD)
        print(f"{loris.most} at once, {house.daemon.peak_kb()} kB, good feeds after "
              f"{time.monotonic() - start:.1f} s")
        house.wait_settled()
        check_memory(house)
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def descriptors_run_out():
    with House(speed=10) as house:
        loris = house.server("loris", SlowLoris)
        open_house(house)
        house.section("fetch", concurrency="256", per_host="64")
        for n in range(SCARCE):
            house.feed(f"slow{n}", f"http://127.0.1.{n + 1}:{loris.port}/{n}", timeout="10s")
        house.limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96))
        house.start()
        house.daemon.signal(signal.SIGUSR1)
        house.hook.wait(GOOD)
        wait_for(lambda: loris.asked > 20, "slow servers to be asked")
        before, start = cpu_s(house), time.monotonic()
        publish_again(house)
        house.daemon.signal(signal.SIGUSR1)
        house.hook.wait(2 * GOOD)
        wait_for(lambda: loris.asked >= SCARCE, "each slow server to be asked")
        used, span = cpu_s(house) - before, time.monotonic() - start
        print(f"{used:.2f} s of CPU in {span:.1f} s")
        true(sanitized() or used < 0.5 * span + 0.5, f"no busy loop: {used} s of CPU in {span} s")
        blamed = [line.raw for line in house.daemon.log("poll-failed")
                  if "descriptors" in line.raw or "open files" in line.raw]
        equal(blamed, [], "feeds that are blamed for it")
        house.wait_settled()
        equal(house.daemon.stop(), 0, "exit status")
        accepted_equals_owed(house)


@suite.case
def name_servers_that_say_nothing():
    with House(speed=10) as house:
        house.preload.append("silentdns")
        open_house(house)
        for n in range(LORISES if ALL else 100):
            house.feed(f"silent{n}", f"http://news{n}.silent.example/", allow_private="no")
        house.start()
        house.daemon.signal(signal.SIGUSR1)
        house.hook.wait(GOOD)
        publish_again(house)
        house.daemon.signal(signal.SIGUSR1)
        house.hook.wait(2 * GOOD)
        # none of them answers: that is for our own network to answer for
        house.daemon.wait_log("network-down")
        house.wait_settled()
        check_memory(house)
        start = time.monotonic()
        equal(house.daemon.stop(), 0, "exit status")
        true(time.monotonic() - start < 5, "to stop at once, while lookups hang")
        accepted_equals_owed(house)


@suite.case
def a_feed_of_very_many_items():
    with House() as house:
        open_house(house)
        many = "".join(f"<item><guid>g{n}</guid><title>Number {n}</title></item>"
                       for n in range(ITEMS))
        head = b'<rss version="2.0"><channel><title>t</title>'
        house.origin.publish("many.xml", head + many.encode() + b"</channel></rss>")
        house.feed("many", house.origin.base + "/many.xml", max_size="64M")
        house.start()
        house.hook.wait(GOOD)
        house.first_polls("many")
        taken = house.sql("SELECT count(*) FROM item i JOIN feed f ON f.id = i.feed"
                          " WHERE f.name = 'many'")[0][0]
        print(f"{taken} items of {ITEMS}, {house.daemon.peak_kb()} kB")
        equal(taken, min(ITEMS, 50000), "items")
        check_memory(house)
        equal(house.daemon.stop(), 0, "exit status")


suite.run()
