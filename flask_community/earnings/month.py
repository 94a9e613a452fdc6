"""The days on which rewards ripen, as the weeks of a calendar; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

WEEKS = 6
"""The longest calendar that is shown."""


def weeks(today: dt.date, days: Iterable[dt.date], first_weekday: int) -> list[list[dt.date]]:
    """Return the weeks from today to the last of `days`, WEEKS at most; [] without days.

    `first_weekday` is 0 for Monday. If nothing happens for so long that it would
    not be seen, they begin with the week of the first day instead.
    """
    due = sorted(day for day in days if day >= today)
    if not due:
        return []
    start = _week_of(today, first_weekday)
    if due[0] >= start + dt.timedelta(weeks=WEEKS):
        start = _week_of(due[0], first_weekday)
    count = min(WEEKS, (due[-1] - start).days // 7 + 1)
    return [
        [start + dt.timedelta(days=7 * week + day) for day in range(7)] for week in range(count)
    ]


def _week_of(day: dt.date, first_weekday: int) -> dt.date:
    return day - dt.timedelta(days=(day.weekday() - first_weekday) % 7)
