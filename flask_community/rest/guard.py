"""Keeps other sites from acting through a visitor's cookies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, request

from ..config import Settings
from ..errors import Forbidden
from ..i18n import gettext
from ..web.origin import comes_from_here

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def exempt_from_host(extensions: Mapping[str, Any], blueprint: Blueprint) -> None:
    """Take our API out of Flask-WTF's own turn, which answers in HTML and asks of bearers too."""
    csrf: Any = extensions.get("csrf")
    if hasattr(csrf, "exempt"):
        csrf.exempt(blueprint)


def check_origin(settings: Settings) -> None:
    """Raise Forbidden for a change that another site may have made this browser send.

    A browser sends cookies and passwords by itself, a bearer's token only his
    own program. So only the former must prove where it comes from: by the
    shop's own CSRF token where Flask-WTF guards the shop, else by the headers
    that no page can forge.
    """
    if request.method in _SAFE or not _sent_by_itself():
        return
    csrf: Any = current_app.extensions.get("csrf")
    if hasattr(csrf, "protect") and current_app.config.get("WTF_CSRF_ENABLED", True):
        csrf.protect()
    elif not comes_from_here(settings):
        raise Forbidden(gettext("Only pages of this shop may ask for this."))


def _sent_by_itself() -> bool:
    scheme = request.authorization.type if request.authorization else ""
    return bool(request.cookies) or scheme in ("basic", "digest")
