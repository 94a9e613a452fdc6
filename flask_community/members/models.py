"""Tables of members: the party id, and what each one agreed to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import Record, UtcDateTime, host_ref, index, key, ref, unique


class Member(Record):
    """A person, as all our tables know him: a number, and the way to the host's row."""

    __tablename__ = "community_member"
    rules = (unique("host_id"),)

    id: Mapped[int] = key()
    joined_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    erased_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    locale: Mapped[str | None] = orm.mapped_column(sa.String(20))
    zone: Mapped[str | None] = orm.mapped_column(sa.String(64))
    mail: Mapped[bool] = orm.mapped_column(sa.Boolean, default=True)
    quiet_from: Mapped[dt.time | None] = orm.mapped_column(sa.Time)
    quiet_until: Mapped[dt.time | None] = orm.mapped_column(sa.Time)

    @orm.declared_attr
    @classmethod
    def host_id(cls) -> Mapped[Any]:
        return host_ref(cls, "member")


class Consent(Record):
    """One yes or no of a member to one purpose; his newest one counts."""

    __tablename__ = "community_consent"
    rules = (index("member_id", "purpose", "id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    purpose: Mapped[str] = orm.mapped_column(sa.String(40))
    granted: Mapped[bool] = orm.mapped_column(sa.Boolean)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


TABLES: tuple[type[Record], ...] = (Member, Consent)
