"""Finds what bulk updates and raw SQL hid from the inbox, and writes it in."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import orm

from .models import InboxRow
from .refunds import refund_model
from .rules import missed
from .walk import HostWalk, Progress
from .writer import InboxWriter, News

BATCH = 500


class Reconciler:
    """Compares the host's orders and refunds with the inbox, until they agree.

    Give it a session of our own, and commit it after each batch; the rows it
    wrote are then worked off like any others. Orders from before the extension
    are for `Backfill` to bring in first: here they would count as new.
    """

    def __init__(self, *, session: orm.Session, writer: InboxWriter) -> None:
        self.session = session
        self.writer = writer
        self.host = writer.host
        self.InboxRow = writer.InboxRow
        self._walk = HostWalk(session, writer)

    def batches(self, size: int = BATCH) -> Iterator[Progress]:
        """Repair batch by batch.

        :raises BindingError: the watched refund model cannot be found.
        """
        if self.host.watch is not None:
            yield from self._orders(size)
            yield from self._refunds(size)
        yield from self._facts(size)

    def _orders(self, size: int) -> Iterator[Progress]:
        watch = self.host.watch
        assert watch is not None
        seen, total = 0, self._walk.count(self.host.order.cls)
        for batch in self._walk.orders(size):
            written: list[str] = []
            for order, now in batch:
                wanted = watch.event_for(getattr(order, watch.attribute))
                if not now.known or missed(now, wanted, watch):
                    written += self.writer.write(order, News(compare=True), now=now)
            seen += len(batch)
            yield Progress(step="orders", seen=seen, total=total, written=tuple(written))

    def _refunds(self, size: int) -> Iterator[Progress]:
        model = refund_model(self.host)
        seen, total = 0, 0 if model is None else self._walk.count(model)
        for batch in self._walk.refunds(size):
            imported = self._walk.imported({found.order_key for found in batch})
            written: list[str] = []
            for found in batch:
                is_past = found.order_key in imported
                written += self._walk.write_refund(found, imported=is_past)
            seen += len(batch)
            yield Progress(step="refunds", seen=seen, total=total, written=tuple(written))

    def _facts(self, size: int) -> Iterator[Progress]:
        last = seen = 0
        while batch := self._without_facts(last, size):
            for row in batch:
                self._retake(row)
            last, seen = batch[-1].id, seen + len(batch)
            retaken = self._have_facts([row.id for row in batch])
            yield Progress(step="facts", seen=seen, total=seen, written=retaken)

    def _without_facts(self, last: int, size: int) -> list[InboxRow]:
        rows = sa.select(self.InboxRow).where(
            self.InboxRow.id > last,
            self.InboxRow.state == "new",
            self.InboxRow.facts.is_(None),
        )
        return list(self.session.scalars(rows.order_by(self.InboxRow.id).limit(size)))

    def _retake(self, row: InboxRow) -> None:
        role = self.host.order
        order = role.load(self.session, role.key_from_text(row.order_key))
        if order is None:
            gone = "the shop deleted this order before its facts could be taken"
            row.state, row.error = "failed", gone
            self.session.flush()
        elif row.event != "refunded" or row.refund is not None:
            self.writer.retake(row.id, order)

    def _have_facts(self, ids: list[int]) -> tuple[str, ...]:
        keys = sa.select(self.InboxRow.key).where(
            self.InboxRow.id.in_(ids), self.InboxRow.facts.is_not(None)
        )
        return tuple(self.session.scalars(keys.order_by(self.InboxRow.id)))
