"""Stops what a case is about from being shared and paid for, and lets it go on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import orm

from ..orders.models import Line, Order
from ..orders.service import OrderService
from ..records import Models
from ..referrals.models import Attribution, Link
from .models import Case
from .notes import Notes

PAUSE_LEVEL = "hard"
"""Old links still lead to the product, with a notice, but earn nothing."""


class Sharing(Protocol):
    """What cases ask of referrals."""

    def pause(
        self,
        *,
        product_id: int,
        batch: str | None,
        level: str,
        case_id: int,
        reason: str,
        actor_id: int,
    ) -> object:
        """Let sharing of a product, or of one batch, rest."""

    def lift(self, case_id: int, actor_id: int) -> object:
        """End the pauses of a case."""


class Rewards(Protocol):
    """What cases ask of earnings."""

    def hold(
        self, *, product_id: int, batch: str | None, case_id: int, reason: str, actor_id: int
    ) -> object:
        """Hold what was earned by a product, or one batch of it, and is not paid yet."""

    def release(self, case_id: int, actor_id: int) -> object:
        """Give back what a case held."""

    def reverse(self, case_id: int, actor_id: int) -> object:
        """Take back what a case held for refunded orders; give back the rest."""


class Breaker:
    """Pauses sharing and holds rewards while a case is open."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        orders: OrderService,
        notes: Notes,
        sharing: Sharing,
        rewards: Rewards,
    ) -> None:
        self.session = session
        self.Link, self.Attribution = models[Link], models[Attribution]
        self.Order, self.Line = models[Order], models[Line]
        self.orders = orders
        self.notes = notes
        self.sharing = sharing
        self.rewards = rewards

    def stop(self, case: Case, complained: Collection[int], actor_id: int) -> None:
        """Tell sharers and the buyers they brought, pause links, hold rewards.

        Who has `complained` hears of the case in his own thread.
        """
        product = self.orders.product(case.product_id)
        sharers = self.sharers([case])
        for member_id in sharers:
            self.notes.pause(member_id, case, product, as_sharer=True)
        for member_id in sorted(self.brought(case) - {*sharers, *complained}):
            self.notes.pause(member_id, case, product, as_sharer=False)
        self.rest(case, actor_id)

    def rest(self, case: Case, actor_id: int) -> None:
        """Pause links and hold rewards for a case, and tell nobody: they know."""
        facts: dict[str, Any] = {
            "product_id": case.product_id,
            "batch": case.batch,
            "case_id": case.id,
            "reason": case.title,
            "actor_id": actor_id,
        }
        self.sharing.pause(**facts, level=PAUSE_LEVEL)
        self.rewards.hold(**facts)

    def resume(self, cases: Sequence[Case], actor_id: int, *, refunded: bool) -> None:
        """Lift the pauses of a case and of those merged into it, decide what they held.

        Where the decision is a full refund, rewards of refunded orders are
        taken back and the others given back. Any other remedy gives all back:
        of a part refund, the order's own event takes exactly its part. What
        several of the cases hold is decided with the last of them. Sharers
        are told once.
        """
        for case in cases:
            self.sharing.lift(case.id, actor_id)
            if refunded:
                self.rewards.reverse(case.id, actor_id)
            else:
                self.rewards.release(case.id, actor_id)
        product = self.orders.product(cases[0].product_id)
        for sharer_id in self.sharers(cases):
            self.notes.over(sharer_id, cases[0], product)

    def sharers(self, cases: Sequence[Case]) -> list[int]:
        """Return who has a live link to the product, or brought a buyer of what they are about."""
        link, fact = self.Link, self.Attribution
        live = sa.select(link.sharer_id).where(
            link.product_id == cases[0].product_id, link.ended_at.is_(None)
        )
        found = set(self.session.scalars(live))
        for case in cases:
            brought = sa.select(fact.sharer_id).where(fact.order_id.in_(self._orders(case)))
            found.update(self.session.scalars(brought))
        return sorted(found)

    def brought(self, case: Case) -> set[int]:
        """Return the buyers of what the case is about who came through a link."""
        order, fact = self.Order, self.Attribution
        came = sa.select(order.buyer_id).where(
            order.id.in_(self._orders(case)),
            order.id.in_(sa.select(fact.order_id)),
            order.buyer_id.is_not(None),
        )
        return {buyer for buyer in self.session.scalars(came) if buyer is not None}

    def _orders(self, case: Case) -> Any:
        lines = sa.select(self.Line.order_id).where(self.Line.product_id == case.product_id)
        return lines if case.batch is None else lines.where(self.Line.batch == case.batch)
