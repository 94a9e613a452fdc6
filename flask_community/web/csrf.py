"""Keeps other sites from sending our forms: the host's guard, or a cookie and a field of ours."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import current_app, g, request
from markupsafe import Markup
from werkzeug.exceptions import UnsupportedMediaType

from ..config import Settings
from ..errors import Forbidden
from ..i18n import gettext
from ..tokens import SignedBlob
from .origin import comes_from_here

CSRF_COOKIE = "community_csrf"
CSRF_FIELD = "community_csrf"
CSRF_HEADER = "X-CSRF-Token"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_HIDDEN = '<input type="hidden" name="{}" value="{}">'
_NONCE = "flask_community.csrf"
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class Forged(Forbidden):
    """This form did not come from a page of this shop."""


class Csrf:
    """Signed double submit: a cookie and a field must carry the same nonce."""

    def __init__(self, blob: SignedBlob, settings: Settings) -> None:
        self._blob = blob
        self._settings = settings

    def field(self) -> Markup:
        """Return the hidden field that every form of ours carries."""
        value = self._blob.dumps(self._nonce())
        own = Markup(_HIDDEN).format(CSRF_FIELD, value)  # nosec B704 # a constant
        return _host_field() + own

    def check(self, *, by_secret: bool = False) -> None:
        """Let only our own forms change anything.

        Raises UnsupportedMediaType for a body that no form sends, Forged for
        a form of another site, or one without its token. Where the path holds
        a secret, `by_secret`, it stands for the token: another site cannot name
        it, and a browser without cookies has nothing else to show.
        """
        if request.method in SAFE_METHODS:
            return
        if request.mimetype not in _FORMS and (request.mimetype or request.content_length):
            raise UnsupportedMediaType
        if comes_from_here(self._settings) is False:
            raise Forged(gettext("Only pages of this shop may ask for this."))
        # Flask-WTF notes here that it found the shop's own token good; where it
        # is switched off, or told to leave us out, ours decides.
        if not by_secret and not g.get("csrf_valid"):
            self._check_token()

    def cookie(self) -> str | None:
        """Return what the cookie must say after this answer; None if no form was made."""
        return self._blob.dumps(self._nonce()) if _NONCE in request.environ else None

    def _check_token(self) -> None:
        text = request.form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, "")
        kept, sent = self._kept(), self._blob.loads(text)
        if not kept or not sent or not hmac.compare_digest(kept, sent):
            raise Forged(gettext("This form is too old: go back, reload and send it again."))

    def _kept(self) -> bytes | None:
        return self._blob.loads(request.cookies.get(CSRF_COOKIE, ""))

    def _nonce(self) -> bytes:
        fresh = request.environ.setdefault(_NONCE, self._kept() or secrets.token_bytes(16))
        return bytes(fresh)


def leave_to_us(endpoint: str) -> None:
    """Take one of our views out of Flask-WTF's turn, which asks for a cookie.

    To be called before any before_request, of which Flask-WTF's may be the first.
    """
    guard: Any = current_app.extensions.get("csrf")
    if hasattr(guard, "exempt"):
        guard.exempt(current_app.view_functions[endpoint])


def _host_field() -> Markup:
    """Return the hidden field that Flask-WTF wants, where the shop has it."""
    token = current_app.jinja_env.globals.get("csrf_token")
    if "csrf" not in current_app.extensions or not callable(token):
        return Markup("")
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return Markup(_HIDDEN).format(name, token())  # nosec B704 # a constant
