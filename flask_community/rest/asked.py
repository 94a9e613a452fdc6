"""Reads a request: parts of the path, the query, the body; refuses what is not clear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError

from ..config import Settings
from ..errors import NotFound
from ..i18n import gettext
from ..web.caps import cap_body
from .cursors import Cursors
from .fields import Wire
from .operation import TEXTS, Operation
from .problems import BadRequest, WrongType
from .wire import has_body, parsed

PAGE = 50
"""Rows of a list for whoever asks for no number."""

_PAGING = ("cursor", "limit")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)


def part(name: str, text: str) -> Any:
    """Return a part of the path as what it names; raises NotFound for what names nothing."""
    if name in TEXTS:
        if len(text) > 255 or not text.isprintable():
            raise NotFound
        return text
    if not _NUMBER.fullmatch(text):
        raise NotFound
    return int(text)


def query_of(operation: Operation, values: Mapping[str, Any], cursors: Cursors) -> dict[str, Any]:
    """Return what the query asks for; of a list also `after`, a place in it, and `limit`."""
    sent: dict[str, Any] = {}
    for name, texts in request.args.lists():
        if len(texts) > 1:
            raise ValidationError({name: [gettext("This may come once.")]})
        sent[name] = texts[0]
    asked = loaded(operation.query or Wire(), sent)
    if not operation.is_list:
        return asked
    cursor, limit = asked.pop("cursor", None), asked.pop("limit", PAGE)
    place = cursors.read(cursor, of=list_of(operation, values))
    return {**asked, "after": place, "limit": limit}


def list_of(operation: Operation, values: Mapping[str, Any]) -> str:
    """Name a list by all it depends on: the same cursor is good for nothing else."""
    filters = {name: text for name, text in request.args.items() if name not in _PAGING}
    return repr([operation.name, sorted(values.items()), sorted(filters.items())])


def body_of(operation: Operation, settings: Settings) -> Any:
    """Return the JSON value that was sent; raises BadRequest, WrongType, RequestEntityTooLarge."""
    if operation.is_read:
        return {}
    if not has_body():
        if operation.body is not None:
            raise BadRequest(gettext("Send a JSON object."))
        return {}
    if request.mimetype != "application/json":
        raise WrongType
    # Base64 makes four bytes of three.
    cap_body(settings.max_request * 4 // 3 if operation.uploads else settings.max_body)
    try:
        return parsed(request.get_data())
    except ValueError:
        raise BadRequest(gettext("This is no JSON that can be taken one way only.")) from None


def loaded(schema: Wire | None, sent: Any) -> dict[str, Any]:
    """Return what a schema makes of what was sent; raises ValidationError."""
    found: dict[str, Any] = (schema or Wire()).load(sent)
    return found
