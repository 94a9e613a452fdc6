"""The shop's clock; only the seed turns it back."""

from __future__ import annotations

import datetime as dt


class ShopClock:
    """Returns the present in UTC, or the moment it was set to."""

    def __init__(self) -> None:
        self._moment: dt.datetime | None = None

    def __call__(self) -> dt.datetime:
        """Return the time, aware and in UTC."""
        return self._moment or dt.datetime.now(dt.UTC)

    def stand_at(self, moment: dt.datetime) -> None:
        """Stand still at a moment of the past."""
        self._moment = moment

    def run(self) -> None:
        """Show the present again."""
        self._moment = None


clock = ShopClock()
