"""newsbelld in a temporary directory of its own, with the servers that a case asks for.

    with House() as house:
        house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        house.channel("siem", type="webhook", url=house.hook.url)
        house.start()
        house.poll("paper")

Ends with audit(): the invariants that hold for any database whatever happened before.
"""

import collections
import json
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import receivers
from clock import Clock
from origin import Nginx, Scripted
from suite import DEADLINE, die_with_parent, equal, true, wait_for

BUILD = os.environ.get("NB_BUILD") or os.getcwd()
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
NEWSBELLD = os.path.join(BUILD, "newsbelld")
NEWSBELL = os.path.join(BUILD, "newsbell")

PENDING, DONE, DEAD = 0, 1, 2

# sysexits.h
EX_OK, EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE = 0, 64, 65, 66, 69
EX_SOFTWARE, EX_OSERR, EX_CANTCREAT, EX_IOERR, EX_CONFIG = 70, 71, 73, 74, 78

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def sanitized():
    """Is this a build of --enable-sanitize?"""
    with open(NEWSBELLD, "rb") as f:
        return b"__asan_init" in f.read()


def newsbell(*arguments, stdin=None, cwd=None, env=None):
    """One command of the operator's tool: (status, output, errors)."""
    done = subprocess.run([NEWSBELL, *arguments], input=stdin, capture_output=True, timeout=60,
                          cwd=cwd, env={**os.environ, **(env or {})}, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Line:
    """One line of the log: fields by name, and the text."""

    def __init__(self, raw):
        head, _, self.text = raw.partition(": ")
        self.raw = raw
        try:
            parts = shlex.split(re.sub(r"^<\d>", "", head))
        except ValueError:
            parts = []
        self.fields = dict(p.split("=", 1) for p in parts if "=" in p)
        self.event = self.fields.get("event", "")


class Daemon:
    """A running newsbelld, with a service manager that listens."""

    def __init__(self, house, arguments=(), env=None, watchdog_s=None):
        self.house = house
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = os.path.join(house.dir, f"notify.{house.starts}")
        self.socket.bind(path)
        self.socket.setblocking(False)
        self.told = []
        self.log_path = os.path.join(house.dir, f"log.{house.starts}")
        environment = {**os.environ, **house.env, "NOTIFY_SOCKET": path, **(env or {})}
        if house.preload:
            environment["LD_PRELOAD"] = ":".join(
                os.path.join(BUILD, "tests", "faults", f"{name}.so") for name in house.preload)
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0"
        environment.pop("JOURNAL_STREAM", None)
        if watchdog_s:
            environment["WATCHDOG_USEC"] = str(int(watchdog_s * 1e6))
        with open(self.log_path, "wb") as log, open(house.printed_path, "ab") as printed:
            self.process = subprocess.Popen(
                [*house.wrap, NEWSBELLD, "-v", "-c", house.conf, "--state", house.state,
                 *arguments],
                stdout=printed, stderr=log, stdin=subprocess.DEVNULL, env=environment,
                preexec_fn=house.prepare,
            )
        self.pid = self.process.pid

    # ---- what it says ----

    def notified(self):
        """All that the service manager was told so far, one entry a line."""
        while True:
            try:
                data = self.socket.recv(4096)
            except BlockingIOError:
                return self.told
            self.told += data.decode().splitlines()

    def log_text(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def log(self, event=None, **fields):
        lines = [Line(raw) for raw in self.log_text().splitlines()]
        return [line for line in lines
                if (event is None or line.event == event)
                and all(line.fields.get(k) == v for k, v in fields.items())]

    def wait_log(self, event, n=1, **fields):
        """The n-th line of that event."""
        return wait_for(lambda: len(self.log(event, **fields)) >= n and
                        self.log(event, **fields)[n - 1], f"event {event} {fields or ''} in the log")

    def is_running(self):
        return self.process.poll() is None

    def wait_ready(self):
        wait_for(lambda: "READY=1" in self.notified() or not self.is_running(), "READY=1")
        true(self.is_running(), f"newsbelld to run; it ended with {self.process.poll()}")

    # ---- what it is told ----

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, deadline=DEADLINE):
        """Its exit status; negative: the signal that ended it."""
        try:
            return self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"newsbelld did not end in {deadline:.0f} s") from None

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def reload(self):
        """SIGHUP; returns when it says that it is ready again."""
        ready = self.notified().count("READY=1")
        self.signal(signal.SIGHUP)
        wait_for(lambda: self.notified().count("READY=1") > ready, "READY=1 after SIGHUP")

    def polls(self, feed):
        return sum(len(self.log(event, feed=feed))
                   for event in ("polled", "poll-failed", "poll-recovered"))

    def poll(self, *feeds):
        """Every feed is asked now; returns when these were written.  Their first polls are over."""
        before = {feed: self.polls(feed) for feed in feeds}
        self.signal(signal.SIGUSR1)
        for feed in feeds:
            wait_for(lambda feed=feed: self.polls(feed) > before[feed] or not self.is_running(),
                     f"a poll of {feed}")
        true(self.is_running(), "newsbelld to be alive")

    def children(self):
        """pids below it: the nursery and its workers."""
        found, todo = [], [self.pid]
        while todo:
            pid = todo.pop()
            try:
                with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
                    below = [int(p) for p in f.read().split()]
            except OSError:
                continue
            found += below
            todo += below
        return found

    def proc(self, name):
        """What the kernel says of it: /proc/PID/name."""
        with open(f"/proc/{self.pid}/{name}", encoding="utf-8", errors="replace") as f:
            return f.read()

    def peak_kb(self):
        """The most memory it ever had."""
        return int(re.search(r"VmHWM:\s+(\d+)", self.proc("status")).group(1))

    def close(self):
        if self.is_running():
            self.kill()
        self.socket.close()


