"""Keeps who does what on which day, and lets the days pass."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from functools import partial

from ..clock import clock

MORNING, EVENING = 60, 900
"""Minutes of a day, in UTC, between which things happen: nine to eleven at night in Shanghai."""


class Diary:
    """Acts by their moment. What happens may write further acts into it, of the same day or later."""

    def __init__(self, today: dt.date) -> None:
        self.midnight = dt.datetime.combine(today, dt.time(0), dt.UTC)
        self._acts: list[tuple[int, int, int, partial[object]]] = []
        self._written = 0

    def on(self, days: int, act: Callable[..., object], *given: object, at: int = 120) -> None:
        """Plan an act for so many days before today, at a minute of it; nothing is planned for today.

        Of one moment, the act that was planned first comes first.
        """
        if days > 0:
            self._written += 1
            heapq.heappush(self._acts, (-days, at, self._written, partial(act, *given)))

    def pass_days(self) -> Iterator[int]:
        """Let each day pass that has acts, at their moments; yield it in the evening."""
        while self._acts:
            day = self._acts[0][0]
            while self._acts and self._acts[0][0] == day:
                _, minute, _, act = heapq.heappop(self._acts)
                self._stand(day, minute)
                act()
            self._stand(day, EVENING)
            yield -day

    def _stand(self, day: int, minute: int) -> None:
        clock.stand_at(self.midnight + dt.timedelta(days=day, minutes=minute))
