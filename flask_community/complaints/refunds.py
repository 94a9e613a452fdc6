"""Guards a line's price: all remedies together never give back more than was paid."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..orders.models import Line
from ..records import Models, changed_one, insert_once
from .models import BulkItem, LineRefund


class Refunds:
    """Counts what is promised and done for each line, by conditional UPDATE."""

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Line = models[Line]
        self.LineRefund = models[LineRefund]

    def left(self, line: Line) -> int:
        """Return the minor units that can still be given back for a line."""
        row = self.session.scalars(
            sa.select(self.LineRefund).filter_by(line_id=line.id),
            execution_options={"populate_existing": True},
        ).one_or_none()
        promised, done = (row.promised_minor, row.done_minor) if row else (0, 0)
        # What came back as order events beyond what we did was the shop's own doing.
        elsewhere = max(0, line.returned_minor - done)
        return max(0, line.paid_minor - promised - elsewhere)

    def promise(self, item: BulkItem) -> bool:
        """Set an item's amount aside; False if it would exceed the price paid."""
        assert item.line_id is not None
        insert_once(
            self.session,
            self.LineRefund,
            {"line_id": item.line_id, "promised_minor": 0, "done_minor": 0},
            on=("line_id",),
        )
        kept = self.LineRefund
        paid = _of_line(self.Line.paid_minor, self.Line, item.line_id)
        returned = _of_line(self.Line.returned_minor, self.Line, item.line_id)
        elsewhere = sa.case((returned > kept.done_minor, returned - kept.done_minor), else_=0)
        room = kept.promised_minor + item.amount_minor + elsewhere <= paid
        promised = kept.promised_minor + item.amount_minor
        return self._change(item.line_id, room, promised_minor=promised)

    def did(self, item: BulkItem) -> None:
        """Note that what was set aside for an item has been given back."""
        if item.reserved and item.line_id is not None:
            done = self.LineRefund.done_minor + item.amount_minor
            self._change(item.line_id, sa.true(), done_minor=done)

    def give_up(self, item: BulkItem) -> None:
        """Let go of what was set aside for an item that is left out."""
        if item.reserved and item.line_id is not None:
            promised = self.LineRefund.promised_minor - item.amount_minor
            self._change(item.line_id, sa.true(), promised_minor=promised)

    def _change(self, line_id: int, condition: Any, **values: Any) -> bool:
        row = self.LineRefund
        change = sa.update(row).where(row.line_id == line_id, condition).values(**values)
        return changed_one(
            self.session.execute(change, execution_options={"synchronize_session": False})
        )


def _of_line(column: Any, line: type[Line], line_id: int) -> Any:
    return sa.select(column).where(line.id == line_id).scalar_subquery()