class House:
    def __init__(self, speed=None, env=None, wrap=()):
        self.dir = tempfile.mkdtemp(prefix="newsbell-e2e-")
        self.state = os.path.join(self.dir, "state")
        self.etc = os.path.join(self.dir, "etc")
        self.conf = os.path.join(self.etc, "newsbell.conf")
        self.printed_path = os.path.join(self.dir, "printed")
        os.makedirs(os.path.join(self.etc, "watchlists"))
        os.mkdir(self.state, 0o700)
        self.sections = {
            "[fetch]": {"pace": "0s"},  # all origins of a test are one host
            "[newsbell]": {"grouping": "off"},  # scenarios count alerts of titles that are alike
        }
        self.env = dict(env or {})
        self.preload = []
        self.clock = None
        if speed:
            self.clock = Clock(self.dir, speed)
            self.env["NB_CLOCK"] = self.clock.path
            self.preload.append("clock")
        self.wrap = list(wrap)  # a command before newsbelld
        self.limits = None      # called in the child before it is started
        self.starts = 0
        self.daemons = []
        self.servers = {}
        self.hooks = []
        self.audited = True

    # ---- servers, started when first asked for ----

    def server(self, name, make):
        if name not in self.servers:
            self.servers[name] = make()
        return self.servers[name]

    @property
    def origin(self):
        return self.server("origin", lambda: Nginx(self.dir))

    @property
    def scripted(self):
        return self.server("scripted", Scripted)

    def scripted_at(self, n):
        """Scripted origins on hosts of their own: 127.0.1.n."""
        return self.server(f"scripted {n}", lambda: Scripted(f"127.0.1.{n}"))

    @property
    def hook(self):
        return self.server("hook", receivers.Webhook)

    @property
    def mail(self):
        return self.server("mail", lambda: receivers.MailServer(self.dir))

    # ---- configuration ----

    def section(self, kind, name=None, **keys):
        """Set keys of a section (underscores stand for dashes); written at the next start."""
        head = f'[{kind} "{name}"]' if name else f"[{kind}]"
        self.sections.setdefault(head, {}).update(
            {k.replace("_", "-"): v for k, v in keys.items()})

    def drop(self, kind, name=None):
        del self.sections[f'[{kind} "{name}"]' if name else f"[{kind}]"]

    def feed(self, name, url, **keys):
        self.section("feed", name, url=url, **{"allow_private": "yes", "every": "6h", **keys})

    def channel(self, name, **keys):
        self.section("channel", name, **keys)

    def webhook(self, name="siem", hook=None, **keys):
        """A webhook channel to house.hook, with a secret in a file."""
        self.write("etc/hook.secret", SECRET + "\n", 0o600)
        self.channel(name, type="webhook", url=(hook or self.hook).url,
                     secret=f"@file:{self.etc}/hook.secret", **keys)

    def email(self, name="desk", **keys):
        """An e-mail channel to house.mail, with STARTTLS and AUTH."""
        self.write("etc/smtp.secret", self.mail.password + "\n", 0o600)
        self.channel(name, **{
            "type": "email", "smtp": self.mail.url, "user": self.mail.user,
            "password": f"@file:{self.etc}/smtp.secret", "ca_file": self.mail.pem,
            "from": "newsbell@example.org", "to": "desk@example.org", **keys})

    def list(self, name, *entries):
        self.write(f"etc/watchlists/{name}.list", "\n".join(entries) + "\n")

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def configure(self):
        lines = []
        for head, keys in self.sections.items():
            lines += [head, *(f"{k} = {v}" for k, v in keys.items()), ""]
        self.write("etc/newsbell.conf", "\n".join(lines))

    # ---- newsbelld ----

    def prepare(self):
        die_with_parent()
        if self.limits:
            self.limits()

    @property
    def daemon(self):
        return self.daemons[-1]

    def launch(self, *arguments, configure=True, **options):
        """Started, and not waited for."""
        if configure:
            self.configure()
        self.starts += 1
        self.daemons.append(Daemon(self, arguments, **options))
        return self.daemon

    def start(self, *arguments, **options):
        daemon = self.launch(*arguments, **options)
        daemon.wait_ready()
        return daemon

    def exit_status(self, *arguments, **options):
        """Of a start that is to fail."""
        return self.launch(*arguments, **options).wait()

    def first_polls(self, *feeds):
        for feed in feeds:
            wait_for(lambda feed=feed: self.daemon.polls(feed) > 0, f"the first poll of {feed}")

    def poll(self, *feeds):
        self.daemon.poll(*feeds)

    def poll_quietly(self):
        """All are asked now; returns when none is under way any more, whatever came of it."""
        def status():
            return json.loads(self.tool("status", "--json"))["daemon"]

        before = status()["polls"]
        self.daemon.signal(signal.SIGUSR1)
        wait_for(lambda: status()["polls"] > before, "polls to begin")
        wait_for(lambda: status()["polls_active"] == 0, "polls to end")

    def reload(self):
        self.configure()
        self.daemon.reload()

    def later(self, seconds):
        """So much later, for a house with a clock; the daemon was stopped meanwhile."""
        equal(self.daemon.stop(), 0, "exit status")
        self.clock.step(seconds)
        self.start()

    def tool(self, *arguments):
        """The output of a command of the operator's tool; with a clock it sees that one."""
        env = {}
        if self.clock:
            env = {"NB_CLOCK": self.clock.path,
                   "LD_PRELOAD": os.path.join(BUILD, "tests", "faults", "clock.so"),
                   "ASAN_OPTIONS": "verify_asan_link_order=0"}
        status, out, errors = newsbell(arguments[0], "-c", self.conf, "--state", self.state,
                                       *arguments[1:], env=env)
        equal((status, errors), (0, ""), f"newsbell {arguments[0]}")
        return out

    def printed(self):
        with open(self.printed_path, encoding="utf-8") as f:
            return f.read()

    # ---- the database ----

    @property
    def database(self):
        return os.path.join(self.state, "newsbell.db")

    def sql(self, query, *values):
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(query, values).fetchall()
        finally:
            db.close()

    def state_of(self, feed):
        """What is remembered of a feed, by column."""
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            return dict(db.execute("SELECT * FROM feed WHERE name = ?", (feed,)).fetchone())
        finally:
            db.close()

    def deliveries(self, channel=None):
        """{id: state}"""
        return dict(self.sql("SELECT id, state FROM delivery WHERE ?1 IS NULL OR channel = ?1",
                             channel))

    def wait_settled(self, deadline=DEADLINE):
        """Nothing is owed any more; in vain when for so long none of it was settled."""
        def owed():
            return self.sql("SELECT count(*) FROM delivery WHERE state = ?", PENDING)[0][0]

        while before := owed():
            wait_for(lambda before=before: owed() < before,
                     f"one of {before} deliveries to be settled", deadline)

    def audit(self):
        """What holds for any database, whatever was done to the daemon."""
        if not os.path.exists(self.database):
            return
        equal(self.sql("PRAGMA integrity_check"), [("ok",)], "integrity_check")
        equal(self.sql("PRAGMA foreign_key_check"), [], "foreign_key_check")
        equal(self.sql("SELECT id FROM alert a WHERE NOT EXISTS (SELECT 1 FROM delivery"
                       " WHERE alert = a.id) AND NOT EXISTS (SELECT 1 FROM member WHERE alert = a.id)"
                       " AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.item = a.item"
                       " AND d.watch = a.watch AND reason IN ('unrouted', 'silenced', 'inhibited'))"
                       " AND item IS NOT NULL"), [], "alerts that are owed to nobody, without a reason")
        equal(self.sql("SELECT d.seq FROM delivery d WHERE (alert IS NULL) = (kind = 0) OR alerts <>"
                       " iif(kind = 0, 1, (SELECT count(*) FROM member WHERE delivery = d.seq))"),
              [], "deliveries that miscount their alerts")
        equal(self.sql("SELECT id FROM alert WHERE item IS NOT NULL AND item NOT IN"
                       " (SELECT id FROM item)"), [],
              "alerts without their item")
        equal(self.sql("SELECT feed, key, count(*) FROM item GROUP BY feed, key HAVING count(*) > 1"
                       ), [], "items that were taken in twice")
        equal(self.sql("SELECT f.name FROM feed f LEFT JOIN seen s ON s.feed = f.id"
                       " WHERE coalesce(f.etag, f.last_modified) IS NOT NULL"
                       " AND f.items > 0 AND s.feed IS NULL"
                       " AND f.id NOT IN (SELECT feed FROM list)"), [], "validators ahead of items")

    def close(self, good=True):
        logs = []
        for daemon in self.daemons:
            daemon.close()
            logs.append(daemon.log_text())
        for server in self.servers.values():
            server.close()
        try:
            if good:
                for text in logs:
                    for bad in ("AddressSanitizer", "LeakSanitizer", "runtime error:"):
                        true(bad not in text, f"{bad}:\n{text}")
                if self.audited:
                    self.audit()
            else:
                for number, text in enumerate(logs, 1):
                    print(f"---- log of start {number} (the end of it)\n{text[-6000:]}")
        finally:
            if os.environ.get("NB_KEEP"):
                print(f"kept: {self.dir}")
            else:
                shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close(good=kind is None)


def accepted_equals_owed(house, hook=None, channel="siem"):
    """The promise: what was accepted is what was owed; a repetition has the same id and bytes."""
    accepted = (hook or house.hook).accepted
    owed = {"msg_" + i: state for i, state in house.deliveries(channel).items()}
    equal(sorted(set(r.id for r in accepted)), sorted(owed), "ids accepted and ids owed")
    bodies = collections.defaultdict(set)
    for r in accepted:
        bodies[r.id].add(r.body)
    equal([i for i, b in bodies.items() if len(b) > 1], [], "ids with more than one body")
    equal(sorted(i for i, s in owed.items() if s == DONE and i not in bodies), [],
          "delivered, says the database, but nobody accepted them")


def now():
    return int(time.time())
