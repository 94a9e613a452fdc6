"""How the queue reads: what kinds of items there are, how pressing one is; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ..i18n import marked

KINDS: Mapping[str, str] = {
    "complaint": marked("Complaint"),
    "case": marked("Group case"),
    "reward_appeal": marked("Reward appeal"),
}
"""Kinds of items by code; a kind of the shop's own reads as its code."""

PRIORITIES: tuple[tuple[int, str, str, str], ...] = (
    (2, marked("Urgent"), "alert", "warn"),
    (1, marked("High"), "flag", "wait"),
    (0, marked("Normal"), "chat", "accent"),
)
"""Least priority, word, icon, tone; the most pressing first."""


def priority_look(priority: int) -> tuple[str, str, str]:
    """Return word, icon and tone of a priority."""
    for least, *look in PRIORITIES:
        if priority >= least:
            return (look[0], look[1], look[2])
    return PRIORITIES[-1][1:]


def clock_tone(due_at: dt.datetime, now: dt.datetime, soon: dt.timedelta) -> str:
    """Return the tone of a date: past, near, or far."""
    if due_at <= now:
        return "warn"
    return "wait" if due_at <= now + soon else "accent"
