"""The clock that tests/faults/clock.c shows to newsbelld: faster than ours, and set by hand."""

import os
import struct
import time

PAGE = "dqqqqq"  # struct page: speed, anchor_ns, wall_ns, step_ns, leap_ns, slept_ns


class Clock:
    def __init__(self, directory, speed):
        self.path = os.path.join(directory, "clock")
        self.speed = float(speed)
        self.anchor = time.monotonic_ns()
        self.wall = time.time_ns()
        self.stepped = self.leapt = self.slept = 0
        with open(self.path, "wb") as f:
            f.write(struct.pack(PAGE, self.speed, self.anchor, self.wall, 0, 0, 0))

    def step(self, seconds):
        """Somebody sets the wall clock."""
        self.stepped += int(seconds * 1e9)
        self.write()

    def suspend(self, seconds):
        """The machine sleeps."""
        self.slept += int(seconds * 1e9)
        self.write()

    def write(self):
        with open(self.path, "r+b") as f:
            f.seek(struct.calcsize("dqq"))
            f.write(struct.pack("qqq", self.stepped, self.leapt, self.slept))

    def leap(self, seconds):
        """Time passes at once, by both clocks: for when nothing is under way that has a deadline."""
        self.leapt += int(seconds * 1e9)
        self.write()

    def now(self):
        """The wall clock as newsbelld sees it."""
        gone = (time.monotonic_ns() - self.anchor) * self.speed
        return (self.wall + gone + self.stepped + self.leapt + self.slept) / 1e9

    def since(self, monotonic_s):
        """How long it is for newsbelld since that time.monotonic()."""
        return (time.monotonic() - monotonic_s) * self.speed
