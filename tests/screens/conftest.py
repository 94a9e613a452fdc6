"""Opens one browser a worker, and in it each screen in each look, once for all its tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import open_chromium, what_is_missing
from tests.effort import dealt, is_in_full
from tests.screens.listed import SCREENS, Screen
from tests.screens.looks import DIAGONAL, EVERY, Look
from tests.screens.sown import places
from tests.screens.viewer import Viewer, Visit


@pytest.fixture(scope="package")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    """Return a browser in front of the shops."""
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    run, own = Path(os.environ["COMMUNITY_TEST_RUN"]), tmp_path_factory.mktemp("shops")
    with places(run, own) as shops, open_chromium() as browser:
        viewer = Viewer(browser, shops)
        yield viewer
        viewer.close()


@pytest.fixture(scope="package")
def visit(request: pytest.FixtureRequest, viewer: Viewer) -> Iterator[Visit]:
    """Return a screen that stands open, in one look; all tests of it share one opening."""
    with viewer.open(*request.param) as visit:
        yield visit


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `visit` on every screen, in the `LOOKS` of its module or in all."""
    if "visit" in metafunc.fixturenames:
        visits = [
            pytest.param((screen, look), id=f"{screen.name}-{look.name}", marks=_marks(look))
            for look in getattr(metafunc.module, "LOOKS", EVERY)
            for screen in SCREENS
            if hasattr(metafunc.module, "LOOKS") or not _left_to_ci(screen, look)
        ]
        metafunc.parametrize("visit", visits, indirect=True, scope="package")


def _left_to_ci(screen: Screen, look: Look) -> bool:
    """Tell whether a developer's run leaves it out: of the two first looks it takes one, by name."""
    if is_in_full() or look not in DIAGONAL:
        return False
    return look != dealt(screen.name, DIAGONAL)


def _marks(look: Look) -> list[pytest.MarkDecorator]:
    return [] if look in DIAGONAL else [pytest.mark.long, pytest.mark.release]
