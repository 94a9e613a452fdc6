"""What the API takes and gives about links, visits and touches."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Choice, Flag, Moment, Text, Whole, Wire


class LinkSchema(Wire):
    """One of one's links, and what came of it."""

    id = Whole()
    title = fields.String()
    """Of what it leads to."""
    address = fields.String()
    """To be sent to others."""
    campaign = fields.String()
    made_at = Moment()
    ended_at = Moment(allow_none=True)
    visits = Whole()
    orders = Whole()
    kept = Whole()
    """Orders that were delivered and not wholly given back."""


class VisitSchema(Wire):
    """Somebody opens a link in an app, or in a page that the shop makes itself."""

    token = Text(most=60, required=True)
    """The end of the link's address."""
    kind = Choice(("visit", "scan"))


class LedSchema(Wire):
    """Where a link leads, and what to carry on."""

    target = fields.String(allow_none=True)
    """A path in the shop; None where the link rests."""
    is_paused = Flag()
    touches = fields.String(allow_none=True)
    """To be sent as the header Community-Touches from now on; None leaves it as it was."""


class TouchSchema(Wire):
    """A link that this browser or app remembers."""

    sharer = fields.String()
    at = Moment()
