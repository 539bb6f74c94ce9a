#!/usr/bin/env python3
"""One alert per story through the daemon: what folds, what is told again, what digests list, edits."""

from feeds import item, rss
from house import DONE, House, PENDING, accepted_equals_owed
from suite import Suite, contains, equal, true, wait_for

suite = Suite()

# What outlets make of one event, and of another.
WORDINGS = (
    "Harbour agency ICE moves its case files to the Nimbus cloud",
    "ICE case files go to Nimbus cloud, harbour agency says",
    "Nimbus cloud wins case files of harbour agency ICE",
    "Case files of ICE: harbour agency picks Nimbus cloud",
)
OTHER = "ICE opens a school for sled dogs in Lapland"


class Press:
    """Outlets, each with a feed of its own."""

    def __init__(self, house, n=len(WORDINGS), **watch):
        self.house = house
        self.items = {f"paper{i}": [] for i in range(n)}
        house.section("newsbell", grouping="story")
        house.list("agencies", "ICE", "DHS [severity: critical]")
        house.section("watch", "agencies", when="@agencies", **watch)
        for name in self.items:
            house.feed(name, f"{house.origin.base}/{name}.xml", backfill="all")
            self.publish(name)

    def publish(self, name):
        self.house.origin.publish(f"{name}.xml", rss(self.items[name], title=name.title()))

    def print(self, paper, title, guid=None, **more):
        name = f"paper{paper}"
        guid = guid or f"{name}-{len(self.items[name])}"
        self.items[name].append(item(guid, title, link=f"https://{name}.example/{guid}", **more))
        self.publish(name)

    def begin(self):
        self.house.start()
        self.house.first_polls(*self.items)

    def ring(self, paper, title, **more):
        self.print(paper, title, **more)
        self.house.poll(f"paper{paper}")


def alerts(house):
    return [r.json["data"] for r in house.hook.accepted]


def folds(house):
    return house.sql("SELECT count(*) FROM decision WHERE reason = 'story'")[0][0]


@suite.case
def the_first_rings_and_the_others_fold_even_over_a_kill():
    with House() as house:
        house.webhook()
        press = Press(house)
        press.begin()
        press.ring(0, WORDINGS[0])
        house.hook.wait(1)
        press.ring(1, WORDINGS[1])
        house.daemon.kill()
        house.start()
        press.ring(2, WORDINGS[2])
        press.ring(3, OTHER)
        house.hook.wait(2)
        house.wait_settled()
        equal([a["item"]["title"] for a in alerts(house)], [WORDINGS[0], OTHER], "alerts")
        equal(folds(house), 2, "items that were folded")
        true(alerts(house)[0]["story"]["id"] != alerts(house)[1]["story"]["id"], "two stories")
        [(why,)] = house.sql("SELECT detail FROM decision WHERE reason = 'story' ORDER BY id DESC"
                             " LIMIT 1")
        contains(why, "item 3 of story", "what the decision says")
        accepted_equals_owed(house)


@suite.case
def it_is_told_again_when_enough_outlets_have_it():
    with House() as house:
        house.webhook()
        press = Press(house, again_at=3)
        press.begin()
        for paper in range(4):
            press.ring(paper, WORDINGS[paper])
        house.hook.wait(2)
        house.wait_settled()
        first, again = alerts(house)
        equal((first["story"]["again"], again["story"]["again"]), (None, "outlets"), "why")
        equal(again["story"]["outlets"], 3, "outlets")
        equal(sorted(o["title"] for o in again["story"]["others"]), sorted(WORDINGS[:2]),
              "the others")
        equal(folds(house), 2, "folded")


@suite.case
def it_is_told_again_for_a_new_entry_and_for_a_higher_severity():
    with House() as house:
        house.webhook()
        press = Press(house, again_on="entry, severity")
        press.begin()
        press.ring(0, WORDINGS[0])
        press.ring(1, WORDINGS[1])
        press.ring(2, WORDINGS[2] + ", DHS says")
        house.hook.wait(2)
        house.wait_settled()
        again = alerts(house)[1]
        true(again["story"]["again"] in ("entry", "severity"), "why it is told again")
        equal((again["severity"], len(alerts(house)), folds(house)), ("critical", 2, 1), "and how")


@suite.case
def a_digest_lists_all_that_was_folded():
    with House(speed=60) as house:
        house.webhook()
        press = Press(house)
        house.section("route", "all", to="siem", deliver="every 1h")
        press.begin()
        for paper in range(4):
            press.ring(paper, WORDINGS[paper])
        equal(house.sql("SELECT alerts, state FROM delivery"), [(1, PENDING)], "what waits")
        house.clock.step(3600)
        [hook] = house.hook.wait(1)
        [alert] = hook.json["data"]["alerts"]
        equal(alert["item"]["title"], WORDINGS[0], "its alert")
        equal(sorted(o["title"] for o in alert["story"]["others"]), sorted(WORDINGS[1:]),
              "all the others")
        equal((alert["story"]["items"], alert["story"]["outlets"]), (4, 4), "items and outlets")
        house.wait_settled()
        accepted_equals_owed(house)


@suite.case
def an_edit_follows_in_the_same_thread():
    with House() as house:
        house.email()
        press = Press(house)
        press.begin()
        press.ring(0, WORDINGS[0], guid="x", summary="Officers came at dawn.")
        house.mail.wait(1)
        press.items["paper0"] = []
        press.ring(0, WORDINGS[0] + "!", guid="x", summary="Officers came at dawn")
        press.items["paper0"] = []
        press.ring(0, WORDINGS[0], guid="x", summary="Many officers came at dawn.")
        first, second = house.mail.wait(2)
        house.wait_settled()
        equal(len(house.mail.accepted), 2, "mails: punctuation is no edit")
        equal(second.message["References"], first.message["References"], "the thread")
        contains(second.message["References"], "<story.", "the thread's root")
        contains(second.message["Subject"], "edited", "the subject")
        contains(second.text, "Text before: Officers came", "what it said")
        contains(second.text, "Text now: Many officers came", "what it says")
        equal(house.sql("SELECT DISTINCT state FROM delivery"), [(DONE,)], "states")


suite.run()
