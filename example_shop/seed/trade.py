"""Plans the orders behind which there is no story: most of a shop's year."""

from __future__ import annotations

import random
from collections.abc import Callable

from .diary import MORNING
from .people import Person
from .shelf import GOODS
from .stories import Share
from .year import Year

GUESTS = ("Alex Reed", "Bo Larsen", "Chiara Galli", "Dana Levi", "Erik Holm", "Fay Chen")
ASLEEP = 200
"""Days before today since which the sleepers have not bought."""


class Trade:
    """Orders of members and guests, some through a link, a few of which come to nothing."""

    def __init__(self, year: Year, dice: random.Random) -> None:
        self.year, self.dice = year, dice
        skus = [goods.sku for goods in GOODS]
        self._favourites = {one: dice.sample(skus, 3) for one in year.people}
        self._zeal = [dice.randint(1, 5) for _ in year.people]

    def plan(self, orders: int) -> None:
        """Plan so many orders; those who have fallen asleep since bought once at least."""
        sleepers = [person for person in self.year.people if person.is_asleep]
        for person in sleepers:
            self._by_member(person)
        for _ in range(orders - len(sleepers)):
            if self.dice.random() < 0.1:
                self._by_guest()
            else:
                (person,) = self.dice.choices(self.year.people, self._zeal)
                self._by_member(person)

    def _by_member(self, person: Person) -> None:
        days = self._day(person)
        basket = self._basket(person)
        share = self._link(days, person) if self.dice.random() < 0.25 else None
        if share is not None and share.sku is not None:
            latest = min(share.days, person.joined) - 1
            met = min(days + self.dice.randint(0, 8), latest)
            self.year.diary.on(met, self.year.circle.follow, person, share, at=MORNING)
            self.year.thank(person, days)
            basket = [(share.sku, 1, 1), *(line for line in basket if line[0] != share.sku)]
        self._plan(days, self._buy, person, basket)

    def _by_guest(self) -> None:
        days = self.dice.randint(1, 360)
        share = self._link(days, None) if self.dice.random() < 0.4 else None
        sku = share.sku if share and share.sku else self.dice.choice(GOODS).sku
        self._plan(days, self._buy_as_guest, self.dice.choice(GUESTS), [(sku, 1, 1)], share)

    def _day(self, person: Person) -> int:
        """Return a day for an order, rather a late one: the shop grows."""
        latest = person.joined - 1
        if person.is_asleep:
            return self.dice.randint(ASLEEP, latest)
        return 1 + int((latest - 1) * self.dice.random() ** 1.2)

    def _basket(self, person: Person) -> list[tuple[str, int, int]]:
        wanted = self.dice.choices((1, 2, 3), (6, 3, 1))[0]
        skus = {
            self.dice.choice(self._favourites[person])
            if self.dice.random() < 0.6
            else self.dice.choice(GOODS).sku
            for _ in range(wanted)
        }
        return [(sku, 1, self.dice.choices((1, 2), (9, 1))[0]) for sku in sorted(skus)]

    def _link(self, days: int, person: Person | None) -> Share | None:
        """Return a link to a product that was out on that day and is not his own."""
        out = [
            one for one in self.year.shares if one.sku and one.days > days and one.who is not person
        ]
        return self.dice.choices(out, [one.visits for one in out])[0] if out else None

    def _plan(self, days: int, act: Callable[..., object], *given: object) -> None:
        self.year.orders += 1
        self.year.diary.on(days, act, days, *given, at=self.year.minute())

    # -- what they do --

    def _buy(self, days: int, person: Person, basket: list[tuple[str, int, int]]) -> None:
        luck = self.dice.random()
        number = self.year.counter.buy(person, basket, is_paid=luck > 0.015)
        if luck > 0.015:
            self._follow_up(number, days, luck)

    def _buy_as_guest(
        self, days: int, name: str, basket: list[tuple[str, int, int]], share: Share | None
    ) -> None:
        link = self.year.circle.links[share] if share else None
        number = self.year.counter.buy_as_guest(name, basket, link)
        self._follow_up(number, days, self.dice.random())

    def _follow_up(self, number: int, days: int, luck: float) -> None:
        """Send it; of a hundred orders four are called off, two come back, four in part."""
        counter, diary = self.year.counter, self.year.diary
        if luck > 0.96 and days > 1:
            diary.on(days - 1, counter.cancel, number, at=MORNING)
            return
        self.year.ship(number, days)
        if luck > 0.9 and days > 12:
            whole = luck > 0.94
            diary.on(days - 10, counter.refund, number, 100 if whole else 40)
