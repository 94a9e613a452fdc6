"""The shop of `bed.py` on an empty database of each lane."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .bed import Bed


@pytest.fixture
def bed(database_url: str) -> Iterator[Bed]:
    """Return the shop; the test runs on each lane."""
    made = Bed(database_url)
    yield made
    made.engine.dispose()
