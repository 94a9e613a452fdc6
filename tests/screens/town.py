"""A shop with a year behind it: what every screen shows at its fullest, and at its emptiest."""

from __future__ import annotations

from typing import Any

from flask_community.experiences.models import Post
from flask_community.money import Money
from flask_community.referrals.models import Link
from flask_community.referrals.rules import Touch, TouchKind
from flask_community.services import Services
from tests.screens.photos import hang_up, taken
from tests.shops import Order, Product, Shop, User

STATEMENT = (
    "The first ten minutes of the day belong to nobody but us. No screen, no hurry: "
    "water, leaves, and whoever else is awake."
)
BODY = """I fill it to the *lower* line, never to the rim: that is the **whole secret**.

- warm the cup first
- pour along the wall, not onto the leaves

> My grandmother poured from the shoulder, and we were not allowed to breathe.

One infusion takes me seven minutes, kettle included. Then the first door opens."""

GOODS = {
    "gaiwan": "Celadon gaiwan, 120 ml",
    "oolong": "Dawn oolong, 50 g",
    "pitcher": "Glass pitcher with a bamboo lid, for iced tea and for guests who came early",
    "tray": "Donaudampfschifffahrtsteetablettunterlage",
    "kettle": "Cast-iron kettle",
    "pot": "宜兴紫砂壶 · 手工小品 200 ml",
    "whisk": "Bamboo whisk",
}
"""Names short, long, without a space, and in Chinese."""

PEOPLE = {
    "mei": ("Mei Lin", None),
    "an": ("An Ran", None),
    "jun": ("Jun Zhou", None),
    "wang": ("王小明", None),
    "long": ("Wolfeschlegelsteinhausenbergerdorff Jr.", None),
    "lan": ("Lan", None),
    "typist": ("Tyra Keys", None),
    "newcomer": ("Nobody Yet", None),
    "moderator": ("Ada Desk", "moderator"),
    "owner": ("Chen Bo", "owner"),
}


class Town:
    """The shop, its people by nickname, and the numbers of what there is to look at."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        hang_up(shop)
        self.users = {key: _user(shop, name, rank) for key, (name, rank) in PEOPLE.items()}
        self.people = {key: shop.member_id(user) for key, user in self.users.items()}
        self.goods = {sku: _product(shop, sku, name) for sku, name in GOODS.items()}
        self.ids: dict[str, object] = {}
        """What stands in the addresses of screens, by name."""

    @property
    def services(self) -> Services:
        """The services, anew, as every request gets them."""
        return self.shop.services()

    def commit(self) -> None:
        """Commit, and run the jobs that are due."""
        self.shop.session.commit()
        self.shop.site.run_jobs()
        self.shop.session.rollback()

    # -- what they do --

    def buy(
        self,
        who: str,
        sku: str,
        *,
        minor: int = 19_800,
        times: int = 1,
        batch: str | None = None,
        arrives: bool = True,
    ) -> Order:
        """Let somebody buy something, each piece on a line of its own, and get it."""
        items = [(self.goods[sku], minor)] * times
        order = self.shop.order(self.users[who], *items, batch=batch)
        if arrives:
            self.shop.set_status(order, "done")
        return order

    def line(self, who: str, sku: str, **bought: Any) -> int:
        """Let somebody buy and get something; return the number of the line."""
        return self.lines_of(self.buy(who, sku, **bought))[0]

    def lines_of(self, order: Order) -> list[int]:
        """Return the numbers of an order's lines."""
        known = self.services.orders.find(str(order.id))
        assert known is not None
        return [line.id for line in self.services.orders.lines(known.id)]

    def product_id(self, sku: str) -> int:
        """Return our number of something on the shelf."""
        return self.services.orders.product_of(sku).id

    def tell(self, who: str, sku: str, title: str, body: str = BODY, **where: Any) -> Post:
        """Let somebody buy something and tell of it."""
        line_id = self.line(who, sku)
        told = self.services.experiences.post_experience(
            self.people[who], line_id, title=title, body=body, **where
        )
        self.commit()
        return told

    def share(self, who: str, **target: Any) -> Link:
        """Let somebody make a link."""
        link = self.services.referrals.link_for(self.people[who], **target)
        self.commit()
        return link

    def bring(
        self, link: Link, friend: str, *, minor: int, sku: str = "gaiwan", arrives: bool = True
    ) -> Order:
        """Let a friend follow a link, and buy what it leads to."""
        touch = Touch(link.id, self.shop.clock(), TouchKind.VISIT)
        self.services.referrals.record_visit(link.id, TouchKind.VISIT, None)
        self.services.referrals.join(self.people[friend], [touch])
        self.commit()
        self.shop.clock.forward(hours=1)
        order = self.buy(friend, sku, minor=minor, arrives=arrives)
        self.commit()
        return order

    def wait(self, **duration: float) -> None:
        """Let time pass, and what is due happen."""
        self.shop.clock.forward(**duration)
        self.services.earnings.ripen()
        self.services.complaints.tend()
        self.commit()


