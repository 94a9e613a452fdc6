"""What each event makes of one earning: its new standing, and the postings; pure.

An earning is worth `credited`. Of that, `out` has left the account it stood on:
paid out, on the way there, or taken for a debt. The rest is `inside`, on the
account of its state. A refund takes what is inside first, and what is out
becomes debt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import InsufficientFunds, MoneyError
from .lifecycle import STANDS_ON, AccountKind, Event, Posting, State, move, next_state
from .ways import WAYS, Way


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one earning of a party stands, in minor units of its currency."""

    party: int
    state: State | None = None
    credited: int = 0
    out: int = 0
    back_to: State | None = None
    """The state that a cleared hold or a won dispute leads back to."""

    def __post_init__(self) -> None:
        if not 0 <= self.out <= self.credited:
            raise MoneyError("What is out of an earning is from zero to what it is worth.")

    @property
    def inside(self) -> int:
        """What still stands on the account of its state."""
        return self.credited - self.out

    @property
    def at(self) -> AccountKind:
        """The account that it stands on."""
        return STANDS_ON[self.state or State.PENDING]


@dataclass(frozen=True, slots=True)
class Step:
    """What an event makes of an earning."""

    event: Event
    after: Standing
    moves: tuple[tuple[Event, tuple[Posting, ...]], ...] = ()
    """The transactions to post, in this order."""


def paid(party: int, amount: int) -> Step:
    """The order is paid: a new earning, pending; an amount of zero posts nothing."""
    state = next_state(None, Event.ORDER_PAID)
    after = Standing(party, state, amount)
    return Step(Event.ORDER_PAID, after, _moves(Event.ORDER_PAID, amount, after))


def reduced(now: Standing, amount: int) -> Step:
    """A refund takes back `amount`, above zero and at most what it is worth."""
    if not 0 < amount <= now.credited:
        raise MoneyError("A refund takes back more than zero and at most what there is.")
    event = Event.REFUND_FULL if amount == now.credited else Event.REFUND_PART
    owed = max(0, amount - now.inside)
    state = next_state(now.state, event)
    came_from = now.state if now.state is not State.HELD else now.back_to
    is_turned = state in (State.REVERSED, State.DEBT) and now.state is not State.DEBT
    after = replace(
        now,
        state=state,
        credited=now.credited - amount,
        out=now.out - owed,
        back_to=came_from if is_turned else now.back_to,
    )
    moves = (
        *_moves(event, amount - owed, now),
        *_moves(event, owed, now, at=AccountKind.DEBT),
    )
    return Step(event, _spent(after), moves)


def recredited(now: Standing, amount: int, debt: int) -> Step:
    """A won dispute gives `amount` back; what its refund made of debt first.

    `debt` is what the party owes now, zero or above.
    """
    state = next_state(now.state, Event.RECREDIT, now.back_to)
    if STANDS_ON[state] is not AccountKind.DEBT:
        after = replace(now, state=state, credited=now.credited + amount, back_to=None)
        if state is State.HELD:
            after = replace(after, back_to=now.back_to)
        step = Step(Event.RECREDIT, after, _moves(Event.RECREDIT, amount, after))
        return _offset(step, debt) if state is State.AVAILABLE else step
    to_debt = min(amount, debt)
    after = replace(
        now,
        state=State.AVAILABLE if to_debt < amount else state,
        credited=now.credited + amount,
        out=now.out + to_debt,
        back_to=None,
    )
    moves = (
        *_moves(Event.RECREDIT, to_debt, now, at=AccountKind.DEBT),
        *_moves(Event.RECREDIT, amount - to_debt, now, at=AccountKind.AVAILABLE),
    )
    return Step(Event.RECREDIT, after, moves)


def ripened(now: Standing, debt: int) -> Step:
    """The hold after delivery is over: it is available, its party's debt taken off first."""
    after = replace(now, state=next_state(now.state, Event.HOLD_OVER))
    moves = _moves(Event.HOLD_OVER, now.inside, now)
    return _offset(Step(Event.HOLD_OVER, after, moves), debt)


def held(now: Standing) -> Step:
    """A person or a case stops what is inside until somebody decides."""
    after = replace(now, state=next_state(now.state, Event.HOLD), back_to=now.state)
    return Step(Event.HOLD, after, _moves(Event.HOLD, now.inside, now))


def cleared(now: Standing, debt: int) -> Step:
    """The decision is for the member: back to where it was."""
    state = next_state(now.state, Event.CLEAR, now.back_to)
    after = replace(now, state=state, back_to=None)
    step = Step(Event.CLEAR, after, _moves(Event.CLEAR, now.inside, after))
    return _offset(step, debt) if state is State.AVAILABLE else step


def upheld(now: Standing) -> Step:
    """The decision is against him: what is inside goes back to the shop, for good."""
    after = replace(now, state=next_state(now.state, Event.UPHOLD), credited=now.out, back_to=None)
    return Step(Event.UPHOLD, after, _moves(Event.UPHOLD, now.inside, now))


def rejected(now: Standing) -> Step:
    """It was never due: a rule was broken, and the reason is on record."""
    after = replace(now, state=next_state(now.state, Event.REJECT), credited=now.out, back_to=None)
    return Step(Event.REJECT, after, _moves(Event.REJECT, now.inside, now))


def drawn(now: Standing, amount: int, way: Way) -> Step:
    """Part of it, or all, goes into a payout; the payout posts the money."""
    if now.state is not State.AVAILABLE or not 0 < amount <= now.inside:
        raise InsufficientFunds
    after = replace(now, out=now.out + amount)
    state = State.AVAILABLE if after.inside else next_state(now.state, way.ask)
    return Step(way.ask, replace(after, state=state))


def arrived(now: Standing, way: Way) -> Step:
    """A payout that it was part of has arrived; only one that is wholly out is given."""
    state = next_state(now.state, way.arrive) if now.state is way.waiting else now.state
    return Step(way.arrive, replace(now, state=state))


def returned(now: Standing, amount: int, debt: int, way: Way) -> Step:
    """A payout failed: its part of it, as far as it was not refunded, is available again.

    What a case holds meanwhile is held; what was wholly refunded on the way is reversed.
    """
    back = min(amount, now.out)
    if not back:
        is_gone = now.state in _UNDER_WAY and not now.credited
        after = replace(now, state=State.REVERSED, back_to=State.AVAILABLE) if is_gone else now
        return Step(way.fail, after)
    after = replace(now, out=now.out - back)
    if now.state is State.HELD:
        return Step(way.fail, after, _moves(Event.HOLD, back, now, at=AccountKind.AVAILABLE))
    return _offset(Step(way.fail, replace(after, state=State.AVAILABLE, back_to=None)), debt)


_UNDER_WAY = frozenset(way.waiting for way in WAYS.values())


def _offset(step: Step, debt: int) -> Step:
    taken = min(debt, step.after.inside)
    after = _spent(replace(step.after, out=step.after.out + taken)) if taken else step.after
    moves = _moves(Event.OFFSET_DEBT, taken, step.after, at=AccountKind.AVAILABLE)
    return replace(step, after=after, moves=(*step.moves, *moves))


def _spent(after: Standing) -> Standing:
    """Call an available earning paid once all of it is out."""
    is_spent = after.state is State.AVAILABLE and after.out and not after.inside
    return replace(after, state=State.PAID) if is_spent else after


def _moves(
    event: Event, amount: int, standing: Standing, *, at: AccountKind | None = None
) -> tuple[tuple[Event, tuple[Posting, ...]], ...]:
    if not amount:
        return ()
    return ((event, move(event, amount, standing.party, at=at or standing.at)),)
