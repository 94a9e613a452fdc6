"""The shop's one blueprint, and what guards every form on it."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, abort, request, session
from flask_babel import gettext as _
from markupsafe import Markup

shop = Blueprint("shop", __package__ or "example_shop")


def csrf_field() -> Markup:
    """Return the hidden field that every form of the shop carries."""
    token = session.setdefault("csrf", secrets.token_urlsafe(16))
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


@shop.before_request
def check_csrf() -> None:
    """Refuse a form that is not from a page this visitor was shown."""
    if request.method != "POST":
        return
    kept, sent = session.get("csrf", ""), request.form.get("csrf", "")
    if not kept or not hmac.compare_digest(kept.encode(), sent.encode()):
        abort(400, _("This form is too old: go back, reload and send it again."))


def is_own_path(text: str) -> bool:
    """Tell whether a redirect to `text` stays in this shop."""
    starts_inside = text.startswith("/") and not text.startswith(("//", "/\\"))
    return starts_inside and text.isprintable() and not set(text) & {"\\", " "}