def settle(town: Town) -> None:
    """Let a year pass in which labels are worn, stories told, links shared, rewards earned."""
    _labels(town)
    _posts(town)
    _links(town)
    _rewards(town)
    _what_is_left_to_do(town)


def _labels(town: Town) -> None:
    communities, mei = town.services.communities, town.people["mei"]
    for number in range(1, 32):
        communities.found(
            town.people["lan"], name=f"Cups of the month, no. {number}", statement="."
        )
    label = communities.found(mei, name="Slow mornings", statement=STATEMENT, field="teaware")
    asked = communities.found(
        mei, name="慢慢喝茶的早晨", statement="每天最先的十分钟只属于自己。", admission="request"
    )
    for sku in ("gaiwan", "oolong", "tray"):
        communities.bind_product(label.id, town.product_id(sku), actor_id=mei)
    communities.bind_field(label.id, "teaware", actor_id=mei)
    for who in ("jun", "wang", "long", "typist"):
        communities.wear(label.id, town.people[who])
        communities.wear(asked.id, town.people[who])
    communities.aspire(label.id, town.people["an"])
    town.ids |= {"label": label.slug, "asked": asked.slug}
    town.commit()


def _posts(town: Town) -> None:
    communities = town.services.communities
    home = communities.community_of(communities.label_called(str(town.ids["label"])).id).id
    photos = [taken(town.shop, words) for words in ("The gaiwan beside the kettle", "窗边的茶席")]
    title = "Seven minutes before the children wake"
    first = town.tell("mei", "gaiwan", title, community_id=home, pictures=photos)
    for number, who in enumerate(("jun", "wang", "long"), start=1):
        title = ("It forgives a late kettle", "紫砂壶的第一泡", "W" * 40)[number - 1]
        town.tell(who, ("oolong", "pot", "tray")[number - 1], title, community_id=home)
        town.services.experiences.react(first.id, town.people[who], "useful")
    edited = town.tell("jun", "kettle", "Too heavy, I thought", community_id=home)
    town.services.experiences.edit(
        edited.id, town.people["jun"], title="Heavy, and I was wrong", body="It stays.", revision=0
    )
    town.commit()
    returned = town.buy("jun", "whisk")
    sent_back = town.services.experiences.post_experience(
        town.people["jun"],
        town.lines_of(returned)[0],
        title="It sheds",
        body="Nine bristles in a bowl.",
    )
    town.commit()
    town.shop.set_status(returned, "refunded")
    gone = town.tell("jun", "whisk", "Withdrawn", community_id=home)
    town.services.experiences.withdraw(gone.id, town.people["jun"])
    town.commit()
    town.ids |= {"post": first.id, "edited": edited.id, "sent_back": sent_back.id, "gone": gone.id}


