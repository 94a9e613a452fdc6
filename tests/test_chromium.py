"""Which browser looks at pages, and what is said when there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import chromium


def test_the_one_that_is_named_wins() -> None:
    named = {"COMMUNITY_CHROMIUM": sys.executable}
    assert chromium.find_chromium(named) == sys.executable


def test_a_named_one_that_is_not_there_is_not_replaced_by_another() -> None:
    assert chromium.find_chromium({"COMMUNITY_CHROMIUM": "/no/such/browser"}) is None


def test_without_one_the_run_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("COMMUNITY_CHROMIUM", raising=False)
    (line,) = chromium.pytest_report_header()
    assert line.startswith("LEFT OUT")
    assert "apt-get install chromium" in line


def test_in_ci_a_missing_browser_is_an_error(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("COMMUNITY_CHROMIUM", "/no/such/browser")
    with pytest.raises(pytest.UsageError, match="browser tests"):
        chromium.pytest_configure(pytestconfig)
