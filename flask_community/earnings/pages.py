"""A member's rewards: what he earned, why it stands where it does, how to get it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..errors import Refused
from ..i18n import gettext
from ..web import Web
from ..web.fields import plain_amount
from . import fresh
from .letters import amount_text, payout_word, state_word
from .overview import Sums
from .service import EarningService
from .shown import ShownBalance, Wish, balance, ripening
from .ways import FAILED, MONEY, STORE_CREDIT, WAYS

PAGE = 20
"""Rewards on one page."""

MOST = 2**53
"""The largest amount that an address carries, in minor units."""

PAYOUTS = 10
DATES = 10


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


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
        # In the path, which a shop leads back to: a query may be lost on the way.
        web.add(
            f"/my/rewards/prove/<any({', '.join(WAYS)}):way>/<string(length=3):currency>"
            f"/<int(max={MOST}):minor>",
            self.prove,
            name="prove_to_cash_out",
        )

    def my_rewards(self) -> ResponseReturnValue:
        """Show balances, each reward with its reason, and what was taken."""
        member_id = self.web.require_member()
        earnings = self.rooms().earnings
        before = self.web.asked_int("before")
        rewards = earnings.rewards_of(member_id, PAGE + 1, before=before)
        balances = self._balances(earnings, member_id)
        due = [] if before else earnings.overview.ripening(member_id)
        payouts = earnings.payouts_of(member_id, PAYOUTS)
        self.web.commit()
        return self.web.render(
            "community/earnings/my_rewards.html",
            title=gettext("My rewards"),
            balances=balances,
            rewards=rewards[:PAGE],
            older=rewards[PAGE - 1].earning.id if len(rewards) > PAGE else None,
            ripens=ripening(due, earnings.clock()),
            dates=DATES,
            payouts=payouts,
            # The form's own key: sending it twice asks once.
            key=secrets.token_urlsafe(12),
            least={one.currency: self._least(one.currency) for one in balances},
            money=amount_text,
            state_word=state_word,
            payout_word=payout_word,
            FAILED=FAILED,
            MONEY=MONEY,
            STORE_CREDIT=STORE_CREDIT,
        )

    def cash_out(self) -> ResponseReturnValue:
        """Take what is available, as money or as store credit, once for each form."""
        member_id = self.web.require_member()
        way = self.web.form_text("way", most=12)
        if way not in WAYS:
            raise Refused(gettext("Choose how you would like it."), field="way")
        currency = self.web.form_text("currency", most=3, least=3)
        amount = plain_amount(request.form.get("amount", ""), currency)
        key = self.web.form_text("key", most=80)
        earnings = self.rooms().earnings
        if fresh.ask(earnings.hooks) is not None:
            self.web.session().rollback()
            asked = {"way": way, "currency": currency, "minor": min(max(amount.minor, 0), MOST)}
            return self.web.see_other(self.web.url("prove_to_cash_out", **asked))
        ask = earnings.take_credit if way == STORE_CREDIT else earnings.cash_out
        ask(member_id, amount, key)
        self.web.commit()
        return self.web.see_other(self.web.url("my_rewards"))

    def prove(self, way: str, currency: str, minor: int) -> ResponseReturnValue:
        """Have the shop ask for a fresh proof, and lead back to what was about to be taken."""
        self.web.require_member()
        self.web.commit()
        answer: ResponseReturnValue | None = fresh.ask(self.rooms().earnings.hooks)
        if answer is not None:
            return answer
        wish = {"way": way, "currency": currency, "minor": minor}
        return self.web.see_other(self.web.url("my_rewards", **wish))

    def _balances(self, earnings: EarningService, member_id: int) -> list[ShownBalance]:
        sums, wish = earnings.overview.sums(member_id), self._wish()
        return [
            balance(
                currency,
                of,
                sums.get(currency, Sums()),
                least=self.web.settings.payout_minimum,
                gives_credit=earnings.can_take_credit(),
                wish=wish if wish and wish.currency == currency else None,
            )
            for currency, of in sorted(earnings.balances_of(member_id).items())
        ]

    def _wish(self) -> Wish | None:
        asked = request.args
        minor = self.web.asked_int("minor", low=0)
        if minor is None:
            return None
        return Wish(asked.get("way", ""), asked.get("currency", ""), minor)

    def _least(self, currency: str) -> str:
        return amount_text(self.web.settings.payout_minimum, currency)
