"""Ann's stall on an empty database of each lane, its books checked at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.shops import open_shop
from tests.stall import Stall


@pytest.fixture
def stall(database_url: str) -> Iterator[Stall]:
    """Return the stall; the test runs on each lane."""
    with open_shop(database_url) as shop:
        made = Stall(shop)
        yield made
        shop.session.rollback()
        assert made.earnings.verify() == []
