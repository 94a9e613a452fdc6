"""Looks for what must not be: a sharer who is the buyer, an earning without its ground."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..hooks import HostHooks
from ..members.service import MemberService
from ..orders.models import Line, Order
from ..orders.service import OrderService
from ..records import Models
from ..referrals.models import Attribution
from .identity import Identity, SamePerson, same_person
from .ledger import account_name
from .models import Account, Earning, Payout
from .rules import AccountKind, State

_ASKED = ("verified_email", "phone", "payment_fingerprint")
_ORDERS_LOOKED_AT = 20
"""How many of a sharer's own newest orders are asked for their means of payment."""


class Checks:
    """Reads, and changes nothing."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        hooks: HostHooks,
        members: MemberService,
        orders: OrderService,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Earning = models[Earning]
        self.Account = models[Account]
        self.Payout = models[Payout]
        self.Attribution = models[Attribution]
        self.Order = models[Order]
        self.Line = models[Line]
        self.hooks = hooks
        self.members = members
        self.orders = orders

    def can_ask(self) -> bool:
        """Tell whether the shop says anything about who its people are."""
        return any(self.hooks.provides(hook) for hook in _ASKED)

    def of_order(self, order_id: int, sharers: Collection[int]) -> dict[int, SamePerson]:
        """Return which sharers of an order are its buyer, and what shows it."""
        order = self.orders.order(order_id)
        buyer = self._identity(order.buyer_id, [order.host_id])
        found: dict[int, SamePerson] = {}
        for sharer in sorted(sharers):
            same = same_person(self._identity(sharer, self._own_orders(sharer)), buyer)
            if same is not None:
                found[sharer] = same
        return found

    def of_books(self) -> list[str]:
        """Return each earning that does not lead back to its order, line and fact, and
        each balance that is not what its earnings say."""
        return [*self._groundless(), *self._apart()]

    def _identity(self, member_id: int | None, order_keys: list[Any]) -> Identity:
        host_key = None if member_id is None else self.members.host_key(member_id)
        paid = [self._ask("payment_fingerprint", key) for key in order_keys]
        return Identity(
            email=self._ask("verified_email", host_key),
            phone=self._ask("phone", host_key),
            payments=frozenset(name for name in paid if name),
        )

    def _ask(self, hook: str, host_key: Any) -> str | None:
        if host_key is None or not self.hooks.provides(hook):
            return None
        answer: str | None = getattr(self.hooks, hook)(host_key)
        return answer

    def _own_orders(self, member_id: int) -> list[Any]:
        if not self.hooks.provides("payment_fingerprint"):
            return []
        newest = sa.select(self.Order.host_id).where(self.Order.buyer_id == member_id)
        newest = newest.order_by(self.Order.placed_at.desc()).limit(_ORDERS_LOOKED_AT)
        return list(self.session.scalars(newest))

    def _groundless(self) -> list[str]:
        row, part, line, order = self.Earning, self.Attribution, self.Line, self.Order
        astray = (
            sa.select(row.id)
            .join(part, part.id == row.attribution_id)
            .join(line, line.id == row.line_id)
            .join(order, order.id == row.order_id)
            .where(
                sa.or_(
                    part.order_id != row.order_id,
                    part.sharer_id != row.member_id,
                    part.share_bps == 0,
                    part.touch_at > order.placed_at,
                    line.order_id != row.order_id,
                    order.buyer_id == row.member_id,
                )
            )
            .order_by(row.id)
        )
        return [
            f"earning {id} does not lead back to its order, line and touch"
            for id in self.session.scalars(astray)
        ]

    def _apart(self) -> list[str]:
        """Compare what stands on the accounts with the earnings there, and what is on its
        way out with the payouts."""
        row = self.Earning
        inside = sa.func.sum(row.credited_minor - row.out_minor)
        sums = self.session.execute(
            sa.select(row.member_id, row.currency, row.state, inside)
            .where(row.state.in_([state.value for state in _STANDING]))
            .group_by(row.member_id, row.currency, row.state)
        )
        said = {
            account_name(_STANDING[State(state)], member_id, currency): int(total)
            for member_id, currency, state, total in sums
        }
        said |= self._under_way()
        kinds = [kind.value for kind in (*_STANDING.values(), *_UNDER_WAY.values())]
        account = self.Account
        booked = sa.select(account.name, account.balance_minor).where(account.kind.in_(kinds))
        stands = {row.name: row.balance_minor for row in self.session.execute(booked)}
        return [
            f"account {name} is at {stands.get(name, 0)}, its earnings sum to {said.get(name, 0)}"
            for name in sorted({*said, *stands})
            if said.get(name, 0) != stands.get(name, 0)
        ]

    def _under_way(self) -> dict[str, int]:
        row = self.Payout
        sums = self.session.execute(
            sa.select(row.member_id, row.currency, row.state, sa.func.sum(row.amount_minor))
            .where(row.state.in_([state.value for state in _UNDER_WAY]))
            .group_by(row.member_id, row.currency, row.state)
        )
        return {
            account_name(_UNDER_WAY[State(state)], member_id, currency): int(total)
            for member_id, currency, state, total in sums
        }


_STANDING = {
    State.PENDING: AccountKind.PENDING,
    State.HELD: AccountKind.HELD,
    State.AVAILABLE: AccountKind.AVAILABLE,
}
_UNDER_WAY = {
    State.IN_PAYOUT: AccountKind.IN_PAYOUT,
    State.STORE_CREDIT: AccountKind.STORE_CREDIT,
}
