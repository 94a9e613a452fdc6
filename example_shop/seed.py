"""Fills the demo shop, by the shop's own pages: the same people do the same things each time."""

from __future__ import annotations

import datetime as dt
import heapq
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask
from flask_migrate import upgrade

from .clock import clock
from .database import db
from .models import Category, User
from .shelf import CATEGORIES, GOODS
from .signing import sign_in_link
from .story import LABEL_NAME, LABEL_PRODUCTS, LABEL_STATEMENT, POSTS, TROUBLE, WRONG
from .walk import Walker

SEED = 1_280
"""Degrees at which Kiln Street fires its celadon; any fixed number would do."""


@dataclass(frozen=True)
class Person:
    """Somebody who was here before the visitor."""

    email: str
    name: str
    role: str | None = None
    shown_as: str | None = None
    """By what name the start offers a sign-in link for him."""


CUSTOMER = Person("an.ran@example.com", "An Ran", shown_as="customer")
LEADER = Person("mei.lin@example.com", "Mei Lin", shown_as="opinion leader")
MODERATOR = Person("jun.zhou@example.com", "Jun Zhou", "moderator", "moderator")
OWNER = Person("chen.bo@example.com", "Chen Bo", "owner", "owner")
GU_QING = Person("gu.qing@example.com", "Gu Qing")
TANG_LI = Person("tang.li@example.com", "Tang Li")
SOFIA = Person("sofia.berg@example.com", "Sofia Berg")
WEI_HAO = Person("wei.hao@example.com", "Wei Hao")
PEOPLE = (CUSTOMER, LEADER, MODERATOR, OWNER, GU_QING, TANG_LI, SOFIA, WEI_HAO)
ADDRESSES = {person: f"{number} Willow Lane" for number, person in enumerate(PEOPLE, start=1)}


def sow(app: Flask, today: dt.date | None = None) -> None:
    """Fill the empty database of a demo app; all of it lies before `today`."""
    today = today or dt.datetime.now(dt.UTC).date()
    try:
        with app.app_context():
            upgrade()
            stock(today)
        # Outside of the context: requests in it would share who is signed in.
        Town(app, today).live()
    finally:
        clock.run()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def stock(today: dt.date) -> None:
    """Open the accounts and fill the shelf; committed."""
    opening = dt.datetime.combine(today, dt.time(8), dt.UTC) - dt.timedelta(days=90)
    clock.stand_at(opening)
    for person in PEOPLE:
        joined = opening.replace(tzinfo=None)
        user = User(name=person.name, email=person.email, role=person.role, confirmed_at=joined)
        db.session.add(user)
        db.session.flush()
    db.session.add_all(Category(**row) for row in CATEGORIES)
    db.session.flush()
    db.session.add_all(goods.product(today) for goods in GOODS)
    db.session.commit()


