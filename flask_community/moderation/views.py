"""Views of the queue: which open items each shows, and how many they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .models import QueueItem

SOON = dt.timedelta(hours=24)
"""How near its date an item is due soon."""

GROUP = "case"
"""The kind of item that stands for many complaints."""


VIEWS = ("mine", "free", "soon", "growing", "groups", "appeals", "snoozed")
"""Views of the queue, beside everything: what one holds, what nobody holds, what is
due within 24 hours, what grows, group cases, appeals, and what is out of sight for now."""


@dataclass(frozen=True)
class Waiting:
    """How many open items each view holds."""

    all: int
    views: Mapping[str, int]
    """By view, all of VIEWS."""
    fields: Mapping[str, int]
    """By field, those without one left out."""


def held_by(item: type[QueueItem], member_id: int, now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether a member holds an item right now."""
    return sa.and_(item.claimed_by == member_id, item.claimed_until > now)


def nobody_holds(item: type[QueueItem], now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether nobody holds an item."""
    return sa.or_(item.claimed_by.is_(None), item.claimed_until <= now)


def conditions(
    item: type[QueueItem], member_id: int, now: dt.datetime
) -> dict[str, sa.ColumnElement[bool]]:
    """Return, by view, what an item must be to be shown in it."""
    kinds = {
        "mine": held_by(item, member_id, now),
        "free": nobody_holds(item, now),
        "soon": item.due_at <= now + SOON,
        "growing": item.growing_until > now,
        "groups": item.kind == GROUP,
        "appeals": item.is_appeal.is_(True),
    }
    shown = {view: sa.and_(in_sight(item, now), kind) for view, kind in kinds.items()}
    return {**shown, "snoozed": item.snoozed_until > now}


def in_sight(item: type[QueueItem], now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether an item is not snoozed."""
    return sa.or_(item.snoozed_until.is_(None), item.snoozed_until <= now)


Place = tuple[int, int, int]
"""Where the queue goes on: priority, date in microseconds (0 for none) and id of an item."""


def place_of(item: QueueItem) -> Place:
    """Return the place of an item in the queue."""
    due = 0 if item.due_at is None else (item.due_at - _EPOCH) // _TICK
    return item.priority, due, item.id


def behind(item: type[QueueItem], place: Place) -> sa.ColumnElement[bool]:
    """Return whether an item comes later in the queue than this place."""
    priority, due, id = place
    later_id = item.id > id
    if due:
        at = _EPOCH + due * _TICK
        same = sa.and_(item.due_at == at, later_id)
        rest = sa.or_(item.due_at.is_(None), item.due_at > at, same)
    else:
        rest = sa.and_(item.due_at.is_(None), later_id)
    return sa.or_(item.priority < priority, sa.and_(item.priority == priority, rest))


def count(
    session: orm.Session,
    item: type[QueueItem],
    within: Sequence[Any],
    member_id: int,
    now: dt.datetime,
) -> Waiting:
    """Count the open items of each view, of those `within` these conditions."""
    is_open, awake = sa.and_(item.state == "open", *within), in_sight(item, now)
    shown = conditions(item, member_id, now)
    sums = [
        sa.func.sum(sa.case((view, 1), else_=0)) for view in (awake, *(shown[v] for v in VIEWS))
    ]
    everything, *each = (
        int(number or 0) for number in session.execute(sa.select(*sums).where(is_open)).one()
    )
    by_field = (
        sa.select(item.field, sa.func.count(item.id))
        .where(is_open, awake, item.field.is_not(None))
        .group_by(item.field)
        .order_by(item.field)
    )
    fields = {str(row[0]): int(row[1]) for row in session.execute(by_field)}
    return Waiting(everything, dict(zip(VIEWS, each, strict=True)), fields)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
