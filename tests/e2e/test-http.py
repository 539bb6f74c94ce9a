#!/usr/bin/env python3
"""Asking politely: validators byte for byte, compression, redirects, and what the server says."""

from feeds import item, rss
from house import House, now
from origin import http
from suite import Suite, equal, true, wait_for

suite = Suite()

ICE = item("1", "ICE moves its files")
MORE = item("2", "ICE again")


def open_house(house, url, *items):
    house.origin.publish("news.xml", rss(list(items)))
    house.feed("paper", url, backfill="all")
    house.list("agencies", "ICE")
    house.webhook()


@suite.rows([
    ("ETag and Last-Modified", "/news.xml"),
    ("compressed, with a weak ETag", "/packed/news.xml"),
])
def unchanged_is_not_sent_again(path):
    with House() as house:
        open_house(house, house.origin.base + path, ICE)
        house.start()
        house.hook.wait(1)
        stored = house.sql("SELECT etag, last_modified FROM feed")[0]
        stored = tuple(v.decode() if isinstance(v, bytes) else v for v in stored)
        house.poll("paper")
        first, second = house.origin.asked(path)
        equal((first["status"], second["status"]), (200, 304), "answers")
        equal((first["if_none_match"], first["if_modified_since"]), ("", ""), "asked first")
        true("gzip" in first["encoding"], "gzip is offered")
        equal((second["if_none_match"], second["if_modified_since"]), stored, "asked then")
        true(stored[0].strip('W/"') and stored[1].endswith("GMT"), f"validators: {stored}")
        equal(stored[0].startswith("W/"), path.startswith("/packed"), "a weak ETag")
        house.origin.publish("news.xml", rss([ICE, MORE]))
        house.poll("paper")
        house.hook.wait(2)
        equal(house.origin.asked(path)[2]["status"], 200, "the answer to the third")


@suite.case
def validators_go_back_byte_for_byte():
    with House() as house:
        etag, modified = 'W/"a&<b>=;, \\x"', "Tue, 01 Jan 2019 01:01:01 +0100 (odd)"
        house.scripted.answers["/odd.xml"] = http(rss([ICE]), headers=[
            ("ETag", etag), ("Last-Modified", modified)])
        open_house(house, house.scripted.base + "/odd.xml", ICE)
        house.start()
        house.hook.wait(1)
        house.poll("paper")
        asked = house.scripted.asked("/odd.xml")[1]
        equal((asked.get("if-none-match"), asked.get("if-modified-since")), (etag, modified),
              "what came is what goes")


@suite.case
def no_validators_ahead_of_items():
    """A damaged document is asked for again as a whole, until it is good."""
    with House() as house:
        whole = rss([ICE, MORE])
        house.scripted.answers["/cut.xml"] = http(whole[: whole.rindex(b"</item>") - 20],
                                                  headers=[("ETag", '"cut"')])
        open_house(house, house.scripted.base + "/cut.xml", ICE)
        house.start()
        house.first_polls("paper")
        house.poll("paper")
        house.scripted.answers["/cut.xml"] = http(whole, headers=[("ETag", '"whole"')])
        house.poll("paper")
        house.hook.wait(2)
        house.wait_settled()
        asked = house.scripted.asked("/cut.xml")
        equal([a.get("if-none-match") for a in asked[:2]], [None, None],
              "conditional on what was damaged")
        equal(sorted(r.json["data"]["item"]["id"] for r in house.hook.accepted), ["1", "2"],
              "each item once")


@suite.rows([
    ("301", "/moved/news.xml"),
    ("302, then 301", "/found/news.xml"),
])
def redirects_are_followed_and_the_file_is_never_changed(path):
    with House() as house:
        open_house(house, house.origin.base + path, ICE)
        house.start()
        house.hook.wait(1)
        house.poll("paper")
        equal([a["status"] for a in house.origin.asked("/news.xml")], [200, 304], "at the end")
        equal(len(house.origin.asked(path)), 2, "the configured address is asked each time")
        equal(house.sql("SELECT url FROM feed"), [(house.origin.base + path,)], "the address")


@suite.rows([
    ("429 with Retry-After", "429 Slow Down", 7200),
    ("503 with Retry-After", "503 Later", 9000),
])
def the_server_says_when(status, wait):
    with House() as house:
        house.scripted.answers["/busy.xml"] = http(
            b"later", status=status, headers=[("Retry-After", str(wait))])
        open_house(house, house.scripted.base + "/busy.xml", ICE)
        house.feed("paper", house.scripted.base + "/busy.xml", every="15m")
        house.start()
        house.first_polls("paper")
        due = house.sql("SELECT next_due_s FROM feed")[0][0]
        true(wait - 5 <= due - now() <= wait * 1.5, f"asked again after {wait}, not {due - now()}")


@suite.case
def gone_is_asked_once_a_week():
    with House() as house:
        open_house(house, house.origin.base + "/gone/news.xml", ICE)
        house.start()
        house.first_polls("paper")
        due = house.sql("SELECT next_due_s FROM feed")[0][0] - now()
        true(3 * 86400 < due < 10 * 86400, f"not {due / 86400:.1f} days")


@suite.case
def credentials_and_headers_stay_with_their_origin():
    with House() as house:
        house.scripted.answers["/start.xml"] = http(
            b"", status="302 Found", headers=[("Location", house.origin.base + "/news.xml"),
                                              ("Set-Cookie", "session=1")])
        open_house(house, house.scripted.base + "/start.xml", ICE)
        house.write("etc/feed.secret", "hush\n", 0o600)
        house.feed("paper", house.scripted.base + "/start.xml", backfill="all", user="me",
                   password=f"@file:{house.etc}/feed.secret")
        house.start()
        house.hook.wait(1)
        asked = house.scripted.asked("/start.xml")[0]
        equal(asked.get("authorization"), "Basic bWU6aHVzaA==", "credentials at their origin")
        with open(house.origin.dir + "/nginx-error.log", encoding="utf-8") as f:
            true("hush" not in f.read(), "no secret elsewhere")
        log = house.daemon.log_text()
        true("hush" not in log and "bWU6" not in log, "no secret in the log")


@suite.case
def a_poll_on_demand_stays_conditional_and_one_at_a_time():
    with House() as house:
        open_house(house, house.origin.base + "/news.xml", ICE)
        house.start()
        house.hook.wait(1)
        for _ in range(5):
            house.poll("paper")
        wait_for(lambda: len(house.origin.asked("/news.xml")) == 6, "six requests")
        equal([a["status"] for a in house.origin.asked("/news.xml")][1:], [304] * 5, "answers")


suite.run()
