"""Headers on every answer of ours; one that the shop sets itself stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request, request_finished
from flask.sansio.blueprints import BlueprintSetupState

from ..config import Settings

if TYPE_CHECKING:
    from .base import Web

OURS = "flask_community.ours"
"""Marks in the environ an answer of ours to a request that no view of ours took."""

STRICT = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
"""For our own layout: nothing inline, nothing from elsewhere."""

IN_SHOP_LAYOUT = "base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
"""For the shop's layout: only what cannot take away what the shop put into it."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}


SECRET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""For pages whose address is itself what lets a reader in: no other site hears of it."""


class Headers:
    """Sets what is missing when everybody else, the shop's own handlers too, has had his say."""

    def __init__(self, web: Web) -> None:
        # Not `web` itself: the signal below would keep it, and its app's share, for ever.
        self._rules = web.rules
        self._prefix = web.blueprint.name
        self._settings = web.settings
        web.blueprint.record(self._listen)

    def _listen(self, state: BlueprintSetupState) -> None:
        # Not after_request: the shop's own may run later, and then both would set a policy.
        request_finished.connect(self._finish, state.app, weak=False)

    def _finish(self, _app: object, response: Response, **_more: Any) -> None:
        if not self._is_ours():
            return
        rule = self._rules.get(request.endpoint or "")
        if rule is not None and rule.by_secret:
            # Whatever the shop says elsewhere: this address is the key to what it shows.
            response.headers.update(SECRET)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", policy(self._settings))
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if response.cache_control.no_store:
            response.vary.add("Cookie")
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")

    def _is_ours(self) -> bool:
        # Our API is a second blueprint, its name begins with the first one's.
        return OURS in request.environ or (request.blueprint or "").startswith(self._prefix)


def policy(settings: Settings) -> str:
    """Return the content security policy of our pages, as far as the shop sends none."""
    if settings.csp is not None:
        return settings.csp
    if settings.base_template:
        return IN_SHOP_LAYOUT
    images = " ".join(["'self'", *settings.image_origins])
    return f"{STRICT}; img-src {images}"
