"""What the API gives the owner: what needs him, figures, and the rows behind them."""

from __future__ import annotations

from marshmallow import fields

from ..complaints.rules import CASE_STATES, COMPLAINT_STATES
from ..rest.fields import Amount, AskedDay, AskedFlag, Choice, Flag, Moment, Whole, Wire
from ..rest.operation import ListQuery
from .rules import BEGINS, FATES, RANKS, WAYS, WHEN

# -- what needs him --


class FindingSchema(Wire):
    """What the doctor found, in his own words."""

    code = fields.String()
    what = fields.String()
    fix = fields.String()
    advice = Flag()
    """Whether the shop may well leave it so."""
    opening = Flag()
    """Whether it only matters once the shop is in public."""


class TaskSchema(Wire):
    """One thing that needs the owner; what does not belong to its kind is null or empty."""

    code = Choice(RANKS)
    count = Whole()
    since = Moment(allow_none=True)
    """Since when the first of them waits."""
    due_at = Moment(allow_none=True)
    id = Whole(allow_none=True)
    """Of the case or the post."""
    slug = fields.String(allow_none=True)
    """Of the label."""
    name = fields.String(allow_none=True)
    """Title of the case, post or product, or name of the newcomer."""
    label = fields.String(allow_none=True)
    """Name of the label, or the product of the case."""
    state = Choice(CASE_STATES, allow_none=True)
    """Of the case."""
    buyers = Whole()
    """People who wait for the case, or orders of the product."""
    amounts = fields.List(Amount())
    """Rewards that the case holds."""
    finding = fields.Nested(FindingSchema, allow_none=True)


class TasksSchema(Wire):
    """What needs the owner now, the most pressing first."""

    items = fields.List(fields.Nested(TaskSchema))


# -- figures --


class PathsSchema(Wire):
    """Paid orders by the way they came."""

    direct = Whole()
    link = Whole()


class ComparedSchema(Wire):
    """A count of the last 30 days beside that of the 30 before."""

    month = Whole()
    before = Whole()


class PlacedSchema(Wire):
    """Paid orders by the way they came, by when they were placed."""

    direct = fields.Nested(ComparedSchema)
    link = fields.Nested(ComparedSchema)


class PromisesSchema(Wire):
    """Complaints whose customer hears within 24 hours, or should have heard."""

    due = Whole()
    overdue = Whole()


class SalesSchema(Wire):
    """What was paid for the orders of one currency in the last 30 days."""

    shared = Amount()
    shared_before = Amount()
    """In the 30 days before."""
    all = Amount()


class KeptOrdersSchema(Wire):
    """Delivered orders whose hold ended in the last 30 days."""

    kept = Whole()
    settled = Whole()


class KeptPathsSchema(Wire):
    """What was kept, by the way the orders came."""

    direct = fields.Nested(KeptOrdersSchema)
    link = fields.Nested(KeptOrdersSchema)


class BeginsSchema(Wire):
    """Paid orders of the last 30 days by where they began."""

    code = Whole()
    scan = Whole()
    post = Whole()
    link = Whole()
    direct = Whole()


class WeekSchema(Wire):
    """Orders through links that were placed in one week."""

    monday = fields.Date()
    kept = Whole()
    returned = Whole()


class FiguresSchema(Wire):
    """What there is to count."""

    people = Whole()
    links = Whole()
    orders = fields.Nested(PathsSchema)
    cases = Whole()
    promises = fields.Nested(PromisesSchema)
    newcomers = fields.Nested(ComparedSchema)
    placed = fields.Nested(PlacedSchema)
    sales = fields.List(fields.Nested(SalesSchema))
    kept = fields.Nested(KeptPathsSchema)
    begins = fields.Nested(BeginsSchema)
    weeks = fields.List(fields.Nested(WeekSchema))


# -- rows --


class PersonSchema(Wire):
    """A member, and what he did here."""

    id = Whole()
    name = fields.String()
    joined_at = Moment()
    orders = Whole()
    links = Whole()


class PeopleQuery(ListQuery):
    """When they joined."""

    when = Choice(("ever", "month", "before"))


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
    """Which orders: the way they came, when, what became of them, where they began."""

    path = Choice(WAYS)
    when = Choice(WHEN)
    fate = Choice(FATES)
    begin = Choice(BEGINS)
    week = AskedDay()
    """A day of the week in which they were placed."""


class OpenCaseSchema(Wire):
    """A case that is not decided and done."""

    id = Whole()
    title = fields.String()
    product = fields.String()
    state = Choice(CASE_STATES)
    created_at = Moment()


class PromiseSchema(Wire):
    """A complaint whose customer was promised to hear."""

    id = Whole()
    product = fields.String()
    state = Choice(COMPLAINT_STATES)
    filed_at = Moment()
    due_at = Moment()


class PromisesQuery(ListQuery):
    """Which promises."""

    late = AskedFlag()
    """Only those that are overdue."""


class SilentProductSchema(Wire):
    """A product that is bought often and that nobody has told of."""

    id = Whole()
    key = fields.String()
    """The shop's own."""
    title = fields.String()
    orders = Whole()
    """Delivered ones, of the last 180 days."""
