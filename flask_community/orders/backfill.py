"""Brings in the orders from before the extension, so that old buyers count as buyers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import BindingError
from .refunds import refund_model
from .service import OrderService
from .walk import HostWalk, Progress
from .writer import InboxWriter, News

BATCH = 500


class Backfill:
    """Imports past orders. They pay nothing: no room above is told of them.

    Give it a session of our own, and commit it after each batch. Stopped at any
    point, it goes on after the last batch that was committed.
    """

    def __init__(self, *, session: orm.Session, writer: InboxWriter, orders: OrderService) -> None:
        self.session = session
        self.writer = writer
        self.host = writer.host
        self.service = orders
        self._walk = HostWalk(session, writer)

    def batches(self, size: int = BATCH, *, from_start: bool = False) -> Iterator[Progress]:
        """Import batch by batch; with `from_start` look at every order again.

        :raises BindingError: the host has no watch that tells what became of an order.
        """
        if self.host.watch is None:
            raise BindingError(
                "backfill reads the state of past orders from an OrderWatch: give one to "
                f"{self.host.order.cls.__name__}.community_watch or to bind(watch=...)"
            )
        yield from self._orders(size, None if from_start else self._last_imported())
        yield from self._refunds(size)

    def _orders(self, size: int, after: Any | None) -> Iterator[Progress]:
        seen, total = 0, self._walk.count(self.host.order.cls, after)
        for batch in self._walk.orders(size, after):
            written: list[str] = []
            for order, now in batch:
                if not now.known:
                    news = News(compare=True)
                    written += self.writer.write(order, news, now=now, imported=True)
            yield self._worked("orders", seen := seen + len(batch), total, written)

    def _refunds(self, size: int) -> Iterator[Progress]:
        model = refund_model(self.host)
        seen, total = 0, 0 if model is None else self._walk.count(model)
        for batch in self._walk.refunds(size):
            past = self._walk.imported({found.order_key for found in batch})
            written: list[str] = []
            for found in batch:
                if found.order_key in past:
                    written += self._walk.write_refund(found, imported=True)
            yield self._worked("refunds", seen := seen + len(batch), total, written)

    def _worked(self, step: str, seen: int, total: int, written: list[str]) -> Progress:
        for key in written:
            self.service.work(key)
        return Progress(step=step, seen=seen, total=total, written=tuple(written))

    def _last_imported(self) -> Any | None:
        imported = self.service.Order
        last = (
            sa.select(imported.host_id)
            .where(imported.imported, imported.host_id.is_not(None))
            .order_by(imported.host_id.desc())
            .limit(1)
        )
        return self.session.scalar(last)
