"""How much a request to us may carry, whatever the shop's own limits are."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

MOST_FIELDS = 500
"""Fields and files of one form; the longest form of ours has a tenth of it."""


def cap_body(most: int) -> None:
    """Let no more than `most` bytes of this request be read.

    Where the shop's own limit is lower, Flask keeps that one. Flask 3.0 cannot
    set a limit for one request, hence the stream. Raises RequestEntityTooLarge
    now if the length is told, or as soon as somebody reads too far.
    """
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge
    # One byte more: reading to the very end must not look like reading on.
    stream = request.environ["wsgi.input"]
    request.environ["wsgi.input"] = _Capped(stream, most + 1, is_max=True)
    request.max_form_parts = min(request.max_form_parts or MOST_FIELDS, MOST_FIELDS)


def count_fields() -> None:
    """Refuse a form of too many fields; raises RequestEntityTooLarge."""
    if len(request.form) + len(request.files) > MOST_FIELDS:
        raise RequestEntityTooLarge


class _Capped(LimitedStream):
    """Raises at its end even when it is read all at once, which else only cuts off."""

    def readall(self) -> bytes:
        out = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return out
