"""What the API takes and gives about labels."""

from __future__ import annotations

from marshmallow import fields

from ..orders.models import KEY_LENGTH
from ..rest.fields import Choice, Flag, Moment, Text, Whole, Wire
from . import rules

ADMISSIONS = tuple(rules.ADMISSIONS)
STANDINGS = ("wears", "aspires", "muted", "left")


class SizeSchema(Wire):
    """How many people a label reaches."""

    wears = Whole()
    aspires = Whole()


class LabelSchema(Wire):
    """An attitude that people wear or aspire to."""

    slug = fields.String()
    name = fields.String()
    statement = fields.String()
    field = fields.String(allow_none=True)
    founded_at = Moment()


class ListedLabelSchema(LabelSchema):
    """A label in a list."""

    size = fields.Nested(SizeSchema)


class PersonSchema(Wire):
    """Somebody, as the others see him."""

    id = Whole()
    name = fields.String()


class NewcomerSchema(PersonSchema):
    """Somebody who joined lately and whom nobody has greeted."""

    since = Moment()


class BoundProductSchema(Wire):
    """A product that belongs to a label."""

    key = fields.String()
    """The shop's own key."""
    title = fields.String()
    url = fields.String(allow_none=True)


class CommunitySchema(Wire):
    """The people around a label, and how they let others in."""

    id = Whole()
    admission = Choice(ADMISSIONS)


class WholeLabelSchema(ListedLabelSchema):
    """A label with all that belongs to it."""

    founder = fields.Nested(PersonSchema)
    community = fields.Nested(CommunitySchema)
    standing = Choice(STANDINGS, allow_none=True)
    """How whoever asks stands to it."""
    products = fields.List(fields.Nested(BoundProductSchema))
    fields_bound = fields.List(fields.String(), data_key="fields")
    steers = Flag()
    """Whether whoever asks is a steward here."""
    asking = fields.List(fields.Nested(PersonSchema))
    """Who asks to be let in; told to stewards only."""
    newcomers = fields.List(fields.Nested(NewcomerSchema))
    """Whom nobody has greeted yet, the longest waiting first; told to those who may."""


class NewLabelSchema(Wire):
    """What it takes to found a label."""

    name = Text(most=rules.NAME_LENGTH, required=True)
    statement = Text(most=rules.STATEMENT_LENGTH, required=True)
    field = Text(most=rules.FIELD_LENGTH, allow_none=True)
    admission = Choice(ADMISSIONS)


class StandingSchema(Wire):
    """How somebody stands to a label."""

    state = Choice(STANDINGS, allow_none=True)


class NewStandingSchema(Wire):
    """How one wants to stand to a label."""

    state = Choice(("wears", "aspires", "muted"), required=True)


class BindingSchema(Wire):
    """What is to belong to a label: one product of the shop, or a field of products."""

    product = Text(most=KEY_LENGTH)
    field = Text(most=rules.FIELD_LENGTH)
