"""The owner's figures: each a count of rows that a list shows, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..complaints.models import Case
from ..complaints.rules import JOINABLE
from ..complaints.waiting import Promises, Waiting
from ..members.models import Member
from ..money import Money
from ..orders.models import Line, Order
from ..records import Models
from ..referrals.models import Link
from . import rules
from .paths import Paths, within
from .rules import BEGINS, PATHS


@dataclass(frozen=True, slots=True)
class Compared:
    """A count of the last 30 days beside that of the 30 before."""

    month: int
    before: int


@dataclass(frozen=True, slots=True)
class Sales:
    """What was paid for the orders of one currency in the last 30 days."""

    shared: Money
    """For those that came through links."""
    shared_before: Money
    """The same, in the 30 days before."""
    all: Money

    @property
    def share(self) -> float:
        """The part of sales that came through links, from 0 to 1."""
        return self.shared.minor / self.all.minor if self.all.minor else 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """Delivered orders whose hold ended in the last 30 days: how many kept everything."""

    kept: int
    settled: int

    @property
    def share(self) -> float | None:
        """The kept part, from 0 to 1; None if no hold ended."""
        return self.kept / self.settled if self.settled else None


@dataclass(frozen=True, slots=True)
class Week:
    """Orders through links that were placed in one week."""

    monday: dt.date
    kept: int
    returned: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the owner's start page counts."""

    people: int
    links: int
    orders: Mapping[str, int]
    """All paid orders by path, a value of PATHS."""
    cases: int
    promises: Promises
    newcomers: Compared
    placed: Mapping[str, Compared]
    """Paid orders by path, by when they were placed."""
    sales: Sequence[Sales]
    """By currency, the shop's own first."""
    kept: Mapping[str, Kept]
    """By path."""
    begins: Mapping[str, int]
    """Paid orders of the last 30 days by where they began."""
    weeks: Sequence[Week]


class FigureService:
    """Counts; writes nothing. Reached as `customers.figures()`."""

    def __init__(
        self, *, session: orm.Session, models: Models, clock: Clock, paths: Paths, currency: str
    ) -> None:
        self.session = session
        self.clock = clock
        self.paths = paths
        self.currency = currency
        self.waiting = Waiting(session=session, models=models, clock=clock)
        self.Member, self.Link, self.Case = models[Member], models[Link], models[Case]
        self.Order, self.Line = models[Order], models[Line]

    def all(self) -> Figures:
        """Count everything."""
        now = self.clock()
        people, newcomers = self._people(now)
        placed, begins, weeks = self._placed(now)
        orders, kept = self._ever(now)
        return Figures(
            people=people,
            links=self._count(self.Link.id, self.Link.ended_at.is_(None)),
            orders=orders,
            cases=self._count(self.Case.id, self.Case.state.in_(JOINABLE)),
            promises=self.waiting.promises(),
            newcomers=newcomers,
            placed=placed,
            sales=self._sales(now),
            kept=kept,
            begins=begins,
            weeks=weeks,
        )

    # -- below --

    def _people(self, now: dt.datetime) -> tuple[int, Compared]:
        joined = self.Member.joined_at
        sums = (_sum(within(joined, one)) for one in (rules.month(now), rules.before(now)))
        counted = sa.select(sa.func.count(), *sums).where(self.Member.erased_at.is_(None))
        everybody, *compared = self._numbers(counted)
        return everybody, Compared(*compared)

    def _placed(self, now: dt.datetime) -> tuple[dict[str, Compared], dict[str, int], list[Week]]:
        """Count what was placed lately: by path, by where it began, by week."""
        month, before = rules.month(now), rules.before(now)
        weeks = rules.weeks(now, self.paths.zone)
        first = min(before.since, weeks[0][1].since)
        order = (
            sa.select(
                self.Order.placed_at.label("at"),
                self.paths.began().label("began"),
                sa.case((self.paths.gone_back(), 1), else_=0).label("back"),
            )
            .where(self.paths.paid(), self.Order.placed_at >= first)
            .subquery()
            .c
        )
        shared, lately = order.began != "direct", within(order.at, month)
        sums = [
            _sum(within(order.at, period), shared if path == "link" else sa.not_(shared))
            for path in PATHS
            for period in (month, before)
        ]
        sums += [_sum(lately, order.began == begin) for begin in BEGINS]
        sums += [
            _sum(within(order.at, period), shared, order.back == back)
            for _, period in weeks
            for back in (0, 1)
        ]
        numbers = iter(self._numbers(sa.select(*sums)))
        placed = {path: Compared(next(numbers), next(numbers)) for path in PATHS}
        begins = {begin: next(numbers) for begin in BEGINS}
        return placed, begins, [Week(day, next(numbers), next(numbers)) for day, _ in weeks]

    def _ever(self, now: dt.datetime) -> tuple[dict[str, int], dict[str, Kept]]:
        """Count all paid orders by path, and what was kept of those whose hold ended lately."""
        order = (
            sa.select(
                sa.case((self.paths.shared(), 1), else_=0).label("shared"),
                sa.case((self.paths.settled(now), 1), else_=0).label("settled"),
                sa.case((self.paths.gone_back(), 1), else_=0).label("back"),
            )
            .where(self.paths.paid())
            .subquery()
            .c
        )
        sums = [
            _sum(order.shared == int(path == "link"), *more)
            for path in PATHS
            for more in ((), (order.settled == 1, order.back == 0), (order.settled == 1,))
        ]
        numbers = iter(self._numbers(sa.select(*sums)))
        counts = {path: (next(numbers), Kept(next(numbers), next(numbers))) for path in PATHS}
        return (
            {path: count for path, (count, _) in counts.items()},
            {path: kept for path, (_, kept) in counts.items()},
        )

    def _sales(self, now: dt.datetime) -> list[Sales]:
        line, order = self.Line, self.Order
        month, before = rules.month(now), rules.before(now)
        sold = (
            sa.select(
                order.currency,
                order.placed_at.label("at"),
                line.paid_minor.label("minor"),
                sa.case((self.paths.shared(), 1), else_=0).label("shared"),
            )
            .join(line, line.order_id == order.id)
            .where(self.paths.paid(), line.quantity > 0, order.placed_at >= before.since)
            .where(order.placed_at < month.until)
            .subquery()
            .c
        )
        sums = [
            _sum(within(sold.at, month), sold.shared == 1, of=sold.minor),
            _sum(within(sold.at, before), sold.shared == 1, of=sold.minor),
            _sum(within(sold.at, month), of=sold.minor),
        ]
        found = self.session.execute(sa.select(sold.currency, *sums).group_by(sold.currency)).all()
        rows = sorted(found, key=lambda row: (row[0] != self.currency, row[0]))
        return [Sales(*(Money(int(minor or 0), row[0]) for minor in row[1:])) for row in rows]

    def _numbers(self, counted: Any) -> list[int]:
        return [int(number or 0) for number in self.session.execute(counted).one()]

    def _count(self, column: Any, condition: sa.ColumnElement[bool]) -> int:
        return self.session.scalar(sa.select(sa.func.count(column)).where(condition)) or 0


def _sum(*conditions: sa.ColumnElement[bool], of: Any = 1) -> Any:
    return sa.func.sum(sa.case((sa.and_(*conditions), of), else_=0))
