#!/usr/bin/env python3
"""Who is told, when, and in what bundle: digests, quiet hours, limits, silences, operators' news."""

import json
import re
import sqlite3
import time

import receivers
from feeds import item, rss
from house import DONE, EX_CONFIG, EX_DATAERR, House, PENDING, accepted_equals_owed, newsbell
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

# enum bundle_kind
SINGLE, DIGEST, HELD, OVERFLOW = 0, 1, 2, 3


def open_house(house, *items):
    publish(house, *items)
    house.feed("paper", house.origin.base + "/news.xml", backfill="all", tags="defense, en")
    house.list("agencies", "ICE", "DHS [severity: critical]")
    house.webhook()


def publish(house, *items):
    house.origin.publish("news.xml", rss(list(items)))


def ices(first, last):
    return [item(str(n), f"ICE moves file {n}") for n in range(first, last + 1)]


def rows(house):
    """(kind, alerts, state) of all deliveries, in the order they were owed."""
    return house.sql("SELECT kind, alerts, state FROM delivery ORDER BY seq")


def let_time_pass(house):
    """What waits for its time has reached it; newsbelld is not running."""
    db = sqlite3.connect(house.database)
    with db:
        db.execute("UPDATE delivery SET next_try_s = due_s - 864000, due_s = due_s - 864000"
                   " WHERE state = ?", (PENDING,))
    db.close()


def titles(request):
    """Of the alerts in a message, whatever its kind."""
    data = request.json["data"]
    return [a["item"]["title"] for a in data.get("alerts", [data])]


def wall(seconds):
    """A time of day, so far from now, by UTC."""
    return time.strftime("%H:%M", time.gmtime(time.time() + seconds))


def ask(house, *arguments):
    status, out, errors = newsbell(arguments[0], "-c", house.conf, "--state", house.state,
                                   *arguments[1:])
    return status, out, errors


@suite.case
def a_digest_is_one_message_that_survives_kills_and_refusals():
    with House() as house:
        open_house(house, *ices(1, 2))
        house.section("route", "all", to="siem", deliver="daily " + wall(7200))
        house.start()
        house.first_polls("paper")
        wait_for(lambda: rows(house) == [(DIGEST, 2, PENDING)], "a digest that waits")
        house.daemon.kill()
        house.start()
        publish(house, *ices(1, 3))
        house.poll("paper")
        equal(rows(house), [(DIGEST, 3, PENDING)], "the third in the same digest")
        equal(house.hook.requests, [], "messages before its time")
        house.daemon.stop()
        let_time_pass(house)
        house.hook.answer = receivers.status(503)
        house.start()
        wait_for(lambda: len(house.hook.requests) >= 2, "two attempts")
        publish(house, *ices(1, 4))
        house.poll("paper")
        house.daemon.kill()
        house.hook.answer = receivers.good
        house.start()
        [hook] = house.hook.wait(1)
        wait_for(lambda: rows(house) == [(DIGEST, 3, DONE), (DIGEST, 1, PENDING)],
                 "the fourth in the next digest")
        equal(hook.json["type"], "digest", "its type")
        equal(hook.json["data"]["kind"], "digest", "its kind")
        equal(hook.json["data"]["route"], "all", "its route")
        equal(hook.json["data"]["title"], "3 alerts: agencies (3)", "its title")
        equal(titles(hook), [f"ICE moves file {n}" for n in (1, 2, 3)], "its alerts, oldest first")
        equal(len({(r.id, r.body) for r in house.hook.requests}), 1, "bytes of all attempts")


@suite.case
def quiet_hours_hold_and_release_and_critical_breaks_through():
    with House() as house:
        open_house(house, item("2", "DHS on fire"), item("1", "ICE moves"))
        house.section("route", "all", to="siem", quiet=f"{wall(-3600)}-{wall(7200)}")
        house.start()
        [hook] = house.hook.wait(1)
        equal(titles(hook), ["DHS on fire"], "what broke through")
        publish(house, *ices(3, 4), item("2", "DHS on fire"), item("1", "ICE moves"))
        house.poll("paper")
        equal(rows(house), [(SINGLE, 1, DONE), (HELD, 3, PENDING)], "what is held")
        house.daemon.kill()
        let_time_pass(house)
        house.start()
        wait_for(lambda: house.sql("SELECT next_try_s FROM delivery WHERE kind = ?", HELD)[0][0]
                 > time.time() + 6000, "what was late to be held to the end of quiet hours")
        house.daemon.stop()
        let_time_pass(house)
        house.section("route", "all", quiet=f"{wall(-7200)}-{wall(-60)}")
        house.start()
        [_, hook] = house.hook.wait(2)
        equal(sorted(titles(hook)), ["ICE moves", "ICE moves file 3", "ICE moves file 4"],
              "what was released")
        house.wait_settled()
        equal(house.sql("SELECT count(*) FROM decision WHERE reason = 'held'"), [(3,)], "decisions")
        accepted_equals_owed(house)


