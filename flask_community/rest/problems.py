"""Says in one form, problem+json of RFC 9457, why a request was refused."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Response
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from ..errors import CommunityError, InsufficientFunds, ProofNeeded, Refused
from ..i18n import gettext, marked
from .wire import json_response

log = logging.getLogger("flask_community")

TYPE = "urn:flask-community:problem:"
"""What the `type` of each problem begins with; the rest is a code of KINDS."""

KINDS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", marked("This request cannot be read.")),
    401: ("sign-in", marked("Please sign in first.")),
    403: ("forbidden", marked("You may not do this.")),
    404: ("not-found", marked("There is nothing here.")),
    405: ("wrong-method", marked("This cannot be done here.")),
    409: ("conflict", marked("Somebody else changed this first; load it again and repeat.")),
    412: ("changed-since", marked("This has changed since you loaded it.")),
    413: ("too-large", marked("This request is too large.")),
    415: ("wrong-type", marked("Send JSON, as application/json.")),
    422: ("refused", marked("This cannot be done as it stands.")),
    428: ("version-needed", marked("Say in If-Match which version you have seen.")),
    429: ("too-many", marked("Too many requests: wait a little.")),
    501: ("not-connected", marked("The shop has not connected this feature.")),
    503: ("try-again", marked("The shop is busy: try again in a moment.")),
}
"""Code and title of each kind of problem, by HTTP status."""

FUNDS = ("insufficient-funds", marked("The balance does not cover this amount."))
PROOF = ("proof-needed", marked("Prove once more who you are, then repeat."))
_CODES = {InsufficientFunds: FUNDS, ProofNeeded: PROOF}
"""Problems that have a code of their own."""

PROVE = f"{TYPE}prove"
"""Relation of the link to where a fresh proof is given."""

_WORDS = {
    "Missing data for required field.": marked("This is missing."),
    "Field may not be null.": marked("This may not be null."),
}
"""What marshmallow says, in words that can be translated."""

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="community"'}
_HEADERS_KEPT = ("Allow", "Retry-After")


class BadRequest(Refused):
    """This request cannot be read."""

    status = 400


class WrongType(Refused):
    """Send JSON, as application/json."""

    status = 415


class ChangedSince(Refused):
    """This has changed since you loaded it: load it again and repeat."""

    status = 412


class VersionNeeded(Refused):
    """Say in If-Match which version you have seen."""

    status = 428


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One refusal, ready to be sent."""

    status: int
    detail: str = ""
    errors: Sequence[Mapping[str, str]] = ()
    """`field` (a dotted path into what was sent) and `message` of each mistake."""
    kind: tuple[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return it as problem+json; never cached."""
        code, title = self.kind or KINDS.get(self.status, KINDS[400])
        title = gettext(title)
        body = {
            "type": TYPE + code,
            "title": title,
            "status": self.status,
            "detail": self.detail or title,
            "errors": list(self.errors),
        }
        return json_response(
            body, self.status, mimetype="application/problem+json", headers=self.headers
        )


def problem_of(error: Exception) -> Problem | None:
    """Return how to answer an error; None for a fault, which is the developer's to see."""
    if isinstance(error, ValidationError):
        return Problem(status=422, errors=list(_flat(error.messages)))
    if isinstance(error, Refused):
        return _of_refusal(error)
    if isinstance(error, CommunityError):
        return None
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, sa.exc.OperationalError | sa.exc.TimeoutError):
        log.exception("the database did not answer in time")
        return Problem(status=503, headers={"Retry-After": "1"})
    return None


def _of_refusal(error: Refused) -> Problem:
    # An error without words of its own says its docstring, which is in the catalogs.
    message, named = gettext(str(error)), error.data.get("field")
    headers = _CHALLENGE if error.status == 401 else {}
    if (seconds := error.data.get("seconds")) is not None:
        headers = {"Retry-After": str(seconds)}
    if (location := error.data.get("location")) is not None:
        headers = {"Link": f'<{location}>; rel="{PROVE}"'}
    return Problem(
        status=error.status,
        detail=message,
        errors=[{"field": str(named), "message": message}] if named else (),
        kind=_CODES.get(type(error)),
        headers=headers,
    )


def _of_http(error: HTTPException) -> Problem | None:
    if error.code is None or not 400 <= error.code < 500:
        return None
    sent = {name: str(value) for name, value in error.get_headers() if name in _HEADERS_KEPT}
    if error.response is not None:
        answer = error.response.headers
        sent.update({name: answer[name] for name in _HEADERS_KEPT if name in answer})
    if error.code == 401:
        sent.update(_CHALLENGE)
    return Problem(status=error.code, headers=sent)


def _flat(messages: Any, path: str = "") -> list[dict[str, str]]:
    """Return marshmallow's nested messages as one list, by dotted path."""
    if isinstance(messages, Mapping):
        found: list[dict[str, str]] = []
        for name, inner in messages.items():
            # `_schema` is what marshmallow calls the whole.
            step = path if name == "_schema" else f"{path}.{_short(name)}".lstrip(".")
            found += _flat(inner, step)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [{"field": path, "message": gettext(_WORDS.get(str(text), str(text)))} for text in texts]


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= 60 else text[:59] + "…"
