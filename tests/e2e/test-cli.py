#!/usr/bin/env python3
"""The operator's tool: what it prints, where it points, and its exit statuses."""

import json
import os
import re

from house import (EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_OK, EX_UNAVAILABLE, EX_USAGE, House,
                   newsbell)
from feeds import item, rss
from origin import http
from suite import true, Suite, contains, equal

suite = Suite()

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>T &amp; Co</title><link>https://a.example/</link>
<item><title>ICE &lt;b&gt;moves&lt;/b&gt;</title><link>/1</link><guid>g1</guid>
<pubDate>Mon, 12 Jan 2026 08:15:00 +0100</pubDate><category>c1</category>
<description>It&amp;rsquo;s &lt;p&gt;here&lt;/p&gt;</description>
<enclosure url="https://a.example/x.mp3" type="audio/mpeg" length="5"/></item>
<item><title>Undated</title><guid>g2</guid></item>
</channel></rss>
"""

ITEM = {
    "id": "g1", "link": "https://a.example/1", "title": "ICE moves", "summary": "It’s\nhere",
    "content": "It’s <p>here</p>", "author": "", "published": "2026-01-12T07:15:00Z",
    "updated": None, "categories": ["c1"],
    "enclosures": [{"url": "https://a.example/x.mp3", "type": "audio/mpeg", "length": 5}],
}

BROKEN = """[feed "a"]
url = https://a.example/
evrey = 5m
[feed "a"]
url = ftp://b.example/
[chanel "x"]
[channel "y"]
type = slak
[watch "w"]
when = @agncies AND (
[newsbell]
keep = soon
"""


# ---- check ----


@suite.case
def check_lists_all_mistakes_with_their_places():
    with House() as house:
        house.write("etc/newsbell.conf", BROKEN)
        house.write("etc/watchlists/agencies.list", "ICE\n/[a-/\n")
        status, out, errors = newsbell("check", "-c", "etc/newsbell.conf", cwd=house.dir)
        equal((status, out), (EX_CONFIG, ""), "status and output")
        equal(errors, """\
etc/newsbell.conf:3:1: error: unknown key 'evrey' in [feed]
  evrey = 5m
  ^
  did you mean 'every'?
etc/newsbell.conf:4:1: error: [feed "a"] stands already in etc/newsbell.conf:1
  [feed "a"]
  ^
  give one of them another name
etc/newsbell.conf:5:7: error: url: 'ftp://b.example/' is no address of a feed (want http:// or \
https://, file:/PATH or exec:/PATH ARGUMENTS)
  url = ftp://b.example/
        ^
etc/newsbell.conf:6:1: error: unknown section [chanel]
  [chanel "x"]
  ^
  did you mean 'channel'?
etc/newsbell.conf:8:8: error: there is no channel type 'slak'
  type = slak
         ^
  did you mean 'slack'?
etc/newsbell.conf:10:22: error: a word is wanted at the end
  when = @agncies AND (
                       ^
etc/newsbell.conf:12:8: error: keep: 'soon' is no duration (write e.g. 90s, 15m, 6h, 2d)
  keep = soon
         ^
etc/watchlists/agencies.list:2:5: error: regular expression: missing terminating ] for character \
class
  /[a-/
      ^
etc/newsbell.conf: 8 errors
""", "errors")


@suite.case
def check_suggests_the_list_that_was_meant():
    with House() as house:
        house.write("etc/newsbell.conf",
                    '[feed "a"]\nurl = https://a.example/\n[watch "w"]\nwhen = @agncies\n')
        house.list("agencies", "ICE")
        status, _, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_CONFIG, "status")
        contains(errors, "newsbell.conf:4:8: error: unknown list @agncies", "where and what")
        contains(errors, "agencies", "what was meant")


@suite.case
def check_names_the_lists_that_no_watch_names():
    with House() as house:
        house.write("etc/newsbell.conf", '[feed "a"]\nurl = https://a.example/\n'
                    '[watch "w"]\nwhen = @agencies/ICE OR fire\n')
        house.list("agencies", "ICE", "DHS")
        house.list("US vendors", "Oracle")
        status, _, errors = newsbell("check", "-c", house.conf)
        equal(status, 0, "status")
        contains(errors, 'US vendors.list: warning: no watch names the list @"US vendors"', "which")
        contains(errors, 'when = @"US vendors"', "what to do")
        equal("@agencies" in errors, False, "a list of which one entry is named: " + errors)
        house.write("etc/newsbell.conf", '[feed "a"]\nurl = https://a.example/\n')
        equal(newsbell("check", "-c", house.conf)[2], "", "no watch at all")


@suite.rows([
    ("a feed twice", '[feed "a"]\nurl = https://a.example/\n' * 2, "stands already", "same url"),
    ("no carrier", '[feed "a"]\nurl = https://a.example/\n[channel "m"]\ntype = email\n'
     'from = a@a.example\nto = a@a.example\n', "say who carries the mail", "keep one"),
    ("unreadable", "\xff", "save the file as UTF-8", "no feed is configured"),
])
def one_mistake_is_said_once(text, part, not_said):
    with House() as house:
        with open(house.write("etc/newsbell.conf", ""), "wb") as f:
            f.write(text.encode("latin-1"))
        house.list("agencies", "ICE")
        status, _, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_CONFIG, "status")
        contains(errors, part, "what is wrong")
        contains(errors, "newsbell.conf: 1 error\n", "how many")
        equal(not_said in errors, False, "said twice: " + errors)


@suite.case
def check_reads_the_secrets_and_keeps_them():
    with House() as house:
        house.feed("paper", "https://a.example/feed.xml")
        house.list("agencies", "ICE", "Europol")
        house.webhook()
        house.configure()
        status, out, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_OK, "status of a good one: " + errors)
        contains(out, "1 feed,", "feeds")
        contains(out, "1 channel", "channels")
        house.write("etc/hook.secret", "", 0o600)
        status, out, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_CONFIG, "status with an empty secret")
        contains(errors, "hook.secret: empty", "why")
        house.write("etc/hook.secret", "too-short-to-be-a-key-and-never-to-be-shown", 0o600)
        _, out, errors = newsbell("check", "-c", house.conf)
        equal("never-to-be-shown" in out + errors, False, "the secret is shown")


@suite.rows([
    ("a credential of the service", "@credential:hook"),
    ("a file that is not ours to read", "@file:/nonexistent/secret"),
])
def who_sends_nothing_needs_no_secret(secret):
    with House() as house:
        house.list("agencies", "ICE")
        house.origin.publish("news.xml", rss([item("1", "ICE moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.webhook()
        house.start()
        house.first_polls("paper")
        house.wait_settled()
        house.section("channel", "siem", secret=secret)
        house.configure()
        here = ["-c", house.conf, "--state", house.state]
        for command in (["match", "--watch", "agencies", "ICE"], ["search", "ICE"], ["lists"],
                        ["backtest", "agencies"], ["explain", "1"], ["route", "--explain", "1"],
                        ["feeds"], ["export"], ["silence", "--list"]):
            status, out, errors = newsbell(command[0], *here, *command[1:])
            equal(status, EX_OK, f"{command}: {errors}")
            true("secret" not in errors, f"{command}: {errors}")
            true(out, f"{command}: an answer")
        status, out, errors = newsbell("channel", *here, "test", "siem")
        equal((status, out), (EX_CONFIG, ""), "who sends needs it")
        status, _, errors = newsbell("check", *here)
        found = [line for line in newsbell("doctor", "--offline", *here)[1].splitlines()
                 if line.startswith(("configuration", "channel"))]
        if secret.startswith("@file"):
            equal(status, EX_CONFIG, "check of what cannot be read")
            contains(errors, "/nonexistent/secret: No such file", "why")
            true("fail" in found[0], f"doctor: {found}")
        else:
            equal(status, EX_OK, "check: " + errors)
            contains(errors, "note: @credential:hook is not looked at here", "the note")
            true("ok" in found[0] and "warn" in found[1], f"doctor: {found}")


# ---- parse ----


@suite.case
def parse_prints_one_object():
    status, out, errors = newsbell("parse", "-", stdin=FEED.encode())
    equal((status, errors), (EX_OK, ""), "status and errors")
    got = json.loads(out)
    equal({k: got[k] for k in ("format", "title", "link")},
          {"format": "rss", "title": "T & Co", "link": "https://a.example/"}, "the feed")
    equal(got["items"][0], ITEM, "the first item")
    equal([(i["id"], i["published"]) for i in got["items"]],
          [("g1", "2026-01-12T07:15:00Z"), ("g2", None)], "items")
    equal(out.count("\n"), 1, "lines")


@suite.case
def parse_takes_a_file_and_a_url():
    with House() as house:
        path = house.write("feed.xml", FEED)
        house.scripted.answers["/feed.xml"] = http(FEED.encode())
        by_file, by_url = newsbell("parse", path), newsbell("parse", house.scripted.base + "/feed.xml")
        equal((by_file[0], by_url[0]), (EX_OK, EX_OK), "statuses")
        equal(by_file[1], by_url[1], "output of both")


@suite.rows([
    ("cut short", FEED[:420], EX_OK, '"partial":true', ""),
    ("HTML", "<html><body>Log in</body></html>", EX_DATAERR, "", "HTML"),
    ("empty", "", EX_DATAERR, "", "empty"),
    ("noise", "\x01\x02\x03\x04", EX_DATAERR, "", "-: "),
])
def parse_says_what_is_wrong(text, want, part, why):
    status, out, errors = newsbell("parse", "-", stdin=text.encode())
    equal(status, want, "status")
    contains(out, part, "output")
    contains(errors, why, "errors")


@suite.rows([
    ("no such file", ["/nonexistent"], EX_NOINPUT),
    ("nobody answers", ["http://127.0.0.1:1/"], EX_UNAVAILABLE),
    ("nothing named", [], EX_USAGE),
    ("two named", ["a", "b"], EX_USAGE),
    ("unknown option", ["--nonsense"], EX_USAGE),
])
def parse_cannot(arguments, want):
    status, out, errors = newsbell("parse", *arguments)
    equal((status, out), (want, ""), "status and output")
    equal(bool(errors), True, "it says why")


# ---- match ----


@suite.case
def match_says_where_and_why_not():
    with House() as house:
        house.list("agencies", "ICE | Immigration")
        house.list("vendors", "Microsoft", "Shell [with: oil]")
        lists = house.etc + "/watchlists/"
        status, out, errors = newsbell(
            "match", "--list", lists + "agencies.list", "--list", lists + "vendors.list",
            "--when", "@agencies AND @vendors", "ICE signs with Microsoft, says a Shell")
        equal((status, errors), (EX_OK, ""), "status and errors")
        equal(out, """\
match: yes
  watch --when (normal)
    agencies/ICE
      summary 0: [ICE] signs with Microsoft, says a Shell
    vendors/Microsoft
      summary 15: ICE signs with [Microsoft], says a Shell
  found and not counted: vendors/Shell: it is weak, and no with: word and no other alias occurs
      summary 33: ICE signs with Microsoft, says a [Shell]
""", "output")


@suite.rows([
    ("typographic apostrophe", "ICE’s lawyers", 0),
    ("plain apostrophe", "ICE's lawyers", 0),
    ("frozen ice", "Frozen ice closes the ferry line", 1),
    ("services", "Rescue services, a nice device", 1),
    ("in brackets", "the agency (ICE)", 0),
    ("in a compound", "an ICE-led raid", 0),
    ("inside a word", "ICEBERG ahead", 1),
])
def match_status(text, want):
    with House() as house:
        house.list("agencies", "ICE")
        status, out, _ = newsbell("match", "--list", house.etc + "/watchlists/agencies.list", text)
        equal(status, want, "status: " + out)


@suite.rows([
    ("no text", ["--when", "x"], EX_USAGE),
    ("unknown list", ["--when", "@none", "x"], EX_CONFIG),
    ("broken expression", ["--when", "a AND (", "x"], EX_CONFIG),
])
def match_cannot(arguments, want):
    status, out, errors = newsbell("match", *arguments)
    equal((status, out), (want, ""), "status and output")
    equal(bool(errors), True, "it says why")


@suite.rows([
    ("unknown command", ["bogus"], EX_USAGE,
     "newsbell: there is no command 'bogus'; 'newsbell help' shows all\n"),
    ("nearly a command", ["statu"], EX_USAGE, "did you mean 'status'?"),
    ("help on none", ["help", "bogus"], EX_USAGE, "there is no command 'bogus'"),
    ("an option before it", ["-c", "x", "status"], EX_USAGE, "newsbell COMMAND -c ..."),
    ("none", [], EX_USAGE, "usage: newsbell"),
    ("unknown option", ["match", "--bogus"], EX_USAGE, "newsbell match: unrecognized option"),
    ("what it takes", ["poll"], EX_USAGE, "\nusage: newsbell poll NAME|--all\n"),
    ("no daemon", ["poll", "--all", "--state", "/nonexistent"], EX_UNAVAILABLE, "start newsbelld"),
    ("no state", ["items", "--state", "/nonexistent"], EX_NOINPUT,
     "/nonexistent/newsbell.db: No such file or directory (newsbelld makes it"),
    ("no configuration", ["check", "-c", "/nonexistent"], EX_CONFIG, "-c FILE"),
])
def commands(arguments, want, says):
    status, out, errors = newsbell(*arguments)
    equal((status, out), (want, ""), "status and output")
    contains(errors, says, "errors")
    true(errors.count("\n") < 5 or not arguments, "a screen of help for a slip: " + errors)


@suite.case
def help_is_one_screen_with_every_command_once():
    status, out, errors = newsbell("help")
    equal((status, errors), (EX_OK, ""), "status and errors")
    names = newsbell("help", "--names")[1].split()
    shown = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    equal(shown, names, "commands")
    true(out.count("\n") < 50 and max(map(len, out.splitlines())) < 100, out)


@suite.case
def what_only_changes_makes_nothing():
    with House() as house:
        house.feed("paper", "https://a.example/feed.xml")
        house.list("agencies", "ICE")
        house.configure()
        os.makedirs(house.state, exist_ok=True)
        for arguments in (["retry", "abc"], ["silence", "paper", "--for", "2h", "--reason", "x"]):
            status, out, errors = newsbell(arguments[0], "-c", house.conf, "--state", house.state,
                                           *arguments[1:])
            equal((status, out), (EX_UNAVAILABLE, ""), f"{arguments}: status and output")
            contains(errors, "newsbelld makes it", "errors")
            equal(os.listdir(house.state), [], f"{arguments}: left behind")


@suite.case
def names_that_are_not_configured_are_said_to_be_so():
    with House() as house:
        house.scripted.answers["/feed.xml"] = http(FEED.encode())
        house.feed("paper", house.scripted.base + "/feed.xml")
        house.list("agencies", "ICE")
        house.webhook()
        house.start()
        house.first_polls("paper")
        for arguments, part in ((["items", "--feed", "papre"], "did you mean 'paper'?"),
                                (["alerts", "--watch", "agency"], "no watch 'agency'"),
                                (["deliveries", "--channel", "hok"], "no channel 'hok'"),
                                (["feeds", "--ailing"], "")):
            status, out, errors = newsbell(arguments[0], "-c", house.conf, "--state", house.state,
                                           *arguments[1:])
            equal((status, out), (EX_OK, "no feed ails\n" if not part else "none\n"), errors)
            contains(errors, part, f"{arguments}")
        status, out, errors = newsbell("retry", "-c", house.conf, "--state", house.state, "zz")
        equal((status, out), (EX_DATAERR, ""), "retry of what is not there")
        contains(errors, "nothing that was given up is meant by 'zz'", "retry")


@suite.case
def a_page_in_the_place_of_a_feed_is_told_what_to_do():
    with House() as house:
        house.scripted.answers["/"] = http(b"<!DOCTYPE html><html><body>News</body></html>",
                                           content_type="text/html")
        house.feed("page", house.scripted.base + "/")
        house.list("agencies", "ICE")
        house.webhook()
        house.start()
        house.first_polls("page")
        shown = house.tool("feed", "page")
        contains(shown, f"newsbell try {house.scripted.base}/ WORD names the feeds", "what to do")
        true(re.search(r"health +failing since 20", shown), "how it is: " + shown)


@suite.case
def every_command_says_what_it_takes():
    _, names, _ = newsbell("help", "--names")
    true(len(names.split()) > 20, "names: " + names)
    for name in names.split():
        status, out, errors = newsbell(name, "--help")
        equal((status, errors), (EX_OK, ""), "status and errors of " + name)
        contains(out, "usage: newsbell " + name, name)


suite.run()
