"""Tables of moderation: items in the queue, and the actions that ended them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import BigKey, JsonText, Record, UtcDateTime, check, index, key, ref, unique


class QueueItem(Record):
    """Something a moderator must look at. Its title holds nothing personal."""

    __tablename__ = "community_queue_item"
    rules = (
        unique("kind", "subject_id"),
        index("state", "priority", "due_at"),
        check("state", "state IN ('open', 'done')"),
    )

    id: Mapped[int] = key()
    kind: Mapped[str] = orm.mapped_column(sa.String(40))
    subject_id: Mapped[int] = orm.mapped_column(BigKey)
    field: Mapped[str | None] = orm.mapped_column(sa.String(80))
    community_id: Mapped[int | None] = orm.mapped_column(BigKey)
    title: Mapped[str] = orm.mapped_column(sa.String(200))
    priority: Mapped[int] = orm.mapped_column(sa.Integer, default=0)
    is_appeal: Mapped[bool] = orm.mapped_column(sa.Boolean, default=False)
    """Whether somebody asks for a second look at what was decided."""
    state: Mapped[str] = orm.mapped_column(sa.String(8), default="open")
    claimed_by: Mapped[int | None] = ref("community_member", nullable=True)
    claimed_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    version: Mapped[int] = orm.mapped_column(sa.Integer, default=1)
    created_at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    due_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class Action(Record):
    """What a moderator did with an item, and why."""

    __tablename__ = "community_action"
    rules = (unique("item_id", "item_version"), index("about_id"))

    id: Mapped[int] = key()
    item_id: Mapped[int] = ref("community_queue_item")
    item_version: Mapped[int] = orm.mapped_column(sa.Integer)
    """Version of the item right after; undo demands that it still has it."""
    actor_id: Mapped[int] = ref("community_member")
    about_id: Mapped[int | None] = ref("community_member", nullable=True)
    verb: Mapped[str] = orm.mapped_column(sa.String(40))
    reason: Mapped[str] = orm.mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = orm.mapped_column(JsonText)
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    undo_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    undone_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = ref("community_member", nullable=True)


TABLES: tuple[type[Record], ...] = (QueueItem, Action)
