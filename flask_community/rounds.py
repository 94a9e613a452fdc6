"""The doctor's rounds: what he finds while the shop is open, for the owner's start page.

Only examinations that read and are cheap: none renders a page, runs the shop's
own code for an order, or compares every table. `flask community doctor` does.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import Flask, current_app

from . import doctor, first_hour
from .customers.tasks import Finding
from .findings import Examination
from .site import Site, site_of

AGAIN_AFTER = dt.timedelta(minutes=10)
"""How long what was found is told before he looks again; each process has its own doctor."""

ROUND: tuple[Examination, ...] = (
    doctor.weak_key,
    doctor.no_address,
    doctor.no_login,
    doctor.missing_hooks,
    doctor.no_pillow,
    doctor.mute_mails,
    doctor.no_limits,
    first_hour.no_layout,
    first_hour.bare_names,
    first_hour.no_product_page,
    first_hour.past_orders,
    doctor.no_orders,
    doctor.left_behind,
)

OPENING: tuple[Examination, ...] = (*doctor.DEPLOYED, *doctor.DEPLOYED_TABLES)
"""What only matters in public."""

log = logging.getLogger("flask_community")


class Rounds:
    """Examines the app at hand now and then; what fails is logged and left out."""

    def __init__(self) -> None:
        # Neither the app nor its share is kept: they would outlive whoever has done with them.
        self._last: tuple[dt.datetime, Sequence[Finding]] | None = None

    def __call__(self) -> Sequence[Finding]:
        """Return what was found within the last ten minutes.

        He takes a connection of his own: call it while the request holds none.
        """
        app = cast(Any, current_app)._get_current_object()
        site, last = site_of(app), self._last
        now = site.clock()
        if last is None or not last[0] <= now < last[0] + AGAIN_AFTER:
            self._last = last = now, tuple(_look(app, site))
        return last[1]


def _look(app: Flask, site: Site) -> Iterator[Finding]:
    for examination in (*ROUND, *OPENING):
        try:
            found = examination(app, site)
        except Exception:
            log.exception("the examination %s failed", examination.__name__)
            continue
        if found is not None:
            yield Finding(
                code=found.code,
                what=found.what,
                fix=found.fix,
                advice=found.advice,
                opening=examination in OPENING,
            )
