"""Gives tests of orders an open shop on every lane."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from .bench import BINDING, Bench, Purchase


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    """Return the shop, open on an empty database."""
    opened = Bench(database_url)
    yield opened
    Purchase.fault = None
    opened.close()


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the shop's watch away, so that only calls tell of its orders."""
    host = dataclasses.replace(BINDING.host, watch=None)
    monkeypatch.setattr(BINDING, "host", host)
