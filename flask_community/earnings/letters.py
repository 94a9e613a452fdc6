"""The words about rewards: what their owner is told, and why each stands where it does."""

from __future__ import annotations

from collections.abc import Mapping

from ..i18n import formats, gettext, marked
from .models import Earning
from .rules import Event, State
from .ways import FAILED

NOTICES: Mapping[str, tuple[str, str]] = {
    "reward_pending": (
        marked("You earned %(amount)s"),
        marked(
            "Somebody bought %(title)s through your link. %(amount)s is pending, payable"
            " %(days)s days after delivery, because the order can be returned until then."
        ),
    ),
    "reward_dated": (
        marked("Your reward of %(amount)s has a date"),
        marked(
            "%(title)s was delivered. %(amount)s is pending, payable on %(on)s, because the"
            " order can be returned until then."
        ),
    ),
    "reward_available": (
        marked("%(amount)s is yours now"),
        marked("The time to return %(title)s is over. %(amount)s is available."),
    ),
    "reward_held": (
        marked("Your reward of %(amount)s is held"),
        marked("%(amount)s for %(title)s is held until a person decides, because: %(reason)s"),
    ),
    "reward_cleared": (
        marked("Your reward of %(amount)s is no longer held"),
        marked("It was decided in your favour: %(amount)s for %(title)s is back where it was."),
    ),
    "reward_upheld": (
        marked("Your reward of %(amount)s was taken back"),
        marked("It was decided that %(amount)s for %(title)s is not due. You can appeal."),
    ),
    "reward_reduced": (
        marked("Your reward was reduced by %(amount)s"),
        marked("%(title)s was given back in whole or in part, so %(amount)s was taken back."),
    ),
    "reward_recredited": (
        marked("%(amount)s of your reward is back"),
        marked("The order of %(title)s stands again, so %(amount)s was given back to you."),
    ),
    "reward_rejected": (
        marked("Your reward of %(amount)s was rejected"),
        marked("%(amount)s for %(title)s is not due: %(reason)s You can appeal."),
    ),
    "payout_asked": (
        marked("%(amount)s is on its way"),
        marked("You asked for %(amount)s. The shop is sending it."),
    ),
    "payout_sent": (
        marked("%(amount)s was paid to you"),
        marked("The shop has paid %(amount)s to you."),
    ),
    "payout_failed": (
        marked("%(amount)s could not be paid"),
        marked("The payment of %(amount)s failed. The money is available again."),
    ),
    "credit_sent": (
        marked("%(amount)s is in your store credit"),
        marked("You took %(amount)s of your rewards as store credit. You can use it at once."),
    ),
    "credit_failed": (
        marked("%(amount)s could not become store credit"),
        marked("%(amount)s of your rewards is available again, because: %(reason)s"),
    ),
}
"""Subject and body of each notice of this room, for the composition root to merge."""

REASONS: Mapping[str, str] = {
    "refunded": marked("Part or all of the order was given back."),
    "cancelled": marked("The order was cancelled."),
    "charged_back": marked("The payment of the order was charged back."),
    "dispute_won": marked("The disputed payment came back."),
    "case": marked("Reports about this product are being looked into."),
    "cleared": marked("It was held, and decided in your favour."),
    "upheld": marked("It was held, and decided against it."),
    "same_email": marked("Sharer and buyer have the same e-mail address."),
    "same_phone": marked("Sharer and buyer have the same phone number."),
    "same_payment": marked("The order was paid with the sharer's own means of payment."),
}
"""One sentence for each reason code on an earning."""


def amount_text(minor: int, currency: str) -> str:
    """Return an amount as its owner reads it."""
    return formats().money(minor, currency)


def reason_text(code: str | None) -> str:
    """Return the sentence for a reason code; empty for none."""
    return gettext(REASONS[code]) if code and code in REASONS else ""


def why(earning: Earning) -> str:
    """Return one sentence that says why an earning stands where it does, and until when."""
    reason = reason_text(earning.reason)
    if earning.state == State.PENDING:
        if earning.payable_on is None:
            return gettext("It gets its date when the order is delivered.")
        return gettext(
            "It is payable on %(on)s; until then the order can be returned.",
            on=formats().date(earning.payable_on),
        )
    if earning.state == State.HELD:
        return gettext("It is held until a person decides. %(reason)s", reason=reason)
    if earning.state in (State.REVERSED, State.REJECTED, State.DEBT):
        return gettext("It is not due. %(reason)s You can appeal.", reason=reason)
    if earning.state == State.AVAILABLE and earning.out_minor:
        out = amount_text(earning.out_minor, earning.currency)
        return gettext("It is yours, and %(out)s of it is out already.", out=out)
    if earning.state == State.AVAILABLE and earning.payable_on is not None:
        return gettext(
            "It is yours since %(on)s, when the time to return the order was over.",
            on=formats().date(earning.payable_on),
        )
    return gettext(_STANDS[State(earning.state)])


def state_word(state: str) -> str:
    """Return one word for where an earning stands."""
    return gettext(_STATES[State(state)])


def event_word(event: str) -> str:
    """Return what happened to an earning, in a few words."""
    return gettext(_EVENTS[Event(event)])


def payout_word(state: str) -> str:
    """Return one word for where a payout stands."""
    return gettext(FAILED_WORD if state == FAILED else _STATES[State(state)])


_STATES: Mapping[State, str] = {
    State.PENDING: marked("pending"),
    State.HELD: marked("held"),
    State.AVAILABLE: marked("available"),
    State.IN_PAYOUT: marked("on its way"),
    State.PAID: marked("paid"),
    State.DEBT: marked("owed back"),
    State.STORE_CREDIT: marked("on its way"),
    State.REDEEMED: marked("store credit"),
    State.REJECTED: marked("rejected"),
    State.REVERSED: marked("reversed"),
}

FAILED_WORD = marked("failed")

_STANDS: Mapping[State, str] = {
    State.AVAILABLE: marked("The time to return the order is over: it is yours."),
    State.IN_PAYOUT: marked("It is on its way to you."),
    State.PAID: marked("It was given to you, or taken for what you owed."),
    State.STORE_CREDIT: marked("You took it as store credit; it is on its way there."),
    State.REDEEMED: marked(
        "You took it, or the last of it, as store credit: it is in your account at the shop."
    ),
}

_EVENTS: Mapping[Event, str] = {
    Event.ORDER_PAID: marked("The order was paid."),
    Event.HOLD_OVER: marked("The time to return it was over."),
    Event.HOLD: marked("It was held."),
    Event.CLEAR: marked("It was decided in your favour."),
    Event.UPHOLD: marked("It was decided against it."),
    Event.REJECT: marked("It was rejected."),
    Event.REFUND_PART: marked("A part of the order was given back."),
    Event.REFUND_FULL: marked("The order was given back."),
    Event.RECREDIT: marked("Something was given back to you."),
    Event.PAYOUT: marked("You asked for it."),
    Event.PAYOUT_SENT: marked("It was paid to you."),
    Event.PAYOUT_FAILED: marked("The payment failed."),
    Event.TAKE_CREDIT: marked("You took it as store credit."),
    Event.GIVE_CREDIT: marked("The shop put it into your store credit."),
    Event.RETURN_CREDIT: marked("The shop could not make it store credit."),
    Event.OFFSET_DEBT: marked("It settled what you owed."),
    Event.WRITE_OFF: marked("The shop let you off what you owed."),
    Event.GIVE_TO_FUND: marked("You gave it to the community."),
}
