#!/usr/bin/env python3
"""Manners: what is asked, when, and what is learnt from the answers.  Days pass between two starts."""

import base64
import gzip
import json
import os
import re
import socket
import subprocess
import time
import zlib
from email.utils import formatdate

from feeds import item, rss
from house import NEWSBELLD, House
from origin import Scripted, http
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

HOUR, DAY = 3600, 86400
ICE = item("1", "ICE moves its files")
MORE = item("2", "ICE again")
THIRD = item("3", "ICE once more")
LOGIN = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>"


def answer(*items, etag=None, modified=None, status="200 OK", headers=(), body=None):
    validators = [("ETag", etag)] * bool(etag) + [("Last-Modified", modified)] * bool(modified)
    if body is None:
        body = rss(list(items)) if items else b""
    return http(body, status=status, headers=[*validators, *headers])


def same(etag=None, headers=()):
    return answer(etag=etag, status="304 Not Modified", headers=headers)


def open_house(house, origin=None, every="1h", **answers):
    """A feed for each: its name is the path."""
    house.list("agencies", "ICE")
    house.webhook()
    for name, what in answers.items():
        publish(house, name, what, origin, every=every)


def publish(house, name, what, origin=None, **keys):
    origin = origin or house.scripted
    origin.answers["/" + name] = what
    house.feed(name, f"{origin.base}/{name}", **{"backfill": "all", **keys})


def validators(origin, path):
    return [(h.get("if-none-match"), h.get("if-modified-since")) for h in origin.asked(path)]


def waits(house, name):
    """How long after its last request a feed is to be asked again, in seconds."""
    state = house.state_of(name)
    return state["next_due_s"] - state["last_try_s"]


# ---- validators ----

@suite.case
def validators_are_replaced_and_never_run_ahead():
    with House() as house:
        open_house(house, v=[
            answer(ICE, etag='"a"', modified="m1"),
            same('W/"b"'),                               # a 304 with a new one
            answer(ICE, etag='"c"', modified="m3"),      # the same body under new ones
            answer(body=LOGIN, etag='"login"'),          # what is no feed
            answer(body=rss([ICE, MORE])[:-90], etag='"cut"'),
            answer(body=b"", etag='"error"', status="500 Oops"),
            answer(ICE, MORE, etag='"d"'),               # one of the two is gone
            answer(ICE, MORE, THIRD),                    # both are
            answer(ICE, MORE, THIRD),
        ])
        house.start()
        house.first_polls("v")
        for _ in range(8):
            house.poll("v")
        equal(validators(house.scripted, "/v"), [
            (None, None), ('"a"', "m1"), ('W/"b"', "m1"), ('"c"', "m3"), ('"c"', "m3"),
            ('"c"', "m3"), ('"c"', "m3"), ('"d"', None), (None, None)], "what was sent")
        house.hook.wait(3)
        house.wait_settled()
        equal(len(house.hook.accepted), 3, "each item once")


@suite.case
def one_unconditional_request_in_a_life_and_a_look_behind_the_304_each_week():
    """Of two servers that say 304 for ever one is right, the other hides an item."""
    with House(speed=1) as house:
        def lying(handler, headers):
            handler.wfile.write(same('"frozen"') if headers.get("if-none-match") else
                                answer(*items, etag='"frozen"'))

        items = [ICE]
        house.section("health", to="siem", deliver="now")
        open_house(house, every="12h", honest=lambda handler, headers: handler.wfile.write(
            same('"h"') if headers.get("if-none-match") else answer(ICE, etag='"h"')), liar=lying)
        house.start()
        house.first_polls("honest", "liar")
        for _ in range(5):
            house.later(14 * HOUR)
            house.first_polls("honest", "liar")
        items.append(MORE)
        house.poll("honest", "liar")
        for path in ("/honest", "/liar"):
            equal([v is None for v, _ in validators(house.scripted, path)], [True] + [False] * 6,
                  "requests without validators")
        equal(house.sql("SELECT title FROM item WHERE item_id = '2'"), [], "it is hidden")
        house.later(5.5 * DAY)
        house.first_polls("honest", "liar")
        house.hook.wait(2)
        wait_for(lambda: house.state_of("liar")["hidden_s"], "the lie to be noted")
        equal(validators(house.scripted, "/liar")[-1], (None, None), "asked in full")
        equal(validators(house.scripted, "/honest")[-1], (None, None), "the honest one, too")
        equal(house.state_of("honest")["hidden_s"] or 0, 0, "which hid nothing")
        house.later(DAY)
        house.first_polls("honest", "liar")
        equal((validators(house.scripted, "/liar")[-1][0], validators(house.scripted, "/honest")[-1][0]),
              (None, '"h"'), "whose validators are used")
        kinds = [k for (k,) in house.sql("SELECT kind FROM health ORDER BY id")]
        equal(kinds, ["suspicious"], "what the operator is told")
        shown = json.loads(house.tool("feed", "liar", "--json"))
        equal(shown["health"], "suspicious", "newsbell feed")


