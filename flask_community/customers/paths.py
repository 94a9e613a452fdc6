"""How orders came and what became of them, as conditions that figures and lists share."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from ..orders.models import Line, Order
from ..records import Models
from ..referrals.models import Attribution, Link
from ..referrals.rules import TouchKind
from . import rules
from .rules import Period, Wanted


class Paths:
    """Conditions on orders. A number and its rows are counted by the same one."""

    def __init__(self, *, models: Models, hold_days: int, zone: dt.tzinfo) -> None:
        self.Order, self.Line = models[Order], models[Line]
        self.Attribution, self.Link = models[Attribution], models[Link]
        self.hold_days = hold_days
        self.zone = zone

    def wanted(self, wanted: Wanted, now: dt.datetime) -> sa.ColumnElement[bool]:
        """Return what a paid order must be to stand in a list."""
        asked = [self.paid()]
        if wanted.path is not None:
            asked.append(self.shared() if wanted.path == "link" else sa.not_(self.shared()))
        if wanted.fate is not None:
            asked.append(self.gone_back() if wanted.fate == "returned" else self.kept())
        if wanted.begin is not None:
            asked.append(self.began() == wanted.begin)
        if wanted.week is not None:
            asked.append(self.placed(rules.week_of(wanted.week, self.zone)))
        return sa.and_(*asked, *self._when(wanted.when, now))

    def paid(self) -> sa.ColumnElement[bool]:
        """Return whether an order is paid, or was when it arrived."""
        return sa.or_(self.Order.paid_at.is_not(None), self.Order.delivered_at.is_not(None))

    def shared(self) -> sa.ColumnElement[bool]:
        """Return whether somebody's link has a part in an order."""
        return self._part()

    def gone_back(self) -> sa.ColumnElement[bool]:
        """Return whether anything of an order went back: money of a line, or all of it."""
        line = self.Line
        back = sa.exists().where(line.order_id == self.Order.id, line.returned_minor > 0)
        return sa.or_(self.Order.state.in_(("cancelled", "charged_back")), back)

    def kept(self) -> sa.ColumnElement[bool]:
        """Return whether nothing of an order has gone back."""
        return sa.not_(self.gone_back())

    def began(self) -> sa.ColumnElement[str]:
        """Return where an order began, a value of BEGINS."""
        kind, link = self.Attribution.kind, self.Link
        post = sa.exists().where(link.id == self.Attribution.link_id, link.post_id.is_not(None))
        return sa.case(
            (self._part(kind == int(TouchKind.CODE)), "code"),
            (self._part(kind == int(TouchKind.SCAN)), "scan"),
            (self._part(post), "post"),
            (self._part(), "link"),
            else_="direct",
        )

    def placed(self, period: Period) -> sa.ColumnElement[bool]:
        """Return whether an order was placed in this period."""
        return within(self.Order.placed_at, period)

    def settled(self, now: dt.datetime) -> sa.ColumnElement[bool]:
        """Return whether the hold of a delivered order ended within the last 30 days."""
        return within(self.Order.delivered_at, rules.settled(now, self.hold_days))

    def _when(self, when: str, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
        match when:
            case "month":
                return [self.placed(rules.month(now))]
            case "before":
                return [self.placed(rules.before(now))]
            case "settled":
                return [self.settled(now)]
        return []

    def _part(self, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        fact = self.Attribution
        return sa.exists().where(fact.order_id == self.Order.id, fact.share_bps > 0, *conditions)


def within(column: Any, period: Period) -> sa.ColumnElement[bool]:
    """Return whether a moment lies in a period."""
    return sa.and_(column >= period.since, column < period.until)
