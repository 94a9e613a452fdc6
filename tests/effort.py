"""How much of itself the suite does: all of it in CI and before a release, a share of it else.

Only the standard library: the launcher needs it before there is a `.venv`.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from typing import TypeVar

One = TypeVar("One")

IN_FULL = "COMMUNITY_TEST_IN_FULL"
"""Set for a release: what repeats itself is repeated as often as in CI."""

WORKERS = max(4, os.cpu_count() or 1)
"""Half of the time one waits, for a database or for a browser."""


def is_in_full() -> bool:
    """Tell whether proofs are repeated, and screens looked at, as often as they can be."""
    return bool(os.environ.get("CI") or os.environ.get(IN_FULL))


def dealt(name: str, hands: Sequence[One]) -> One:
    """Return the one of the hands that a test of this name is dealt to, always the same."""
    return hands[zlib.crc32(name.encode()) % len(hands)]
