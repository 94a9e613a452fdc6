"""Claims about one earning: whatever happens, the postings say where its money is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from flask_community.earnings.rules import AccountKind, Event, Posting, State, fold, move
from flask_community.earnings.standing import (
    Standing,
    Step,
    arrived,
    cleared,
    drawn,
    held,
    paid,
    recredited,
    reduced,
    rejected,
    returned,
    ripened,
    upheld,
)
from flask_community.earnings.ways import MONEY, STORE_CREDIT, WAYS, Way
from flask_community.errors import Conflict, MoneyError

ANN = 1
INSIDE = {
    State.PENDING: AccountKind.PENDING,
    State.HELD: AccountKind.HELD,
    State.AVAILABLE: AccountKind.AVAILABLE,
}
MOVES_TO = {MONEY: AccountKind.IN_PAYOUT, STORE_CREDIT: AccountKind.STORE_CREDIT}


class Life:
    """One earning, the postings it made, and what is on its way out."""

    def __init__(self, amount: int) -> None:
        self.now = Standing(ANN)
        self.postings: list[Posting] = []
        self.parts: list[tuple[int, Way]] = []
        self.take(paid(ANN, amount))

    def take(self, step: Step) -> None:
        self.now = step.after
        for _, postings in step.moves:
            self.postings.extend(postings)

    def balance(self, kind: AccountKind) -> int:
        return fold(self.postings).get((kind, ANN), 0)

    @property
    def debt(self) -> int:
        return -self.balance(AccountKind.DEBT)

    def draw(self, amount: int, way: str = MONEY) -> None:
        self.take(drawn(self.now, amount, WAYS[way]))
        self.postings.extend(move(WAYS[way].ask, amount, ANN))
        self.parts.append((amount, WAYS[way]))

    def arrive(self) -> None:
        amount, way = self.parts.pop()
        self.postings.extend(move(way.arrive, amount, ANN))
        self.take(arrived(self.now, way))

    def fail(self) -> None:
        amount, way = self.parts.pop()
        self.postings.extend(move(way.fail, amount, ANN))
        back = min(amount, self.now.out)
        if back < amount:
            self.postings.extend(move(Event.OFFSET_DEBT, amount - back, ANN))
        self.take(returned(self.now, back, self.debt, way))

    @property
    def on_its_way(self) -> dict[AccountKind, int]:
        sums = dict.fromkeys((AccountKind.IN_PAYOUT, AccountKind.STORE_CREDIT), 0)
        for amount, way in self.parts:
            sums[MOVES_TO[way.name]] += amount
        return sums

    def is_where_it_says(self) -> bool:
        return all(
            self.balance(kind) == (self.now.inside if self.now.state is state else 0)
            for state, kind in INSIDE.items()
        ) and all(self.balance(kind) == minor for kind, minor in self.on_its_way.items())


STEPS: dict[str, Callable[[Life, int], None]] = {
    "reduce": lambda life, n: life.take(reduced(life.now, n)),
    "recredit": lambda life, n: life.take(recredited(life.now, n, life.debt)),
    "ripen": lambda life, n: life.take(ripened(life.now, life.debt)),
    "hold": lambda life, n: life.take(held(life.now)),
    "clear": lambda life, n: life.take(cleared(life.now, life.debt)),
    "uphold": lambda life, n: life.take(upheld(life.now)),
    "reject": lambda life, n: life.take(rejected(life.now)),
    "draw": lambda life, n: life.draw(n),
    "take credit": lambda life, n: life.draw(n, STORE_CREDIT),
    "arrive": lambda life, n: life.arrive(),
    "fail": lambda life, n: life.fail(),
}


@given(
    st.integers(0, 100),
    st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 60)), max_size=15),
)
def test_its_money_is_always_where_its_state_says(
    amount: int, steps: list[tuple[str, int]]
) -> None:
    life = Life(amount)
    for name, number in steps:
        before = life.now
        try:
            STEPS[name](life, number)
        except (Conflict, MoneyError, IndexError):
            assert life.now == before
        assert life.is_where_it_says()
        assert sum(fold(life.postings).values()) == 0
        assert life.debt >= 0


@given(
    st.integers(1, 100),
    st.lists(st.integers(1, 100), max_size=6),
    st.sampled_from(sorted(WAYS)),
    st.integers(0, 6),
)
def test_any_split_of_refunds_of_what_was_taken_is_owed_to_the_unit(
    amount: int, refunds: list[int], way: str, before: int
) -> None:
    life = Life(amount)
    life.take(ripened(life.now, 0))
    life.draw(amount, way)
    for number, refund in enumerate(refunds):
        if number == before:
            life.arrive()
        if refund <= life.now.credited:
            life.take(reduced(life.now, refund))
    if life.parts:
        life.arrive()
    assert life.debt == amount - life.now.credited
    balances = fold(life.postings)
    ends = {MONEY: (AccountKind.PAID, ANN), STORE_CREDIT: (AccountKind.REDEEMED, None)}
    assert balances[ends[way]] == amount


@given(st.integers(1, 100), st.lists(st.integers(1, 100), max_size=6))
def test_what_the_shop_refuses_to_give_is_available_again_but_for_what_was_refunded(
    amount: int, refunds: list[int]
) -> None:
    life = Life(amount)
    life.take(ripened(life.now, 0))
    life.draw(amount, STORE_CREDIT)
    for refund in refunds:
        if refund <= life.now.credited:
            life.take(reduced(life.now, refund))
    life.fail()
    assert life.debt == life.balance(AccountKind.STORE_CREDIT) == 0
    assert life.balance(AccountKind.AVAILABLE) == life.now.inside == life.now.credited
    assert life.now.state is (State.AVAILABLE if life.now.credited else State.REVERSED)


def test_what_comes_back_while_a_case_holds_the_rest_is_held_too() -> None:
    life = Life(100)
    life.take(ripened(life.now, 0))
    life.draw(60, STORE_CREDIT)
    life.take(held(life.now))
    life.fail()
    assert (life.now.state, life.balance(AccountKind.HELD)) == (State.HELD, 100)


def test_a_won_dispute_leads_back_to_where_the_refund_found_it() -> None:
    life = Life(100)
    life.take(ripened(life.now, 0))
    life.take(reduced(life.now, 100))
    assert life.now.state is State.REVERSED
    life.take(recredited(life.now, 100, 0))
    assert (life.now.state, life.now.inside) == (State.AVAILABLE, 100)


def test_what_a_person_took_back_no_dispute_returns() -> None:
    life = Life(100)
    life.take(held(life.now))
    life.take(upheld(life.now))
    with pytest.raises(Conflict):
        recredited(life.now, 100, 0)


def test_an_earning_that_wholly_settles_a_debt_is_paid() -> None:
    life = Life(100)
    life.postings.extend(move(Event.REFUND_FULL, 300, ANN, at=AccountKind.DEBT))
    life.take(ripened(life.now, life.debt))
    assert (life.now.state, life.debt) == (State.PAID, 200)


def test_a_failed_payout_returns_what_was_not_refunded_on_the_way() -> None:
    life = Life(100)
    life.take(ripened(life.now, 0))
    life.draw(100)
    life.take(reduced(life.now, 30))
    step = returned(life.now, 70, 0, WAYS[MONEY])
    assert (step.after.state, step.after.inside) == (State.AVAILABLE, 70)


def test_nothing_available_is_drawn_twice() -> None:
    life = Life(100)
    with pytest.raises(Conflict):
        life.draw(1)
    life.take(ripened(life.now, 0))
    life.draw(100)
    with pytest.raises(Conflict):
        life.draw(1)
