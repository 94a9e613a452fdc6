"""Table of notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import JsonText, Record, UtcDateTime, index, key as own_key, ref, unique


class Notice(Record):
    """Something one member was told, once."""

    __tablename__ = "community_notice"
    rules = (unique("key"), index("member_id", "id"))

    id: Mapped[int] = own_key()
    member_id: Mapped[int] = ref("community_member")
    kind: Mapped[str] = orm.mapped_column(sa.String(60))
    params: Mapped[dict[str, Any]] = orm.mapped_column(JsonText)
    url: Mapped[str | None] = orm.mapped_column(sa.String(500))
    key: Mapped[str] = orm.mapped_column(sa.String(190))
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    read_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (Notice,)
