"""What every model of the shop shares: its money and its time."""

from __future__ import annotations

import datetime as dt

from ..clock import clock

CURRENCY = "CNY"


def now() -> dt.datetime:
    """Return the present as the shop stores it: UTC without a zone."""
    return clock().replace(tzinfo=None)
