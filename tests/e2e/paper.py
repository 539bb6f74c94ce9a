"""A feed whose every item rings."""

from feeds import item, rss


class Paper:
    def __init__(self, house):
        self.house = house
        self.items = []
        house.list("agencies", "ICE")
        house.feed("paper", house.origin.base + "/news.xml", backfill="all")

    def print(self, title="ICE moves"):
        self.items.append(item(f"n{len(self.items)}", f"{title}, part {len(self.items)}"))
        self.house.origin.publish("news.xml", rss(self.items))

    def ring(self, title="ICE moves"):
        self.print(title)
        self.house.poll("paper")


def begin(house):
    paper = Paper(house)
    paper.print()
    house.start()
    house.first_polls("paper")
    return paper
