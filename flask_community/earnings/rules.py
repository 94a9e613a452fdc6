"""The pure rules of earning: how much, for which line and person, and in what state."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..errors import MoneyError
from ..money import FULL_BPS, check_minor, half_up, half_up_bps, largest_remainder
from .lifecycle import (
    DECIDED_BY_PERSON as DECIDED_BY_PERSON,
    STANDS_ON as STANDS_ON,
    AccountKind as AccountKind,
    Event as Event,
    Posting as Posting,
    State as State,
    balanced as balanced,
    fold as fold,
    move as move,
    next_state as next_state,
)

Cell = tuple[str, int]
"""(order line key, person): the smallest thing that earns."""


@dataclass(frozen=True, slots=True)
class LineBasis:
    """What one order line is worth to the reward. Raises MoneyError for a wrong number.

    ``basis_minor`` is the price paid for the line after discounts, without tax
    and shipping; ``rate_bps`` is basis points of it, ``flat_minor`` an amount
    for the whole line on top. A line that cost nothing earns nothing.
    """

    key: str
    basis_minor: int
    rate_bps: int = 0
    flat_minor: int = 0

    def __post_init__(self) -> None:
        for number in (self.basis_minor, self.rate_bps, self.flat_minor):
            if check_minor(number) < 0:
                raise MoneyError("Basis, rate and flat amount of a line are not negative.")
        if self.rate_bps > FULL_BPS:
            raise MoneyError(f"A rate is at most {FULL_BPS} basis points, which is 100 %.")


@dataclass(frozen=True, slots=True)
class PersonShare:
    """A person and his part of a reward, such as the basis points of an attribution.

    The weights of one reward need no fixed sum. Raises MoneyError if negative.
    """

    person: int
    weight: int

    def __post_init__(self) -> None:
        if check_minor(self.weight) < 0:
            raise MoneyError("A share of a reward is not negative.")


class CapScope(enum.StrEnum):
    """Which limit cut a reward; kept as the reason on the earning."""

    ORDER = "order"
    MEMBER = "member"
    PRODUCT = "product"
    DAY = "day"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Cap:
    """How much a limit still left, in minor units, when the order was attributed."""

    scope: CapScope
    left_minor: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a reward was computed from; later edits of a rule never reprice it."""

    lines: tuple[LineBasis, ...]
    people: tuple[PersonShare, ...]
    caps: tuple[Cap, ...] = ()


def reward_total(lines: Sequence[LineBasis]) -> int:
    """Return the reward of some lines in minor units, rounded half up once over their sum.

    half_up(sum(basis x bps + 10,000 x flat) / 10,000). Raises MoneyError if two
    lines share a key or the sum is beyond MAX_MINOR.
    """
    return check_minor(half_up_bps(sum(_by_key(lines).values())))


def apply_caps(total: int, caps: Iterable[Cap]) -> tuple[int, list[CapScope]]:
    """Return the total within all caps, and the scopes that cut it, the tightest first."""
    cutting = sorted((cap.left_minor, cap.scope) for cap in caps if cap.left_minor < total)
    capped = max(0, cutting[0][0]) if cutting else total
    return capped, [scope for _, scope in cutting]


def split_to_lines(total: int, lines: Sequence[LineBasis]) -> dict[str, int]:
    """Spread a total over lines by what each is worth; sums to it exactly, in any order."""
    return _spread(total, _by_key(lines))


def split_to_people(by_line: Mapping[str, int], people: Sequence[PersonShare]) -> dict[Cell, int]:
    """Spread each line's amount over people; every line sums exactly.

    Largest remainder, with what a person was rounded off on one line carried to
    his next: so many small lines do not add up to a loss. Amounts are zero or
    above; the order of lines and of people changes nothing. Raises MoneyError.
    """
    if len({share.person for share in people}) < len(people):
        raise MoneyError("A person has one share of a reward, not two.")
    ordered = sorted((p for p in people if p.weight), key=lambda share: share.person)
    weights = [share.weight for share in ordered]
    if any(amount < 0 for amount in by_line.values()):
        raise MoneyError("A reward is not negative; post the delta of a refund instead.")
    if any(by_line.values()) and not ordered:
        raise MoneyError("There is a reward to split, but nobody has a share in it.")
    carried = [0] * len(ordered)
    cells: dict[Cell, int] = {}
    for key in sorted(key for key, amount in by_line.items() if amount):
        parts = _carry(by_line[key], weights, carried)
        cells |= {(key, p.person): part for p, part in zip(ordered, parts, strict=True)}
    return cells


