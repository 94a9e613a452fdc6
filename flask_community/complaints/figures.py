"""What a case shows of itself: batches against orders, buyers by day, what was paid."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..earnings.models import Earning, Hold
from ..money import Money
from ..orders.models import Line, Order
from ..records import Models
from .models import Complaint
from .rules import COUNTED

LEAST = 3
"""Complaints below which nothing is said about their cause."""
LIFT = 1.5
"""How far above its part of the orders a batch must stand to be called the cause."""


@dataclass(frozen=True)
class Batch:
    """One batch, or variant, of the product: complaints of the case, and orders, of it."""

    name: str | None
    complaints: int
    orders: int


@dataclass(frozen=True)
class Cause:
    """What the complaints of a case have in common, and the orders have not."""

    batch: str
    share: float
    """Part of the complaints, from 0 to 1."""
    orders: float
    """Part of the orders, from 0 to 1."""

    @property
    def lift(self) -> float:
        """How many times as many complaints as orders would make one expect."""
        return self.share / self.orders


@dataclass(frozen=True)
class Figures:
    """Counted from complaints that have joined and count."""

    batches: Sequence[Batch]
    """Most complaints first."""
    days: Sequence[tuple[dt.date, int]]
    """Different buyers up to each day, from the first complaint to the last."""
    paid: Sequence[Money]
    """What was paid for the lines complained of, by currency."""
    variants: Sequence[Batch] = ()
    """The same by variant, where orders were of more than one."""
    held: Sequence[Money] = ()
    """Rewards that are held for the case, by currency."""
    rewards: int = 0
    """How many they are."""

    @property
    def cause(self) -> Cause | None:
        """The batch that stands out, or None if the figures name none."""
        complaints = sum(batch.complaints for batch in self.batches)
        orders = sum(batch.orders for batch in self.batches)
        top = self.batches[0] if self.batches else None
        if top is None or top.name is None or not top.orders or complaints < LEAST:
            return None
        cause = Cause(top.name, top.complaints / complaints, top.orders / orders)
        return cause if cause.lift >= LIFT else None


class CaseFigures:
    """Counts; writes nothing. Reached as `ComplaintService.figures`."""

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Complaint = models[Complaint]
        self.Line, self.Order = models[Line], models[Order]
        self.Hold, self.Earning = models[Hold], models[Earning]

    def of(self, case_id: int, product_id: int, family: Sequence[int] = ()) -> Figures:
        """Return the figures of a case about this product; `family` are those merged into it."""
        complaint, line, order = self.Complaint, self.Line, self.Order
        joined = (
            sa.select(complaint.member_id, complaint.filed_at, line, order.currency)
            .join(line, line.id == complaint.line_id)
            .join(order, order.id == line.order_id)
            .where(
                complaint.joined_case_id == case_id,
                complaint.state.in_(COUNTED),
                complaint.mistaken.is_(False),
            )
            .order_by(complaint.id)
        )
        rows = self.session.execute(joined).all()
        lines = {row[2].id: (row[2], row.currency) for row in rows}
        sums: Counter[str] = Counter()
        for one, currency in lines.values():
            sums[currency] += one.paid_minor
        complained = [one for one, _ in lines.values()]
        rewards, held = self._held([case_id, *family])
        return Figures(
            batches=self._by(line.batch, product_id, Counter(one.batch for one in complained)),
            days=_by_day([(row.filed_at, row.member_id) for row in rows]),
            paid=_money(sums),
            variants=self._by(line.variant, product_id, Counter(one.variant for one in complained)),
            held=held,
            rewards=rewards,
        )

    def _by(self, column: Any, product_id: int, complaints: Counter[str | None]) -> list[Batch]:
        """Count orders by what this column of their lines says, beside the complaints."""
        line, order = self.Line, self.Order
        counts = (
            sa.select(column, sa.func.count(sa.distinct(line.order_id)))
            .join(order, order.id == line.order_id)
            .where(
                line.product_id == product_id,
                line.quantity > 0,
                sa.or_(order.paid_at.is_not(None), order.delivered_at.is_not(None)),
            )
            .group_by(column)
        )
        orders = {row[0]: int(row[1]) for row in self.session.execute(counts)}
        found = [
            Batch(name, complaints[name], orders.get(name, 0)) for name in {**orders, **complaints}
        ]
        return sorted(found, key=lambda one: (-one.complaints, -one.orders, one.name or ""))

    def _held(self, case_ids: Sequence[int]) -> tuple[int, list[Money]]:
        """Count what these cases hold, each reward once, however many hold it."""
        hold, earning = self.Hold, self.Earning
        here = sa.select(hold.earning_id).where(
            hold.case_id.in_(case_ids), hold.decided_at.is_(None)
        )
        left = sa.func.sum(earning.credited_minor - earning.out_minor)
        rewards = (
            sa.select(earning.currency, left, sa.func.count(earning.id))
            .where(earning.id.in_(here))
            .group_by(earning.currency)
        )
        rows = self.session.execute(rewards).all()
        return sum(row[2] for row in rows), _money({row[0]: int(row[1]) for row in rows})


def _money(sums: Mapping[str, int]) -> list[Money]:
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def _by_day(filed: Sequence[tuple[dt.datetime, int]]) -> list[tuple[dt.date, int]]:
    """Return how many different people had complained by the end of each UTC day."""
    if not filed:
        return []
    seen: set[int] = set()
    by_day: dict[dt.date, int] = {}
    for at, member_id in sorted(filed):
        seen.add(member_id)
        by_day[at.date()] = len(seen)
    first, last, count = min(by_day), max(by_day), 0
    days = []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        count = by_day.get(day, count)
        days.append((day, count))
    return days
