"""Eight processes, one balance, one winner: the claims that money must keep under any race."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from flask_community.earnings.models import Earning, Hold, Payout
from tests.proof import bed
from tests.proof.acts import (
    CASE,
    cash_out,
    cash_out_again,
    credit_or_cash_out,
    refund_or_cash_out,
    ripen_or_hold,
)
from tests.proof.bed import Account
from tests.proof.crew import SIZE, Act, Outcome, race
from tests.shops import Shop

ROUNDS = 100
LOOKED = pytest.param("looked", marks=[pytest.mark.long, pytest.mark.release])
CORE = ["fresh", "loaded", LOOKED]
"""What a transaction has done before its race; see BEFORE of the crew."""


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    """Return the shop on an empty database; the test runs on each lane."""
    with bed.open_bed(database_url) as shop:
        yield shop


# -- the claims --


@pytest.mark.parametrize("before", CORE)
def test_of_eight_who_cash_out_one_balance_one_wins(shop: Shop, before: str) -> None:
    accounts = bed.rich_sharers(shop, bed.often(ROUNDS))
    rounds = _race(shop, accounts, cash_out, before)
    assert [_words(outcomes)["done"] for outcomes in rounds] == [1] * len(accounts)
    assert _payouts(shop) == Counter({account.member_id: 1 for account in accounts})
    _assert_all_is_out(shop, accounts)


@pytest.mark.long
@pytest.mark.parametrize("before", CORE)
def test_of_eight_with_the_same_key_all_get_the_one_payout(shop: Shop, before: str) -> None:
    accounts = bed.rich_sharers(shop, bed.often(ROUNDS))
    rounds = _race(shop, accounts, cash_out_again, before)
    assert [_words(outcomes)["done"] for outcomes in rounds] == [SIZE] * len(accounts)
    assert all(len({outcome.answer for outcome in outcomes}) == 1 for outcomes in rounds)
    assert _payouts(shop) == Counter({account.member_id: 1 for account in accounts})
    _assert_all_is_out(shop, accounts)


@pytest.mark.long
@pytest.mark.parametrize("before", CORE)
def test_of_money_and_credit_asked_of_one_balance_one_is_taken(shop: Shop, before: str) -> None:
    accounts = bed.rich_sharers(shop, bed.often(ROUNDS))
    rounds = _race(shop, accounts, credit_or_cash_out, before)
    assert [_words(outcomes)["done"] for outcomes in rounds] == [1] * len(accounts)
    for account in accounts:
        out = [bed.balance(shop, account.member_id, kind) for kind in ("in_payout", "store_credit")]
        assert sorted(out) == [0, account.amount_minor]
    bed.work(shop)
    given = {member for member, _ in shop.hooks.credits.values()}
    assert len(given) == len(shop.hooks.credits) == sum(_is_credit(shop, a) for a in accounts)
    assert bed.breaches(shop) == []


@pytest.mark.long
@pytest.mark.parametrize("before", CORE)
def test_a_refund_amid_cashing_out_makes_debt_of_what_was_out(shop: Shop, before: str) -> None:
    accounts = bed.one_each(shop, bed.often(ROUNDS), is_ripe=True)
    rounds = _race(shop, accounts, refund_or_cash_out, before)
    shop.clock.forward(days=1)
    bed.work(shop)
    paid = _payouts(shop)
    for account, outcomes in zip(accounts, rounds, strict=True):
        wins = sum(o.word == "done" and o.answer is not None for o in outcomes)
        assert wins == paid[account.member_id] <= 1
        out = account.amount_minor * wins
        assert bed.balance(shop, account.member_id, "available") == 0
        assert bed.balance(shop, account.member_id, "in_payout") == out
        assert bed.balance(shop, account.member_id, "debt") == -out
    assert bed.breaches(shop) == []


@pytest.mark.long
@pytest.mark.parametrize("before", CORE)
def test_what_a_case_holds_is_held_once_though_it_ripens_meanwhile(shop: Shop, before: str) -> None:
    accounts = bed.one_each(shop, bed.often(ROUNDS), is_ripe=False)
    _race(shop, accounts, ripen_or_hold, before)
    services, models = shop.services(), shop.site.binding.models
    for account in accounts:
        # Whoever lost to a ripening asks again, as a case that opens does.
        services.earnings.hold(
            product_id=account.product_id, batch=None, case_id=CASE, reason="Leaks."
        )
        shop.session.commit()
        assert bed.balance(shop, account.member_id, "held") == account.amount_minor
    holds = sa.select(sa.func.count()).select_from(models[Hold])
    assert shop.session.scalar(holds) == len(accounts)
    states = sa.select(models[Earning].state).distinct()
    assert shop.session.scalars(states).all() == ["held"]
    assert bed.breaches(shop) == []


# -- below --


def _race(shop: Shop, accounts: list[Account], act: Act, before: str) -> list[list[Outcome]]:
    url = shop.app.config["SQLALCHEMY_DATABASE_URI"]
    began = time.perf_counter()
    rounds = race(url, accounts, act, before)
    words = sum((_words(outcomes) for outcomes in rounds), Counter[str]())
    retries = sum(outcome.retries for outcomes in rounds for outcome in outcomes)
    fared = f"{dict(words)}, {retries} units done again"
    bed.tell(f"race, {act.__name__}, {before}: {len(rounds)} rounds of {SIZE}, {fared}", began)
    return rounds


def _words(outcomes: list[Outcome]) -> Counter[str]:
    return Counter(outcome.word for outcome in outcomes)


def _payouts(shop: Shop) -> Counter[int]:
    payout = shop.site.binding.models[Payout]
    return Counter(shop.session.scalars(sa.select(payout.member_id)))


def _is_credit(shop: Shop, account: Account) -> bool:
    (payout,) = shop.services().earnings.payouts_of(account.member_id)
    return payout.state == "redeemed"


def _assert_all_is_out(shop: Shop, accounts: list[Account]) -> None:
    for account in accounts:
        assert bed.balance(shop, account.member_id, "available") == 0
        assert bed.balance(shop, account.member_id, "in_payout") == account.amount_minor
    assert bed.breaches(shop) == []
