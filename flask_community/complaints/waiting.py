"""What customers wait for: promises that fall due, complaints nobody took up, open cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..orders.models import Product
from ..records import Models
from .models import Case, Complaint
from .rules import COUNTED, JOINABLE

SOON = dt.timedelta(hours=24)
"""How near its moment a promise counts as due."""

OURS = ("received", "open")
"""States in which it is the shop's turn."""


@dataclass(frozen=True, slots=True)
class Promises:
    """Complaints whose customer was promised to hear by a moment that is near or past."""

    due: int
    """Within 24 hours, or overdue."""
    overdue: int
    oldest: dt.datetime | None
    """The earliest moment that was promised."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Complaints in no case that it is the shop's turn to answer, and that are not overdue."""

    count: int
    due_at: dt.datetime | None
    """When the first of them is due."""


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case that waits to be decided or carried out."""

    id: int
    title: str
    product: str
    state: str
    due_at: dt.datetime | None
    buyers: int
    """Different people whose complaints have joined."""


class Waiting:
    """Counts what waits; writes nothing."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self.Complaint, self.Case, self.Product = models[Complaint], models[Case], models[Product]

    def is_due(self) -> sa.ColumnElement[bool]:
        """Return whether a customer was promised to hear within 24 hours, or earlier."""
        return self._due_by(self.clock() + SOON)

    def is_overdue(self) -> sa.ColumnElement[bool]:
        """Return whether the moment that a customer was promised has passed."""
        return self._due_by(self.clock())

    def promises(self) -> Promises:
        """Count promises that fall due."""
        one = self.Complaint
        overdue = sa.func.sum(sa.case((self.is_overdue(), 1), else_=0))
        counted = sa.select(sa.func.count(one.id), overdue, sa.func.min(one.next_due_at))
        due, late, oldest = self.session.execute(counted.where(self.is_due())).one()
        return Promises(due, int(late or 0), oldest)

    def unanswered(self) -> Unanswered:
        """Count complaints that nobody has answered and that stand in no case."""
        one = self.Complaint
        counted = sa.select(sa.func.count(one.id), sa.func.min(one.next_due_at)).where(
            one.state.in_(OURS),
            one.joined_case_id.is_(None),
            sa.or_(one.next_due_at.is_(None), one.next_due_at > self.clock()),
        )
        return Unanswered(*self.session.execute(counted).one())

    def cases(self, limit: int) -> Sequence[WaitingCase]:
        """Return open cases, candidates too: those due first."""
        case, one = self.Case, self.Complaint
        buyers = (
            sa.select(sa.func.count(sa.distinct(one.member_id)))
            .where(
                one.joined_case_id == case.id,
                one.state.in_(COUNTED),
                one.mistaken.is_(False),
            )
            .scalar_subquery()
        )
        found = (
            sa.select(case, self.Product, buyers)
            .join(self.Product, self.Product.id == case.product_id)
            .where(case.state.in_(JOINABLE))
            .order_by(case.due_at.is_(None), case.due_at, case.id)
        )
        return [
            WaitingCase(one.id, one.title, about.title, one.state, one.due_at, count)
            for one, about, count in self.session.execute(found.limit(limit))
        ]

    def _due_by(self, moment: dt.datetime) -> sa.ColumnElement[bool]:
        one = self.Complaint
        return sa.and_(one.state.in_(OURS), one.next_due_at <= moment)
