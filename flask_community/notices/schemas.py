"""What the API gives about notices."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Moment, Whole, Wire


class NoticeSchema(Wire):
    """Something one was told, in one's own language; plain text."""

    id = Whole()
    kind = fields.String()
    subject = fields.String()
    body = fields.String()
    url = fields.String(allow_none=True)
    created_at = Moment()
    read_at = Moment(allow_none=True)


class UnreadSchema(Wire):
    """How many notices one has not read."""

    unread = Whole()
