"""A shop whose API is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rest.callers import Caller, TokenShop, open_token_shop
from tests.shops import Shop, open_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return the tea shop with its pages, on SQLite."""
    with open_shop(sqlite_url) as opened:
        yield opened


@pytest.fixture
def token_shop(database_url: str) -> Iterator[TokenShop]:
    """Return the shop for apps, on each lane."""
    with open_token_shop(database_url) as opened:
        yield opened


@pytest.fixture
def ann(token_shop: TokenShop) -> Caller:
    """Return Ann with her app."""
    return Caller(token_shop, token_shop.user("ann"))