@suite.case
def the_last_polls_are_shown_and_those_that_found_nothing_write_nothing():
    with House() as house:
        open_house(house, p=[
            answer(ICE, etag='"1"'), same(), same(), same(), answer(status="500 Oops"),
            answer(body=rss([ICE, MORE])[:-100], etag='"cut"'), answer(ICE, MORE, etag='"2"')])
        house.start()
        house.first_polls("p")
        for _ in range(3):
            house.poll("p")
        house.wait_settled()  # what the alert wrote is written
        written = os.stat(house.database + "-wal").st_size
        equal(json.loads(house.tool("feed", "p", "--json"))["quiet_polls"], 0, "written later")
        equal(os.stat(house.database + "-wal").st_size, written, "bytes written for three 304s")
        for _ in range(3):
            house.poll("p")
        shown = json.loads(house.tool("feeds", "p", "--json"))
        equal([(p["status"], p["found"], p["new"], p["quiet_before"], p["bytes"] > 0, p["next_by"])
               for p in shown["polls"]], [
                   (200, "nothing new", 0, 0, True, "configured"),
                   (200, "damaged", 1, 0, True, "configured"),
                   (500, "failed", 0, 3, False, "back-off"),
                   (200, "new items", 1, 0, True, "configured")], "the polls")
        contains(house.daemon.log_text(), "the document is damaged (", "the log")
        table = house.tool("feed", "p")
        contains(table, "nothing new, 3 times from then on", "newsbell feed")


# ---- not before ----

def hours(seconds):
    return formatdate(seconds, usegmt=True)


def feed_with(xml):
    """A feed whose channel says so."""
    return answer(body=rss([ICE]).replace(b"<description>News", xml.encode() + b"<description>News"),
                  etag="x")


