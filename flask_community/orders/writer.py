"""Writes inbox rows: which events of an order are news, and its facts with them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..host import Binding, OrderEvent
from ..records import insert_once, shielded
from .facts import SellerOf, checked_text, snapshot
from .models import KEY_LENGTH, InboxRow, Order
from .notes import RefundNews
from .rules import STATE_EVENTS, Standing, is_news, missed, seen, standing

log = logging.getLogger("flask_community.orders")


@dataclass(frozen=True, kw_only=True)
class News:
    """What may have happened to one order."""

    look: bool = False
    """Whether its watched attribute has changed."""
    compare: bool = False
    """Whether its watched attribute may have changed unseen."""
    calls: Sequence[OrderEvent] = ()
    refunds: Sequence[RefundNews] = ()
    touches: list[Any] | None = None
    is_new: bool = False


class InboxWriter:
    """Adds inbox rows in a session of the host, within its transaction."""

    def __init__(
        self, *, session: orm.Session, binding: Binding, seller_of: SellerOf, clock: Clock
    ) -> None:
        self.session = session
        self.binding = binding
        self.host = binding.host
        self.seller_of = seller_of
        self.clock = clock
        self.Order = binding.models[Order]
        self.InboxRow = binding.models[InboxRow]

    def write(
        self, order: Any, news: News, *, now: Standing | None = None, imported: bool = False
    ) -> list[str]:
        """Write what is news about an order; return the keys of the new rows.

        `now` is where it stood before `order` was loaded, if the caller knows.
        """
        key = order_key(self.binding, order)
        now = self.standing(key) if now is None else now
        if news.is_new and now.known and self._is_another(order, key):
            self._retire(key)
            now = Standing()
        events = self._events(order, now, news)
        refunds = [told for told in news.refunds if not self._has(refund_row_key(key, told.id))]
        if not events and not refunds:
            return []
        facts, error = self._facts(order)
        common: dict[str, Any] = {
            "order_key": key,
            "facts": facts,
            "error": error,
            "imported": imported,
        }
        written = []
        for event in events:
            now = now.after(event)
            row = {**common, "key": event_row_key(key, event, now), "event": event.value}
            if event is OrderEvent.PLACED:
                row["touches"] = news.touches
            else:
                row["number"] = now.changes
            written += self._insert(row)
        for told in refunds:
            row = {**common, "key": refund_row_key(key, told.id), "refund": told.told}
            if told.error is not None:
                row.update(facts=None, error=told.error)
            written += self._insert({**row, "event": OrderEvent.REFUNDED.value})
        return written

    def standing(self, key: str) -> Standing:
        """Return what the rows of an order add up to, worked off or not."""
        events = sa.select(self.InboxRow.event).filter_by(order_key=key).order_by(self.InboxRow.id)
        return standing(OrderEvent(event) for event in self._connection().scalars(events))

    def retake(self, row_id: int, order: Any, refund: dict[str, Any] | None = None) -> None:
        """Try again to take the facts of a row that has none, and its refund if given."""
        facts, error = self._facts(order)
        values = {"facts": facts, "error": error, **({"refund": refund} if refund else {})}
        self._connection().execute(
            sa.update(self.InboxRow)
            .where(self.InboxRow.id == row_id, self.InboxRow.facts.is_(None))
            .values(values)
        )

    def _events(self, order: Any, now: Standing, news: News) -> list[OrderEvent]:
        events: list[OrderEvent] = []
        watch = self.host.watch
        if watch is not None and (news.look or news.compare):
            events += [] if now.known else [OrderEvent.PLACED]
            weigh = seen if news.look else missed
            events += weigh(now, watch.event_for(getattr(order, watch.attribute)), watch)
        elif not now.known and (news.calls or news.refunds):
            events.append(OrderEvent.PLACED)
        for event in events:
            now = now.after(event)
        for event in news.calls:
            if is_news(now, event):
                now = now.after(event)
                events.append(event)
        return events

    def _facts(self, order: Any) -> tuple[dict[str, Any] | None, str | None]:
        try:
            with shielded(self._connection()), self.session.no_autoflush:
                return snapshot(self.host, order, self.seller_of), None
        except Exception as error:
            log.exception("community_order() failed; reconcile will ask again")
            return None, f"{type(error).__name__}: {error}"[:2000]

    def _is_another(self, order: Any, key: str) -> bool:
        # SQLite gives the key of a deleted row out again. An order inserted anew
        # under its old key was placed when it was placed.
        facts, _ = self._facts(order)
        told = sa.select(self.InboxRow.facts).where(
            self.InboxRow.order_key == key, self.InboxRow.facts.is_not(None)
        )
        before = self._connection().scalars(told.order_by(self.InboxRow.id)).first()
        if facts is None or before is None:
            return False
        # MariaDB may have cut the fraction of a second off the one the shop kept.
        moments = [dt.datetime.fromisoformat(known["placed_at"]) for known in (before, facts)]
        return moments[0].replace(microsecond=0) != moments[1].replace(microsecond=0)

    def _retire(self, key: str) -> None:
        rows = sa.select(self.InboxRow.id, self.InboxRow.key).filter_by(order_key=key)
        found = self._connection().execute(rows.order_by(self.InboxRow.id)).all()
        past = f"{key[: KEY_LENGTH - 20]}~{found[0].id}"
        for row_id, row_key in found:
            values = {"order_key": past, "key": past + row_key[len(key) :]}
            self._connection().execute(
                sa.update(self.InboxRow).where(self.InboxRow.id == row_id).values(values)
            )
        self._connection().execute(
            sa.update(self.Order)
            .where(self.Order.host_key == key)
            .values(host_key=past, host_id=None)
        )

    def _insert(self, row: dict[str, Any]) -> list[str]:
        at = self.clock()
        values = {"state": "new", "created_at": at, "due_at": at, **row}
        is_new = insert_once(self.session, self.InboxRow, values, on=("key",))
        return [row["key"]] if is_new else []

    def _has(self, key: str) -> bool:
        found = sa.select(self.InboxRow.id).filter_by(key=key)
        return self._connection().scalars(found).first() is not None

    def _connection(self) -> sa.Connection:
        return self.session.connection(bind_arguments={"mapper": sa.inspect(self.InboxRow)})


def order_key(binding: Binding, order: Any) -> str:
    """Return the text by which an order of the host is known here."""
    return checked_text(str(binding.host.order.key_of(order)), "key of the order")


def event_row_key(key: str, event: OrderEvent, now: Standing) -> str:
    """Return the key of the row of an event that leads to `now`: once, however often told."""
    return f"{key}:{event}:{now.changes}" if event in STATE_EVENTS else f"{key}:{event}"


def refund_row_key(key: str, refund_id: str) -> str:
    """Return the key of the row of a refund: once per refund id."""
    return f"{key}:{OrderEvent.REFUNDED}:{refund_id}"
