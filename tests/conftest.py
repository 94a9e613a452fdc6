"""Gathers the test bed: databases on every lane, and how hypothesis searches."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.routes import compile_routes_once

pytest_plugins = ["tests.databases", "tests.rooms", "tests.village", "tests.chromium"]

# Seconds decide nothing here. A developer's run looks for new counter-examples each
# time; CI repeats one search, so that it is red for a change and not for its luck.
settings.register_profile("ours", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ours")

compile_routes_once()
