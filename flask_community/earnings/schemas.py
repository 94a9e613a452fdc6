"""What the API takes and gives about rewards, balances and payouts."""

from __future__ import annotations

from marshmallow import fields

from ..rest.fields import Amount, Choice, Moment, Whole, Wire
from .rules import State

PAYOUT_STATES = ("in_payout", "paid", "failed")


class BalanceSchema(Wire):
    """What stands on one's accounts in one currency."""

    currency = fields.String()
    pending = Amount()
    available = Amount()
    held = Amount()
    in_payout = Amount()
    paid = Amount()
    debt = Amount()
    """What one owes the shop, as a positive amount."""
    minimum = Amount()
    """The least that can be cashed out."""


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


class PayoutSchema(Wire):
    """Money on its way to one."""

    id = Whole()
    amount = Amount()
    state = Choice(PAYOUT_STATES)
    reference = fields.String(allow_none=True)
    """The payment provider's own number, or why it failed."""
    asked_at = Moment()
    settled_at = Moment(allow_none=True)


class NewPayoutSchema(Wire):
    """What one asks to be paid."""

    amount = Amount(required=True)