def target_for(snapshot: Snapshot, remaining: Mapping[str, int]) -> dict[Cell, int]:
    """Return what each (line, person) should hold, given the basis that remains of each line.

    Together they hold the reward of what remains, caps included, as if only
    that had been bought; but no cell holds more than it did at first, since a
    refund of one line is no new earning on another. A line left out of
    ``remaining`` is wholly taken back: ``{}`` is a full refund, its target
    empty. Cells of zero are left out. Raises MoneyError for an unknown line or
    a remainder outside zero to its basis.
    """
    worth = _remaining_worth(snapshot.lines, remaining)
    original = _cells(snapshot, _by_key(snapshot.lines))
    most = {cell: amount for cell, amount in original.items() if worth[cell[0]]}
    target = _within(_cells(snapshot, worth), most)
    return {cell: amount for cell, amount in target.items() if amount}


def refund_delta(
    snapshot: Snapshot, remaining: Mapping[str, int], credited: Mapping[Cell, int]
) -> dict[Cell, int]:
    """Return what to post per cell so that it holds its target: target - already credited.

    ``credited`` is the sum of all that was posted before, reversals included.
    It depends on what remains and not on the way there, so any partial refunds
    in any order that end in a full one net to zero, and a won dispute restores
    what a chargeback took. Cells without a change are left out. A cell may rise
    by a unit of rounding when another falls. Leave out what was rejected or
    upheld: nothing is due there.
    """
    target = target_for(snapshot, remaining)
    cells = sorted({*target, *credited})
    deltas = {cell: target.get(cell, 0) - credited.get(cell, 0) for cell in cells}
    return {cell: delta for cell, delta in deltas.items() if delta}


def payable_on(delivered_at: dt.datetime, hold_days: int) -> dt.datetime:
    """Return the first moment at which a delivered earning is available. UTC."""
    if hold_days < 0 or delivered_at.utcoffset() != dt.timedelta(0):
        raise ValueError("The hold is in whole days from a moment in UTC.")
    return delivered_at + dt.timedelta(days=hold_days)


def _cells(snapshot: Snapshot, worth: Mapping[str, int]) -> dict[Cell, int]:
    total, _ = apply_caps(check_minor(half_up_bps(sum(worth.values()))), snapshot.caps)
    return split_to_people(_spread(total, worth), snapshot.people)


def _within(cells: Mapping[Cell, int], most: Mapping[Cell, int]) -> dict[Cell, int]:
    """Cut each cell to its most and spread what was cut over the cells with room."""
    bounded = {cell: min(cells.get(cell, 0), limit) for cell, limit in most.items()}
    rooms = [most[cell] - amount for cell, amount in bounded.items()]
    cut = sum(cells.values()) - sum(bounded.values())
    extra = largest_remainder(min(cut, sum(rooms)), rooms)
    return {cell: bounded[cell] + more for cell, more in zip(bounded, extra, strict=True)}


def _worth(line: LineBasis, remaining_minor: int) -> int:
    """Return a line's reward in ten-thousandths of a minor unit, its flat part pro rata."""
    if line.basis_minor == 0:
        return 0
    flat = half_up(line.flat_minor * FULL_BPS * remaining_minor, line.basis_minor)
    return remaining_minor * line.rate_bps + flat


def _remaining_worth(lines: Sequence[LineBasis], remaining: Mapping[str, int]) -> dict[str, int]:
    unknown = set(remaining) - {line.key for line in lines}
    if unknown:
        raise MoneyError("A refund names lines that the order does not have.", lines=unknown)
    for line in lines:
        if not 0 <= check_minor(remaining.get(line.key, 0)) <= line.basis_minor:
            raise MoneyError("What remains of a line is from zero to its basis.", line=line.key)
    return _by_key(lines, remaining)


def _by_key(
    lines: Sequence[LineBasis], remaining: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return what each line is worth, by key; of its whole basis unless told what remains."""
    left = {line.key: line.basis_minor for line in lines} if remaining is None else remaining
    worth = {line.key: _worth(line, left.get(line.key, 0)) for line in lines}
    if len(worth) < len(lines):
        raise MoneyError("Two lines of an order have the same key.")
    return worth


def _spread(total: int, worth: Mapping[str, int]) -> dict[str, int]:
    keys = sorted(worth)
    shares = largest_remainder(total, [worth[key] for key in keys])
    return dict(zip(keys, shares, strict=True))


def _carry(amount: int, weights: Sequence[int], carried: list[int]) -> list[int]:
    """Split one amount, giving odd units to whom most was withheld; updates ``carried``."""
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    for index, weight in enumerate(weights):
        carried[index] += amount * weight - parts[index] * whole
    by_carried = sorted(range(len(weights)), key=lambda index: (-carried[index], index))
    for index in by_carried[: amount - sum(parts)]:
        parts[index] += 1
        carried[index] -= whole
    return parts
