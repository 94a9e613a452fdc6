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


@dataclass(frozen=True)
class Waiting:
    """How many open items each view holds."""

    all: int
    mine: int
    free: int
    soon: int
    groups: int
    """Group cases."""
    fields: Mapping[str, int]
    """By field, those without one left out."""


def held_by(item: type[QueueItem], member_id: int, now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether a member holds an item right now."""
    return sa.and_(item.claimed_by == member_id, item.claimed_until > now)


def nobody_holds(item: type[QueueItem], now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether nobody holds an item."""
    return sa.or_(item.claimed_by.is_(None), item.claimed_until <= now)


def due_soon(item: type[QueueItem], now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return whether an item is due within SOON, or overdue."""
    return item.due_at <= now + SOON


def wanted(
    item: type[QueueItem],
    now: dt.datetime,
    field: str | None,
    holder: int | None,
    *,
    free: bool,
    soon: bool,
    groups: bool,
) -> list[sa.ColumnElement[bool]]:
    """Return what an item must be to be shown: of a field, held, free, due soon, a case."""
    asked = [
        (field is not None, item.field == field),
        (holder is not None, held_by(item, holder or 0, now)),
        (free, nobody_holds(item, now)),
        (soon, due_soon(item, now)),
        (groups, item.kind == GROUP),
    ]
    return [condition for is_asked, condition in asked if is_asked]


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
    is_open = sa.and_(item.state == "open", *within)
    views = (
        held_by(item, member_id, now),
        nobody_holds(item, now),
        due_soon(item, now),
        item.kind == GROUP,
    )
    sums = [sa.func.sum(sa.case((view, 1), else_=0)) for view in views]
    counts = session.execute(sa.select(sa.func.count(item.id), *sums).where(is_open)).one()
    by_field = (
        sa.select(item.field, sa.func.count(item.id))
        .where(is_open, item.field.is_not(None))
        .group_by(item.field)
        .order_by(item.field)
    )
    everything, mine, unheld, soon, groups = (int(number or 0) for number in counts)
    fields = {str(row[0]): int(row[1]) for row in session.execute(by_field)}
    return Waiting(everything, mine, unheld, soon, groups, fields)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
