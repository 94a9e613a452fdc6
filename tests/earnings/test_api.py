"""Claims about rewards over JSON: whose they are, and cashing out once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Response

from tests.rest.callers import Caller, TokenShop, open_token_shop
from tests.stall import Stall

WANTED = {"amount": {"minor": 1_000, "currency": "CNY"}}


@pytest.fixture
def stall(database_url: str) -> Iterator[Stall]:
    """Return Ann and Bob in the shop for apps; Ann has earned enough."""
    with open_token_shop(database_url) as opened:
        made = Stall(opened)
        made.earn(40_000)
        yield made


def callers(stall: Stall) -> tuple[Caller, Caller]:
    assert isinstance(stall.shop, TokenShop)
    return Caller(stall.shop, stall.ann), Caller(stall.shop, stall.bob)


def test_a_payout_is_asked_for_once(stall: Stall) -> None:
    ann, _ = callers(stall)
    first, again = (
        ann.post("/payouts", WANTED, status=201, Idempotency_Key="rent-of-may") for _ in range(2)
    )
    assert first == again
    assert [one["id"] for one in ann.get("/payouts")["items"]] == [first["id"]]
    assert stall.stands() == {"available": 1_000, "in_payout": 1_000}


def test_more_than_there_is_is_refused_and_says_so(stall: Stall) -> None:
    ann, _ = callers(stall)
    greedy = {"amount": {"minor": 2_001, "currency": "CNY"}}
    refused = ann.post("/payouts", greedy, status=409, Idempotency_Key="rent-of-may")
    assert refused["type"].endswith("insufficient-funds")
    assert stall.stands() == {"available": 2_000}


@pytest.mark.parametrize("minor", [-1_000, 0, 1_000.0, "1000", True, 2**60, None])
def test_an_amount_is_whole_and_above_the_least(stall: Stall, minor: object) -> None:
    ann, _ = callers(stall)
    wanted = {"amount": {"minor": minor, "currency": "CNY"}}
    ann.post("/payouts", wanted, status=422, Idempotency_Key="rent-of-may")
    assert stall.stands() == {"available": 2_000}


def test_a_reward_is_taken_as_credit_of_any_amount(stall: Stall) -> None:
    ann, _ = callers(stall)
    wanted = {"amount": {"minor": 1, "currency": "CNY"}, "way": "store_credit"}
    for _ in range(2):
        taken = ann.post("/payouts", wanted, status=201, Idempotency_Key="tea-of-may")
    assert (taken["way"], taken["state"]) == ("store_credit", "store_credit")
    (balance,) = ann.get("/balances")["items"]
    assert balance["redeemed"] == {"minor": 1, "currency": "CNY"}
    assert stall.stands() == {"available": 1_999}


def test_who_must_prove_himself_is_told_where_and_may_repeat(stall: Stall) -> None:
    ann, _ = callers(stall)
    stall.shop.hooks.proof = Response("", 303, {"Location": "/prove?next=/"})
    refused = ann.post("/payouts", WANTED, status=403, Idempotency_Key="rent-of-may")
    assert refused["type"] == "urn:flask-community:problem:proof-needed"
    assert stall.stands() == {"available": 2_000}
    stall.shop.hooks.proof = None
    ann.post("/payouts", WANTED, status=201, Idempotency_Key="rent-of-may")
    assert stall.stands() == {"available": 1_000, "in_payout": 1_000}


def test_nobody_sees_the_money_of_another(stall: Stall) -> None:
    ann, bob = callers(stall)
    payout = ann.post("/payouts", WANTED, status=201, Idempotency_Key="rent-of-may")
    bob.get(f"/payouts/{payout['id']}", 404)
    assert bob.get("/rewards")["items"] == bob.get("/balances")["items"] == []