class Town:
    """The people of the seed, each at a browser of his own, and what they do on which day."""

    def __init__(self, app: Flask, today: dt.date) -> None:
        self.app = app
        self.midnight = dt.datetime.combine(today, dt.time(0), dt.UTC)
        self.browsers = {person: self._browser(person) for person in PEOPLE}
        self.calendar: list[tuple[int, int, partial[object]]] = []
        self.planned = 0
        self.label = ""
        self.link = ""

    def live(self) -> None:
        """Let ninety days pass."""
        self._plan_label()
        self._plan_posts()
        self._plan_sharing()
        self._plan_trouble()
        self._plan_trade(random.Random(SEED))  # nosec B311 # the same shop each time
        while self.calendar:
            minus_days, number, act = heapq.heappop(self.calendar)
            at = dt.timedelta(days=minus_days, hours=9, minutes=number)
            clock.stand_at(self.midnight + at)
            act()

    def on(self, days: int, act: Callable[..., object], *given: object) -> None:
        """Plan an act for so many days before today; of one day, the first planned comes first."""
        self.planned += 1
        entry = (-days, self.planned, partial(act, *given))
        heapq.heappush(self.calendar, entry)

    # -- what they plan --

    def _plan_label(self) -> None:
        self.on(88, self.found_label, LEADER)
        self.on(84, self.step, CUSTOMER, "wear")
        self.on(80, self.step, GU_QING, "wear")
        self.on(77, self.step, SOFIA, "wear")
        self.on(60, self.step, TANG_LI, "aspire")

    def _plan_posts(self) -> None:
        for days, writer, sku in zip((82, 74, 66), (LEADER, GU_QING, CUSTOMER), POSTS, strict=True):
            self.on(days, self.buy, writer, sku, days)
            self.on(days - 7, self.tell, writer, sku)
        for days, reader, kind in (
            (73, CUSTOMER, "useful"),
            (72, SOFIA, "useful"),
            (58, TANG_LI, "touching"),
        ):
            self.on(days, self.react, reader, "celadon-gaiwan", kind)

    def _plan_sharing(self) -> None:
        self.on(50, self.share, LEADER, "celadon-gaiwan")
        # One reward has ripened, one ripens, one waits for its delivery.
        for days, friend in ((45, SOFIA), (9, TANG_LI), (2, WEI_HAO)):
            self.on(days + 1, self.follow, friend)
            self.on(days, self.buy, friend, "celadon-gaiwan", days)

    def _plan_trouble(self) -> None:
        for days, buyer in ((30, WEI_HAO), (28, GU_QING), (26, CUSTOMER)):
            self.on(days, self.buy, buyer, TROUBLE, days)
        for days, buyer, words in zip((3, 2), (WEI_HAO, GU_QING), WRONG, strict=True):
            self.on(days, self.complain, buyer, words)

    def _plan_trade(self, dice: random.Random) -> None:
        buyers = [person for person in PEOPLE if person not in (OWNER, MODERATOR)]
        goods = [one.sku for one in GOODS if one.sku not in (*POSTS, TROUBLE)]
        for days in dice.sample(range(3, 86), 14):
            self.on(days, self.buy, dice.choice(buyers), dice.choice(goods), days)

    # -- what they do --

    def found_label(self, person: Person) -> None:
        """Found the label and say which products belong to it."""
        browser = self.browsers[person]
        founded = browser.send("/community/found", name=LABEL_NAME, statement=LABEL_STATEMENT)
        self.label = founded.request.path
        for sku in LABEL_PRODUCTS:
            browser.send(self.label, to="/bind", product=sku)

    def step(self, person: Person, step: str) -> None:
        """Wear the label, or aspire to it."""
        self.browsers[person].send(self.label, to=f"/{step}")

    def buy(self, person: Person, sku: str, days: int) -> None:
        """Buy and pay for one piece; it is delivered after four days, if those are over."""
        browser = self.browsers[person]
        browser.send(f"/p/{sku}", to="/bag", quantity="1")
        paying = browser.send("/checkout", address=ADDRESSES[person]).request.path
        browser.send(paying, card="own")
        if days >= 4:
            order_id = paying.split("/")[2]
            self.on(days - 4, self.deliver, order_id)

    def deliver(self, order_id: str) -> None:
        """Mark an order delivered."""
        self.browsers[OWNER].send(f"/office/orders/{order_id}", to="/deliver")

    def tell(self, person: Person, sku: str) -> None:
        """Write down an experience with something delivered."""
        title, body = POSTS[sku]
        browser = self.browsers[person]
        browser.send(browser.link("/community/tell", NAMES[sku]), title=title, body=body)

    def react(self, person: Person, sku: str, kind: str) -> None:
        """Say what one finds of the experience with a product."""
        browser = self.browsers[person]
        browser.send(browser.link(f"/p/{sku}", POSTS[sku][0]), to="/react", kind=kind)

    def share(self, person: Person, sku: str) -> None:
        """Make a link to a product."""
        browser = self.browsers[person]
        page = browser.send(browser.link(f"/p/{sku}", "Share"), to="/share/")
        self.link = re.findall(r"/community/r/[^\s\"<?]+", page.text)[0]

    def follow(self, person: Person) -> None:
        """Follow the link that was shared."""
        self.browsers[person].open(self.link)

    def complain(self, person: Person, words: str) -> None:
        """Report what is wrong."""
        browser = self.browsers[person]
        browser.send(browser.link("/community/wrong", NAMES[TROUBLE]), reason="stopped", text=words)

    def _browser(self, person: Person) -> Walker:
        walker = Walker(self.app)
        with self.app.test_request_context():
            user = db.session.scalars(db.select(User).filter_by(email=person.email)).one()
            link = sign_in_link(user)
        walker.open(link)
        return walker


NAMES = {goods.sku: goods.name for goods in GOODS}
