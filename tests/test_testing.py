"""What a shop's own tests are given."""

from __future__ import annotations

import datetime as dt

import pytest

from flask_community.testing import FrozenClock, stop_clock
from tests.shops import open_shop

NOON = dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)


def test_a_shop_stops_the_clock_of_an_app_that_is_made_already(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as shop:
        clock = stop_clock(shop.app, NOON)
        clock.forward(days=1)
        member_id = shop.member_id(shop.user("mei"))
        joined = shop.services().members.get(member_id).joined_at
    assert joined == NOON + dt.timedelta(days=1)


def test_a_clock_wants_to_know_its_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        FrozenClock(NOON.replace(tzinfo=None))
