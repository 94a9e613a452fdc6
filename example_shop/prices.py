"""Prices as people write and read them; inside they are whole minor units."""

from __future__ import annotations

import re
from decimal import Decimal


def price(minor: int) -> str:
    """Return an amount of minor units as customers read it: ¥168, ¥52.80."""
    sign, whole = "-" if minor < 0 else "", minor % 100 == 0
    return f"{sign}¥{Decimal(abs(minor)).scaleb(-2):,.{0 if whole else 2}f}"


def read_price(text: str) -> int:
    """Return the minor units of an amount like 12.50; raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", text):
        raise ValueError("not a number like 12.50")
    return int(Decimal(text).scaleb(2))
