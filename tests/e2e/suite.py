"""Cases with names, run one after the other; a failed one says what was wanted and what was there.

    suite = Suite()

    @suite.case
    def an_item_rings_once(): ...

    suite.run()      # "N passed, N failed", exit status 0 or 1

`test-x.py WORD` runs the cases whose name contains WORD, `test-x.py -k` keeps their directories.
"""

import ctypes
import difflib
import json
import os
import signal
import sys
import time
import traceback

# Everything here waits for a condition; this is only how long until it counts as never coming.
DEADLINE = float(os.environ.get("NB_DEADLINE", "30"))


class Suite:
    def __init__(self):
        self.cases = []

    def case(self, function):
        self.cases.append((function.__name__.replace("_", " "), function))
        return function

    def rows(self, rows):
        """The function once for each (name, ...) row."""

        def add(function):
            for name, *rest in rows:
                label = f"{function.__name__.replace('_', ' ')}: {name}"
                self.cases.append((label, lambda rest=rest: function(*rest)))
            return function

        return add

    def run(self):
        words = [a for a in sys.argv[1:] if not a.startswith("-")]
        if "-k" in sys.argv[1:]:
            os.environ["NB_KEEP"] = "1"
        failed = []
        passed = 0
        for name, function in self.cases:
            if words and not all(w in name for w in words):
                continue
            start = time.monotonic()
            try:
                function()
                verdict = "ok    "
                passed += 1
            except Exception:
                traceback.print_exc(file=sys.stdout)
                verdict = "FAILED"
                failed.append(name)
            print(f"{verdict} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        for name in failed:
            print(f"failed: {name}")
        print(f"{passed} passed, {len(failed)} failed")
        sys.exit(1 if failed or not passed else 0)


def shown(value):
    if isinstance(value, str):
        return value
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=repr)


def equal(got, want, what):
    if got == want:
        return
    lines = difflib.unified_diff(
        shown(want).splitlines(), shown(got).splitlines(), "wanted", "got", lineterm="", n=2
    )
    raise AssertionError(what + "\n" + "\n".join(lines))


def true(condition, what):
    if not condition:
        raise AssertionError(what)


def contains(text, part, what):
    true(part in text, f"{what}: no {part!r} in:\n{text}")


def wait_for(condition, what, deadline=DEADLINE):
    """The first true value of condition()."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline:.0f} s in vain for: {what}")
        time.sleep(0.01)


PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None)


def die_with_parent():
    """For preexec_fn: no server outlives a test that is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
