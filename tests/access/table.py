"""Reads who may do what from the one place where it stands: docs/access.md."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from tests.access.seed import ROLES

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


@functools.cache
def table() -> dict[str, dict[str, str]]:
    """Return the answer to each role, by the name of each rule."""
    found: dict[str, dict[str, str]] = {}
    for _, rules, *answers in _rows():
        for name in re.findall(r"`([^`]+)`", rules):
            assert name not in found, f"{name} stands in two rows"
            found[name] = dict(zip(ROLES, answers, strict=True))
    return found


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head, *rows = [row for row in cells if len(row) == len(ROLES) + 2]
    assert tuple(head[2:]) == ROLES
    return rows
