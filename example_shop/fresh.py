"""Asks a member for a fresh proof of who he is before his money moves."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

LASTS = 15 * 60
"""Seconds for which a proof counts."""


def prove() -> None:
    """Note that the visitor has just proved who he is."""
    session["proved_at"] = int(time.time())


def is_proved() -> bool:
    """Tell whether that was a short while ago."""
    proved_at: int = session.get("proved_at", 0)
    return 0 <= time.time() - proved_at < LASTS


def ask() -> Response | None:
    """Return None, or the way to the page that asks; it leads back to where he was."""
    if is_proved():
        return None
    here = request.path if request.method == "GET" else urlsplit(request.referrer or "").path
    return redirect(url_for("shop.prove", next=here), 303)
