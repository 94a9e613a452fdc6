"""Claims about the calendar of ripening."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, strategies as st

from flask_community.earnings.month import WEEKS, weeks

TODAY = dt.date(2026, 11, 22)  # a Sunday
DAYS = st.integers(0, 400).map(lambda days: TODAY + dt.timedelta(days=days))


@given(st.sets(DAYS, min_size=1), st.integers(0, 6))
def test_the_next_day_is_in_it_and_it_is_never_long(days: set[dt.date], first: int) -> None:
    found = weeks(TODAY, days, first)
    assert 1 <= len(found) <= WEEKS
    assert min(days) in [day for week in found for day in week]
    assert all(len(week) == 7 and week[0].weekday() == first for week in found)


def test_it_begins_with_this_week_and_ends_with_the_last_day() -> None:
    found = weeks(TODAY, [dt.date(2026, 11, 26), dt.date(2026, 12, 6)], 0)
    assert (found[0][0], found[-1][-1]) == (dt.date(2026, 11, 16), dt.date(2026, 12, 6))


def test_nothing_to_come_needs_no_calendar() -> None:
    assert weeks(TODAY, [TODAY - dt.timedelta(days=1)], 0) == []
