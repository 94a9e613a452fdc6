"""What the API takes and gives about links, visits and touches."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Choice, Flag, Moment, Text, Whole, Wire
from .own import LINE_LENGTH, NAME_LENGTH
from .thanks import SAID


class LinkSchema(Wire):
    """One of one's links, and what came of it."""

    id = Whole()
    title = fields.String()
    """Of what it leads to."""
    address = fields.String()
    """To be sent to others."""
    code = fields.String()
    """To be typed where a link cannot be followed."""
    campaign = fields.String()
    name = fields.String()
    """What its sharer calls it."""
    line = fields.String()
    """What its sharer says to whoever follows it."""
    made_at = Moment()
    rests_since = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    visits = Whole()
    orders = Whole()
    kept = Whole()
    """Orders that were delivered and not wholly given back."""


class LinkChangeSchema(Wire):
    """What to change of a link; what is left out stays."""

    name = Text(most=NAME_LENGTH, least=0)
    line = Text(most=LINE_LENGTH, least=0)
    rests = Flag()
    """True: it leads nowhere until it is False again."""


class CodeSchema(Wire):
    """Somebody types the code of a link."""

    code = Text(most=40, required=True)


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


class OwedSchema(Wire):
    """Thanks that one may give for what has arrived."""

    id = Whole()
    sharer = fields.String()
    title = fields.String()
    """Of what was bought."""
    arrived_at = Moment()


class ThanksSchema(Wire):
    """What one says; the sharer reads it in the own language."""

    said = Choice(SAID, required=True)
    by_name = Flag()
    """Whether one's name goes with it."""
