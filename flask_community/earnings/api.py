"""The API of rewards: what one earned, why it stands where it does, how to get it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..money import Money
from ..rest.base import Api
from ..rest.operation import Page, page
from . import fresh, schemas
from .models import Payout
from .overview import Reward, Sums
from .rules import AccountKind, State
from .service import EarningService
from .ways import MONEY, STORE_CREDIT


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def earnings(self) -> EarningService: ...


class RewardApi:
    """One's own rewards, and nobody else's."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        payout = schemas.PayoutSchema()
        api.list("/balances", self.balances, schemas.BalanceSchema(), name="balances")
        api.list("/rewards", self.rewards, schemas.RewardSchema(), name="rewards")
        api.get("/rewards/{id}/receipt", self.receipt, schemas.ReceiptSchema(), name="receipt")
        api.list("/payouts", self.payouts, payout, name="payouts")
        api.get("/payouts/{id}", self.payout, payout, name="payout")
        api.post(
            "/payouts",
            self.cash_out,
            name="cash_out",
            body=schemas.NewPayoutSchema(),
            answer=payout,
            status=201,
            at="payout",
            key="required",
            limit="cash_out",
            # Before the key is noted: who proves himself next repeats the same wish.
            first=lambda: fresh.demand(rooms().earnings.hooks),
            refuses=(501,),
        )

    def balances(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List what stands on one's accounts, by currency."""
        balances = self.rooms().earnings.balances_of(member_id)
        first = after[0] if after else 0
        shown = sorted(balances)[first : first + limit]
        more = first + limit < len(balances)
        least = self.web.settings.payout_minimum
        sums = self.rooms().earnings.overview.sums(member_id)
        rows = [
            _balance(currency, balances[currency], sums.get(currency, Sums()), least)
            for currency in shown
        ]
        return Page(rows, (first + limit,) if more else None)

    def rewards(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List one's rewards, newest first, each with its reason."""
        before = after[0] if after else None
        found = self.rooms().earnings.rewards_of(member_id, limit + 1, before=before)
        cut = page(found, limit, lambda reward: (reward.earning.id,))
        return Page([_reward(one) for one in cut.rows], cut.place)

    def receipt(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Tell what was seen, by which rule, who gets what and why; signed by the shop."""
        return self.rooms().earnings.receipts.of(member_id, id)

    def payouts(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List what one asked to be paid, newest first."""
        before = after[0] if after else None
        found = self.rooms().earnings.payouts_of(member_id, limit + 1, before=before)
        cut = page(found, limit, lambda payout: (payout.id,))
        return Page([_payout(one) for one in cut.rows], cut.place)

    def payout(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show one of one's payouts."""
        return _payout(self.rooms().earnings.overview.payout(member_id, id))

    def cash_out(
        self, *, member_id: int, amount: Mapping[str, Any], request_key: str, way: str = MONEY
    ) -> dict[str, Any]:
        """Take what is available, as money or as store credit."""
        wanted, earnings = Money(amount["minor"], amount["currency"]), self.rooms().earnings
        ask = earnings.take_credit if way == STORE_CREDIT else earnings.cash_out
        return _payout(ask(member_id, wanted, request_key))


def _balance(
    currency: str, of: Mapping[AccountKind, int], sums: Sums, least: int
) -> dict[str, Any]:
    kinds = {
        "pending": AccountKind.PENDING,
        "available": AccountKind.AVAILABLE,
        "held": AccountKind.HELD,
        "in_payout": AccountKind.IN_PAYOUT,
        "paid": AccountKind.PAID,
        "store_credit": AccountKind.STORE_CREDIT,
    }
    stands = {name: Money(of.get(kind, 0), currency) for name, kind in kinds.items()}
    return {
        "currency": currency,
        **stands,
        "redeemed": Money(sums.taken.get(State.REDEEMED, 0), currency),
        "reversed": Money(sums.reversed_minor, currency),
        "debt": Money(-of.get(AccountKind.DEBT, 0), currency),
        "minimum": Money(least, currency),
    }


def _reward(reward: Reward) -> dict[str, Any]:
    earning = reward.earning
    names = ("id", "state", "reason", "payable_on", "created_at")
    return {
        **{name: getattr(earning, name) for name in names},
        "title": reward.title,
        "amount": Money(earning.amount_minor, earning.currency),
        "credited": Money(earning.credited_minor, earning.currency),
        "why": reward.why,
    }


def _payout(payout: Payout) -> dict[str, Any]:
    names = ("id", "way", "state", "reference", "asked_at", "settled_at")
    shown = {name: getattr(payout, name) for name in names}
    return {**shown, "amount": Money(payout.amount_minor, payout.currency)}
