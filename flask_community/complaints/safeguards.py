"""When one person is not enough, and how long there is to think again; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ..errors import Forbidden, Refused
from ..i18n import gettext

SEND_AFTER = dt.timedelta(seconds=60)
"""Between asking for something that reaches people and its beginning: it can be stopped."""

ALONE = dt.timedelta(hours=24)
"""How long somebody who has nobody to ask sleeps over his own decision."""

DANGER = 2
"""Severity of what is a danger to people."""


def needs_second(sums: Mapping[str, int], severity: int, limit: int) -> bool:
    """Tell whether a second person confirms: above the limit in any currency, or for a danger."""
    return severity >= DANGER or any(minor > limit for minor in sums.values())


def is_covered(sums: Mapping[str, int], confirmed: Mapping[str, int] | None) -> bool:
    """Tell whether what was confirmed covers these sums; less is covered, more is not."""
    if confirmed is None:
        return False
    return all(minor <= confirmed.get(currency, 0) for currency, minor in sums.items())


def check_confirming(
    decided_by: int,
    decided_at: dt.datetime,
    actor_id: int,
    now: dt.datetime,
    *,
    alone: bool,
    is_fresh: bool,
) -> None:
    """Raise unless this person may confirm: another one, or who is alone, later and anew himself.

    Raises Forbidden for one's own decision while there is somebody else, and for
    who has not just proved who he is; Refused before a day has passed.
    """
    if actor_id != decided_by:
        return
    if not alone:
        raise Forbidden(gettext("Somebody else confirms what you decided."))
    if now < decided_at + ALONE:
        raise Refused(gettext("Nobody else can confirm it: sleep on it for 24 hours."))
    if not is_fresh:
        raise Forbidden(gettext("Sign in once more to confirm your own decision."))
