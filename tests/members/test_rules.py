"""Claims about preferences and quiet hours."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from flask_community.errors import Refused
from flask_community.members.rules import Preferences

ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia")
MINUTES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def night(zone: str | None = None) -> Preferences:
    return Preferences(zone=zone, quiet_from=dt.time(22), quiet_until=dt.time(8))


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, 2, hour, minute, tzinfo=dt.UTC)


def test_a_night_is_quiet_on_both_sides_of_midnight() -> None:
    assert night().quiet_end(at(23)) == at(8) + dt.timedelta(days=1)
    assert night().quiet_end(at(1)) == at(8)


def test_the_hours_begin_inclusive_and_end_exclusive() -> None:
    assert night().quiet_end(at(21, 59)) is None
    assert night().quiet_end(at(22)) is not None
    assert night().quiet_end(at(7, 59)) == at(8)
    assert night().quiet_end(at(8)) is None


def test_quiet_hours_are_those_of_his_zone() -> None:
    assert night("Asia/Shanghai").quiet_end(at(15)) == at(0) + dt.timedelta(days=1)
    assert night("Asia/Shanghai").quiet_end(at(1)) is None


def test_an_afternoon_nap_ends_the_same_day() -> None:
    nap = Preferences(quiet_from=dt.time(13), quiet_until=dt.time(15))
    assert nap.quiet_end(at(14)) == at(15)
    assert nap.quiet_end(at(16)) is None


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert Preferences().quiet_end(at(3)) is None


@settings(deadline=None)  # the first look into a zone reads its file
@given(
    st.integers(0, 60 * 24 * 730).map(lambda minutes: at(0) + dt.timedelta(minutes=minutes)),
    st.lists(MINUTES, min_size=2, max_size=2, unique=True),
    st.sampled_from(ZONES),
)
def test_quiet_hours_end_later_but_within_25_hours(
    now: dt.datetime, hours: list[dt.time], zone: str
) -> None:
    end = Preferences(zone=zone, quiet_from=hours[0], quiet_until=hours[1]).quiet_end(now)
    assert end is None or now < end <= now + dt.timedelta(hours=25)


def test_in_the_hour_that_comes_twice_the_end_is_still_ahead() -> None:
    wish = Preferences(zone="Europe/Berlin", quiet_from=dt.time(1), quiet_until=dt.time(2, 30))
    second_time = dt.datetime(2026, 10, 25, 1, 10, tzinfo=dt.UTC)
    assert second_time.astimezone(zoneinfo.ZoneInfo("Europe/Berlin")).fold == 1
    assert wish.quiet_end(second_time) == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "wish",
    [
        {"zone": "Mars/Base"},
        {"zone": "../etc/passwd"},
        {"zone": ""},
        {"locale": "<b>"},
        {"locale": "a" * 30},
        {"quiet_from": dt.time(22)},
        {"quiet_until": dt.time(8)},
        {"quiet_from": dt.time(8), "quiet_until": dt.time(8)},
    ],
)
def test_what_cannot_be_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        Preferences(**wish)


@pytest.mark.parametrize("locale", ["de", "zh_Hans", "zh-Hant-TW", "pt_BR"])
def test_a_language_tag_is_taken(locale: str) -> None:
    assert Preferences(locale=locale).locale == locale