def _links(town: Town) -> None:
    link = town.share("mei", product_id=town.product_id("gaiwan"))
    town.share("mei", post_id=int(str(town.ids["post"])))
    communities = town.services.communities
    label = communities.label_called(str(town.ids["label"]))
    to_label = town.share("mei", community_id=communities.community_of(label.id).id)
    ended = town.share("mei", product_id=town.product_id("kettle"))
    town.services.referrals.own.end(town.people["mei"], ended.id)
    paused = town.share("mei", product_id=town.product_id("pitcher"))
    own = town.services.referrals.own
    own.say(town.people["mei"], to_label.id, "Come and be slow with us.")
    own.say(town.people["mei"], link.id, "Thin enough to feel the heat, thick enough not to burn.")
    resting = town.share("mei", product_id=town.product_id("whisk"))
    own.rename(town.people["mei"], resting.id, "For the tea circle on Sundays")
    own.rest(town.people["mei"], resting.id)
    for _ in range(17):
        town.services.referrals.record_visit(link.id, TouchKind.VISIT, None)
    town.commit()
    tokens = town.services.referrals.token
    town.ids |= {"link": tokens(link), "ended": tokens(ended), "paused": tokens(paused)}
    town.ids |= {"to_label": tokens(to_label), "to_label_id": to_label.id}
    town.ids |= {"link_id": link.id, "resting": tokens(resting)}
    town.ids["resting_id"] = resting.id


def _rewards(town: Town) -> None:
    """Mei's rewards: paid out, given back, held and pending, each with its reason."""
    link = _live(town, "gaiwan")
    little = town.share("wang", product_id=town.product_id("kettle"))
    town.bring(little, "lan", sku="kettle", minor=9_000)  # too little to be paid as money
    for friend, minor in (("jun", 64_000), ("wang", 51_000), ("long", 47_000)):
        town.bring(link, friend, minor=minor)
    town.wait(days=20)
    _cash_out(town, 2_000, "asked-1", "sent")
    _cash_out(town, 1_500, "asked-2", "failed")
    _cash_out(town, 1_000, "asked-3", "waiting")
    town.services.earnings.take_credit(town.people["mei"], Money(800, "CNY"), "asked-4")
    town.commit()
    back = town.bring(link, "jun", minor=39_000)
    town.shop.community.orders.refunded(back, "R-1", amount_minor=39_000)
    town.commit()
    part = town.bring(link, "wang", minor=28_000)
    town.shop.community.orders.refunded(part, "R-2", amount_minor=7_000)
    town.commit()
    town.bring(link, "long", minor=22_000, arrives=False)
    earned = town.services.earnings.rewards_of(town.people["mei"])
    town.ids["reward"] = earned[1].earning.id
    town.bring(_live(town, "pitcher"), "lan", sku="pitcher", minor=33_000)  # a case will hold it


def _live(town: Town, sku: str) -> Link:
    link = town.services.referrals.live_link(town.people["mei"], "product", town.product_id(sku))
    assert link is not None
    return link


def _cash_out(town: Town, minor: int, key: str, end: str) -> None:
    earnings, boss = town.services.earnings, town.people["owner"]
    payout = earnings.cash_out(town.people["mei"], Money(minor, "CNY"), key)
    if end == "sent":
        earnings.payout_sent(payout.id, actor_id=boss, reference="T-2026-4711")
    if end == "failed":
        earnings.payout_failed(payout.id, actor_id=boss, reason="The account is closed.")
    town.commit()


def _what_is_left_to_do(town: Town) -> None:
    """Lines that nobody has told of yet, some on their way."""
    communities = town.services.communities
    label = communities.label_called(str(town.ids["label"]))
    for who in ("newcomer", "lan"):  # nobody has greeted them
        communities.wear(label.id, town.people[who])
    place = communities.community_of(label.id).id
    town.tell("lan", "whisk", "My first bowl, and it foamed", community_id=place)
    town.ids["untold"] = town.line("mei", "kettle")
    town.line("mei", "pitcher")
    town.buy("mei", "oolong", arrives=False)
    town.ids["to_type"] = town.line("typist", "oolong")
    town.ids["wrong_to_type"] = town.line("typist", "whisk")
    town.commit()


def _user(shop: Shop, name: str, rank: str | None) -> User:
    return shop.user(name, rank=rank, email=f"{name.split()[0].lower()}@example.org")


def _product(shop: Shop, sku: str, name: str) -> Product:
    product = Product(sku=sku, name=name, category="teaware")
    shop.session.add(product)
    shop.session.commit()
    return product
