"""Writes the diary of a year: who buys, tells, shares and complains on which day."""

from __future__ import annotations

import random
from collections.abc import Sequence

from flask_community.referrals.rules import Ineligible, TouchKind

from .desk import Desk
from .diary import EVENING, MORNING, Diary
from .people import BY_SLUG, CUSTOMER, GU_QING, LEADER, SOFIA, TANG_LI, Person
from .shopping import Basket, Counter
from .stories import (
    ASKED,
    BREWING,
    LABELS,
    OLD_CASE,
    OPEN_CASE,
    SHARES,
    STORIES,
    Label,
    Share,
    Story,
    Trouble,
)
from .telling import Circle

WEARERS, ASPIRERS = 18, 6
"""How many wear a label, and would like to."""
READERS = 9
"""How many react to a story."""
MOODS = ("useful", "fun", "touching", "profitable")


class Year:
    """Plans what the stories tell of; trade without a story is planned by `trade`."""

    def __init__(
        self,
        diary: Diary,
        counter: Counter,
        circle: Circle,
        desk: Desk,
        people: Sequence[Person],
        dice: random.Random,
    ) -> None:
        self.diary, self.dice = diary, dice
        self.counter, self.circle, self.desk = counter, circle, desk
        self.people = [person for person in people if person.role is None]
        self.shares: list[Share] = []
        self.orders = 0
        """How many are planned."""
        self._bought: set[tuple[str, str]] = set()

    def plan(self) -> None:
        """Plan all that the stories tell of."""
        self._habits()
        for label in LABELS:
            self._label(label)
        self._troubles()
        for story in STORIES:
            self._story(story)
        for share in SHARES:
            self._share(share)
        self._rewards()
        self._last_days()

    def minute(self) -> int:
        """Return a minute of the day at which people buy."""
        return self.dice.randrange(MORNING, EVENING)

    def buy(self, person: Person, basket: Basket, days: int, *, at: int | None = None) -> None:
        """Plan an order that is delivered after four days, if those are over."""
        self.orders += 1
        minute = self.minute() if at is None else at
        self.diary.on(days, self._buy, person, basket, days, at=minute)

    def ship(self, order_id: int, days: int) -> None:
        """Plan that an order of that day is delivered, or at least sent."""
        takes = self.dice.randint(3, 5)
        if days > takes:
            self.diary.on(days - takes, self.counter.deliver, order_id, at=self.minute())
        elif days > 2:
            self.diary.on(days - 2, self.counter.send, order_id, at=self.minute())

    def thank(self, person: Person, days: int) -> None:
        """Plan that most of those who came by a link say thanks, once it has reached them."""
        if self.dice.random() < 0.6:
            said, days = self.dice.choice(MOODS[:3]), days - self.dice.randint(6, 9)
            self.diary.on(days, self.circle.thank, person, said, at=self.minute())

    # -- habits --

    def _habits(self) -> None:
        for place, person in enumerate(self.people):
            if person.shown_as is None and place % 3:
                self.diary.on(person.joined, self.circle.mute_letters, person, at=MORNING)
            for days in () if person.is_asleep else (90, 3):
                if days < person.joined:
                    self.diary.on(days, self.circle.read_notices, person, at=EVENING - 1)

    # -- labels and stories --

    def _label(self, label: Label) -> None:
        self.diary.on(label.days, self.circle.found, label, at=MORNING)
        here = [one for one in self.people if one is not label.founder]
        for wears, number in ((True, WEARERS), (False, ASPIRERS)):
            for person in self.dice.sample(here, number):
                days = self.dice.randint(1, min(label.days, person.joined) - 1)
                self.diary.on(days, self.circle.step, person, label.name, wears, at=self.minute())
        if label.founder is LEADER:
            for days, person in ((84, CUSTOMER), (80, GU_QING), (77, SOFIA)):
                self.diary.on(days, self.circle.step, person, label.name, True)
            self.diary.on(60, self.circle.step, TANG_LI, label.name, False)

    def _story(self, story: Story) -> None:
        writer, known = story.writer, (story.writer.slug, story.sku)
        if known not in self._bought:
            self._bought.add(known)
            latest = min(story.days + self.dice.randint(14, 28), writer.joined - 1)
            days = story.bought or latest
            self.buy(writer, [(story.sku, 1, story.pieces)], days)
        if story.label is not None:
            founded = next(label.days for label in LABELS if label.name == story.label)
            days = min(founded - 1, story.days + 7)
            self.diary.on(days, self.circle.step, writer, story.label, True, at=MORNING)
        self.diary.on(story.days, self.circle.tell, story, at=self.minute())
        self._readers(story)

    def _readers(self, story: Story) -> None:
        readers = [
            one for one in self.people if one is not story.writer and one.joined > story.days
        ]
        number = self.dice.randint(READERS // 2, READERS + READERS // 2)
        for reader in self.dice.sample(readers, min(number, len(readers))):
            kind = story.mood if self.dice.random() < 0.7 else self.dice.choice(MOODS)
            days = story.days - self.dice.randint(1, min(40, story.days - 1))
            self.diary.on(days, self.circle.react, reader, story, kind, at=self.minute())

    # -- sharing --

    def _share(self, share: Share) -> None:
        self.shares.append(share)
        self.diary.on(share.days, self.circle.share, share, at=EVENING - 1)
        for _ in range(share.visits):
            days = 1 + int((share.days - 1) * self.dice.random() ** 0.6)
            kind = TouchKind.SCAN if self.dice.random() < 0.2 else TouchKind.VISIT
            robot = Ineligible.BOT if self.dice.random() < 0.15 else None
            if days < share.days:
                self.diary.on(days, self.circle.look, share, kind, robot, at=self.minute())
        for person, days, fate in share.friends:
            self.diary.on(days, self.circle.follow, person, share, at=MORNING)
            sku = share.sku or self._sku(share)
            self.orders += 1
            self.diary.on(days, self._buy, person, [(sku, 1, 1)], days, fate, at=MORNING + 20)
            if fate == "keep":
                self.thank(person, days)

    @staticmethod
    def _sku(share: Share) -> str:
        """Return what friends buy who came by a story or a label."""
        told = (story.sku for story in STORIES if story.title == share.story)
        belong = (label.products[0] for label in LABELS if label.name == share.label)
        return next(told, None) or next(belong)

    # -- what goes wrong --

    def _troubles(self) -> None:
        for days, person in zip((30, 28, 40, 35), _writers(BREWING), strict=True):
            self._buy_of(BREWING, person, days)
        self._buy_of(BREWING, CUSTOMER, 26)
        for days, person in zip((60, 36, 50), _writers(OPEN_CASE), strict=True):
            self._buy_of(OPEN_CASE, person, days)
        for days, person in zip((255, 254, 252), _writers(OLD_CASE), strict=True):
            self._buy_of(OLD_CASE, person, days)
        for person in _writers(ASKED):
            self._buy_of(ASKED, person, 9)
        for trouble in (BREWING, OPEN_CASE, OLD_CASE, ASKED):
            for place, report in enumerate(trouble.reports):
                # Late in the evening: the answer is promised within a day, and not overdue yet.
                at = EVENING - 120 + 30 * place
                self.diary.on(report.days, self.desk.report, report, trouble, at=at)
        self.diary.on(2, self.desk.ask)
        self.diary.on(4, self.desk.open_case, OPEN_CASE)
        self.diary.on(3, self.desk.hear, OPEN_CASE)
        self.diary.on(236, self.desk.open_case, OLD_CASE)
        self.diary.on(235, self.desk.hear, OLD_CASE)
        self.diary.on(232, self.desk.decide)
        for days, report in zip((231, 229), OLD_CASE.reports, strict=False):
            self.diary.on(days, self.desk.accept, report)

    def _buy_of(self, trouble: Trouble, person: Person, days: int) -> None:
        self._bought.add((person.slug, trouble.sku))
        self.buy(person, [(trouble.sku, 1, 1)], days)

    # -- rewards --

    def _rewards(self) -> None:
        self.diary.on(150, self.circle.cash_out, LEADER)
        self.diary.on(147, self.circle.pay_out, LEADER)
        self.diary.on(60, self.circle.take_credit, LEADER)
        amara = BY_SLUG["amara-okafor"]
        self.diary.on(120, self.circle.cash_out, amara)
        self.diary.on(118, self.circle.pay_out, amara)
        self.diary.on(115, self._regret, amara)
        self.diary.on(2, self.circle.cash_out, BY_SLUG["shen-mo"])

    def _regret(self, sharer: Person) -> None:
        """Give money back for what a reward was paid out for already: that makes a debt."""
        if (item := self.circle.paid_line(sharer)) is not None:
            self.counter.refund_item(item)

    def _last_days(self) -> None:
        """See to it that the shop has something to pack."""
        for days, slug in ((2, "ravi-menon"), (1, "xu-weimin"), (1, "amara-okafor")):
            self.buy(BY_SLUG[slug], [("rice-green", 1, 1)], days)

    # -- what they do --

    def _buy(self, person: Person, basket: Basket, days: int, fate: str = "keep") -> None:
        number = self.counter.buy(person, basket)
        self.ship(number, days)
        if fate == "refund":
            self.diary.on(days - 9, self.counter.refund, number)


def _writers(trouble: Trouble) -> list[Person]:
    return [report.writer for report in trouble.reports]
