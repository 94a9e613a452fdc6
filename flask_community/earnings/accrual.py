"""Turns a paid and attributed order into earnings, and its refunds into deltas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..orders.models import Order
from ..orders.service import OrderService
from ..records import Models
from ..referrals.service import ReferralService
from .models import Earning
from .rules import LineBasis, PersonShare, Snapshot, State, refund_delta, target_for


class Accrual:
    """Makes the rows of an order's earnings: one for every line and person."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        orders: OrderService,
        referrals: ReferralService,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Earning = models[Earning]
        self.orders = orders
        self.referrals = referrals
        self.clock = clock

    def earnings_of(self, order_id: int) -> Sequence[Earning]:
        """Return an order's earnings, in the one order in which they are changed."""
        rows = sa.select(self.Earning).filter_by(order_id=order_id)
        in_order = rows.order_by(self.Earning.member_id, self.Earning.id)
        return self.session.scalars(in_order.execution_options(populate_existing=True)).all()

    def make(self, order: Order, *, is_checked: bool) -> Sequence[Earning]:
        """Insert the earnings of an order, worth nothing yet; none if nobody brought it."""
        conversion = self.referrals.conversion(order.id)
        parts = [part for part in self.referrals.attributions(order.id) if part.share_bps]
        if conversion is None or not parts:
            return ()
        facts: dict[int, int] = {}
        weights: dict[int, int] = {}
        for part in parts:
            # A person with two links in one order earns once, by his larger one.
            facts.setdefault(part.sharer_id, part.id)
            weights[part.sharer_id] = weights.get(part.sharer_id, 0) + part.share_bps
        now = self.clock()
        common = {
            "order_id": order.id,
            "rule_version": conversion.rule_version,
            "rate_bps": conversion.rule["reward_bps"],
            "currency": order.currency,
            "exponent": conversion.rule["exponent"],
            "state": State.PENDING.value,
            "credited_minor": 0,
            "version": 0,
            "created_at": now,
            "changed_at": now,
            "checked_at": now if is_checked else None,
        }
        rows = [
            self.Earning(
                **common,
                line_id=line.id,
                basis_minor=line.paid_minor,
                member_id=person,
                attribution_id=facts[person],
                weight_bps=weights[person],
            )
            for line in self.orders.lines(order.id)
            for person in sorted(weights)
        ]
        self._insert(rows)
        return self.earnings_of(order.id)

    def missing(self, earning: Earning) -> int:
        """Return what an earning lacks of what is kept of its line; zero if nothing."""
        kept = self.orders.kept(self.orders.order(earning.order_id))
        snapshot = snapshot_of(self.earnings_of(earning.order_id))
        due = target_for(snapshot, _remaining(snapshot, kept))
        cell = str(earning.line_id), earning.member_id
        return max(0, due.get(cell, 0) - earning.credited_minor)

    def payable_after(self, order_id: int) -> int:
        """Return the days after delivery that the order's rule holds a reward for."""
        conversion = self.referrals.conversion(order_id)
        return 0 if conversion is None else int(conversion.rule["hold_days"])

    def _insert(self, rows: Sequence[Earning]) -> None:
        snapshot = snapshot_of(rows)
        worth = target_for(snapshot, {line.key: line.basis_minor for line in snapshot.lines})
        for row in rows:
            row.amount_minor = worth.get((str(row.line_id), row.member_id), 0)
        self.session.add_all(rows)
        self.session.flush()


def snapshot_of(earnings: Iterable[Earning]) -> Snapshot:
    """Return what the earnings of an order were computed from."""
    rows = list(earnings)
    lines = {row.line_id: (row.basis_minor, row.rate_bps) for row in rows}
    people = {row.member_id: row.weight_bps for row in rows}
    return Snapshot(
        lines=tuple(LineBasis(str(id), *facts) for id, facts in sorted(lines.items())),
        people=tuple(PersonShare(id, weight) for id, weight in sorted(people.items())),
    )


def deltas(earnings: Sequence[Earning], kept: Mapping[int, int]) -> list[tuple[Earning, int]]:
    """Return by how much each earning must change now that `kept` is left of each line.

    What a person decided against is left as it is. Reductions come first.
    """
    snapshot = snapshot_of(earnings)
    live = {(str(e.line_id), e.member_id): e for e in earnings if not is_decided(e)}
    credited = {cell: earning.credited_minor for cell, earning in live.items()}
    change = refund_delta(snapshot, _remaining(snapshot, kept), credited)
    return [(live[cell], delta) for cell, delta in change.items() if cell in live]


def is_decided(earning: Earning) -> bool:
    """Tell whether a person or a rule ended an earning for good."""
    if earning.state == State.REJECTED:
        return True
    return earning.state == State.REVERSED and earning.back_to is None


def _remaining(snapshot: Snapshot, kept: Mapping[int, int]) -> dict[str, int]:
    return {line.key: min(kept.get(int(line.key), 0), line.basis_minor) for line in snapshot.lines}
