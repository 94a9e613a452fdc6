"""Where a request comes from, and which address of ours may be told to the world."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, has_request_context, request
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import host_is_trusted

from ..config import Settings


def comes_from_here(settings: Settings) -> bool | None:
    """Tell whether a page of this shop sent the request; None if the browser does not say.

    Both headers are set by the browser itself: no page can forge them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return None if site == "none" else site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":
        return None
    # Not the scheme: behind a proxy that ends TLS it reads http.
    own = {request.host.lower(), _netloc(settings.base_url or "")}
    return _netloc(origin) in own - {""}


def public_root(settings: Settings) -> str:
    """Return the shop's address, without a slash at its end, or "" if none can be trusted.

    `COMMUNITY_BASE_URL`, else what `SERVER_NAME` or `TRUSTED_HOSTS` vouch for.
    The bare Host header is whatever a visitor wrote: it is believed on this
    very machine, in debug and in tests only.
    """
    if settings.base_url:
        return settings.base_url
    name = current_app.config.get("SERVER_NAME")
    if name:
        preferred = current_app.config["PREFERRED_URL_SCHEME"]
        return f"{request.scheme if has_request_context() else preferred}://{name}"
    if not has_request_context():
        return ""
    try:
        host = request.host
    except SecurityError:
        return ""
    return f"{request.scheme}://{host}" if _is_trusted(host) else ""


def _is_trusted(host: str) -> bool:
    trusted = current_app.config.get("TRUSTED_HOSTS")
    if trusted:
        # Flask 3.0 does not look at this setting.
        return host_is_trusted(host, trusted)
    return current_app.debug or current_app.testing or _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""
