"""The strip on a page that a link led to: who sent the visitor, what he said, the code."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from markupsafe import Markup

from ..money import FULL_BPS
from ..web import Web
from .door import Door
from .models import Link


def strip_here(door: Door, is_here: Callable[[Link], bool]) -> Markup:
    """Return the strip of the last link that led a visitor here; nothing if none did."""
    met = next((one for one in door.met() if is_here(one.link)), None)
    if met is None:
        return Markup("")
    code = door.rooms().referrals.code(met.link)
    return strip(door.web, sharer=met.sharer, line=met.link.line, code=code, link_id=met.link.id)


def strip(web: Web, *, sharer: str, line: str, code: str, link_id: int | None = None) -> Markup:
    """Return the strip; without `link_id` as a picture of it, with nothing to press."""
    settings = web.settings
    return web.part(
        "community/referrals/strip.html",
        sharer=sharer,
        line=line,
        code=code,
        link_id=link_id,
        saving=Fraction(settings.friend_bps, FULL_BPS),
        is_paid=settings.reward_bps > 0,
        days=settings.attribution_days,
    )
