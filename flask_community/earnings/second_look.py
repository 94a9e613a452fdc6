"""When a member may have a person look again at what was decided about a reward; pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping

from ..i18n import marked
from .lifecycle import Event, State

KIND = "reward_appeal"
"""Kind of item in the moderators' queue."""

CHANCE = dt.timedelta(days=180)
"""How long after a decision one may appeal from it."""

ANSWER = dt.timedelta(days=7)
"""By when a person is to have decided an appeal."""

ALONE = dt.timedelta(days=1)
"""After so long an owner may decide on his own earlier decision: there may be no other."""

TEXT_LENGTH = 4_000

DECISIONS: Mapping[State, frozenset[Event]] = {
    State.HELD: frozenset({Event.HOLD}),
    State.REJECTED: frozenset({Event.REJECT}),
    State.REVERSED: frozenset({Event.UPHOLD, Event.REFUND_FULL}),
    State.DEBT: frozenset({Event.REFUND_PART, Event.REFUND_FULL}),
}
"""The states that one may appeal from, and the events that led there."""

STATES: Mapping[str, tuple[str, str, str]] = {
    "open": (marked("A person looks at your appeal"), "clock", "wait"),
    "granted": (marked("Your appeal was granted"), "ok", "ok"),
    "upheld": (marked("Your appeal was turned down"), "x", "warn"),
    "withdrawn": (marked("You took your appeal back"), "undo", "label"),
    "overtaken": (marked("It was decided otherwise before your appeal was"), "new", "label"),
}
"""Words, icon and tone of each state of an appeal."""


class Bar(enum.StrEnum):
    """Why a person cannot grant an appeal."""

    CASE = "case"
    """A group case holds the reward: the decision of the case lets it go, or not."""
    NOTHING = "nothing"
    """Nothing would be credited: the reward is what its order is worth."""


BARS: Mapping[Bar, str] = {
    Bar.CASE: marked(
        "A group case holds this reward. Only the decision of that case lets it go: decide the"
        " case, then answer here."
    ),
    Bar.NOTHING: marked(
        "Nothing can be credited: the shop kept nothing of this sale, or the reward is what was"
        " kept is worth. If the order itself is wrong, correct the order; the reward follows."
    ),
}


def is_in_time(decided_at: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether one may still appeal from a decision."""
    return now - decided_at <= CHANCE
