"""Which payouts wait for the shop's money, and which it has settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..members.models import Member
from ..members.service import MemberService
from ..records import Models
from .models import Payout
from .rules import State
from .ways import MONEY

PAGE = 20
"""Payouts of a list at a time."""


@dataclass(frozen=True, slots=True)
class PayoutsWaiting:
    """How much was asked for and is not settled."""

    count: int
    sums: Mapping[str, int]
    """Minor units by currency."""
    oldest: dt.datetime | None
    """When the first of them was asked for."""


@dataclass(frozen=True, slots=True)
class Due:
    """A payout and who gets it."""

    payout: Payout
    name: str
    host_key: Any | None
    """Key of the shop's own row of him; None once he is erased."""


class Settling:
    """Reads, and changes nothing: `Payouts` settles."""

    def __init__(self, *, session: orm.Session, models: Models, members: MemberService) -> None:
        self.session = session
        self.Payout, self.Member = models[Payout], models[Member]
        self.members = members

    def waiting(self) -> PayoutsWaiting:
        """Sum up what waits."""
        row = self.Payout
        by_currency = (
            sa.select(
                row.currency,
                sa.func.count(row.id),
                sa.func.sum(row.amount_minor),
                sa.func.min(row.asked_at),
            )
            .where(row.state == State.IN_PAYOUT.value)
            .group_by(row.currency)
            .order_by(row.currency)
        )
        found = self.session.execute(by_currency).all()
        return PayoutsWaiting(
            count=sum(count for _, count, _, _ in found),
            sums={currency: int(minor) for currency, _, minor, _ in found},
            oldest=min((oldest for *_, oldest in found), default=None),
        )

    def due(self, *, after: int | None = None, limit: int | None = PAGE) -> list[Due]:
        """Return the payouts that wait, oldest first, those after payout `after`."""
        row = self.Payout
        waiting = row.state == State.IN_PAYOUT.value
        later = waiting if after is None else sa.and_(waiting, row.id > after)
        return self._found(later, row.id, limit)

    def settled(self, *, before: int | None = None, limit: int | None = PAGE) -> list[Due]:
        """Return the payouts that are settled, newest first, those before payout `before`."""
        row = self.Payout
        done = sa.and_(row.way == MONEY, row.state != State.IN_PAYOUT.value)
        earlier = done if before is None else sa.and_(done, row.id < before)
        return self._found(earlier, row.id.desc(), limit)

    def one(self, payout: Payout) -> Due:
        """Return a payout with who gets it."""
        return self._found(self.Payout.id == payout.id, self.Payout.id, 1)[0]

    # -- below --

    def _found(self, which: sa.ColumnElement[bool], order: Any, limit: int | None) -> list[Due]:
        row, member = self.Payout, self.Member
        wanted = sa.select(row, member.host_id).join(member, member.id == row.member_id)
        found = self.session.execute(wanted.where(which).order_by(order).limit(limit)).all()
        return list(self._named((payout, key) for payout, key in found))

    def _named(self, found: Iterable[tuple[Payout, Any]]) -> Sequence[Due]:
        rows = list(found)
        names = self.members.names(payout.member_id for payout, _ in rows)
        return [Due(payout, names[payout.member_id], key) for payout, key in rows]
