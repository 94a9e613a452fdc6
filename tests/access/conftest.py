"""One world for all tests of a worker: each test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.world import World


@pytest.fixture(scope="session")
def _one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(f"sqlite:///{tmp_path_factory.mktemp('access')}/world.sqlite3")
    yield made
    made.close()


@pytest.fixture
def world(_one_world: World) -> Iterator[World]:
    """Return the world, on SQLite; what the test changes is put back."""
    yield _one_world
    _one_world.put_back()
