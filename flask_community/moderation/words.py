"""How the queue reads: what kinds of items there are, how pressing one is; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ..i18n import marked, ngettext

KINDS: Mapping[str, str] = {
    "complaint": marked("Complaint"),
    "case": marked("Group case"),
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


LEFT: Mapping[str, str] = {
    "changed": marked("it changed meanwhile, or somebody else holds it"),
    "due": marked("it is due before then"),
    "gone": marked("it is no longer yours to decide"),
    "kind": marked("this cannot be done with it"),
    "theirs": marked("it is not theirs to decide"),
}
"""Why an item was left as it is; anything else is a sentence already."""

NOTICES = {
    "desk.assigned": (
        marked("Given to you at the desk: %(count)s"),
        marked("%(by)s asks you to decide. You hold it for eight hours."),
    )
}
"""Subject and body by kind, for `NoticeService`."""


def deed_words(verb: str, count: int, *, undone: bool) -> str:
    """Return what was done, as a sentence."""
    if undone:
        return ngettext("%(n)s item is as it was.", "%(n)s items are as they were.", count)
    if verb == "take":
        return ngettext("%(n)s item is yours now.", "%(n)s items are yours now.", count)
    if verb == "release":
        return ngettext("%(n)s item is free again.", "%(n)s items are free again.", count)
    if verb == "assign":
        return ngettext("%(n)s item assigned.", "%(n)s items assigned.", count)
    if verb == "snooze":
        return ngettext("%(n)s item snoozed.", "%(n)s items snoozed.", count)
    if verb == "wake":
        return ngettext("%(n)s item is back.", "%(n)s items are back.", count)
    return ngettext("Done with %(n)s item.", "Done with %(n)s items.", count)
