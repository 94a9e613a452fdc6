"""What the API takes and gives about the moderators' queue."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Choice, Moment, Text, Whole, Wire
from ..rest.operation import ListQuery
from .views import VIEWS


class ItemSchema(Wire):
    """Something a moderator must look at."""

    id = Whole()
    kind = fields.String()
    subject_id = Whole(data_key="subject")
    """Id of the complaint, case or whatever the kind says."""
    field = fields.String(allow_none=True)
    title = fields.String()
    priority = Whole()
    is_appeal = fields.Boolean()
    """Whether somebody asks for a second look at what was decided."""
    state = Choice(("open", "done"))
    claimed_by = Whole(allow_none=True)
    """Id of the member who holds it; his claim ends by itself."""
    claimed_until = Moment(allow_none=True)
    version = Whole()
    created_at = Moment()
    due_at = Moment(allow_none=True)


class QueueQuery(ListQuery):
    """Which open items."""

    field = Text(most=80)
    view = Choice(VIEWS)
    """What one holds, what nobody holds, what is due within 24 hours, group cases, or appeals."""
