"""What the API takes and gives about rewards, balances and payouts."""

from __future__ import annotations

from marshmallow import fields

from ..referrals.rules import Source
from ..rest.fields import Amount, Choice, Flag, Moment, Whole, Wire
from .rules import State
from .ways import PAYOUT_STATES, WAYS


class BalanceSchema(Wire):
    """What stands on one's accounts in one currency."""

    currency = fields.String()
    pending = Amount()
    available = Amount()
    held = Amount()
    in_payout = Amount()
    paid = Amount()
    store_credit = Amount()
    """Taken as store credit, on its way into the shop's own books."""
    redeemed = Amount()
    """Taken as store credit and there: the shop's books know what is left of it."""
    reversed = Amount()
    """What was taken back of all that was ever earned, as a positive amount."""
    debt = Amount()
    """What one owes the shop, as a positive amount."""
    minimum = Amount()
    """The least that can be taken as money; as store credit any amount can."""


class RewardSchema(Wire):
    """What one earned by one line of an order; nothing in it tells who bought."""

    id = Whole()
    title = fields.String()
    """The product's."""
    amount = Amount()
    """What it was worth when the order was paid."""
    credited = Amount()
    """What it is worth now."""
    state = Choice([state.value for state in State])
    reason = fields.String(allow_none=True)
    """Code of why it stands so."""
    why = fields.String()
    """The same as one sentence."""
    payable_on = Moment(allow_none=True)
    created_at = Moment()


class SeenTouchSchema(Wire):
    """A touch that was seen when it was decided who brought the order."""

    at = fields.String()
    kind = Whole()
    """1 a visit, 2 a scan, 3 a tap after buying, 4 a typed code."""
    link = Whole(allow_none=True)
    """One's own link; None for one of somebody else."""


class PartSchema(Wire):
    """One link's part in the order."""

    is_yours = Flag()
    share_bps = Whole()
    source = Choice([source.value for source in Source])
    kind = Whole()
    touch_at = fields.String()
    reason = fields.String(allow_none=True)


class MoveSchema(Wire):
    """One move of a reward's money, out of the ledger."""

    event = fields.String()
    at = fields.String()
    minor = Whole()


class RuleSchema(Wire):
    """The rule by which the order was rewarded, as it was then."""

    programme = fields.String()
    reward_bps = Whole()
    friend_bps = Whole()
    hold_days = Whole()
    window_days = Whole()
    model = fields.String()
    currency = fields.String()
    exponent = Whole()


class ReceiptSchema(Wire):
    """The receipt of a reward. Amounts are in minor units of its currency."""

    format = Whole()
    shop = fields.String()
    reward = Whole()
    issued_at = fields.String()
    product = fields.String()
    currency = fields.String()
    basis_minor = Whole()
    rate_bps = Whole()
    weight_bps = Whole()
    amount_minor = Whole()
    credited_minor = Whole()
    state = Choice([state.value for state in State])
    reason = fields.String(allow_none=True)
    payable_on = fields.String(allow_none=True)
    rule_version = fields.String()
    rule = fields.Nested(RuleSchema)
    decided_at = fields.String()
    touches = fields.List(fields.Nested(SeenTouchSchema))
    parts = fields.List(fields.Nested(PartSchema))
    history = fields.List(fields.Nested(MoveSchema))
    proof = fields.String()
    """The shop's signature under all the rest, as canonical JSON."""


class PayoutSchema(Wire):
    """What one took of one's rewards."""

    id = Whole()
    amount = Amount()
    way = Choice(list(WAYS))
    state = Choice(PAYOUT_STATES)
    reference = fields.String(allow_none=True)
    """The payment provider's own number, or why it failed."""
    asked_at = Moment()
    settled_at = Moment(allow_none=True)


class NewPayoutSchema(Wire):
    """What one takes, and how; as money unless told."""

    amount = Amount(required=True)
    way = Choice(list(WAYS))
