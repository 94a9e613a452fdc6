"""A tea shop on SQLite, opened anew for each test that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.shops import Shop, open_shop

Open = Callable[..., Shop]
"""Takes settings, returns the shop, open until the test ends."""


@pytest.fixture
def open_with(sqlite_url: str) -> Iterator[Open]:
    """Return a function that opens the shop with some settings."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(open_shop(sqlite_url, **settings))


@pytest.fixture
def any_shop(database_url: str) -> Iterator[Shop]:
    """Return the shop on each database."""
    with open_shop(database_url) as opened:
        yield opened


@pytest.fixture
def shop(open_with: Open) -> Shop:
    """Return the shop as it is without settings."""
    return open_with()
