"""What the API takes and gives about oneself."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import ClockTime, Flag, Moment, Text, Whole, Wire


class PreferencesSchema(Wire):
    """How one wants to be spoken to."""

    locale = Text(most=20, allow_none=True)
    zone = Text(most=64, allow_none=True)
    mail = Flag()
    quiet_from = ClockTime(allow_none=True)
    quiet_until = ClockTime(allow_none=True)


class WishesSchema(PreferencesSchema):
    """What one changes of that; what is not named stays."""


class MeSchema(Wire):
    """Oneself, as the community knows one."""

    id = Whole()
    name = fields.String()
    joined_at = Moment()
    roles = fields.List(fields.String())
    preferences = fields.Nested(PreferencesSchema)


class KeptSchema(Wire):
    """Everything that is kept about one, by room."""

    kept = fields.Dict(keys=fields.String())
