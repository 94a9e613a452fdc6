"""Table of the demo batch: which rows it is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import BigKey, Record, key, unique


class DemoRow(Record):
    """One row that `flask community demo-data` made, and will take away again."""

    __tablename__ = "community_demo_row"
    rules = (unique("place", "row_id"),)

    id: Mapped[int] = key()
    place: Mapped[str] = orm.mapped_column(sa.String(60))
    """Name of its table; empty in the one row that stands for the whole batch."""
    row_id: Mapped[int] = orm.mapped_column(BigKey)


TABLES: tuple[type[Record], ...] = (DemoRow,)
