"""Leaves the long proofs on MariaDB to a release: CI, half an hour on two cores, has no room."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest looks at -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        is_ours = HERE in item.path.parents and isinstance(item, pytest.Function)
        if is_ours and item.get_closest_marker("long") and "mariadb" in item.name:
            item.add_marker(pytest.mark.release)
