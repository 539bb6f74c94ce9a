#!/usr/bin/env python3
"""The tools that win trust: search, backtest, lists, explain, check --terms, match --batch."""

import json
import os
import pty
import re
import sqlite3
import subprocess

from feeds import item, rss
from house import (EX_CONFIG, EX_DATAERR, EX_IOERR, EX_NOINPUT, EX_OK, EX_USAGE, House, NEWSBELL,
                   newsbell)
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

AGENCIES = ['ICE | Immigration and Customs Enforcement [except: "ICE Brent"]', "DHS",
            "Homeland Security | DHS", "XYZ Corp", "immigra* | immigration"]
VENDORS = ["Microsoft | MSFT", "Oracle? [with: cloud; in: title, summary; severity: high]"]

PAPER = [item("1", "ICE moves its files to Azure", "Microsoft wins the contract."),
         item("2", "Weather in Ohio", "Rain."),
         item("3", "ICE Brent rises", "Oil."),
         item("4", "Oracle of Delphi", "Old."),
         item("5", "DHS and Microsoft", "A DHS contract.")]
WIRE = [item("6", "MELTING ICE THREATENS ROADS", "x"),
        item("7", "Immigration and Customs Enforcement hires", "y")]


def open_house(house):
    house.list("agencies", *AGENCIES)
    house.list("vendors", *VENDORS)
    house.origin.publish("paper.xml", rss(PAPER))
    house.origin.publish("wire.xml", rss(WIRE))
    house.feed("paper", house.origin.base + "/paper.xml", backfill="all")
    house.section("watch", "agencies and vendors", when="@agencies AND @vendors")
    house.webhook()


def filled(house):
    open_house(house)
    house.start()
    house.first_polls("paper")
    house.feed("wire", house.origin.base + "/wire.xml", backfill="all")  # its items are the newest
    house.reload()
    house.first_polls("wire")
    house.wait_settled()


def plain(text):
    """Without what is another in each run."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d\b", "DAY", text).replace("day         items", "day  items")
    return re.sub(r"alert [a-z2-7]{26}", "alert ID", text)


def ask(house, command, *more):
    status, out, errors = newsbell(command, "-c", house.conf, "--state", house.state, *more)
    return status, plain(out), errors


SEARCH = """\
DAY  wire  Immigration and Customs Enforcement hires  (not told)
    https://paper.example/7
    title: [Immigration and Customs Enforcement] hires
DAY  paper  DHS and Microsoft
    https://paper.example/5
    title: [DHS] and Microsoft
DAY  paper  ICE moves its files to Azure
    https://paper.example/1
    title: [ICE] moves its files to Azure
3 of 7 items match
"""

BACKTEST = """\
@agencies
3 of 7 items would have fired, 1 of them new (no watch fired on them)

day  items  new
DAY      3    1  ##############################

feed   items  new
paper      2    0
wire       1    1

entry                       items  new
agencies/ICE                    2    1
agencies/DHS                    1    0
agencies/Homeland Security      1    0
agencies/immigra*               1    1

"""

LISTS = """\
list      entry              term               7 d  30 d  90 d
agencies  Homeland Security  DHS                  1     1     1  stands also in agencies, line 2
agencies  Homeland Security  Homeland Security    0     0     0  dead
agencies  XYZ Corp           XYZ Corp             0     0     0  dead
agencies  immigra*           immigration          1     1     1  needless beside immigra*
vendors   Microsoft          MSFT                 0     0     0  dead
vendors   Oracle             Oracle               0     0     0  dead
6 of 11 terms are worth a look (--all shows the others), over 7 items kept of the last 90 days

alerts by watch and entry:
watch                 entry                       7 d  30 d  90 d
agencies and vendors  vendors/Microsoft             2     2     2
agencies and vendors  agencies/DHS                  1     1     1
agencies and vendors  agencies/Homeland Security    1     1     1
agencies and vendors  agencies/ICE                  1     1     1
"""

TERMS = """\
vendors.list:1: Microsoft
    Microsoft                                 any case, whole word
    MSFT                                      exact case (written in capitals; ~MSFT asks for any case), whole word
