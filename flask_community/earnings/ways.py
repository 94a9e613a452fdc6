"""The two ways in which what is available leaves: as money, or as store credit; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .lifecycle import Event, State

MONEY = "money"
STORE_CREDIT = "store_credit"


@dataclass(frozen=True, slots=True)
class Way:
    """The events and states of a payout of one kind."""

    name: str
    ask: Event
    arrive: Event
    fail: Event
    waiting: State
    given: State
    told_as: str
    """Begins the kinds of its notices."""


WAYS: Mapping[str, Way] = {
    MONEY: Way(
        MONEY,
        Event.PAYOUT,
        Event.PAYOUT_SENT,
        Event.PAYOUT_FAILED,
        State.IN_PAYOUT,
        State.PAID,
        "payout",
    ),
    STORE_CREDIT: Way(
        STORE_CREDIT,
        Event.TAKE_CREDIT,
        Event.GIVE_CREDIT,
        Event.RETURN_CREDIT,
        State.STORE_CREDIT,
        State.REDEEMED,
        "credit",
    ),
}
"""Each way by its name, which a payout's row keeps.

Money is sent by a person, who says so. Store credit is put into the shop's own
books by a job; from then on those know, and not ours, when it is spent and what
comes back of an order that it paid. A refund of the friend's order after that is
debt in both cases: what was given is not fetched back.
"""

FAILED = "failed"
PAYOUT_STATES = (*(state for way in WAYS.values() for state in (way.waiting, way.given)), FAILED)
"""Where a payout can stand."""
