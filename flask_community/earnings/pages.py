"""A member's rewards: what he earned, why it stands where it does, how to get it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..i18n import gettext
from ..money import to_decimal
from ..web import Web
from ..web.fields import plain_amount
from .letters import amount_text, payout_word, state_word
from .rules import AccountKind, State
from .second_look import DECISIONS, STATES
from .service import EarningService, Reward

PAGE = 20
"""Rewards on one page."""

PAYOUTS = 10
DATES = 10


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


@dataclass(frozen=True, slots=True)
class ShownBalance:
    """A member's balances in one currency, as text."""

    currency: str
    pending: str
    available: str
    held: str
    in_payout: str
    paid: str
    debt: str
    owes: bool
    most: str
    """What can be cashed out, in major units."""
    why_not: str
    """Why nothing can be cashed out now; empty if something can."""

    @property
    def can_cash_out(self) -> bool:
        """Whether the form is worth showing."""
        return not self.why_not


def _ripens(rewards: Iterable[Reward]) -> list[tuple[dt.datetime, str, str]]:
    """Return what becomes available when: moment, currency and amount, the next one first."""
    due: Counter[tuple[dt.datetime, str]] = Counter()
    for reward in rewards:
        earning = reward.earning
        if earning.state == State.PENDING and earning.payable_on is not None:
            due[earning.payable_on, earning.currency] += earning.credited_minor
    return [
        (on, currency, amount_text(minor, currency))
        for (on, currency), minor in sorted(due.items())
    ]


class RewardPages:
    """Shows a member his own rewards, and nobody else's."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/my/rewards", self.my_rewards, name="my_rewards")
        web.add(
            "/my/rewards/cash-out",
            self.cash_out,
            name="cash_out",
            methods=["POST"],
            limit="cash_out",
        )

    def my_rewards(self) -> ResponseReturnValue:
        """Show balances, each reward with its reason, and payouts."""
        member_id = self.web.require_member()
        earnings = self.rooms().earnings
        balances = earnings.balances_of(member_id)
        before = self.web.asked_int("before")
        rewards = earnings.rewards_of(member_id, before=before)
        payouts = earnings.payouts_of(member_id, PAYOUTS)
        appeals = earnings.appeals.newest([one.earning.id for one in rewards])
        self.web.commit()
        return self.web.render(
            "community/earnings/my_rewards.html",
            title=gettext("My rewards"),
            balances=[self._shown(currency, of) for currency, of in sorted(balances.items())],
            rewards=rewards[:PAGE],
            older=rewards[PAGE - 1].earning.id if len(rewards) > PAGE else None,
            ripens=[] if before else _ripens(rewards)[:DATES],
            payouts=payouts,
            appeals=appeals,
            appealable=DECISIONS,
            looks=STATES,
            # The form's own key: sending it twice asks once.
            key=secrets.token_urlsafe(12),
            money=amount_text,
            state_word=state_word,
            payout_word=payout_word,
        )

    def cash_out(self) -> ResponseReturnValue:
        """Ask for a payout, once for each form."""
        member_id = self.web.require_member()
        currency = self.web.form_text("currency", most=3, least=3)
        amount = plain_amount(request.form.get("amount", ""), currency)
        key = self.web.form_text("key", most=80)
        self.rooms().earnings.cash_out(member_id, amount, key)
        self.web.commit()
        return self.web.see_other(self.web.url("my_rewards"))

    def _shown(self, currency: str, of: Mapping[AccountKind, int]) -> ShownBalance:
        def text(kind: AccountKind, sign: int = 1) -> str:
            return amount_text(sign * of.get(kind, 0), currency)

        available, debt = of.get(AccountKind.AVAILABLE, 0), -of.get(AccountKind.DEBT, 0)
        least = self.web.settings.payout_minimum
        why_not = ""
        if debt > 0:
            why_not = gettext("Your next rewards settle first what you owe.")
        elif available < least:
            why_not = gettext(
                "You can cash out from %(least)s.", least=amount_text(least, currency)
            )
        return ShownBalance(
            currency=currency,
            pending=text(AccountKind.PENDING),
            available=text(AccountKind.AVAILABLE),
            held=text(AccountKind.HELD),
            in_payout=text(AccountKind.IN_PAYOUT),
            paid=text(AccountKind.PAID),
            debt=text(AccountKind.DEBT, -1),
            owes=debt > 0,
            most=str(to_decimal(available, currency)),
            why_not=why_not,
        )
