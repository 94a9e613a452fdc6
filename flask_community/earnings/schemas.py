"""What the API takes and gives about rewards, balances and payouts."""

from __future__ import annotations

from marshmallow import fields

from ..referrals.rules import Source
from ..rest.fields import Amount, Choice, Flag, Moment, Text, Whole, Wire
from .payouts import REFERENCE
from .rules import State
from .second_look import STATES, TEXT_LENGTH, Bar
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


class AppealSchema(Wire):
    """One's appeal from how a reward stands."""

    id = Whole()
    reward = Whole()
    """Id of the reward."""
    state = Choice(list(STATES))
    text = fields.String()
    answer = fields.String(allow_none=True)
    """What the decider says."""
    made_at = Moment()
    decided_at = Moment(allow_none=True)


class DeskAppealSchema(AppealSchema):
    """An appeal as a moderator sees it; nothing in it tells who bought."""

    member = Whole()
    """Id of whose appeal it is."""
    name = fields.String()
    field = fields.String(allow_none=True)
    product = fields.String()
    """The product's title."""
    reward_state = Choice([state.value for state in State])
    reason = fields.String(allow_none=True)
    """Code of why the reward stands so."""
    amount = Amount()
    """What it was worth when the order was paid."""
    would_credit = Amount()
    """What granting would give the member."""
    bar = Choice([bar.value for bar in Bar], allow_none=True)
    """Why it cannot be granted; None if it can."""


class AppealTextSchema(Wire):
    """Why one appeals, or why it is decided so."""

    text = Text(most=TEXT_LENGTH, required=True)


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


class DuePayoutSchema(PayoutSchema):
    """A payout as who sends the money sees it."""

    member = Whole()
    """Id of who gets it."""
    name = fields.String()
    customer = fields.String(allow_none=True)
    """His key in the shop; None once he is erased."""


class SentPayoutSchema(Wire):
    """That a payout went out."""

    reference = Text(most=REFERENCE, required=True)
    """The payment provider's own number."""


class FailedPayoutSchema(Wire):
    """That a payout could not be paid."""

    reason = Text(most=REFERENCE, required=True)
    """Its owner reads it."""


class NewPayoutSchema(Wire):
    """What one takes, and how; as money unless told."""

    amount = Amount(required=True)
    way = Choice(list(WAYS))
