"""The states of an earning and the ledger postings that each event makes; pure.

One sign convention: a posting's amount is added to its account. What the shop
owes or has given a member is above zero on his accounts, and the shop's cost is
the same amount below zero on ``shop:expense``, so all accounts of a currency
sum to zero. ``member:debt`` alone goes below zero for a member: at -500 he owes
500. What was discharged counts up on ``member:paid`` and ``shop:redeemed``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import Conflict, MoneyError
from ..money import check_minor


class State(enum.StrEnum):
    """Where an earning stands."""

    PENDING = "pending"
    HELD = "held"
    AVAILABLE = "available"
    IN_PAYOUT = "in_payout"
    PAID = "paid"
    DEBT = "debt"
    """Paid, then refunded in part or whole: the member owes the difference."""
    STORE_CREDIT = "store_credit"
    """Taken as store credit; the shop has not said yet that its books hold it."""
    REDEEMED = "redeemed"
    """Handed over: the shop's own books hold it, and they know when it is spent."""
    REJECTED = "rejected"
    REVERSED = "reversed"


class Event(enum.StrEnum):
    """What happens to an earning, or to the balance it has become part of."""

    ORDER_PAID = "order_paid"
    HOLD_OVER = "hold_over"
    HOLD = "hold"
    """A risk signal, a group complaint or a dispute; the reason is on record."""
    CLEAR = "clear"
    UPHOLD = "uphold"
    REJECT = "reject"
    REFUND_PART = "refund_part"
    REFUND_FULL = "refund_full"
    RECREDIT = "recredit"
    """A won dispute, or the rounding of what remains, gives back."""
    PAYOUT = "payout"
    PAYOUT_SENT = "payout_sent"
    PAYOUT_FAILED = "payout_failed"
    TAKE_CREDIT = "take_credit"
    GIVE_CREDIT = "give_credit"
    """The shop has put it into its own books: ours are done with it."""
    RETURN_CREDIT = "return_credit"
    """The shop will never give it."""
    OFFSET_DEBT = "offset_debt"
    WRITE_OFF = "write_off"
    GIVE_TO_FUND = "give_to_fund"


class AccountKind(enum.StrEnum):
    """The accounts of the ledger; a member's are kept per party, the others once."""

    EXPENSE = "shop:expense"
    PENDING = "member:pending"
    HELD = "member:held"
    AVAILABLE = "member:available"
    IN_PAYOUT = "member:in_payout"
    PAID = "member:paid"
    DEBT = "member:debt"
    STORE_CREDIT = "member:store_credit"
    REDEEMED = "shop:redeemed"
    WRITEOFF = "shop:writeoff"
    FUND = "fund:community"

    @property
    def is_members(self) -> bool:
        """Whether each party has an account of this kind."""
        return self.value.startswith("member:")


DECIDED_BY_PERSON = frozenset({Event.CLEAR, Event.UPHOLD, Event.WRITE_OFF})
"""Events that need a recorded decision of a person, or of the case he decided."""

_REDUCIBLE = (State.PENDING, State.HELD, State.AVAILABLE)
_UNDER_WAY = (State.IN_PAYOUT, State.STORE_CREDIT)
_GIVEN = (State.PAID, State.REDEEMED)

TRANSITIONS: Mapping[tuple[State | None, Event], State] = {
    (None, Event.ORDER_PAID): State.PENDING,
    (State.PENDING, Event.HOLD_OVER): State.AVAILABLE,
    (State.PENDING, Event.HOLD): State.HELD,
    (State.AVAILABLE, Event.HOLD): State.HELD,
    (State.HELD, Event.UPHOLD): State.REVERSED,
    (State.PENDING, Event.REJECT): State.REJECTED,
    (State.HELD, Event.REJECT): State.REJECTED,
    (State.AVAILABLE, Event.PAYOUT): State.IN_PAYOUT,
    (State.IN_PAYOUT, Event.PAYOUT_SENT): State.PAID,
    (State.IN_PAYOUT, Event.PAYOUT_FAILED): State.AVAILABLE,
    (State.AVAILABLE, Event.TAKE_CREDIT): State.STORE_CREDIT,
    (State.STORE_CREDIT, Event.GIVE_CREDIT): State.REDEEMED,
    (State.STORE_CREDIT, Event.RETURN_CREDIT): State.AVAILABLE,
    **{(state, Event.REFUND_PART): state for state in _REDUCIBLE},
    **{(state, Event.REFUND_FULL): State.REVERSED for state in _REDUCIBLE},
    **{(state, Event.RECREDIT): state for state in (*_REDUCIBLE, *_UNDER_WAY, *_GIVEN)},
    # The sum of a payout under way is never changed: its refund becomes debt.
    **{(state, Event.REFUND_PART): state for state in _UNDER_WAY},
    **{(state, Event.REFUND_FULL): state for state in _UNDER_WAY},
    **{(state, Event.REFUND_PART): State.DEBT for state in (*_GIVEN, State.DEBT)},
    **{(state, Event.REFUND_FULL): State.DEBT for state in (*_GIVEN, State.DEBT)},
}
"""Where an event leads from a state; what is in neither this nor RETURNS is illegal."""

RETURNS: Mapping[tuple[State | None, Event], frozenset[State]] = {
    (State.HELD, Event.CLEAR): frozenset({State.PENDING, State.AVAILABLE}),
    (State.REVERSED, Event.RECREDIT): frozenset(_REDUCIBLE),
    (State.DEBT, Event.RECREDIT): frozenset({*_GIVEN, State.DEBT}),
}
"""Events that lead back to the state an earning came from, and which that may be."""

