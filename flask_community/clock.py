"""The one source of time, so that a test or a replay can hold it still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Returns the present as an aware UTC datetime."""


def utcnow() -> dt.datetime:
    """Return the present in UTC, the clock of a running shop."""
    return dt.datetime.now(dt.UTC)
