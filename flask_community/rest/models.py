"""The table of requests that must have one effect, however often they are sent."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import Record, UtcDateTime, exact_text, index, key as own_key, ref, unique

KEY_LENGTH = 80


class KeyedRequest(Record):
    """A request that a member named by a key, and the answer he got."""

    __tablename__ = "community_keyed_request"
    rules = (unique("member_id", "key"), index("member_id", "at"))

    id: Mapped[int] = own_key()
    member_id: Mapped[int] = ref("community_member")
    key: Mapped[str] = orm.mapped_column(exact_text(KEY_LENGTH))
    request_hash: Mapped[str] = orm.mapped_column(sa.String(64))
    """SHA-256 of what was asked: the same key for anything else is refused."""
    status: Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    """None until it is answered, which happens in the transaction that makes the row."""
    answer: Mapped[str | None] = orm.mapped_column(sa.Text)
    """JSON as it was sent; empty where nothing was."""
    location: Mapped[str | None] = orm.mapped_column(sa.String(500))
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (KeyedRequest,)