vendors.list:2: Oracle (only in title, summary) (high)
    weak: Oracle                              any case, whole word
    with: cloud                               any case, whole word
"""

EXPLAINED = {
    "1": """\
ICE moves its files to Azure
https://paper.example/1
feed "paper", seen TIME
told: watch "agencies and vendors", alert ID of TIME, deliveries: 1 made, 0 given up, 0 under way

watch "agencies and vendors" fires on it as configured now:
  yes  @agencies AND @vendors
    yes  @agencies: 1 time
    yes  @vendors: 1 time

  watch agencies and vendors (normal)
    agencies/ICE
      title 0: [ICE] moves its files to Azure
    vendors/Microsoft
      summary 0: [Microsoft] wins the contract.
""",
    "https://paper.example/3": """\
ICE Brent rises
https://paper.example/3
feed "paper", seen TIME
decided TIME: agencies/ICE not told: except ("ICE Brent")

watch "agencies and vendors" does not fire on it as configured now:
  no   @agencies AND @vendors
    no   @agencies: found 1 time, and none of it counts here
    no   @vendors: does not occur

  found and not counted: agencies/ICE: it stands inside an except: phrase ("ICE Brent")
      title 0: [ICE] Brent rises
""",
    "6": """\
MELTING ICE THREATENS ROADS
https://paper.example/6
feed "wire", seen TIME
decided TIME: agencies/ICE not told: shouted

watch "agencies and vendors" does not fire on it as configured now:
  no   @agencies AND @vendors
    no   @agencies: found 1 time, and none of it counts here
    no   @vendors: does not occur

  found and not counted: agencies/ICE: the text is shouted and nothing supports it
      title 8: MELTING [ICE] THREATENS ROADS
