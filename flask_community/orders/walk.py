"""Walks over the host's own orders and refunds, batch by batch, in the order of their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..host import OrderEvent
from .notes import RefundNews
from .refunds import order_of, refund_model, refund_news
from .rules import Standing, standing
from .writer import InboxWriter, News, order_key, refund_row_key


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One batch is done; commit it."""

    step: str
    """`orders`, `refunds` or `facts`."""
    seen: int
    """Rows of the host looked at in this step so far."""
    total: int
    """Rows there are to look at in this step."""
    written: tuple[str, ...]
    """Keys of the inbox rows that this batch wrote."""


@dataclass(frozen=True)
class FoundRefund:
    """A done refund of the host, the order it belongs to, and its row if there is one."""

    order: Any
    order_key: str
    told: RefundNews
    row_id: int | None
    row_lacks_amount: bool


class HostWalk:
    """Reads the host's rows in a session of our own; the caller commits each batch."""

    def __init__(self, session: orm.Session, writer: InboxWriter) -> None:
        self.session = session
        self.writer = writer
        self.host = writer.host
        self.InboxRow = writer.InboxRow

    def orders(self, size: int, after: Any | None = None) -> Iterator[list[tuple[Any, Standing]]]:
        """Yield orders of the host, each with where the inbox has it standing."""
        role = self.host.order
        for keys in self._key_batches([role.key], size, None if after is None else (after,)):
            # The inbox first: what the host does meanwhile then finds its own
            # rows there, and ours collide with them.
            standings = self.standings([str(key) for (key,) in keys])
            found = sa.select(role.cls).where(role.key.in_([key for (key,) in keys]))
            orders = self.session.scalars(found.order_by(role.key)).unique()
            yield [
                (order, standings.get(order_key(self.writer.binding, order), Standing()))
                for order in orders
            ]

    def refunds(self, size: int) -> Iterator[list[FoundRefund]]:
        """Yield the done refunds of the watched refund model."""
        model = refund_model(self.host)
        if model is None:
            return
        columns: list[Any] = list(sa.inspect(model).primary_key)
        for keys in self._key_batches(columns, size, None):
            found = [self.session.get(model, tuple(key)) for key in keys]
            yield self._with_rows([f for refund in found if (f := self._done(refund))])

    def count(self, cls: type, after: Any | None = None) -> int:
        """Return how many rows a walk over a class of the host will see."""
        key: sa.Column[Any] = sa.inspect(cls).primary_key[0]
        rows = sa.select(sa.func.count()).select_from(sa.inspect(cls).local_table)
        return self.session.scalar(rows if after is None else rows.where(key > after)) or 0

    def standings(self, keys: Collection[str]) -> dict[str, Standing]:
        """Return where the inbox has these orders standing; unknown ones are missing."""
        rows = (
            sa.select(self.InboxRow.order_key, self.InboxRow.event)
            .where(self.InboxRow.order_key.in_(keys))
            .order_by(self.InboxRow.id)
        )
        events: dict[str, list[OrderEvent]] = defaultdict(list)
        for key, event in self.session.execute(rows):
            events[key].append(OrderEvent(event))
        return {key: standing(told) for key, told in events.items()}

    def imported(self, keys: Collection[str]) -> set[str]:
        """Return which of these orders were brought in by backfill."""
        rows = sa.select(self.InboxRow.order_key).where(
            self.InboxRow.order_key.in_(keys),
            self.InboxRow.event == OrderEvent.PLACED,
            self.InboxRow.imported,
        )
        return set(self.session.scalars(rows))

    def write_refund(self, found: FoundRefund, *, imported: bool) -> list[str]:
        """Write the missing row of a refund, or what its row lacks; return the keys."""
        if found.row_id is None:
            news = News(refunds=[found.told])
            return self.writer.write(found.order, news, imported=imported)
        if found.row_lacks_amount and found.told.told is not None:
            self.writer.retake(found.row_id, found.order, refund=found.told.told)
            return [refund_row_key(found.order_key, found.told.id)]
        return []

    def _done(self, refund: Any | None) -> FoundRefund | None:
        told = None if refund is None else refund_news(self.host, refund)
        order = None if told is None else order_of(self.session, self.host, refund)
        if told is None or order is None:
            return None
        return FoundRefund(order, order_key(self.writer.binding, order), told, None, False)

    def _with_rows(self, found: Sequence[FoundRefund]) -> list[FoundRefund]:
        keys = [refund_row_key(f.order_key, f.told.id) for f in found]
        query = sa.select(
            self.InboxRow.key, self.InboxRow.id, self.InboxRow.refund.is_(None)
        ).where(self.InboxRow.key.in_(keys))
        rows = {key: (row_id, bool(lacks)) for key, row_id, lacks in self.session.execute(query)}
        return [
            FoundRefund(f.order, f.order_key, f.told, *rows.get(key, (None, False)))
            for f, key in zip(found, keys, strict=True)
        ]

    def _key_batches(
        self, columns: Sequence[sa.ColumnElement[Any]], size: int, after: tuple[Any, ...] | None
    ) -> Iterator[Sequence[Any]]:
        while True:
            keys = sa.select(*columns).order_by(*columns).limit(size)
            if after is not None:
                values = [sa.literal(v, c.type) for v, c in zip(after, columns, strict=True)]
                beyond = (
                    columns[0] > values[0]
                    if len(columns) == 1
                    else sa.tuple_(*columns) > sa.tuple_(*values)
                )
                keys = keys.where(beyond)
            batch = self.session.execute(keys).all()
            if not batch:
                return
            after = tuple(batch[-1])
            yield batch
            # Thousands of the host's objects, which nobody will ask for again.
            self.session.expunge_all()
