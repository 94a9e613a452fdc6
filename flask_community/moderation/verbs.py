"""What can be done with chosen items: by the queue itself, and by the slices above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..communities.rules import Remit
from .models import QueueItem

CLAIM = dt.timedelta(minutes=30)
"""How long a moderator holds an item before others may take it."""

SHIFT = dt.timedelta(hours=8)
"""How long one holds what another moderator gave him."""

UNDO = dt.timedelta(minutes=10)
"""How long a deed can be undone."""

SNOOZES = (1, 4, 24, 72)
"""For how many hours an item may be put out of sight."""

MOST = 100
"""How many items one deed takes."""

OWN = ("take", "release", "assign", "snooze", "wake")
"""Verbs of the queue itself; slices above add theirs."""


@dataclass(frozen=True)
class Chosen:
    """An item as it was shown to who chose it."""

    id: int
    version: int


@dataclass(frozen=True)
class Wish:
    """What a verb needs to know beside the items."""

    member: int | None = None
    """To whom."""
    hours: int | None = None
    """For how long."""
    into: int | None = None
    """Into which other subject."""
    text: str | None = None
    """What to say."""


NO_WISH = Wish()


@dataclass(frozen=True)
class Verb:
    """What a slice above lets moderators do with many items of one kind.

    `check` raises Refused, and writes nothing, where `do` would refuse; `do`
    returns what `undo` needs, nothing personal. Without `undo` it is for good.
    """

    kind: str
    needs: str
    """Name of the field of Wish that it cannot do without."""
    check: Callable[[Remit, QueueItem, Wish], object]
    do: Callable[[Remit, QueueItem, Wish], dict[str, Any]]
    undo: Callable[[Remit, QueueItem, Mapping[str, Any]], object] | None = None


Verbs = Callable[[], Mapping[str, Verb]]

Result = dict[str, Any]
"""What became of one item."""

NEEDS = {"assign": "member", "snooze": "hours"}
"""What verbs of the queue cannot do without."""