""",
}


@suite.case
def what_is_kept_is_searched_counted_and_explained_and_nothing_is_sent():
    with House() as house:
        filled(house)
        sent = len(house.hook.accepted)
        equal(ask(house, "search", "@agencies"), (EX_OK, SEARCH, ""), "search")
        status, out, _ = ask(house, "search", "@agencies", "--json")
        found = [json.loads(line) for line in out.splitlines()]
        equal([(f["feed"], f["told"], f["marked"]) for f in found],
              [("wire", False, "Immigration and Customs Enforcement"), ("paper", True, "DHS"),
               ("paper", True, "ICE")], "search --json")
        equal(ask(house, "search", "ICE", "--limit", "1")[1].splitlines()[-1],
              "2 of 7 items match; --limit shows more", "search --limit")
        equal(ask(house, "search", "ICE", "--feed", "Paper")[1].splitlines()[-1],
              "2 of 7 items match; only those of feed Paper", "search --feed")
        for narrower in (["--feed", "wire"], ["--since", "2020-01-01", "--until", "2020-02-01"]):
            equal(ask(house, "search", "ICE", *narrower)[0], 1, f"search {narrower}")
        status, out, errors = ask(house, "backtest", "@agencies")
        equal((status, errors), (EX_OK, ""), "backtest")
        equal(out[:len(BACKTEST)], BACKTEST, "backtest, counted")
        equal(out[len(BACKTEST):] + "3 of 7 items match\n", SEARCH, "backtest, its samples")
        totals = json.loads(newsbell("backtest", "-c", house.conf, "--state", house.state,
                                     "agencies and vendors", "--json")[1])
        equal((totals["items"], totals["new"], totals["entries"]["vendors/Microsoft"]),
              (2, 0, {"items": 2, "new": 0}), "backtest of a watch")
        equal(ask(house, "lists"), (EX_OK, LISTS, ""), "lists")
        contains(ask(house, "backtest", "@agencies", "--limit", "1")[1],
                 "\nand 1 more; --limit shows them\n", "rows that are cut are spoken of")
        for what, text in EXPLAINED.items():
            equal(ask(house, "explain", what), (EX_OK, text, ""), f"explain {what}")
        house.daemon.stop()
        equal(len(house.hook.accepted), sent, "messages sent")


@suite.case
def with_an_index_a_search_finds_the_same():
    with House() as house:
        house.list("agencies", *AGENCIES)
        house.section("newsbell", search_index="yes")
        items = [item(f"n{n}", f"Item {n} of the day", f"Word{n} and <b>the C.I.A.</b>")
                 for n in range(140)]
        house.origin.publish("news.xml", rss(items))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.start()
        house.first_polls("paper")
        wait_for(lambda: house.sql("SELECT count(*) FROM item")[0][0] == 140, "the items")
        house.reload()  # the janitor looks soon after it
        wait_for(lambda: house.sql("SELECT count(*) FROM sketch WHERE NOT stale")[0][0] == 2,
                 "two sketches; what is left over waits for more items")
        for what, found in (("Word7", 1), ("Word139", 1), ("CIA", 140), ("word13*", 11),
                            ("Word7 OR Word77", 2), ("nowhere", 0), ("Item NOT Word7", 139)):
            out = ask(house, "search", what, "--limit", "1")[1].splitlines()[-1]
            equal(out.split("; ")[0], f"{found} of 140 items match", f"search {what}")
        house.list("old words", "Word7")
        equal(ask(house, "backtest", "old words")[1].splitlines()[:2],
              ['@"old words"',
               "1 of 140 items would have fired, 1 of them new (no watch fired on them)"],
              "backtest of a list with a space in its name")
        for nothing in ("", " "):
            equal(ask(house, "search", nothing)[0], 64, f"search {nothing!r}")
        items[7] = item("n7", "A Zeppelin over the harbour", "Nothing else is known.")
        house.origin.publish("news.xml", rss(items))
        house.poll("paper")
        contains(ask(house, "search", "Zeppelin")[1], "1 of 140 items", "what was edited in")
        house.reload()
        wait_for(lambda: house.sql("SELECT count(*) FROM sketch WHERE NOT stale")[0][0] == 2,
                 "the sketch made anew")
        contains(ask(house, "search", "Zeppelin")[1], "1 of 140 items", "by the new sketch")
        house.section("newsbell", search_index="no")
        house.reload()
        wait_for(lambda: house.sql("SELECT count(*) FROM sketch")[0][0] == 0, "none when off")
        equal(house.daemon.stop(), 0, "exit status")


@suite.case
def where_an_expression_runs_into_its_limits_is_said():
    with House() as house:
        house.list("odd", "/(x|xx)+y/")
        house.list("agencies", "ICE")
        house.origin.publish("news.xml", rss([item("1", "x" * 3000 + " y"), item("2", "xxy ICE")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.start()
        house.first_polls("paper")
        said = "on 1 item a regular expression ran into its limits"
        for command in (["search", "/(x|xx)+y/"], ["backtest", "odd"], ["lists"]):
            status, _, errors = ask(house, *command)
            equal(status, EX_OK, f"{command}: status")
            contains(errors, said, f"{command}: errors")
        for command in (["search", "ICE"], ["backtest", "agencies"]):
            equal(ask(house, *command)[2], "", f"{command}, which does not ask for it: errors")


def execute(house, statement):
    db = sqlite3.connect(house.database)
    db.execute(statement)
    db.commit()
    db.close()


@suite.case
def what_cannot_be_read_is_not_passed_over():
    with House() as house:
        house.section("newsbell", search_index="yes")
        items = [item(f"n{n}", f"Item {n} of the day", f"Word{n}") for n in range(140)]
        house.origin.publish("news.xml", rss(items))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.list("agencies", "ICE")
        house.start()
        house.first_polls("paper")
        house.reload()  # the janitor looks soon after it
        wait_for(lambda: house.sql("SELECT count(*) FROM sketch WHERE NOT stale")[0][0] == 2,
                 "two sketches")
        equal(house.daemon.stop(), 0, "exit status")
        execute(house, "ALTER TABLE decision RENAME TO gone")
        for word in ("Word7", "Word77", "Word139"):  # before, in and behind the last sketch
            status, out, errors = ask(house, "search", word)
            equal((status, out), (EX_NOINPUT, ""), f"{word}: status and output")
            contains(errors, "decision", f"{word}: errors")
        execute(house, "ALTER TABLE gone RENAME TO decision")


@suite.case
def a_bar_shows_how_far_it_is_on_a_terminal():
    with House() as house:
        filled(house)
        ours, theirs = pty.openpty()
        with subprocess.Popen([NEWSBELL, "backtest", "-c", house.conf, "--state", house.state,
                               "@agencies"], stdout=subprocess.DEVNULL, stderr=theirs) as process:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    shown += os.read(ours, 4096)
                except OSError:  # the other side is closed
                    break
        os.close(ours)
        equal(process.returncode, EX_OK, "exit status")
        contains(shown.decode(), "\r[########################################] 100 %", "the bar")
        true(shown.endswith(b"\r"), "gone when it is done")


@suite.rows([
    ("unknown list", EX_CONFIG, "did you mean @agencies?", ["search", "@agency"]),
    ("no time", EX_USAGE, "write 90d", ["search", "ICE", "--since", "yesterday"]),
    ("a dash first", EX_USAGE, "put -- before", ["search", "-Brent ICE"]),
    ("no such day", EX_USAGE, "write 90d", ["search", "ICE", "--since", "2026-02-31"]),
    ("nothing between", EX_USAGE, "nothing between", ["search", "x", "--since", "1d", "--until", "2d"]),
    ("no expression", EX_USAGE, "give one expression", ["backtest"]),
    ("an empty expression", EX_USAGE, "give one expression", ["search", " "]),
    ("no such list", EX_DATAERR, "did you mean 'vendors'?", ["lists", "vendor"]),
    ("no such item", EX_DATAERR, "'nope', and no alert of it; newsbell search finds",
     ["explain", "nope"]),
    ("no such watch", EX_DATAERR, "did you mean 'agencies and vendors'?",
     ["explain", "1", "agencies and vendor"]),
    ("no such terms", EX_DATAERR, "'nolist'", ["check", "--terms", "nolist"]),
    ("nearly such terms", EX_DATAERR, "did you mean 'vendors'?", ["check", "--terms", "vendor"]),
])
def what_is_wrong_is_said(want, part, arguments):
    with House() as house:
        filled(house)
        more = [] if arguments[0] == "check" else ["--state", house.state]
        status, out, errors = newsbell(arguments[0], "-c", house.conf, *more, *arguments[1:])
        equal((status, out), (want, ""), "status and output")
        contains(errors, part, "errors")


@suite.case
def what_else_is_to_be_known_is_said_beside_the_answer():
    with House() as house:
        filled(house)
        for part, arguments in (("quote the word if it is meant", ["ICE or DHS"]),
                                ("no feed 'papper' is configured; did you mean 'paper'?",
                                 ["ICE", "--feed", "papper"])):
            status, out, errors = ask(house, "search", *arguments)
            equal((status, out[:6]), (1, "0 of 7"), f"{arguments}: status and output")
            contains(errors, part, f"{arguments}: errors")


MISSING = [
    ("ATLEAST/2(@vendors)", "ATLEAST/2(@vendors): 1 of the 2 different ones that are needed"),
    ("ATLEAST/3(DHS Microsoft Palantir)",
     "ATLEAST/3(DHS OR Microsoft OR Palantir): 2 of the 3 different ones that are needed"),
    ("Microsoft feed:wire", 'feed:"wire": it came from feed "paper"'),
    ("Microsoft tag:other", 'tag:"other": its feed has no such tag'),
    ("Microsoft lang:de", 'lang:"de": its feed does not say its language'),
    ("DHS NEAR/0 Microsoft",
     "DHS NEAR/0 Microsoft: both occur, but nowhere with at most 0 words between them"),
    ("DHS NEAR/3 Palantir", "DHS NEAR/3 Palantir: the right side does not occur"),
    ("Palantir", "Palantir: does not occur"),
    ("@agencies/DHS title:contract",
     "title:contract: found 1 time, and none of it counts here"),
]


@suite.case
def what_is_missing_is_said():
    with House() as house:
        open_house(house)
        house.feed("paper", house.origin.base + "/paper.xml", backfill="all", tags="one, other")
        house.feed("wire", house.origin.base + "/wire.xml", backfill="all")
        for n, (when, _) in enumerate(MISSING):
            house.section("watch", f"w{n}", when=when)
        house.start()
        house.first_polls("paper")
        house.feed("paper", house.origin.base + "/paper.xml", backfill="all", tags="one")
        house.feed("wire", house.origin.base + "/wire.xml", backfill="all", tags="other")
        house.configure()
        explained = json.loads(ask(house, "explain", "https://paper.example/5", "--json")[1])
        for n, (when, why) in enumerate(MISSING):
            watch = [w for w in explained["watches"] if w["name"] == f"w{n}"][0]
            true(f"no   {why}\n" in watch["why"], f"{when}:\n{watch['why']}")
        house.wait_settled()


@suite.case
def an_item_is_found_by_what_one_has_of_its_link():
    with House() as house:
        items = [*PAPER, item("s1", "Two of one page", link="https://paper.example/same"),
                 item("s2", "Two of one page more", link="https://paper.example/same")]
        open_house(house)
        house.origin.publish("paper.xml", rss(items))
        house.start()
        house.first_polls("paper")
        for link, title in (("https://paper.example/3", "ICE Brent rises"),
                            ("http://www.paper.example:80/3/?utm_source=x#top", "ICE Brent rises"),
                            ("https://paper.example/same", "Two of one page more"),
                            ("s1", "Two of one page")):
            equal(ask(house, "explain", link)[1].split("\n")[0], title, link)
        equal(ask(house, "explain", "https://paper.example/30")[0], EX_DATAERR, "of none")
        house.wait_settled()


@suite.case
def with_a_watch_named_nothing_is_said_of_others():
    with House() as house:
        house.section("watch", "vendors", when="@vendors")
        filled(house)
        found = json.loads(ask(house, "explain", "3", "vendors", "--json")[1])["found"]
        equal(found["suppressed"], [], "what another watch asks for and does not count")
        status, out, _ = ask(house, "explain", "1", "agencies and vendors")
        equal((status, out), (EX_OK, EXPLAINED["1"]), "the whole of one watch")
        status, out, _ = ask(house, "explain", "5", "vendors")
        equal(status, EX_OK, "status")
        true("agencies" not in out.split("\n", 3)[3], f"of another watch:\n{out}")
        contains(ask(house, "explain", "7", "vendors")[1],
                 "nothing was told of it by this watch", "of what another watch told")


@suite.case
def what_fired_and_was_not_told_is_not_new_to_a_backtest():
    with House() as house:
        house.section("newsbell", grouping="story")
        house.list("agencies", "ICE")
        house.section("watch", "agencies", when="@agencies")
        text = "It is said that the agency wants all of it, and that the harbour is glad of the money."
        title = "The agency ICE signs a large contract for computers in the harbour of Rotterdam"
        house.origin.publish("one.xml", rss([item("1", title, text)]))
        house.origin.publish("two.xml", rss([item("2", title, text, link="https://b.example/2")]))
        house.origin.publish("old.xml", rss([item("3", "ICE of long ago and nothing else")]))
        house.feed("one", house.origin.base + "/one.xml", backfill="all")
        house.webhook()
        house.start()
        house.first_polls("one")
        house.feed("two", house.origin.base + "/two.xml", backfill="all")
        house.feed("old", house.origin.base + "/old.xml", backfill="0")
        house.reload()
        house.first_polls("two", "old")
        equal(sorted(house.sql("SELECT reason FROM decision")), [("baseline",), ("story",)],
              "what was not told")
        totals = json.loads(ask(house, "backtest", "agencies", "--json")[1])
        equal((totals["items"], totals["new"]), (3, 0), "items, and new ones")
        equal([found["told"] for found in map(json.loads, ask(
            house, "search", "ICE", "--json")[1].splitlines())].count(True), 1, "told")
        totals = json.loads(ask(house, "backtest", "Rotterdam OR agency", "--json")[1])
        equal((totals["items"], totals["new"]), (2, 0), "of another expression")
        house.wait_settled()


@suite.case
def an_alert_that_no_route_takes_is_not_told():
    with House() as house:
        house.list("agencies", "ICE", "DHS")
        house.webhook()
        house.section("route", "some", match="list:agencies entry:agencies/ICE", to="siem")
        house.origin.publish("news.xml", rss([item("1", "ICE moves"), item("2", "DHS moves")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.start()
        house.first_polls("paper")
        house.wait_settled()
        found = [json.loads(line) for line in ask(
            house, "search", "moves", "--json")[1].splitlines()]
        equal(sorted((f["title"], f["told"], f["fired"]) for f in found),
              [("DHS moves", False, True), ("ICE moves", True, True)], "told, fired")


@suite.case
def each_term_is_counted_for_itself():
    with House() as house:
        house.list("agencies", "DHS | Azure", "DHS | Microsoft", "/DH./ | ICE agents | ICE",
                   "Homeland | Homeland")
        house.origin.publish("news.xml", rss([item("1", "DHS and the ICE agents"),  # two DHS
                                              item("2", "Azure by Microsoft, Homeland")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.start()
        house.first_polls("paper")
        status, out, _ = ask(house, "lists", "--json")
        equal(status, EX_OK, "status")
        totals = json.loads(ask(house, "backtest", "agencies", "--json")[1])
        equal(totals["entries"]["agencies/DHS"], {"items": 2, "new": 0},
              "items with an entry of a name that two have")
        equal(house.sql("SELECT sum(n) FROM hit WHERE entry = 'DHS'"), [(2,)], "alerts of it")
        rows = [json.loads(line) for line in out.splitlines()]
        equal([(r["line"], r["term"], r["items_90d"], "dead" in r["remark"]) for r in rows],
              [(3, "/DH./", 1, False), (3, "ICE", 1, False), (3, "ICE agents", 1, False),
               (1, "Azure", 1, False), (1, "DHS", 1, False), (2, "DHS", 1, False),
               (2, "Microsoft", 1, False), (4, "Homeland", 1, False), (4, "Homeland", 1, False)],
              "terms")


@suite.case
def many_names_of_one_entry_are_held_against_each_other():
    with House() as house:
        names = [f"name{n} of many" for n in range(20000)]
        house.list("many", " | ".join(["ICE", *names, "ice agents", "ICE agents", "name7 of",
                                       "old name7 of many things"]))
        house.origin.publish("news.xml", rss([item("1", "name7 of many")]))
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")
        house.start()
        house.first_polls("paper")
        status, out, _ = ask(house, "lists", "--json")  # within the minute that it has
        equal(status, EX_OK, "status")
        needless = {r["term"]: r["remark"] for r in map(json.loads, out.splitlines())
                    if "needless" in r["remark"]}
        equal(needless, {"name7 of many": "needless beside name7 of",
                         "old name7 of many things": "needless beside name7 of many; dead"},
              "what is needless")


@suite.rows([
    ("match", ["match", "--when", "ICE", "ICE"]),
    ("match --batch", ["match", "--batch"]),
    ("search", ["search", "ICE"]),
    ("lists", ["lists"]),
    ("check", ["check"]),
    ("export", ["export"]),
    ("help", ["help"]),
])
def a_full_disk_is_no_success(words):
    with House() as house:
        filled(house)
        here = [] if words[0] in ("match", "help") else ["-c", house.conf, "--state", house.state]
        with open("/dev/full", "wb") as full:
            done = subprocess.run([NEWSBELL, *words, *here], input=b'{"id":1,"when":"a b"}\n' * 9,
                                  stdout=full, stderr=subprocess.PIPE, check=False)
        equal(done.returncode, EX_IOERR, "exit status")
        contains(done.stderr.decode(), "standard output: ", "errors")


@suite.case
def without_a_database_it_says_so():
    with House() as house:
        open_house(house)
        house.configure()
        for command in (["search", "ICE"], ["backtest", "ICE"], ["lists"], ["explain", "1"]):
            status, out, errors = ask(house, *command)
            equal((status, out), (EX_NOINPUT, ""), f"{command}: status and output")
            contains(errors, "newsbell.db", "errors")


@suite.case
def terms_are_listed_as_they_are_understood():
    with House() as house:
        open_house(house)
        house.configure()
        status, out, errors = newsbell("check", "-c", house.conf, "--terms", "vendors")
        equal((status, out), (EX_OK, TERMS), errors)
        contains(newsbell("check", "-c", house.conf)[1],
                 "exact case, as all in capitals: ICE, DHS, DHS, MSFT (~NAME", "check")


BATCH = [
    ({"id": 1, "when": "ICE NEAR/3 raid*", "title": "<b>ICE</b> agents raid &amp; leave"},
     {"id": 1, "match": True, "entries": ["ICE", "raid*"]}),
    ({"id": "b", "title": "Microsoft", "body": "<p>nothing</p>"},
     {"id": "b", "match": True, "entries": ["vendors/Microsoft"]}),
    ({"id": None, "title": "the oracle"}, {"id": None, "match": False, "entries": []}),
    ({"id": 4, "when": "@vendor", "title": "x"},
     {"id": 4, "error": "unknown list @vendor; did you mean @vendors?", "line": 1, "column": 1}),
    ({"id": 5, "when": "", "title": "x"},
     {"id": 5, "error": 'line 5 of the input: "when" is no expression'}),
]


@suite.case
def a_batch_is_answered_line_by_line():
    with House() as house:
        open_house(house)
        with subprocess.Popen([NEWSBELL, "match", "--batch", "--lists",
                               os.path.join(house.etc, "watchlists")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            for question, want in BATCH:  # each answer before the next question
                process.stdin.write(json.dumps(question).encode() + b"\n")
                process.stdin.flush()
                got = json.loads(process.stdout.readline())
                equal({key: got.get(key) for key in want}, want, f"the answer to {question}")
            process.stdin.write(b"{nonsense\n")
            process.stdin.close()
            contains(json.loads(process.stdout.readline())["error"], "line 6 of the input: no JSON",
                     "the answer to what is no JSON")
        equal(process.returncode, EX_DATAERR, "exit status")


@suite.case
def a_hit_is_listed_once_whoever_asks_for_it():
    with House() as house:
        house.list("agencies", "ICE", "DHS | CIA", "DHS | FBI")
        for name, when in (("title", "title:ICE"), ("body", "body:ICE OR @agencies/ICE"),
                           ("all", "@agencies")):
            house.section("watch", name, when=when)
        house.feed("paper", "http://127.0.0.1:1/")
        house.configure()
        _, out, _ = newsbell("match", "--batch", "-c", house.conf,
                             stdin=b'{"id":1,"title":"ICE","body":"ICE and the FBI of the CIA"}')
        answer = json.loads(out)
        equal(answer["entries"], ["ICE", "agencies/ICE", "agencies/DHS"], "entries")
        equal(sorted((h["entry"], h["zone"], h["offset"]) for h in answer["hits"]),
              [("ICE", "body", 0), ("ICE", "title", 0), ("agencies/DHS", "body", 12),
               ("agencies/DHS", "body", 23), ("agencies/ICE", "body", 0),
               ("agencies/ICE", "title", 0)], "hits")


@suite.case
def a_batch_of_odd_lines():
    with House() as house:
        open_house(house)
        house.section("watch", "vendors", when="@vendors")
        house.configure()
        lines = [
            ('\ufeff{"id":1,"title":"Microsoft"}', {"match": True}),
            ("", None),
            ('{"id":2,"title":5}', {"error": 'line 3 of the input: "title" is no text: write a '
                                             'string, or an array of strings'}),
            ('{"id":3,"summary":["a",{}]}', {"error": 'line 4 of the input: "summary" is no text: '
                                                      'write a string, or an array of strings'}),
            ('{"id":4,"title":null,"summary":["x","Microsoft"]}', {"match": True}),
            # what the line asks for, and not the watch
            ('{"id":5,"when":"@agencies","title":"DHS"}\r', {"match": True, "watches": ["when"]}),
            # what another watch does not count
            ('{"id":6,"title":"ICE Brent and the oracle"}',
             {"match": False, "why": ["with"]}),
            ('{"id":8,"title":"x","tags":[1]}', {"error": 'line 8 of the input: "tags" is no text: '
                                                          'write a string, or an array of strings'}),
            ('{"id":9,"title":"x","lang":["en"]}', {"error": 'line 9 of the input: "lang" is no text:'
                                                             ' write a string'}),
            ('{"id":7,"title":"DHS and MSFT","colour":"red"}', {"match": True, "watches": ["vendors"]}),
        ]
        status, out, errors = newsbell("match", "--batch", "-c", house.conf, "--watch", "vendors",
                                       stdin="\n".join(line for line, _ in lines).encode())
        equal((status, errors), (EX_DATAERR, ""), "status and errors")
        answers = [json.loads(line) for line in out.splitlines()]
        for answer in answers:
            answer["why"] = [s["why"] for s in answer.get("suppressed", [])]
        wanted = [want for _, want in lines if want]
        equal([{k: a.get(k) for k in w} for a, w in zip(answers, wanted, strict=True)], wanted,
              "answers")
        directory = os.open("/", os.O_RDONLY)
        done = subprocess.run([NEWSBELL, "match", "--batch"], stdin=directory, capture_output=True,
                              check=False)
        os.close(directory)
        equal(done.returncode, EX_IOERR, "of what cannot be read")
        contains(done.stderr.decode(), "standard input: Is a directory", "its error")


@suite.case
def a_batch_with_a_big_list():
    with House() as house:
        house.list("big", *(f"name{n} corp | alias{n}" for n in range(200000)))
        house.list("small", "ICE")
        lines = [{"id": n, "when": f"@small AND word{n}", "title": "ICE word7"} for n in range(200)]
        lines += [{"id": "big", "when": "@big OR x1", "title": "alias7"},
                  {"id": "all", "title": " ".join(f"alias{n}" for n in range(200000))},
                  {"id": "none", "when": "@bg OR x1", "title": "alias7"}]
        text = "\n".join(map(json.dumps, lines)).encode()  # within the minute that it has
        _, out, _ = newsbell("match", "--batch", "--lists", os.path.join(house.etc, "watchlists"),
                             stdin=text)
        answers = [json.loads(line) for line in out.splitlines()]
        equal([a["id"] for a in answers if a.get("match")], [7, "big", "all"], "what matches")
        equal((len(answers[-2]["entries"]), len(answers[-2]["hits"])), (200000, 200000),
              "all of a list in one text")
        equal(answers[-1]["error"], "unknown list @bg; did you mean @big?", "the error")


@suite.rows([
    ("no such directory", EX_NOINPUT, "No such file", ["--lists", "/nonexistent", "x"]),
    ("no list in it", EX_NOINPUT, "no file named *.list", ["--lists", "/proc/self/fd", "x"]),
    ("an empty expression", EX_USAGE, "nothing behind it", ["--when", " ", "x"]),
    ("two expressions", EX_USAGE, "twice", ["--when", "a", "--when", "b", "x"]),
    ("a batch with a title", EX_USAGE, "each line says", ["--batch", "--title", "x"]),
    ("no such watch", EX_DATAERR, "did you mean 'agencies and vendors'?",
     ["-c", "CONF", "--watch", "agencies or vendors", "x"]),
])
def a_wrong_question_is_no_answer(want, part, arguments):
    with House() as house:
        open_house(house)
        house.configure()
        status, out, errors = newsbell(
            "match", *[house.conf if a == "CONF" else a for a in arguments])
        equal((status, out), (want, ""), "status and output")
        contains(errors, part, "errors")


@suite.rows([
    ("Latin-1", b"Good\nZ\xfcrich\n", ":2:2: error: this is not UTF-8 text"),
    ("UTF-16", b"\xff\xfeF\0o\0", ":1:1: error: this is not UTF-8 text"),
    ("NUL", b"Fo\0o\n", "error: this is not UTF-8 text"),
])
def a_list_that_is_no_utf8_is_refused(content, part):
    with House() as house:
        path = os.path.join(house.etc, "watchlists", "bad.list")
        with open(path, "wb") as f:
            f.write(content)
        status, _, errors = newsbell("match", "--list", path, "Good")
        equal(status, EX_CONFIG, "status")
        contains(errors, part, "errors")


suite.run()