HOUR_ALLOWED = (int(time.time()) // HOUR + 5) % 24
DAY_ALLOWED = (int(time.time()) // DAY + 3 + 2) % 7  # the day after tomorrow; 0: Monday
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOT_BEFORE = [
    # name, answer, at least, at most (seconds), why
    ("max-age", answer(ICE, etag="x", headers=[("Cache-Control", "max-age=7200")]), 7200, 7300, "Cache-Control"),
    ("expires", answer(ICE, etag="x", headers=[("Date", hours(1e9)), ("Expires", hours(1e9 + 9000))]),
     9000, 9100, "Expires"),
    ("age-capped", answer(ICE, etag="x", headers=[("Cache-Control", "max-age=9999999")]), DAY, DAY + 60, "Cache"),
    ("r429", answer(status="429 Slow", headers=[("Retry-After", "7200")]), 7200, 7300, "429"),
    ("r503-date", answer(status="503 Later", headers=[
        ("Date", hours(1e9)), ("Retry-After", hours(1e9 + 10800))]), 10800, 10900, "Retry-After"),
    ("r500", answer(status="500 Oops", headers=[("Retry-After", "9000")]), 9000, 9100, "Retry-After"),
    ("r404", answer(status="404 No", headers=[("Retry-After", "9000")]), 9000, 9100, "Retry-After"),
    ("retry-capped", answer(status="503 Later", headers=[("Retry-After", "99999999")]),
     2 * DAY, 2 * DAY + 100, "Retry-After"),
    ("ttl", feed_with("<ttl>300</ttl>"), 18000, 18400, "ttl"),
    ("sy", feed_with('<u:updatePeriod xmlns:u="http://purl.org/rss/1.0/modules/syndication/">daily'
                     '</u:updatePeriod>'), DAY, DAY + 400, "updatePeriod"),
    ("skip-hours", feed_with("<skipHours>" + "".join(
        f"<hour>{h}</hour>" for h in range(24) if h != HOUR_ALLOWED) + "</skipHours>"), 0, DAY + 900, "skipHours"),
    ("skip-days", feed_with("<skipDays>" + "".join(
        f"<day>{d}</day>" for n, d in enumerate(DAYS) if n != DAY_ALLOWED) + "</skipDays>"),
     DAY, 2 * DAY + 900, "skipDays"),
]


@suite.case
def the_publisher_says_when_and_it_holds_over_304s_and_starts():
    with House(speed=1) as house:
        open_house(house)
        for n, (name, what, *_) in enumerate(NOT_BEFORE):  # on a host each: 429 is the host's
            publish(house, name, what, house.scripted_at(n + 1), every="15m")
        names = [name for name, *_ in NOT_BEFORE]
        house.start()
        house.first_polls(*names)
        check_waits(house)
        house.later(60)
        for n, (name, what, *_) in enumerate(NOT_BEFORE):
            equal(len(house.scripted_at(n + 1).asked("/" + name)), 1, f"{name}: requests")
            if b" 200 " in what[:15]:
                house.scripted_at(n + 1).answers["/" + name] = what.replace(b"200 OK", b"304 Same")
        house.poll(*names)
        check_waits(house)


def check_waits(house):
    for name, _, least, most, why in NOT_BEFORE:
        wait = waits(house, name)
        true(least <= wait <= most, f"{name}: asked again after {wait} s, not {least} to {most}")
        if why:
            contains(json.loads(house.tool("feed", name, "--json"))["why"], why, f"{name}: why")
    due = house.state_of("skip-hours")["next_due_s"]
    equal(due // HOUR % 24, HOUR_ALLOWED, "skip-hours: the hour at which it is asked")
    due = house.state_of("skip-days")["next_due_s"]
    equal((due // DAY + 3) % 7, DAY_ALLOWED, "skip-days: the day on which it is asked")


@suite.case
def too_many_requests_hold_the_host_and_unavailable_the_url_unless_said_otherwise():
    with House(speed=1) as house:
        slow = answer(status="429 Slow", headers=[("Retry-After", str(2 * HOUR))])
        later = answer(status="503 Later", headers=[("Retry-After", str(2 * HOUR))])
        open_house(house)
        house.section("host", "127.0.1.3", on_429="url")
        house.section("host", "127.0.1.4", on_503="host")
        for n, says in ((1, slow), (2, later), (3, slow), (4, later)):
            publish(house, f"a{n}", [answer(ICE), says], house.scripted_at(n), every="20m")
            publish(house, f"b{n}", answer(ICE), house.scripted_at(n), every="1h")
        house.start()
        house.first_polls(*(f"{x}{n}" for x in "ab" for n in (1, 2, 3, 4)))
        house.later(25 * 60)  # the first of each host is refused
        house.first_polls("a1", "a2", "a3", "a4")
        house.later(70 * 60)  # its neighbour is due
        house.first_polls("b2", "b3")
        equal([len(house.scripted_at(n).asked(f"/b{n}")) for n in (1, 2, 3, 4)], [1, 2, 2, 1],
              "requests to the neighbours")
        equal([len(house.scripted_at(n).asked(f"/a{n}")) for n in (1, 2, 3, 4)], [2] * 4,
              "requests to those who were refused")
        house.later(65 * 60)  # and it is over
        house.first_polls("b1", "b4")


# ---- where it is ----

@suite.case
def what_moved_for_good_is_remembered_after_days_and_shown_and_nothing_else():
    with House(speed=1) as house:
        open_house(house)
        there = house.scripted_at(1)
        for status in (301, 302, 303, 307, 308):
            there.answers[f"/to{status}"] = answer(ICE, etag='"x"')
            publish(house, f"r{status}", answer(status=f"{status} Elsewhere", headers=[
                ("Location", f"{there.base}/to{status}")]), every="12h", header="X-Key: hush")
        names = [f"r{status}" for status in (301, 302, 303, 307, 308)]
        house.start()
        house.first_polls(*names)
        for _ in range(4):
            true("moved to" not in house.tool("feeds"), "not believed at once")
            house.later(20 * HOUR)
            house.first_polls(*names)
        house.later(20 * HOUR)
        house.first_polls(*names)
        equal({name: len(house.scripted.asked("/" + name)) for name in names},
              {"r301": 5, "r302": 6, "r303": 6, "r307": 6, "r308": 5}, "requests to the old address")
        shown = house.tool("feeds")
        for name in ("r301", "r308"):
            true(re.search(f"{name}: configured {house.scripted.base}/{name}, moved to "
                           f"{there.base}/to{name[1:]} since 20..-..-..T..:..:..Z\n"
                           f"    url = {there.base}/to{name[1:]}\n", shown), f"{name} in:\n{shown}")
        equal(shown.count("moved to"), 2, "moves that are shown")
        house.later(20 * HOUR)
        house.first_polls(*names)
        equal({h.get("x-key") for h in there.asked("/to301")}, {None},
              "what is between the user and the old server, at the new one")
        equal(sorted(house.sql("SELECT f.name, kind FROM health JOIN feed f ON f.id = feed")),
              [("r301", "moved"), ("r308", "moved")], "the operator is told once")


@suite.case
def failures_back_off_by_their_weight_and_gone_is_told():
    with House(speed=1) as house:
        open_house(house, every="1h", hard=answer(status="404 No"), soft=answer(status="500 Oops"),
                   gone=answer(status="410 Gone"))
        house.section("health", to="siem", deliver="now")
        house.start()
        house.first_polls("hard", "soft", "gone")
        waited = {"hard": [waits(house, "hard")], "soft": [waits(house, "soft")]}
        for _ in range(5):
            house.poll("hard", "soft")
            for name, all_waits in waited.items():
                all_waits.append(waits(house, name))
        for name, weight in (("hard", 1), ("soft", 0.5)):
            equal(house.state_of(name)["failures"], 6 * weight, f"{name}: weighted failures")
            for n, wait in enumerate(waited[name], 1):
                most = min(DAY, HOUR * 2 ** int(n * weight) * (1 + n * weight % 1))
                true(most * 0.74 <= wait <= most, f"{name}: {wait} s after {n} failures, not {most}")
        wait = waits(house, "gone")
        true(6 * DAY < wait <= 7 * DAY, f"gone: asked again after {wait / DAY:.1f} days")
        equal(house.sql("SELECT f.name, kind FROM health JOIN feed f ON f.id = feed"),
              [("gone", "gone")], "what is told at once")
        house.later(DAY + HOUR)
        house.first_polls("hard", "soft")
        equal(sorted(house.sql("SELECT f.name, kind FROM health JOIN feed f ON f.id = feed")),
              [("gone", "gone"), ("hard", "broken"), ("soft", "broken")], "and after a while")


@suite.case
def our_own_network_is_one_notice_and_nobody_is_to_blame():
    with House(speed=20) as house:
        open_house(house)
        origins = [Scripted(f"127.0.2.{n}") for n in range(1, 7)]
        names = [f"f{n}" for n in range(1, 7)]
        for name, origin in zip(names, origins):
            publish(house, name, answer(ICE), origin, every="15m")
        house.start()
        house.first_polls(*names)
        ports = [origin.port for origin in origins]
        for origin in origins:
            origin.close()
        for _ in range(3):
            house.poll_quietly()
        house.daemon.wait_log("network-down")
        equal(len(house.daemon.log("network-down")), 1, "notices")
        wait_for(lambda: house.sql("SELECT sum(failures), sum(failing_since_s) FROM feed") == [(0, 0)],
                 "what was counted before it was known to be taken back")
        back = [Scripted(f"127.0.2.{n}", port) for n, port in enumerate(ports, 1)]
        for origin, name in zip(back, names):
            origin.answers["/" + name] = answer(ICE, MORE)
        house.poll(*names)
        house.daemon.wait_log("network-up")
        equal(house.sql("SELECT count(*) FROM health"), [(0,)], "feeds that are said to ail")
        for origin in back:
            origin.close()


# ---- who asks, and how often ----

@suite.case
def an_honest_request():
    with House() as house:
        house.section("newsbell", contact="ops@paper.example")
        open_house(house, q=[
            answer(ICE, headers=[("Set-Cookie", "id=1"), ("Location", "/elsewhere")]),
            answer(status="302 Found", headers=[("Location", "/target"), ("Set-Cookie", "id=2")])])
        house.scripted.answers["/target"] = answer(ICE)
        house.start()
        house.first_polls("q")
        house.poll("q")
        asked = house.scripted.asked("/q") + house.scripted.asked("/target")
        equal(len(asked), 3, "requests")
        for headers in asked:
            true(re.fullmatch(r"newsbell/[0-9.]+ \(\+https?://\S+; ops@paper\.example\)",
                              headers["user-agent"]), "User-Agent: " + headers["user-agent"])
            equal([h for h in ("cookie", "referer", "authorization", "from", "expect") if h in headers],
                  [], "what is not sent")
            true("gzip" in headers["accept-encoding"], "encodings: " + headers["accept-encoding"])
            contains(headers["accept"], "application/atom+xml", "Accept")
        house.section("newsbell", contact="desk@paper.example")
        house.reload()
        house.poll("q")
        contains(house.scripted.asked("/q")[-1]["user-agent"], "; desk@paper.example)", "after a reload")


PACKED = b'<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>ICE</title></item>' \
         b"</channel></rss>"
CODINGS = {  # what libcurl is built with, and PACKED as it comes then
    "gzip": ("libz.so", gzip.compress(PACKED)),
    "deflate": ("libz.so", zlib.compress(PACKED)),
    "br": ("libbrotlidec.so", base64.b64decode(
        "H2gAEKyKd4DdiKqMZ1Qevx4Ow49QyZuHLilmysnApE/ZXL6ktbWIC8+cGipyGxt7O3w6nhDU6Ac55aSWpHGQ3fyhs/wH"
        "ehts1lJ8VWOMBSx1JbQrRHs=")),
    "zstd": ("libzstd.so", base64.b64decode(
        "KLUv/QBobQIA8gMOEZB9QAJJ+LmrDCcZkATI3dgDb23tbnRSO3kGsfOX7UJvv9/ihdc/tjnVW/5hiBLMpNDWloG11QMG"
        "AEoootS4SZU5ioCVUM2hkAE=")),
}


@suite.case
def what_is_offered_is_understood():
    """Each coding of which libcurl is capable is offered, and a body in it is read."""
    with House() as house:
        open_house(house)
        for coding, (_, body) in CODINGS.items():
            publish(house, coding, answer(body=body, headers=[("Content-Encoding", coding)]))
        publish(house, "both", answer(body=gzip.compress(CODINGS["gzip"][1]),
                                      headers=[("Content-Encoding", "gzip, gzip")]))
        publish(house, "unsaid", answer(body=CODINGS["gzip"][1]))
        publish(house, "lie", answer(body=PACKED, headers=[("Content-Encoding", "gzip")]))
        house.start()
        house.first_polls(*CODINGS, "both", "unsaid", "lie")
        offered = re.split(r"[, ]+", house.scripted.asked("/gzip")[0]["accept-encoding"])
        libraries = subprocess.run(["ldd", NEWSBELLD], capture_output=True, text=True, check=True).stdout
        equal(set(offered), {c for c, (library, _) in CODINGS.items() if library in libraries}, "offered")
        for name in (*offered, "both", "unsaid"):
            equal((house.state_of(name)["items"], house.state_of(name)["failures"]), (1, 0), name)
        contains(house.tool("feed", "lie"), "broken or unknown compression", "what says gzip and is not")


ODD = [
    ("a 301 to nowhere", "301 Moved", [], "it does not say where to", 1),
    ("a 304 that nobody asked for", "304 Not Modified", [], "not conditional", 1),
    ("204", "204 No Content", [], "no document", 0.5),
    ("226 that nobody asked for", "226 IM Used", [], "the server says 226", 0.5),
    ("429", "429 Slow", [], "too many requests", 0.25),
]


@suite.rows(ODD)
def an_odd_answer_is_named(status, headers, why, weight):
    with House() as house:
        open_house(house, odd=answer(status=status, headers=headers))
        house.start()
        house.first_polls("odd")
        shown = json.loads(house.tool("feed", "odd", "--json"))
        contains(shown["error"], why, "error")
        equal(shown["failures"], weight, "weighted failures")
        contains(house.tool("feeds"), "failing", "newsbell feeds")


@suite.case
def what_is_new_alone_and_what_is_the_same_again():
    """226 brings the news only (RFC 3229); a body that is the same is not parsed."""
    with House() as house:
        open_house(house, delta=[
            answer(ICE, MORE, etag='"1"'),
            answer(THIRD, etag='"2"', status="226 IM Used", headers=[("IM", "feed")]),
            answer(ICE, MORE, THIRD)])
        publish(house, "again", answer(ICE))
        house.start()
        house.first_polls("delta", "again")
        house.poll("delta", "again")
        house.poll("delta", "again")
        equal([h.get("a-im") for h in house.scripted.asked("/delta")], [None, "feed", "feed"], "A-IM")
        equal([h.get("if-none-match") for h in house.scripted.asked("/delta")], [None, '"1"', '"2"'],
              "validators")
        house.hook.wait(3)
        house.wait_settled()
        equal(sorted(i for (i,) in house.sql("SELECT item_id FROM item")), ["1", "2", "3"], "items")
        equal(house.sql("SELECT max(gaps) FROM feed"), [(0,)], "gaps")
        equal(len(house.scripted.asked("/again")), 3, "bodies of the other")
        equal(json.loads(house.tool("status", "--json"))["daemon"]["documents_parsed"], 4,
              "documents that were parsed")


@suite.case
def one_at_a_time_and_at_a_pace():
    with House(speed=10) as house:
        waiting, most = [], []

        def slow(handler, headers):
            waiting.append(1)
            most.append(len(waiting))
            socket_quiet(handler)
            waiting.pop()
            handler.wfile.write(answer(ICE))

        open_house(house, slow=slow)
        house.section("fetch", pace="1s")
        house.section("host", "127.0.0.1", pace="0s")
        for n in range(6):
            publish(house, f"p{n}", answer(ICE), house.scripted_at(1))
        for n in range(50):
            publish(house, f"new{n}", answer(ICE), house.scripted_at(2))
        house.section("host", "127.0.1.2", pace="0s")
        house.start()
        house.first_polls(*(f"p{n}" for n in range(6)), *(f"new{n}" for n in range(50)), "slow")
        asked = house.scripted_at(2).asked_at()
        true(max(asked) - min(asked) > 0.1, f"50 new feeds within {max(asked) - min(asked):.2f} s of ours")
        asked = sorted(house.scripted_at(1).asked_at())
        true(asked[-1] - asked[0] > 0.4, f"6 requests to one host within {asked[-1] - asked[0]:.2f} s of ours")
        for _ in range(5):
            house.poll_quietly()
        house.poll("slow")
        equal(max(most), 1, "requests of one feed at once")


def socket_quiet(handler):
    """Until the other side gave up, or a tenth of a second."""
    handler.connection.settimeout(0.1)
    try:
        handler.connection.recv(1)
    except (socket.timeout, OSError):
        pass
    handler.connection.settimeout(60)


@suite.case
def what_comes_at_fixed_hours_is_asked_for_near_them():
    with House(speed=1) as house:
        today = int(house.clock.now()) // DAY * DAY
        hour = (int(house.clock.now()) // HOUR + 4) % 24  # before a quarter of a day is over
        dates = [today + hour * HOUR + 600 - n * DAY + n % 3 * 60 for n in range(1, 13)]
        items = [item(f"d{n}", f"Report {n}", at=at) for n, at in reversed(list(enumerate(dates)))]
        open_house(house)
        publish(house, "daily", answer(*items), every="auto 15m..12h")
        house.start()
        house.first_polls("daily")
        shown = json.loads(house.tool("feed", "daily", "--json"))
        contains(shown["why"], "this time of the day", "why")
        due = house.state_of("daily")["next_due_s"]
        off = (due - dates[0]) % DAY
        true(min(off, DAY - off) < 45 * 60, f"asked {off} s beside the hour")


suite.run()
