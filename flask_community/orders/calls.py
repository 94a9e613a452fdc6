"""What a shop calls where a watch cannot see: `community.orders.paid(order)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import BindingError
from ..host import Binding, OrderEvent
from .facts import checked_text
from .inbox import OWN_SESSION, touches_of
from .notes import Note, RefundNews, innermost, notebook
from .rules import check_refund


class OrderCalls:
    """Tells of order events. Call before your commit: it only takes a note.

    The note becomes part of the order's own transaction. An event that was told
    already, by a call or by the watch, counts once. Every method raises
    BindingError if the order is in no session, or is no order of this shop.
    """

    def __init__(self, metadatas: Callable[[], Sequence[sa.MetaData]]) -> None:
        self._metadatas = metadatas

    def placed(self, order: Any, touches: list[Any] | None = None) -> None:
        """Say that an order was placed, by the visitor of this request.

        `touches` stands in for his cookie where there is none, as in a pure API.
        """
        session, binding = self._place_of(order)
        if touches is None:
            touches = touches_of(session, binding, order)
        self._note(order, OrderEvent.PLACED, touches=touches)

    def paid(self, order: Any) -> None:
        """Say that an order was paid."""
        self._note(order, OrderEvent.PAID)

    def delivered(self, order: Any) -> None:
        """Say that an order reached its buyer."""
        self._note(order, OrderEvent.DELIVERED)

    def cancelled(self, order: Any) -> None:
        """Say that an order was called off, and any money given back."""
        self._note(order, OrderEvent.CANCELLED)

    def charged_back(self, order: Any) -> None:
        """Say that the buyer's bank took the money back."""
        self._note(order, OrderEvent.CHARGED_BACK)

    def dispute_won(self, order: Any) -> None:
        """Say that the bank returned the money of a charge-back."""
        self._note(order, OrderEvent.DISPUTE_WON)

    def refunded(
        self,
        order: Any,
        refund_id: object,
        lines: Mapping[str, int] | None = None,
        amount_minor: int | None = None,
    ) -> None:
        """Say that money went back, once per `refund_id`.

        `lines` maps line keys to minor units. `amount_minor` alone is spread
        over what is left of the lines; with neither, all of it went back.
        """
        check_refund(lines, amount_minor)
        name = checked_text(str(refund_id), "refund_id")
        told = {
            "id": name,
            "lines": None if lines is None else {str(key): n for key, n in lines.items()},
            "amount_minor": amount_minor,
        }
        self._note(order, OrderEvent.REFUNDED, refund=RefundNews(id=name, told=told))

    def _note(
        self,
        order: Any,
        event: OrderEvent,
        *,
        touches: list[Any] | None = None,
        refund: RefundNews | None = None,
    ) -> None:
        session, binding = self._place_of(order)
        if session.info.get(OWN_SESSION):
            raise BindingError("this order was loaded by flask_community: load it in your session")
        if not session.in_transaction():
            session.begin()  # a note belongs to a transaction, or no roll-back would drop it
        note = Note(within=innermost(session), event=event, touches=touches, refund=refund)
        notebook(session).note(binding, order, note)

    def _place_of(self, order: Any) -> tuple[orm.Session, Binding]:
        for metadata in self._metadatas():
            binding = metadata.info.get("community")
            if isinstance(binding, Binding) and isinstance(order, binding.host.order.cls):
                break
        else:
            raise BindingError(f"{order!r} is no order of this shop: give your order's own object")
        session = orm.object_session(order)
        if session is None:
            raise BindingError("this order is in no session: add it to yours, then tell of it")
        return session, binding
