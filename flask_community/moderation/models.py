"""Tables of moderation: items in the queue, what was done with them, and each one's desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped

from ..records import (
    BigKey,
    JsonText,
    Record,
    UtcDateTime,
    check,
    exact_text,
    index,
    key,
    ref,
    unique,
)


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
    number: Mapped[str | None] = orm.mapped_column(sa.String(20))
    """What people call it by, such as C-12; searched for as it stands."""
    growing_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """Until when it counts as growing: news of late say so."""
    snoozed_until: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    """Until when it is out of sight; it comes back by itself, and with any news."""
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


class Deed(Record):
    """What a moderator just did with items of the queue, kept while it can be undone."""

    __tablename__ = "community_deed"
    rules = (unique("token"), index("actor_id", "undo_until"))

    id: Mapped[int] = key()
    token: Mapped[str] = orm.mapped_column(exact_text(32))
    """Names it in an address; worth nothing to anybody but its actor."""
    actor_id: Mapped[int] = ref("community_member")
    verb: Mapped[str] = orm.mapped_column(sa.String(20))
    results: Mapped[list[dict[str, Any]]] = orm.mapped_column(JsonText)
    """Of each item: its version right after and how it stood before, or why it was left."""
    at: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    undo_until: Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    can_be_undone: Mapped[bool] = orm.mapped_column(sa.Boolean)
    undone_at: Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)


class SavedView(Record):
    """What a moderator looks for again and again, by a name of his own."""

    __tablename__ = "community_saved_view"
    rules = (unique("member_id", "name"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    name: Mapped[str] = orm.mapped_column(exact_text(40))
    view: Mapped[str | None] = orm.mapped_column(sa.String(12))
    field: Mapped[str | None] = orm.mapped_column(sa.String(80))
    words: Mapped[str | None] = orm.mapped_column(sa.String(100))


class Seat(Record):
    """A moderator's place at the desk: taken with the first thing he does, so that others know him."""

    __tablename__ = "community_desk_seat"
    rules = (unique("member_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = ref("community_member")
    has_keys: Mapped[bool] = orm.mapped_column(sa.Boolean, default=True)
    """Whether single keys do things at the desk."""


TABLES: tuple[type[Record], ...] = (QueueItem, Action, Deed, SavedView, Seat)
