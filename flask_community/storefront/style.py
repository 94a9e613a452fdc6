"""The style page: every component as it looks in light and in dark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import current_app
from flask.typing import ResponseReturnValue

from .. import charts
from ..errors import Forbidden, NotFound
from ..i18n import formats, gettext
from ..web import Web

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
"""Any moment would do; this one keeps the page as it is."""

ICONS = (
    *("share", "link", "qr", "poster", "check", "ok", "clock", "alert", "pause", "undo", "chat"),
    *("chats", "ask", "bulb", "smile", "heart", "new", "leaf", "user", "users", "flag", "receipt"),
    *("calendar", "wallet", "gift", "send", "mail", "search", "bag", "next", "box", "pen", "down"),
    *("x", "phone", "tag", "plus", "camera", "bell", "join", "eye", "ring", "lock"),
)


class StylePage:
    """Shown while the shop is being built, and to its owner; to others it is not there."""

    def __init__(self, web: Web, _rooms: Callable[[], object]) -> None:
        self.web = web
        web.add("/style", self.show, name="style")

    def show(self) -> ResponseReturnValue:
        """Show each component with made-up words."""
        if not (current_app.debug or current_app.testing):
            self._require_owner()
        self.web.commit()
        written = formats().number
        orders = [("2610-A", 28.0), ("2610-B", 79.0), ("2611-A", 35.0)]
        visits = [
            (formats().date(NOW - dt.timedelta(days=13 - n)), float(n * n)) for n in range(14)
        ]
        return self.web.render(
            "community/style.html",
            title=gettext("Style"),
            now=NOW,
            icons=ICONS,
            bars=charts.bars(orders, written=written),
            line=charts.line(visits, written=written),
        )

    def _require_owner(self) -> None:
        try:
            self.web.require_role("owner")
        except Forbidden:
            raise NotFound(gettext("There is nothing here")) from None
