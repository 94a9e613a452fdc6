"""Writes what one inbox row says into orders, lines, products and refunds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import Conflict
from ..host import HostModels, OrderEvent, Role
from ..members.service import MemberService
from ..records import Models, changed_one, find_or_insert, insert_once
from .models import NAMES, InboxRow, Line, Order, Product, Refund
from .rules import Returned, course, returned

_MONEY_EVENTS = (OrderEvent.PLACED, OrderEvent.PAID)
"""Events whose facts say what is owed; later ones must not reprice a paid order."""


_FRESH = {"populate_existing": True}


class Intake:
    """Brings an order up to one more event, in the caller's transaction."""

    def __init__(
        self, *, session: orm.Session, models: Models, host: HostModels, members: MemberService
    ) -> None:
        self.session = session
        self.Product = models[Product]
        self.Order = models[Order]
        self.Line = models[Line]
        self.Refund = models[Refund]
        self.InboxRow = models[InboxRow]
        self.host = host
        self.members = members

    def take(self, key: str) -> tuple[Order, OrderEvent]:
        """Apply a row that the caller has just claimed; return its order and event.

        :raises Conflict: another worker is just making this order known; try again.
        """
        known = self._let_one_in(key)
        row = self.session.scalars(
            sa.select(self.InboxRow).filter_by(key=key), execution_options=_FRESH
        ).one()
        event = OrderEvent(row.event)
        facts: dict[str, Any] = row.facts or {}
        if not known:
            self._make_known(row, facts)
        order = self.session.scalars(
            sa.select(self.Order).filter_by(host_key=row.order_key), execution_options=_FRESH
        ).one()
        history = self._history(row.order_key)
        if (buyer := self._member(facts["buyer"])) is not None:
            order.buyer_id = buyer
        self._follow(order, history)
        if event is OrderEvent.REFUNDED:
            self._keep_refund(order, row)
        if row.id >= max((r.id for r in history if r.event in _MONEY_EVENTS), default=0):
            self._take_lines(order, facts["lines"], reprices=event in _MONEY_EVENTS)
        self._take_back(order)
        self.session.flush()
        return order, event

    def product(
        self,
        host_key: str,
        *,
        names: Mapping[str, Any],
        field: str | None,
        seller: str | None = None,
    ) -> Product:
        """Return the product behind a host key, with the newest names, field and seller."""
        product = find_or_insert(
            self.session, self.Product, {"host_key": host_key}, {**names, "field": field}
        )
        if product.host_id is None:
            product.host_id = self._living(self.host.product, host_key)
        product.plain_title, product.titles = names["plain_title"], names["titles"]
        product.field = field
        if seller is not None:
            product.seller_id = self._member(seller)
        return product

    def _let_one_in(self, key: str) -> bool:
        # Taking the order's row lock before the first SELECT makes events of one
        # order wait for each other, and lets each read what the one before it
        # wrote, under REPEATABLE READ too.
        order_key = sa.select(self.InboxRow.order_key).where(self.InboxRow.key == key)
        lock = (
            sa.update(self.Order)
            .where(self.Order.host_key == order_key.scalar_subquery())
            .values(revision=self.Order.revision + 1)
        )
        return changed_one(
            self.session.execute(lock, execution_options={"synchronize_session": False})
        )

    def _make_known(self, row: InboxRow, facts: Mapping[str, Any]) -> None:
        placed = sa.select(self.InboxRow).filter_by(
            order_key=row.order_key, event=OrderEvent.PLACED
        )
        first = self.session.scalars(placed).first()
        touches = None if first is None else first.touches
        # Shops stamp orders in local time, or all with the time their process began.
        # One that came in before our eyes was placed when we saw it.
        seen_at = None if first is None or touches is None else first.created_at
        values = {
            "host_key": row.order_key,
            "host_id": self._living(self.host.order, row.order_key),
            "placed_at": seen_at or dt.datetime.fromisoformat(facts["placed_at"]),
            "currency": facts["currency"],
            "touches": touches,
            "imported": row.imported,
        }
        if not insert_once(self.session, self.Order, values, on=("host_key",)):
            raise Conflict(order=row.order_key)

    def _history(self, order_key: str) -> Sequence[InboxRow]:
        rows = sa.select(self.InboxRow).filter_by(order_key=order_key, state="done")
        return self.session.scalars(rows.order_by(self.InboxRow.id)).all()

    def _follow(self, order: Order, history: Sequence[InboxRow]) -> None:
        events = [
            (OrderEvent(row.event), order.placed_at if row.imported else row.created_at)
            for row in history
        ]
        reached = course(events)
        order.state = reached.now.state.value
        order.paid_at, order.delivered_at = reached.paid_at, reached.delivered_at

    def _keep_refund(self, order: Order, row: InboxRow) -> None:
        refund = row.refund or {}
        self.session.add(
            self.Refund(
                order_id=order.id,
                refund_id=refund["id"],
                lines=refund["lines"],
                amount_minor=refund["amount_minor"],
                at=row.created_at,
            )
        )
        self.session.flush()

    def _take_lines(
        self, order: Order, facts: Sequence[Mapping[str, Any]], *, reprices: bool
    ) -> None:
        products = self._products(facts)
        lines = self._lines(order)
        if reprices:
            for line in lines.values():
                line.quantity = line.paid_minor = line.returned_minor = 0
        for fact in facts:
            known = lines.get(fact["key"])
            line = known or self.Line(order_id=order.id, line_key=fact["key"], returned_minor=0)
            if reprices or known is None:
                line.quantity, line.paid_minor = fact["quantity"], fact["paid_minor"]
                line.product_id = products[fact["product"]].id
                line.plain_title, line.titles = fact["plain_title"], fact["titles"]
            line.batch, line.variant = fact["batch"], fact["variant"]
            self.session.add(line)
        self.session.flush()

    def _take_back(self, order: Order) -> None:
        lines = self._lines(order)
        refunds = self.session.scalars(
            sa.select(self.Refund).filter_by(order_id=order.id).order_by(self.Refund.id)
        ).all()
        back = returned(
            {key: line.paid_minor for key, line in lines.items()},
            [Returned(refund.lines, refund.amount_minor) for refund in refunds],
        )
        for key, line in lines.items():
            if line.returned_minor != back[key]:
                line.returned_minor = back[key]
                line.returned_at = refunds[-1].at

    def _lines(self, order: Order) -> dict[str, Line]:
        found = self.session.scalars(sa.select(self.Line).filter_by(order_id=order.id))
        return {line.line_key: line for line in found}

    def _products(self, facts: Sequence[Mapping[str, Any]]) -> dict[str, Product]:
        # In one order for everybody, since two orders may name the same products.
        by_key = {fact["product"]: fact for fact in facts}
        return {
            key: self.product(
                key,
                names={name: fact[name] for name in NAMES},
                field=fact["field"],
                seller=fact["seller"],
            )
            for key, fact in sorted(by_key.items())
        }

    def _member(self, host_key: str | None) -> int | None:
        key = None if host_key is None else self._living(self.host.member, host_key)
        return None if key is None else self.members.of(key).id

    def _living(self, role: Role, text: str) -> Any | None:
        # The host may have deleted the row since, and then nothing may point at it.
        try:
            key = role.key_from_text(text)
        except ValueError:
            return None
        return self.session.scalar(sa.select(role.key).where(role.key == key))
