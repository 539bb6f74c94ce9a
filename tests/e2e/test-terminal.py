#!/usr/bin/env python3
"""The tool at a terminal: colour or none, lines that fit, and what each shell completes."""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import tempfile
import termios
import unicodedata

from feeds import item, rss
from house import BUILD, House, NEWSBELL, SOURCE, newsbell
from suite import Suite, contains, equal, true

suite = Suite()
ESCAPE = re.compile(r"\033\[[0-9;]*m")
LONG = "ICE and a title that is far too long for the terminal of a person, with 日本語 at its end"


def at_terminal(words, columns=80, **env):
    """What a command prints at a terminal of so many columns: (status, text)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    process = subprocess.Popen([NEWSBELL, *words], stdin=theirs, stdout=theirs,
                               stderr=subprocess.DEVNULL,
                               env={**environment, "TERM": "xterm-256color", **env})
    os.close(theirs)
    text = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    return process.wait(), text.decode().replace("\r\n", "\n")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def world(house):
    house.origin.publish("news.xml", rss([item("1", LONG), item("2", "ICE again")]))
    house.feed("paper", house.origin.base + "/news.xml", backfill="all")
    house.list("agencies", "ICE")
    house.webhook()
    house.start()
    house.hook.wait(2)
    house.wait_settled()
    return ["-c", house.conf, "--state", house.state]


@suite.case
def colour_at_a_terminal_and_nowhere_else():
    with House() as house:
        here = world(house)
        for command in (["status"], ["feeds"], ["deliveries"], ["alerts"], ["items"], ["lists"],
                        ["search", "ICE"], ["doctor", "--offline"]):
            name = " ".join(command)
            status, coloured = at_terminal([*command, *here])
            true(ESCAPE.search(coloured), f"{name}: no colour at a terminal:\n{coloured}")
            equal(coloured.count("\033[0m") * 2, len(ESCAPE.findall(coloured)),
                  f"{name}: each colour ends")
            for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
                equal(at_terminal([*command, *here], **env)[0], status, f"{name}: status")
                true("\033" not in at_terminal([*command, *here], **env)[1], f"{name} with {env}")
            true("\033" in at_terminal([*command, *here], NO_COLOR="")[1],
                 f"{name}: an empty NO_COLOR says nothing")
            piped = newsbell(*command, *here)
            equal((piped[0], "\033" in piped[1]), (status, False), f"{name} into a pipe")
            true("\033" not in at_terminal([*command, "--json", *here])[1], f"{name} --json")


@suite.rows([("wide", 200), ("usual", 100), ("narrow", 90)])
def lines_fit(columns):
    with House() as house:
        here = world(house)
        for command in ("items", "deliveries"):
            _, text = at_terminal([command, *here], columns, NO_COLOR="1")
            for line in text.splitlines():
                true(width(line) <= columns, f"{command}: {width(line)} columns: {line}")
            equal("…" in text, columns < 200, f"{command}: cut\n{text}")
        piped = newsbell("items", *here)[1]
        contains(piped, LONG, "all of the title in a pipe")


@suite.case
def bars_fit():
    with House() as house:
        _, text = at_terminal(["backtest", "ICE", *world(house)], 36, NO_COLOR="1")
        table = [line for line in text.splitlines() if "###" in line]
        equal([width(line) <= 36 for line in table], [True], f"a day:\n{text}")


@suite.case
def columns_stand_under_their_heads():
    with House() as house:
        _, text = at_terminal(["items", *world(house)], 200, NO_COLOR="1")
        head, *rows = text.splitlines()
        at = head.index("TITLE")
        for row in rows:
            true(row[at:].startswith("ICE"), f"TITLE stands at {at}:\n{text}")


@suite.case
def a_closed_pipe_ends_it_quietly():
    done = subprocess.run(f"{NEWSBELL} help | head -n 1", shell=True, capture_output=True,
                          check=False)
    equal((done.stdout.count(b"\n"), done.stderr), (1, b""), "output and errors")


# ---- completions ----

COMPLETIONS = os.path.join(SOURCE, "completions")
BASH = """
. "$1/newsbell.bash"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_newsbell newsbell
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = r"""
autoload -Uz compinit && compinit -D
typeset -a got
compadd() { while [[ $1 == -* ]]; do [[ $1 == -a ]] && { got+=(${(P)2}); return }; shift; done; got+=($@) }
_files() { got+=(FILES) }
dir=$1; shift
words=("$@"); CURRENT=$#
. $dir/_newsbell
print -l -- $got
"""
FISH = """
source $argv[1]/newsbell.fish
complete -C (string join ' ' -- $argv[2..-1])
"""


def completed(shell, *words):
    """What the shell offers for the last word."""
    script = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell]
    command = {"bash": ["bash", "--norc", "-c", script, "bash"], "zsh": ["zsh", "-f", "-c", script, "zsh"],
               "fish": ["fish", "--no-config", "-c", script]}[shell]
    with tempfile.TemporaryDirectory() as home:  # fish makes directories in it
        done = subprocess.run([*command, COMPLETIONS, *words], capture_output=True, timeout=60,
                              check=False, env={**os.environ, "HOME": home,
                                                "PATH": BUILD + ":" + os.environ["PATH"]})
    equal(done.stderr.decode(), "", f"{shell}: errors")
    return [line.split("\t")[0] for line in done.stdout.decode().splitlines() if line]


@suite.rows([("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")])
def completion(shell):
    if not shutil.which(shell):
        print(f"SKIPPED: no {shell} here (package {shell}), its completion is not tried")
        return
    names = newsbell("help", "--names")[1].split()
    equal(sorted(completed(shell, "newsbell", "")), sorted(names), "all commands")
    if shell != "zsh":  # zsh itself picks what begins so
        equal(completed(shell, "newsbell", "backt"), ["backtest"], "a command begun")
    equal(sorted(completed(shell, "newsbell", "help", "")), sorted(names), "what help is of")
    for option, values in (("severity", ["low", "normal", "high", "critical"]),
                           ("grouping", ["off", "copies", "story"]),
                           ("strictness", ["strict", "normal", "loose"])):
        equal(sorted(completed(shell, "newsbell", "route", "--" + option, "")), sorted(values),
              f"values of --{option}")
    options = completed(shell, "newsbell", "deliveries", "--")
    for option in ("--failed", "--channel", "--since", "--json", "--config"):
        true(option in options, f"{option} in {options}")
    true("--offline" not in options, "of another command")
    true(len(options) == len(set(options)), f"each once: {options}")


suite.run()