@suite.case
def beyond_a_limit_the_rest_is_one_message():
    with House() as house:
        open_house(house, *ices(1, 6))
        house.section("route", "all", to="siem", limit="2 per 1h")
        house.start()
        house.first_polls("paper")
        house.hook.wait(2)
        wait_for(lambda: rows(house) == [(SINGLE, 1, DONE), (SINGLE, 1, DONE), (OVERFLOW, 4, PENDING)],
                 "two alone and four together")
        house.daemon.stop()
        let_time_pass(house)
        house.start()
        hook = house.hook.wait(3)[2]
        equal(hook.json["data"]["title"], "and 4 more alerts: agencies (4)", "its title")
        house.wait_settled()
        accepted_equals_owed(house)
        equal(sorted(t for r in house.hook.accepted for t in titles(r)),
              [f"ICE moves file {n}" for n in range(1, 7)], "all of them, each once")


@suite.case
def a_silence_holds_over_restarts_and_ends():
    with House() as house:
        open_house(house)
        house.start()
        house.first_polls("paper")
        status, out, errors = ask(house, "silence", "agencies/ICE", "--for", "2h", "--reason",
                                  "drill", "--author", "kim")
        equal((status, errors), (0, ""), "newsbell silence")
        contains(out, "silence 1: entry 'agencies/ICE' is not told for 2h", "its answer")
        house.daemon.kill()
        house.start()
        publish(house, *ices(1, 1))
        house.poll("paper")
        equal(house.sql("SELECT reason, watch, entry FROM decision"),
              [("silenced", "agencies", "agencies/ICE")], "the decision")
        contains(ask(house, "explain", "ICE moves file 1")[1] or ask(house, "explain", "1")[1],
                 "told to nobody: watch \"agencies\"", "explained")
        status, out, _ = ask(house, "silence", "--list", "--json")
        [silence] = json.loads(out)
        equal((silence["author"], silence["reason"], silence["silenced"], silence["in_force"]),
              ("kim", "drill", 1, True), "the list")
        true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", silence["until"]), "when it ends")
        equal(ask(house, "silence", "--end", "1")[0], 0, "newsbell silence --end")
        equal(ask(house, "silence", "--end", "1")[0] != 0, True, "ended once")
        publish(house, *ices(1, 2))
        house.poll("paper")
        [hook] = house.hook.wait(1)
        equal(titles(hook), ["ICE moves file 2"], "what is told after it")
        equal(ask(house, "silence", "agencie", "--for", "2h", "--reason", "x")[0], EX_DATAERR,
              "a name that is not there")


@suite.case
def routes_send_each_alert_where_it_belongs():
    with House() as house:
        open_house(house, item("2", "DHS on fire"), item("1", "ICE moves"))
        house.email()
        house.section("route", "urgent", match="severity >= high tag:defense", to="siem, desk",
                      **{"continue": "yes"})
        house.section("route", "rest", match="@agencies", to="siem")
        house.start()
        house.hook.wait(2)
        [mail] = house.mail.wait(1)
        house.wait_settled()
        equal(sorted(t for r in house.hook.accepted for t in titles(r)),
              ["DHS on fire", "ICE moves"], "each once at the webhook")
        contains(str(mail.message["Subject"]), "DHS on fire", "the mail")
        status, out, _ = ask(house, "route", "--explain", "1")
        equal(status, 0, "newsbell route")
        contains(out, "rest: matches (list:agencies): siem: at once; ends here", "the path")


@suite.case
def a_failing_channel_is_told_through_another_one():
    with House() as house:
        open_house(house, *ices(1, 1))
        house.email()
        house.section("health", to="siem, desk")
        house.section("route", "all", to="siem")
        house.hook.answer = receivers.status(403)
        house.start()
        [mail] = house.mail.wait(1)
        contains(str(mail.message["Subject"]), "channel siem: the receiver refuses us", "the mail")
        house.hook.answer = receivers.good
        house.daemon.stop()


@suite.case
def a_refused_configuration_is_told_and_the_old_one_stays():
    with House() as house:
        open_house(house)
        house.section("health", to="siem")
        house.start()
        house.first_polls("paper")
        house.section("route", "all", to="sime")
        house.configure()
        status, _, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_CONFIG, "newsbell check")
        contains(errors, "there is no [channel \"sime\"]", "what is wrong")
        contains(errors, "did you mean 'siem'?", "what to do")
        equal(ask(house, "reload")[0] != 0, True, "newsbell reload")
        [hook] = house.hook.wait(1)
        equal(hook.json["data"]["kind"], "operator", "the kind of alert")
        contains(titles(hook)[0], "the new configuration was refused", "what it says")


@suite.case
def expectations_are_checked():
    with House() as house:
        house.audited = False
        open_house(house)
        house.email()
        house.section("route", "urgent", match="severity >= high", to="desk", quiet="22:00-07:00")
        house.section("route", "rest", to="siem")
        house.configure()
        house.write("etc/tests.conf", "[test \"fire\"]\ntitle = DHS on fire\nfeed = paper\n"
                    "at = sat 23:30\nat-once = desk\nnot-to = siem\n"
                    "[test \"ice cream\"]\ntitle = Ice cream\nto = none\n")
        status, out, errors = newsbell("check", "-c", house.conf)
        equal((status, errors), (0, ""), "newsbell check")
        contains(out, "tests.conf: 2 of 2 tests passed", "its output")
        house.write("etc/tests.conf", "[test \"fire\"]\ntitle = DHS on fire\nnot-to = desk\n")
        status, out, errors = newsbell("check", "-c", house.conf)
        equal(status, EX_CONFIG, "newsbell check")
        contains(errors, "tests.conf:3:1: error: [test \"fire\"]: 'desk' is told by route 'urgent'",
                 "what it says")


suite.run()
