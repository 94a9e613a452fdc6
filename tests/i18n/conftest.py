"""A shop that speaks both languages; which database it has does not matter here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.i18n.foreign import Foreign, open_foreign_town
from tests.shops import Shop, open_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return an empty shop."""
    with open_shop(sqlite_url) as shop:
        yield shop


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    """Return the town that speaks a language made up."""
    with open_foreign_town(tmp_path_factory.mktemp("foreign")) as foreign:
        yield foreign
