"""What the API gives the owner: figures, and the rows behind each of them."""

from __future__ import annotations

from marshmallow import fields

from ..complaints.rules import CASE_STATES
from ..rest.fields import Amount, Choice, Moment, Whole, Wire
from ..rest.operation import ListQuery
from .service import PATHS


class PathsSchema(Wire):
    """Paid orders by the way they came."""

    direct = Whole()
    link = Whole()


class FiguresSchema(Wire):
    """What there is to count."""

    people = Whole()
    links = Whole()
    orders = fields.Nested(PathsSchema)
    cases = Whole()


class PersonSchema(Wire):
    """A member, and what he did here."""

    id = Whole()
    name = fields.String()
    joined_at = Moment()
    orders = Whole()
    links = Whole()


class SharedLinkSchema(Wire):
    """A live link, who shares it, what came of it."""

    id = Whole()
    sharer = fields.String()
    product = fields.String(allow_none=True)
    campaign = fields.String()
    made_at = Moment()
    visits = Whole()
    orders = Whole()


class PaidOrderSchema(Wire):
    """A paid order and the way it came."""

    id = Whole()
    host_key = fields.String(data_key="key")
    """The shop's own."""
    buyer = fields.String(allow_none=True)
    """None for a guest."""
    placed_at = Moment()
    paid = Amount()
    sharers = fields.List(fields.String())


class OrdersQuery(ListQuery):
    """Which way the orders came."""

    path = Choice(PATHS)


class OpenCaseSchema(Wire):
    """A case that is not decided and done."""

    id = Whole()
    title = fields.String()
    product = fields.String()
    state = Choice(CASE_STATES)
    created_at = Moment()
