"""A member's rewards as their page shows them: figures, ways to take them, a calendar."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..i18n import formats, gettext
from ..money import to_decimal
from .letters import amount_text, payout_word
from .month import weeks
from .overview import Sums
from .rules import AccountKind, State
from .ways import FAILED, MONEY, STORE_CREDIT


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member was about to take when the shop asked him for a proof."""

    way: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class ShownBalance:
    """A member's balances in one currency, as text."""

    currency: str
    available: str
    pending: str
    held: str
    reversed: str
    debt: str
    owes: bool
    counts: Mapping[str, int]
    """How many rewards are available, held or reversed."""
    taken: Sequence[tuple[str, str]]
    """What he took so far: a word for where it stands, and how much."""
    ways: Sequence[str]
    """How he can take what is available; the first is proposed."""
    why_not: str
    """Why nothing can be taken now, or not as money; empty if all can."""
    amount: str
    """What the form proposes to take, in major units."""
    is_proved: bool
    """Whether he has come back to what he was about to take."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    on: dt.date
    is_today: bool
    amounts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ripening:
    """What becomes available when, as dates and as weeks of a calendar."""

    dates: Sequence[tuple[dt.date, str, str]]
    """Day, currency and amount, the next one first."""
    weeks: Sequence[Sequence[Day]]


def balance(
    currency: str,
    of: Mapping[AccountKind, int],
    sums: Sums,
    *,
    least: int,
    gives_credit: bool,
    wish: Wish | None,
) -> ShownBalance:
    """Return what is shown of one currency; `wish` is one in it, or None."""
    available, debt = of.get(AccountKind.AVAILABLE, 0), -of.get(AccountKind.DEBT, 0)
    ways = _ways(available, debt, least, gives_credit)
    wished = wish if wish and wish.way in ways and 0 < wish.minor <= available else None
    if wished:
        ways.sort(key=lambda way: way != wished.way)
    return ShownBalance(
        currency=currency,
        available=amount_text(available, currency),
        pending=amount_text(of.get(AccountKind.PENDING, 0), currency),
        held=amount_text(of.get(AccountKind.HELD, 0), currency),
        reversed=amount_text(-sums.reversed_minor, currency),
        debt=amount_text(debt, currency),
        owes=debt > 0,
        counts={**sums.counts, State.REVERSED.value: sums.reversed_count},
        taken=_taken(currency, sums),
        ways=ways,
        why_not=_why_not(currency, ways, debt, least),
        amount=str(to_decimal(wished.minor if wished else available, currency)),
        is_proved=wished is not None,
    )


def ripening(due: Iterable[tuple[dt.datetime, str, int]], now: dt.datetime) -> Ripening:
    """Return the calendar of what is due at which moment, in minor units of a currency."""
    fmt = formats()
    sums: Counter[tuple[dt.date, str]] = Counter()
    for on, currency, minor in due:
        sums[fmt.local_day(on), currency] += minor
    dates = [(on, currency, amount_text(n, currency)) for (on, currency), n in sums.items()]
    amounts: defaultdict[dt.date, list[str]] = defaultdict(list)
    for day, _, amount in dates:
        amounts[day].append(amount)
    today = fmt.local_day(now)
    found = weeks(today, amounts, fmt.first_weekday)
    return Ripening(
        dates, [[Day(on, on == today, amounts.get(on, ())) for on in week] for week in found]
    )


def _ways(available: int, debt: int, least: int, gives_credit: bool) -> list[str]:
    if debt > 0 or not available:
        return []
    credit = [STORE_CREDIT] if gives_credit else []
    return [*credit, MONEY] if available >= least else credit


def _why_not(currency: str, ways: Sequence[str], debt: int, least: int) -> str:
    if debt > 0:
        return gettext("Your next rewards settle first what you owe.")
    if MONEY in ways:
        return ""
    return gettext("You can cash out from %(least)s.", least=amount_text(least, currency))


def _taken(currency: str, sums: Sums) -> list[tuple[str, str]]:
    # Money and credit that are on their way are one word, and one figure.
    by_word: dict[str, int] = {}
    for state, minor in sums.taken.items():
        if state != FAILED:
            word = payout_word(state)
            by_word[word] = by_word.get(word, 0) + minor
    return [(word, amount_text(minor, currency)) for word, minor in by_word.items()]
