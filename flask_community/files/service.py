"""Verbs of stored files: take in, keep, show, forget."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, has_request_context, request
from werkzeug.datastructures import FileStorage

from ..config import Settings
from ..errors import CommunityError, Refused
from ..hooks import HostHooks
from ..i18n import gettext
from ..outbox import Handler, Outbox
from ..web.fields import clean_text
from ..web.paths import is_own_path
from .images import CONTENT_TYPE, SUFFIX, Drawn, can_read, draw_anew
from .models import ALT_LENGTH, URL_LENGTH, Picture

PRIVATE = "private-"
"""Begins the name of a file that only some may see; the hook `load_file` keeps it so."""

log = logging.getLogger("flask_community")

_FORGET = "files.forget"
_UNSETTLED = "flask_community.files"
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\"'<>\\`{}|^]+")


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture that was checked and drawn anew, and is not kept yet."""

    drawn: Drawn
    alt: str


class Files:
    """The way into the shop's storage, and out of it again."""

    def __init__(self, *, hooks: HostHooks, outbox: Outbox, settings: Settings) -> None:
        self.hooks = hooks
        self.outbox = outbox
        self.settings = settings

    def room(self, held: int = 0) -> int:
        """Return how many more pictures fit where there are `held`; 0 without hook or Pillow."""
        is_on = self.hooks.provides("store_file") and can_read()
        return max(0, self.settings.upload_pictures - held) if is_on else 0

    # -- in --

    def sent(self, *, held: int = 0) -> list[NewPicture]:
        """Return the pictures of this request's form (`picture1`, `alt1`, `decorative1` ...).

        All are checked and none is kept yet. Raises Refused naming the field of
        the first that cannot be taken.
        """
        found = []
        for number in range(1, self.room(held) + 1):
            name = f"picture{number}"
            content = self._content(request.files.get(name), name)
            if content is not None:
                decorates = request.form.get(f"decorative{number}") == "1"
                alt = None if decorates else request.form.get(f"alt{number}", "")
                found.append(self.take_in(content, alt, name=name, alt_name=f"alt{number}"))
        return found

    def take_in(
        self, content: bytes, alt: str | None, *, name: str = "picture", alt_name: str = "alt"
    ) -> NewPicture:
        """Return a picture ready to be kept; `alt` is None if it only decorates.

        Raises Refused naming the field: for a file that is too large, for one
        that is not a still JPEG, PNG or WebP, and for a picture without words.
        """
        if len(content) > self.settings.upload_bytes:
            raise self._too_many_bytes(name)
        words = "" if alt is None else clean_text(alt, name=alt_name, most=ALT_LENGTH, least=0)
        if alt is not None and not words:
            told = gettext("Say what the picture shows, or that it only decorates.")
            raise Refused(told, field=alt_name)
        try:
            return NewPicture(draw_anew(content), words)
        except Refused as refused:
            raise Refused(str(refused), field=name) from None

    def keep(self, drawn: Drawn, *, private: bool) -> str:
        """Store a picture under a name of ours and return its URL.

        It is forgotten again unless this request commits. Raises CommunityError
        if the shop's hook returns something that is no address.
        """
        name = f"{PRIVATE if private else ''}{secrets.token_urlsafe(18)}{SUFFIX}"
        url = self.hooks.store_file(name, CONTENT_TYPE, drawn.content)
        if not is_address(url):
            raise CommunityError(
                f"store_file returned {url!r}: return an http(s) address, "
                f"or a path that starts with /, of at most {URL_LENGTH} characters"
            )
        if has_request_context():
            request.environ.setdefault(_UNSETTLED, []).append(url)
        return url

    # -- out --

    def forget(self, urls: Iterable[str]) -> None:
        """Have files deleted once this transaction is committed, if the shop can."""
        if self.hooks.provides("forget_file"):
            for url in urls:
                self.outbox.put(_FORGET, {"url": url})

    def shown(self, picture: Picture) -> Response:
        """Return a private picture itself; whoever may not see it must not get here.

        Without the hook `load_file` this leads to its address, which nobody can guess.
        """
        if not self.hooks.provides("load_file"):
            answer = Response(status=302, headers={"Location": picture.url})
        else:
            answer = Response(self.hooks.load_file(picture.url), mimetype=CONTENT_TYPE)
            answer.headers["Content-Disposition"] = f'inline; filename="{picture.id}{SUFFIX}"'
            answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    # -- below --

    def _content(self, sent: FileStorage | None, name: str) -> bytes | None:
        if sent is None:
            return None
        content = sent.stream.read(self.settings.upload_bytes + 1)
        if not content and sent.filename:
            raise Refused(gettext("This file is empty."), field=name)
        return content or None

    def _too_many_bytes(self, name: str) -> Refused:
        most = self.settings.upload_bytes / 1_000_000
        message = gettext("A picture may have at most %(most)s MB.", most=f"{most:g}")
        return Refused(message, field=name)


def is_address(url: object) -> bool:
    """Tell whether a page may show what lies at `url`: http(s), or a path of this site."""
    if not isinstance(url, str) or len(url) > URL_LENGTH:
        return False
    return bool(_ADDRESS.fullmatch(url)) or is_own_path(url)


def settle() -> None:
    """Let the files of this request stay: what they belong to is committed."""
    if has_request_context():
        request.environ.pop(_UNSETTLED, None)


def let_go(hooks: HostHooks) -> None:
    """Delete what this request stored and never committed; a fault is only logged."""
    for url in request.environ.pop(_UNSETTLED, ()):
        try:
            if hooks.provides("forget_file"):
                hooks.forget_file(url)
        except Exception:
            log.exception("a file that belongs to nothing stays in the storage: %s", url)


def forget(services: Any, payload: dict[str, Any]) -> None:
    """Delete one file from the shop's storage (a job)."""
    services.site.hooks.forget_file(payload["url"])


JOBS: dict[str, Handler] = {_FORGET: forget}
"""Handlers for the composition root to register."""
