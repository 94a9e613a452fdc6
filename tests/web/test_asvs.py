"""The table of ASVS requirements names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GATE = """
    1.2.1 1.2.2 1.2.4 1.2.10 1.3.5 1.3.6 1.4.2 2.2.1 2.2.2 2.3.1 2.3.2 2.3.3 2.3.4 2.4.1
    3.3.1 3.3.2 3.3.4 3.4.4 3.5.1 3.5.2 3.5.3 3.7.2 4.1.3 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1
    9.1.1 9.2.1 9.2.2 11.4.1 11.5.1 14.2.1 14.3.2 15.3.1 15.3.3 15.4.2 16.3.3 16.5.3
"""
ROWS = dict(
    re.findall(
        r"^\| ([\d.]+) \|.*\| ([^|]+) \|$", (ROOT / "docs" / "asvs.md").read_text("utf-8"), re.M
    )
)


def test_all_forty_requirements_have_a_row() -> None:
    assert list(ROWS) == GATE.split()


@pytest.mark.parametrize("number", ROWS)
def test_a_row_names_tests_that_there_are_or_the_issue_that_brings_them(number: str) -> None:
    proofs = ROWS[number].split(", ")
    for proof in proofs:
        if re.fullmatch(r"issue [4-9]\+?", proof):
            continue
        file, _, name = proof.strip("`").partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M), proof
