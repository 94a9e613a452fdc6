"""What a member sees of his own rewards: each with its reason, in sums, and what he took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import NotFound
from ..i18n import gettext
from ..money import Money
from ..orders.models import Line
from ..records import Models
from .letters import why
from .models import Earning, Payout
from .rules import State


@dataclass(frozen=True, slots=True)
class Reward:
    """One earning as its owner sees it; nothing in it tells who bought."""

    earning: Earning
    title: str
    """The product's title."""
    why: str
    """One sentence: why it stands where it does, and until when."""


@dataclass(slots=True)
class Sums:
    """What a member's rewards come to in one currency, in minor units."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many rewards stand in each state."""
    reversed_minor: int = 0
    """What was taken back of all that was ever earned."""
    reversed_count: int = 0
    """Of how many rewards."""
    taken: dict[str, int] = field(default_factory=dict)
    """What was asked for, by the state of its payouts."""


class Overview:
    """Reads one member's rewards and payouts, and changes nothing."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.Earning = models[Earning]
        self.Line = models[Line]
        self.Payout = models[Payout]

    def rewards(
        self, member_id: int, limit: int | None = 100, *, before: int | None = None
    ) -> list[Reward]:
        """Return a member's earnings that are or were worth something, newest first.

        `before` is the id of the last one seen.
        """
        row, line = self.Earning, self.Line
        newest = (
            sa.select(row, line)
            .join(line, line.id == row.line_id)
            .where(row.member_id == member_id, row.amount_minor > 0)
            .order_by(row.id.desc())
            .limit(limit)
        )
        if before is not None:
            newest = newest.where(row.id < before)
        return [Reward(e, sold.title, why(e)) for e, sold in self.session.execute(newest)]

    def sums(self, member_id: int) -> dict[str, Sums]:
        """Return what a member's rewards come to, by currency."""
        row, lost = self.Earning, self.Earning.amount_minor - self.Earning.credited_minor
        some = sa.case((lost > 0, 1), else_=0)
        earned = (
            sa.select(
                row.currency, row.state, sa.func.count(), sa.func.sum(lost), sa.func.sum(some)
            )
            .where(row.member_id == member_id, row.amount_minor > 0)
            .group_by(row.currency, row.state)
        )
        found: dict[str, Sums] = {}
        for currency, state, count, minor, number in self.session.execute(earned):
            of = found.setdefault(currency, Sums())
            of.counts[state] = count
            of.reversed_minor += int(minor)
            of.reversed_count += int(number)
        payout = self.Payout
        asked = (
            sa.select(payout.currency, payout.state, sa.func.sum(payout.amount_minor))
            .where(payout.member_id == member_id)
            .group_by(payout.currency, payout.state)
        )
        for currency, state, minor in self.session.execute(asked):
            found.setdefault(currency, Sums()).taken[state] = int(minor)
        return found

    def ripening(self, member_id: int) -> list[tuple[dt.datetime, str, int]]:
        """Return what becomes available when: moment, currency and minor units, the next first."""
        row = self.Earning
        due = (
            sa.select(row.payable_on, row.currency, sa.func.sum(row.credited_minor))
            .where(
                row.member_id == member_id,
                row.state == State.PENDING.value,
                row.payable_on.is_not(None),
                row.credited_minor > 0,
            )
            .group_by(row.payable_on, row.currency)
            .order_by(row.payable_on, row.currency)
        )
        found = self.session.execute(due)
        return [(on, currency, int(minor)) for on, currency, minor in found if on is not None]

    def payouts(
        self, member_id: int, limit: int | None = None, *, before: int | None = None
    ) -> Sequence[Payout]:
        """Return what a member asked for, newest first, those before payout `before`."""
        his = sa.select(self.Payout).filter_by(member_id=member_id)
        if before is not None:
            his = his.where(self.Payout.id < before)
        return self.session.scalars(his.order_by(self.Payout.id.desc()).limit(limit)).all()

    def payout(self, member_id: int, payout_id: int) -> Payout:
        """Return a member's own payout; raises NotFound for another's too."""
        his = sa.select(self.Payout).filter_by(member_id=member_id, id=payout_id)
        if (found := self.session.scalars(his).one_or_none()) is None:
            raise NotFound(gettext("There is no such payout."))
        return found

    def export(self, member_id: int) -> dict[str, object]:
        """Return what is kept about a member's earnings, oldest first, ready for JSON."""
        mine = sa.select(self.Earning).filter_by(member_id=member_id).order_by(self.Earning.id)
        return {
            "earnings": [
                {
                    "at": one.created_at.isoformat(),
                    "amount": str(Money(one.credited_minor, one.currency)),
                    "state": one.state,
                    "reason": one.reason,
                }
                for one in self.session.scalars(mine)
            ],
            "payouts": [
                {
                    "at": one.asked_at.isoformat(),
                    "amount": str(Money(one.amount_minor, one.currency)),
                    "way": one.way,
                    "state": one.state,
                }
                for one in self.payouts(member_id)
            ],
        }
