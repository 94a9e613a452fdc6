"""What the API takes and gives about the moderators' queue."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Choice, Flag, Listed, Moment, Text, Whole, Wire
from ..rest.operation import ListQuery
from .shown import FIELD_LENGTH, NAME_LENGTH, WORDS_LENGTH
from .verbs import MOST
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
    number = fields.String(allow_none=True)
    """What people call it by."""
    growing_until = Moment(allow_none=True)
    """Until when news of late make it a growing one."""
    snoozed_until = Moment(allow_none=True)
    """Until when it is out of sight; news brings it back at once."""
    created_at = Moment()
    due_at = Moment(allow_none=True)


class QueueQuery(ListQuery):
    """Which open items."""

    field = Text(most=80)
    view = Choice(VIEWS)
    """What one holds, what nobody holds, what is due within 24 hours, cases that grow,
    group cases, appeals, or what is out of sight; without one all that is in sight."""
    words = Text(most=WORDS_LENGTH)
    """Number, order, product, batch, or a part of what was said."""


class ChosenSchema(Wire):
    """An item, as it was seen."""

    id = Whole(low=1, required=True)
    version = Whole(low=1, required=True)


class DoSchema(Wire):
    """One verb for many items; what it needs beside them depends on the verb."""

    verb = Text(most=20, required=True)
    """`take`, `release`, `assign`, `snooze`, `wake`; of complaints `join` and `ask`."""
    items = Listed(fields.Nested(ChosenSchema), least=1, most=MOST, required=True)
    member = Whole(low=1)
    """To whom: of `assign`."""
    hours = Whole(low=1, high=72)
    """For how long, 1, 4, 24 or 72: of `snooze`."""
    into = Whole(low=1)
    """Id of the case: of `join`."""
    text = Text(most=4_000)
    """What to ask each customer: of `ask`."""


class ResultSchema(Wire):
    """What became of one item."""

    item = Whole()
    left = fields.String(allow_none=True)
    """Why it was left as it is: `changed`, `due`, `gone`, `kind`, `theirs`, or a
    sentence; null if it was done."""


class DeedSchema(Wire):
    """What was done with the items, one by one."""

    token = fields.String()
    """Names it, to undo it."""
    verb = fields.String()
    results = fields.List(fields.Nested(ResultSchema))
    undo_until = Moment(allow_none=True)
    """Null if it is for good."""
    undone_at = Moment(allow_none=True)


class NewViewSchema(Wire):
    """A view to be saved: at least one of view, field and words."""

    name = Text(most=NAME_LENGTH, required=True)
    view = Choice(VIEWS)
    field = Text(most=FIELD_LENGTH)
    words = Text(most=WORDS_LENGTH)


class SavedSchema(Wire):
    """A saved view."""

    id = Whole()
    name = fields.String()
    view = fields.String(allow_none=True)
    field = fields.String(allow_none=True)
    words = fields.String(allow_none=True)


class SeatSchema(Wire):
    """How one's own desk is arranged."""

    has_keys = Flag()
    """Whether single keys do things on its page."""
    saved = fields.List(fields.Nested(SavedSchema))


class KeysSchema(Wire):
    """Whether single keys do things."""

    has_keys = Flag(required=True)
