"""What the API gives about products and about sharing them."""

from __future__ import annotations

from marshmallow import fields

from ..experiences.schemas import ListedPostSchema
from ..rest.fields import Flag, Moment, Whole, Wire


class VoucherSchema(Wire):
    """Somebody who bought a product, has it still, and told of it."""

    name = fields.String()
    words = fields.String()
    """How his post begins."""
    post = Whole()
    bought_at = Moment(allow_none=True)
    useful = Whole()
    """How many readers found it so."""
    fun = Whole()
    touching = Whole()
    may_earn = Flag()
    """Whether he has a live link to it."""


class ProductSchema(Wire):
    """A product as the community knows it."""

    key = fields.String()
    """The shop's own."""
    title = fields.String()
    is_paused = Flag()
    """Whether sharing rests while reports are looked into."""
    kept = Whole()
    """How many members bought it and have it still."""
    vouchers = fields.List(fields.Nested(VoucherSchema))
    """Whose experience counts most, the first one first."""
    posts = fields.List(fields.Nested(ListedPostSchema))
    """What owners tell of it, the best first."""


class ShareSchema(Wire):
    """What sharing something means for both, and one's own link to it."""

    title = fields.String()
    is_paused = Flag()
    friend_bps = Whole()
    """What the friend saves, in basis points."""
    reward_bps = Whole()
    """What the sharer earns of the paid price, in basis points; of a label, if it is of it."""
    hold_days = Whole()
    attribution_days = Whole()
    link = Whole(allow_none=True)
    address = fields.String(allow_none=True)
    """To be sent to others."""
    scan_address = fields.String(allow_none=True)
    """To be shown as a QR code."""
