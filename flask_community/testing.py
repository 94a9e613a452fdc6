"""For a shop's own tests: a clock that stands still until it is moved."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from .site import site_of


class FrozenClock:
    """A `Clock` for `Community(db, clock=FrozenClock(...))`."""

    def __init__(self, now: dt.datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("give an aware datetime, in UTC")
        self.now = now.astimezone(dt.UTC)

    def __call__(self) -> dt.datetime:
        """Return the time it stands at."""
        return self.now

    def forward(self, **duration: float) -> dt.datetime:
        """Move on, by `days=1` or any words of timedelta; return the new time."""
        self.now += dt.timedelta(**duration)
        return self.now


def stop_clock(app: Flask, now: dt.datetime) -> FrozenClock:
    """Stop the clock of an app's Community at `now`; return it, to be moved on by hand."""
    clock = FrozenClock(now)
    site_of(app).clock = clock
    return clock
