"""How an order reaches its buyer, and what that costs."""

from __future__ import annotations

WAYS = ("courier", "pickup")
COURIER_MINOR = 1_200
FREE_FROM_MINOR = 20_000
"""From this price of the goods on, the courier costs nothing."""


def fee(way: str, goods_minor: int) -> int:
    """Return what it costs to get goods of this price."""
    return 0 if way == "pickup" or goods_minor >= FREE_FROM_MINOR else COURIER_MINOR