STANDS_ON: Mapping[State, AccountKind] = {
    State.PENDING: AccountKind.PENDING,
    State.HELD: AccountKind.HELD,
    State.AVAILABLE: AccountKind.AVAILABLE,
    State.IN_PAYOUT: AccountKind.DEBT,
    State.STORE_CREDIT: AccountKind.DEBT,
    State.PAID: AccountKind.DEBT,
    State.DEBT: AccountKind.DEBT,
    State.REDEEMED: AccountKind.DEBT,
}
"""The account that a refund is taken from and a re-credit goes to, by state. What has
left our books, as money or as store credit, is not fetched back: it is owed."""


def next_state(state: State | None, event: Event, back_to: State | None = None) -> State:
    """Return the state after an event, or raise Conflict if it may not happen now.

    ``back_to`` is the state that was remembered at a hold or a refund. An
    earning reversed by decision remembers none, so nothing credits it again.
    """
    if (after := TRANSITIONS.get((state, event))) is not None:
        return after
    if back_to is not None and back_to in RETURNS.get((state, event), ()):
        return back_to
    raise Conflict(state=state, event=event)


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg of a transaction, in minor units of the transaction's currency.

    Raises MoneyError for an amount of zero, and for a party on a shop's
    account or none on a member's.
    """

    account_kind: AccountKind
    party: int | None
    amount: int

    def __post_init__(self) -> None:
        if check_minor(self.amount) == 0:
            raise MoneyError("A posting of zero says nothing; leave it out.")
        if (self.party is not None) is not self.account_kind.is_members:
            raise MoneyError("A member's account names its party, and no other does.")


def balanced(postings: Iterable[Posting]) -> bool:
    """Tell whether postings make a transaction: two legs at least, and a sum of zero."""
    legs = list(postings)
    return len(legs) >= 2 and sum(leg.amount for leg in legs) == 0


def fold(entries: Iterable[Posting]) -> dict[tuple[AccountKind, int | None], int]:
    """Return the balance of each (account kind, party) from entries of one currency."""
    balances: dict[tuple[AccountKind, int | None], int] = {}
    for entry in entries:
        key = entry.account_kind, entry.party
        balances[key] = balances.get(key, 0) + entry.amount
    return balances


def move(
    event: Event, amount: int, party: int, *, at: AccountKind | None = None
) -> tuple[Posting, Posting]:
    """Return the two postings by which an event moves ``amount`` (above zero) of a party.

    ``at`` says on which account the earning stands, or returns to, for the
    events that have a choice: see MOVES and STANDS_ON. Raises MoneyError for an
    amount that is not above zero, Conflict for an account the event cannot touch.
    """
    if check_minor(amount) <= 0:
        raise MoneyError("An event moves an amount above zero; its direction is in the event.")
    source, target = (_choose(event, side, at) for side in MOVES[event])
    return _leg(source, party, -amount), _leg(target, party, amount)


def _choose(event: Event, side: frozenset[AccountKind], at: AccountKind | None) -> AccountKind:
    if len(side) == 1:
        return next(iter(side))
    if at is None or at not in side:
        raise Conflict(event=event, account=at)
    return at


def _leg(kind: AccountKind, party: int, amount: int) -> Posting:
    return Posting(kind, party if kind.is_members else None, amount)


def _of(*kinds: AccountKind) -> frozenset[AccountKind]:
    return frozenset(kinds)


_A = AccountKind
_STANDING = frozenset(STANDS_ON.values())

MOVES: Mapping[Event, tuple[frozenset[AccountKind], frozenset[AccountKind]]] = {
    Event.ORDER_PAID: (_of(_A.EXPENSE), _of(_A.PENDING)),
    Event.HOLD_OVER: (_of(_A.PENDING), _of(_A.AVAILABLE)),
    Event.HOLD: (_of(_A.PENDING, _A.AVAILABLE), _of(_A.HELD)),
    Event.CLEAR: (_of(_A.HELD), _of(_A.PENDING, _A.AVAILABLE)),
    Event.UPHOLD: (_of(_A.HELD), _of(_A.EXPENSE)),
    Event.REJECT: (_of(_A.PENDING, _A.HELD), _of(_A.EXPENSE)),
    Event.REFUND_PART: (_STANDING, _of(_A.EXPENSE)),
    Event.REFUND_FULL: (_STANDING, _of(_A.EXPENSE)),
    Event.RECREDIT: (_of(_A.EXPENSE), _STANDING),
    Event.PAYOUT: (_of(_A.AVAILABLE), _of(_A.IN_PAYOUT)),
    Event.PAYOUT_SENT: (_of(_A.IN_PAYOUT), _of(_A.PAID)),
    Event.PAYOUT_FAILED: (_of(_A.IN_PAYOUT), _of(_A.AVAILABLE)),
    Event.TAKE_CREDIT: (_of(_A.AVAILABLE), _of(_A.STORE_CREDIT)),
    Event.GIVE_CREDIT: (_of(_A.STORE_CREDIT), _of(_A.REDEEMED)),
    Event.RETURN_CREDIT: (_of(_A.STORE_CREDIT), _of(_A.AVAILABLE)),
    Event.OFFSET_DEBT: (_of(_A.AVAILABLE), _of(_A.DEBT)),
    Event.WRITE_OFF: (_of(_A.WRITEOFF), _of(_A.DEBT)),
    Event.GIVE_TO_FUND: (_of(_A.AVAILABLE), _of(_A.FUND)),
}
"""The accounts an event takes from and gives to; where a side names several, the
caller says which one."""
