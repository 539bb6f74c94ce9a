"""What the polling benchmarks have in common: the origin, a daemon to measure, and its CPU time."""
import json, os, random, signal, subprocess, sys, time, urllib.request

TICK = os.sysconf("SC_CLK_TCK")


def say(*words):
    if sys.stderr.isatty() or os.environ.get("BENCH_VERBOSE"):
        print("%.1f" % time.monotonic(), *words, file=sys.stderr, flush=True)


def get(port, path):
    with urllib.request.urlopen("http://127.0.0.1:%d/%s" % (port, path), timeout=30) as r:
        return r.read().decode()


def tree(pid):
    pids, todo = [], [pid]
    while todo:
        p = todo.pop()
        pids.append(p)
        try:
            with open("/proc/%d/task/%d/children" % (p, p)) as f:
                todo += [int(c) for c in f.read().split()]
        except OSError:
            pass
    return pids


def cpu(pid):
    """CPU seconds of a process and all below it, ended children included."""
    total = 0
    for p in tree(pid):
        try:
            with open("/proc/%d/stat" % p) as f:
                fields = f.read().rsplit(")", 1)[1].split()
            total += sum(int(x) for x in fields[11:15])
        except OSError:
            pass
    return total / TICK


def memory(pid, key="VmHWM"):
    total = 0
    for p in tree(pid):
        try:
            with open("/proc/%d/status" % p) as f:
                for line in f:
                    if line.startswith(key):
                        total += int(line.split()[1])
        except OSError:
            pass
    return total / 1024


class Origin:
    def __init__(self, build, feeds, *more):
        self.p = subprocess.Popen([build + "/bench/origin", "--port", "0", "--feeds", str(feeds), *more],
                                  stdout=subprocess.PIPE, text=True)
        self.port = int(self.p.stdout.readline().split()[1])

    def stats(self):
        return json.loads(get(self.port, "stats"))

    def stop(self):
        self.p.kill()
        self.p.wait()


def host(i):
    a = 0x7F4D0001 + i
    return "%d.%d.%d.%d" % (a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255)


class Daemon:
    def __init__(self, build, directory, urls, terms, every="12h", more="", more_fetch=""):
        """urls: one a feed."""
        os.makedirs(directory + "/watchlists")
        with open(directory + "/feeds.txt", "w") as f:
            for i, url in enumerate(urls):
                f.write("%s ~f%d\n" % (url, i))
        dice = random.Random(7)
        letters = "abcdefghijklmnopqrstuvwxyz"
        with open(directory + "/watchlists/terms.list", "w") as f:
            for i in range(terms):
                f.write("%s %s\n" % ("".join(dice.choice(letters) for _ in range(7)),
                                     "".join(dice.choice(letters) for _ in range(6))))
            f.write("Report 33\n")
        with open(directory + "/newsbell.conf", "w") as f:
            f.write("[newsbell]\ngrouping = off\n[fetch]\nevery = %s\nallow-private = yes\nbackfill = 0\n"
                    "silent = off\n%s[feeds \"all\"]\nfile = feeds.txt\n%s"
                    "[channel \"log\"]\ntype = journal\n" % (every, more_fetch, more))
        self.build, self.dir = build, directory
        self.db = directory + "/state/newsbell.db"
        self.start()

    def start(self):
        files = ["-c", self.dir + "/newsbell.conf", "--state", self.dir + "/state"]
        log = self.dir + "/log"
        began = time.time()
        with open(log, "w") as f:
            self.p = subprocess.Popen([self.build + "/newsbelld", *files], stdout=subprocess.DEVNULL, stderr=f)
        while "event=started" not in open(log).read():
            if self.p.poll() is not None:
                sys.exit("newsbelld ended: " + open(log).read()[-2000:])
            time.sleep(0.02)
        self.startup = time.time() - began

    def ask(self, command, *arguments):
        out = subprocess.run([self.build + "/newsbell", command, "-c", self.dir + "/newsbell.conf", "--state",
                              self.dir + "/state", *arguments], capture_output=True, text=True, check=True)
        return out.stdout

    def status(self):
        return json.loads(self.ask("status", "--json"))["daemon"]

    def quiet(self):
        """Wait until it does nothing any more."""
        before, since = cpu(self.p.pid), time.time()
        while time.time() - since < 1.5:
            time.sleep(0.25)
            now = cpu(self.p.pid)
            if now - before > 0.011:
                before, since = now, time.time()

    def poll_all(self, n):
        """Every feed once; returns CPU seconds per 1,000 polls and polls a second."""
        before, used, began = self.status()["polls"], cpu(self.p.pid), time.time()
        self.p.send_signal(signal.SIGUSR1)
        whole = before + n if before >= n else n  # the first polls begin by themselves
        while True:
            now = self.status()
            if now["polls"] >= whole and now["polls_active"] == 0:
                break
            time.sleep(0.05 if n < 20000 else 0.5)
            if time.time() - began > 1800:
                sys.exit("not all feeds were asked: %s" % now)
        took = time.time() - began
        self.quiet()
        polls = now["polls"] - before
        return (cpu(self.p.pid) - used) * 1000 / polls, polls / took

    def stop(self):
        self.p.terminate()
        self.p.wait()


class Baseline:
    """bench/baseline, a pass at a time: every feed new, then with the validators of before."""

    def __init__(self, build, template, feeds, *more, env=None):
        self.feeds, self.begun = feeds, False
        self.p = subprocess.Popen([build + "/bench/baseline", "--passes", "1000", *more, template, str(feeds)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, **(env or {})})

    def next(self):
        """CPU seconds per 1,000 polls."""
        if self.begun:
            self.p.stdin.write("\n")
            self.p.stdin.flush()
        self.begun = True
        return json.loads(self.p.stdout.readline())["cpu"] * 1000 / self.feeds

    def stop(self):
        self.p.stdin.close()
        self.p.wait()
