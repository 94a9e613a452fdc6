"""What the owner's figures span, which orders a list shows, and what presses most; pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DAYS = dt.timedelta(days=30)
"""What figures look back on, and what they are compared with."""

WEEKS = 8
"""Weeks of a chart, this one with them."""

PATHS = ("direct", "link")
"""How an order came: by itself, or through somebody's link."""

WAYS = ("link", "direct", "all")
BEGINS = ("code", "scan", "post", "link", "direct")
"""Where an order began, the first that is true: a typed code, a scanned picture, a post
that was shared, any other link, none."""

FATES = ("kept", "returned")
"""What became of an order: nothing of it has gone back, or something has."""

WHEN = ("ever", "month", "before", "settled")
"""Placed at any time, in the last 30 days, in the 30 before; or delivered, with the hold
over within the last 30 days."""


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span of time."""

    since: dt.datetime
    until: dt.datetime


def month(now: dt.datetime) -> Period:
    """Return the last 30 days."""
    return Period(now - DAYS, now)


def before(now: dt.datetime) -> Period:
    """Return the 30 days before the last 30."""
    return Period(now - 2 * DAYS, now - DAYS)


def settled(now: dt.datetime, hold_days: int) -> Period:
    """Return when an order was delivered whose hold ended within the last 30 days."""
    hold = dt.timedelta(days=hold_days)
    return Period(now - hold - DAYS, now - hold)


def week_of(day: dt.date, zone: dt.tzinfo) -> Period:
    """Return the week, Monday to Sunday in the shop's time zone, that holds this day."""
    monday = day - dt.timedelta(days=day.weekday())
    ends = (monday, monday + dt.timedelta(days=7))
    since, until = (dt.datetime.combine(one, dt.time(), zone).astimezone(dt.UTC) for one in ends)
    return Period(since, until)


def weeks(now: dt.datetime, zone: dt.tzinfo) -> list[tuple[dt.date, Period]]:
    """Return the last WEEKS weeks, each by its Monday, the earliest first."""
    today = now.astimezone(zone).date()
    monday = today - dt.timedelta(days=today.weekday())
    mondays = [monday - dt.timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [(one, week_of(one, zone)) for one in mondays]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which paid orders a list shows; what is None is not asked for."""

    path: str | None = None
    """A value of PATHS."""
    when: str = "ever"
    fate: str | None = None
    begin: str | None = None
    week: dt.date | None = None
    """A day of the week in which they were placed."""


RANKS = (
    "overdue",
    "case",
    "appeals",
    "unanswered",
    "payouts",
    "fault",
    "newcomers",
    "posts",
    "products",
    "advice",
    "opening",
)
"""Codes of tasks, the most pressing first: promises, then people, then the set-up."""

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def pressing(code: str, due_at: dt.datetime | None) -> tuple[int, dt.datetime]:
    """Return what tasks are sorted by: the rank of their code, then what is due first."""
    return RANKS.index(code), due_at or _NEVER
