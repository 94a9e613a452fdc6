"""Reads and writes JSON strictly: what cannot be JSON, or would be taken two ways, is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from flask import Response, request


def json_response(
    value: object,
    status: int,
    *,
    mimetype: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a value as an answer that is taken for nothing but JSON, and kept by nobody."""
    return raw_response(json_bytes(value), status, mimetype=mimetype, headers=headers)


def raw_response(
    raw: bytes,
    status: int,
    *,
    mimetype: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return JSON that is written already, as `json_response()` does."""
    response = Response(raw, status, mimetype=mimetype)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Vary"] = "Cookie, Authorization, Accept-Language"
    response.headers.update(headers or {})
    return response


def json_bytes(value: object) -> bytes:
    """Return a value as UTF-8; half a surrogate pair, which is no text, becomes `?`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def has_body() -> bool:
    """Tell whether the request carries a body at all."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def parsed(raw: bytes) -> Any:
    """Return the value that JSON stands for; raises ValueError for anything in doubt.

    Refused are NaN and Infinity, names that come twice in one object, numbers
    of thousands of digits, nesting without end.
    """
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
