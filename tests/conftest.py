"""Gathers the test bed: databases on every lane, and how hypothesis searches."""

from __future__ import annotations

import gc
import os

from hypothesis import settings

from tests.routes import compile_routes_once

pytest_plugins = ["tests.databases", "tests.rooms", "tests.village", "tests.chromium"]

# Seconds decide nothing here. A developer's run looks for new counter-examples each
# time; CI repeats one search, so that it is red for a change and not for its luck.
settings.register_profile("ours", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ours")

# A worker holds a million objects while apps come and go by the thousand: Python's own pace
# of looking through them for cycles takes a third of a run.
gc.set_threshold(50_000, 20, 20)

compile_routes_once()
