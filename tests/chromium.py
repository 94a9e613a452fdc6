"""Finds a Chromium for tests that look at pages, and says loudly when there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""What distributions call it; COMMUNITY_CHROMIUM names another one."""

ADVICE = (
    "no Chromium is found: apt-get install chromium fonts-wqy-microhei,"
    " or name one with COMMUNITY_CHROMIUM"
)

_SWITCHES = ["--disable-gpu", "--disable-background-networking", "--disable-sync"]


def find_chromium(environ: Mapping[str, str]) -> str | None:
    """Return the path of a Chromium, or None."""
    named = environ.get("COMMUNITY_CHROMIUM")
    return next(filter(None, map(shutil.which, (named,) if named else NAMES)), None)


def what_is_missing(environ: Mapping[str, str]) -> str | None:
    """Say what keeps pages from being looked at on this machine, or nothing."""
    for package in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(package) is None:
            return f"{package} is not installed (python3 -m tests installs it)"
    return None if find_chromium(environ) else ADVICE


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open a browser without a window; the process keeps it until the end."""
    from playwright.sync_api import sync_playwright

    # Chromium's sandbox refuses to start as root, which a CI container is.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*_SWITCHES, *as_root]
        )
        yield browser
        browser.close()


# --- one run ------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to start a run of CI that could not look at pages."""
    lack = what_is_missing(os.environ)
    if lack and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"The browser tests cannot run: {lack}")


def pytest_report_header() -> list[str]:
    """Say which browser looks at pages, or loudly that none does."""
    return [_left_out() or f"browser: {find_chromium(os.environ)}"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat at the end that nobody looked at the pages."""
    if line := _left_out():
        terminalreporter.write_line(line, yellow=True, bold=True)


def _left_out() -> str | None:
    lack = what_is_missing(os.environ)
    return f"LEFT OUT: every test in a browser, because {lack}" if lack else None
