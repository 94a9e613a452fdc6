"""Remembers which case holds which earning, and who let go of it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..money import Money
from ..records import Models, changed_one, insert_once
from .models import Earning, Hold


class Holds:
    """The holds of earnings: an earning is free when the last of them is decided."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.Hold = models[Hold]
        self.Earning = models[Earning]
        self.clock = clock

    def put(self, earning: Earning, case_id: int, reason: str) -> bool:
        """Hold an earning for a case; False if that case holds it already."""
        row = self.Hold
        match = {"earning_id": earning.id, "case_id": case_id}
        state = {"reason": reason[:500], "at": self.clock()}
        if insert_once(self.session, row, {**match, **state}, on=tuple(match)):
            return True
        again = (
            sa.update(row)
            .where(
                row.earning_id == earning.id,
                row.case_id == case_id,
                row.decided_at.is_not(None),
            )
            .values(**state, decided_at=None, decided_by=None, verdict=None)
            .execution_options(synchronize_session=False)
        )
        return changed_one(self.session.execute(again))

    def is_on(self, earning: Earning, case_id: int | None = None) -> bool:
        """Tell whether any case holds an earning, or this one."""
        row = self.Hold
        found = sa.select(row.id).where(row.earning_id == earning.id, row.decided_at.is_(None))
        if case_id is not None:
            found = found.where(row.case_id == case_id)
        return self.session.scalar(found.limit(1)) is not None

    def sums(self, case_ids: Collection[int]) -> dict[int, list[Money]]:
        """Return what each of these cases holds, by currency."""
        row, earning = self.Hold, self.Earning
        held = (
            sa.select(
                row.case_id,
                earning.currency,
                sa.func.sum(earning.credited_minor - earning.out_minor),
            )
            .join(earning, earning.id == row.earning_id)
            .where(row.case_id.in_(case_ids), row.decided_at.is_(None))
            .group_by(row.case_id, earning.currency)
            .order_by(earning.currency)
        )
        sums: dict[int, list[Money]] = {}
        for case_id, currency, minor in self.session.execute(held) if case_ids else ():
            if minor:
                sums.setdefault(case_id, []).append(Money(int(minor), currency))
        return sums

    def decide(self, case_id: int, actor_id: int | None, verdict: str) -> list[Earning]:
        """Decide every open hold of a case; return the earnings that no case holds any more.

        They come in the one order in which earnings are changed.
        """
        row, earning = self.Hold, self.Earning
        mine = sa.select(row.earning_id).where(row.case_id == case_id, row.decided_at.is_(None))
        ids = self.session.scalars(mine).all()
        decided = (
            sa.update(row)
            .where(row.case_id == case_id, row.decided_at.is_(None))
            .values(decided_at=self.clock(), decided_by=actor_id, verdict=verdict)
        )
        self.session.execute(decided, execution_options={"synchronize_session": False})
        found = (
            sa.select(earning)
            .where(earning.id.in_(ids))
            .order_by(earning.member_id, earning.id)
            .execution_options(populate_existing=True)
        )
        return [one for one in self.session.scalars(found).all() if not self.is_on(one)]
