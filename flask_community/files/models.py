"""What every table of pictures is made of."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import Record, UtcDateTime, key

ALT_LENGTH = 300
URL_LENGTH = 1000


class Picture(Record):
    """A picture in the shop's storage, and what it shows in words."""

    id: Mapped[int] = key()
    slot: Mapped[int]
    """One of as many places as there may be pictures; its unique key keeps the number."""
    url: Mapped[str] = orm.mapped_column(sa.String(URL_LENGTH))
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = orm.mapped_column(sa.String(ALT_LENGTH))
    """What it shows, for those who do not see it; empty if it only decorates."""
    added_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
