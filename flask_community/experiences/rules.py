"""What a reaction weighs, where a post ranks, and what became of a purchase."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

TITLE_LENGTH = 140
BODY_LENGTH = 10_000

KINDS = ("useful", "fun", "touching", "profitable")
"""Reactions, the highest first: profit comes last."""

TABS = ("useful", "fun", "touching", "new")
"""Ways to read a community. There is none by profit."""

STAFF = frozenset({"owner", "lead"})
"""Who speaks for the shop: what they post and like weighs nothing."""

COLD_START_TRUST = 500_000
"""Trust in an author of whom nothing is known, in millionths.

The middle of the scale: it puts every new author at the same start until trust
is learnt from evidence, and then gives way to the mean of the shop's own data.
"""

UNVOUCHED = 1.0
"""Vouching score times number of vouched members, where nobody is vouched for yet."""

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Day 0 of every rank. It only keeps the numbers small; moving it needs a re-rank."""

OWN_LINE, OTHER_LINE, NO_LINE, NO_WEIGHT = 1000, 300, 100, 0

_MICRO = 1_000_000


@dataclass(frozen=True)
class Tally:
    """Summed weight of those whose highest reaction is each kind, in thousandths."""

    useful: int = 0
    fun: int = 0
    touching: int = 0
    profitable: int = 0


def proof(*, has_line: bool, buys_here: bool, gains: bool = False) -> int:
    """Return the weight of a voice on a product by proof of purchase, in thousandths.

    1000 if the product was delivered to him, 300 if something else was, 100 if
    nothing; 0 for one who gains, such as staff and the seller.
    """
    if gains:
        return NO_WEIGHT
    return OWN_LINE if has_line else OTHER_LINE if buys_here else NO_LINE


def reaction_weight(proof: int, vouch: float = UNVOUCHED) -> int:
    """Return what one reaction adds, in thousandths; `vouch` is v·M, kept in 0.05 to 3."""
    return round(min(max(vouch, 0.05), 3.0) * proof)


def higher_than(kind: str) -> tuple[str, ...]:
    """Return the kinds that outdo `kind` when one member gives both."""
    return KINDS[: KINDS.index(kind)]


def tally(reactions: Iterable[tuple[int, str, int]]) -> Tally:
    """Return the sums of a post's (member id, kind, weight) reactions, in whatever order.

    Only a member's highest kind counts.
    """
    highest: dict[int, tuple[str, int]] = {}
    for member_id, kind, weight in reactions:
        if member_id not in highest or kind in higher_than(highest[member_id][0]):
            highest[member_id] = kind, weight
    sums = dict.fromkeys(KINDS, 0)
    for kind, weight in highest.values():
        sums[kind] += weight
    return Tally(**sums)


def rank(
    tally: Tally, *, trust: int, proof: int, published_at: dt.datetime, nth: int, flags: int = 0
) -> int:
    """Return the place of a post in a feed, in millionths of a day; higher is earlier.

    `trust` (of the author in the post's field) is in millionths, `proof` in
    thousandths, `nth` counts the author's posts here within 24 hours from 1.

        Q    = 4·useful + 3·fun + 2·touching
        S    = 4·trust·proof + Q + min(profitable, Q/4)
        rank = log2(1 + S) + days since EPOCH − log2(nth) − flags

    Nothing in it changes as time goes by. Sums are taken in integers, so that
    the same reactions give the same rank to the last bit, in any order.
    """
    quality = 4 * tally.useful + 3 * tally.fun + 2 * tally.touching
    profit = min(4 * tally.profitable, quality)
    billionths = 4 * trust * proof + quality * _MICRO + profit * (_MICRO // 4)
    lift = math.log2(1 + billionths / 10**9) - math.log2(nth)
    days = (published_at - EPOCH) // dt.timedelta(microseconds=86_400)
    return round(lift * _MICRO) + days - flags * _MICRO


def fate(*, state: str, paid_minor: int, returned_minor: int) -> str:
    """Return what became of an order line: `kept`, `returned`, `refunded`, `partly_refunded`.

    `state` is the order's. A cancelled order counts as returned, one charged
    back as refunded.
    """
    if state == "cancelled":
        return "returned"
    if state == "charged_back" or 0 < paid_minor <= returned_minor:
        return "refunded"
    return "partly_refunded" if returned_minor > 0 else "kept"
