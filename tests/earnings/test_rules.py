"""Rewards are exact, refunds come out even, and money moves only as the table says."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given, strategies as st

from flask_community.earnings.lifecycle import (
    DECIDED_BY_PERSON,
    MOVES,
    RETURNS,
    STANDS_ON,
    TRANSITIONS,
    AccountKind,
    Event,
    Posting,
    State,
    balanced,
    fold,
    move,
    next_state,
)
from flask_community.earnings.rules import (
    Cap,
    CapScope,
    Cell,
    LineBasis,
    PersonShare,
    Snapshot,
    apply_caps,
    payable_on,
    refund_delta,
    reward_total,
    split_to_lines,
    split_to_people,
    target_for,
)
from flask_community.errors import Conflict, MoneyError
from flask_community.money import MAX_MINOR

DELIVERED = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)

lines_of = st.lists(
    st.builds(
        LineBasis,
        st.sampled_from("abcdef"),
        st.integers(0, 3_000),
        st.integers(0, 2_500),
        st.sampled_from([0, 0, 7, 150]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda line: line.key,
)
people_of = st.lists(
    st.builds(PersonShare, st.integers(1, 9), st.integers(1, 10_000)),
    min_size=1,
    max_size=3,
    unique_by=lambda share: share.person,
)
caps_of = st.lists(st.builds(Cap, st.sampled_from(CapScope), st.integers(0, 400)), max_size=2)
snapshots = st.builds(Snapshot, lines_of.map(tuple), people_of.map(tuple), caps_of.map(tuple))


def draw_remaining(data: st.DataObject, whole: dict[str, int]) -> dict[str, int]:
    return {key: data.draw(st.integers(0, basis)) for key, basis in whole.items()}


def basis(snapshot: Snapshot) -> dict[str, int]:
    return {line.key: line.basis_minor for line in snapshot.lines}


def post(credited: dict[Cell, int], delta: dict[Cell, int]) -> None:
    for cell, amount in delta.items():
        credited[cell] = credited.get(cell, 0) + amount


def test_a_reward_is_rounded_once_over_the_order() -> None:
    assert reward_total([LineBasis("1", 3_000, 115)]) == 35
    assert reward_total([LineBasis(str(n), 1, 1_000) for n in range(10_000)]) == 1_000
    assert reward_total([LineBasis("1", 19_800, 500, 250)]) == 1_240
    assert reward_total([]) == 0


def test_a_line_that_cost_nothing_earns_nothing() -> None:
    assert reward_total([LineBasis("gift", 0, 500, 250)]) == 0


@pytest.mark.parametrize("numbers", [(-1,), (1, -1), (1, 10_001), (1, 0, -1), (1.0,), (1, True)])
def test_a_line_of_wrong_numbers_is_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(MoneyError):
        LineBasis("1", *numbers)


def test_a_line_or_a_person_counts_once() -> None:
    with pytest.raises(MoneyError):
        reward_total([LineBasis("1", 5, 100), LineBasis("1", 5, 100)])
    with pytest.raises(MoneyError):
        split_to_people({"1": 5}, [PersonShare(1, 5), PersonShare(1, 5)])


def test_a_reward_needs_somebody_and_is_not_negative() -> None:
    assert split_to_people({"1": 0}, []) == {}
    with pytest.raises(MoneyError):
        split_to_people({"1": 5}, [PersonShare(1, 0)])
    with pytest.raises(MoneyError):
        split_to_people({"1": -5}, [PersonShare(1, 1)])
    with pytest.raises(MoneyError):
        PersonShare(1, -1)


def test_a_reward_beyond_the_bound_is_refused() -> None:
    lines = [LineBasis(key, MAX_MINOR, 10_000) for key in "ab"]
    with pytest.raises(MoneyError):
        reward_total(lines)


@given(lines_of, st.randoms(use_true_random=False))
def test_lines_share_exactly_and_in_any_order(lines: list[LineBasis], rng: object) -> None:
    total = reward_total(lines)
    shares = split_to_lines(total, lines)
    rng.shuffle(lines)  # type: ignore[attr-defined]
    assert sum(shares.values()) == total
    assert split_to_lines(total, lines) == shares


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 99)), people_of, st.data())
def test_people_share_each_line_exactly_and_in_any_order(
    by_line: dict[str, int], people: list[PersonShare], data: st.DataObject
) -> None:
    cells = split_to_people(by_line, people)
    for key, amount in by_line.items():
        assert sum(part for (line, _), part in cells.items() if line == key) == amount
    assert all(part >= 0 for part in cells.values())
    assert split_to_people(by_line, data.draw(st.permutations(people))) == cells


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 99), st.integers(1, 99))
def test_many_small_lines_cost_no_person_more_than_half_a_unit(
    amounts: list[int], one: int, other: int
) -> None:
    by_line = {f"{n:02}": amount for n, amount in enumerate(amounts)}
    cells = split_to_people(by_line, [PersonShare(1, one), PersonShare(2, other)])
    got = sum(part for (_, person), part in cells.items() if person == 1)
    assert abs(got * (one + other) - sum(amounts) * one) * 2 <= one + other


def test_caps_cut_to_the_tightest_and_say_which_cut() -> None:
    caps = [Cap(CapScope.DAY, 300), Cap(CapScope.ORDER, 100), Cap(CapScope.BUDGET, 500)]
    assert apply_caps(400, caps) == (100, [CapScope.ORDER, CapScope.DAY])
    assert apply_caps(100, caps) == (100, [])
    assert apply_caps(101, caps) == (100, [CapScope.ORDER])


def test_an_overdrawn_budget_pays_nothing() -> None:
    assert apply_caps(50, [Cap(CapScope.BUDGET, -20)]) == (0, [CapScope.BUDGET])


def test_a_partial_refund_takes_back_exactly_its_part() -> None:
    deal = Snapshot((LineBasis("1", 19_800, 500),), (PersonShare(7, 10_000),))
    assert target_for(deal, {"1": 19_800}) == {("1", 7): 990}
    assert refund_delta(deal, {"1": 9_900}, {("1", 7): 990}) == {("1", 7): -495}
    assert refund_delta(deal, {}, {("1", 7): 495}) == {("1", 7): -495}


def test_a_flat_reward_shrinks_with_its_line() -> None:
    deal = Snapshot((LineBasis("1", 300, 0, 100),), (PersonShare(7, 1),))
    assert target_for(deal, {"1": 100}) == {("1", 7): 33}
    assert target_for(deal, {"1": 0}) == {}


def test_a_refund_of_one_line_is_no_new_earning_on_another() -> None:
    deal = Snapshot(
        (LineBasis("a", 100, 10_000), LineBasis("b", 100, 10_000)),
        (PersonShare(7, 1),),
        (Cap(CapScope.ORDER, 100),),
    )
    assert target_for(deal, basis(deal)) == {("a", 7): 50, ("b", 7): 50}
    assert target_for(deal, {"a": 50, "b": 100}) == {("a", 7): 50, ("b", 7): 50}
    assert target_for(deal, {"b": 100}) == {("b", 7): 50}


@pytest.mark.parametrize("remaining", [{"2": 1}, {"1": 101}, {"1": -1}, {"1": 1.0}])
def test_what_cannot_remain_is_refused(remaining: dict[str, int]) -> None:
    deal = Snapshot((LineBasis("1", 100, 500),), (PersonShare(7, 1),))
    with pytest.raises(MoneyError):
        target_for(deal, remaining)


@given(snapshots, st.data())
def test_any_way_to_what_remains_ends_the_same(deal: Snapshot, data: st.DataObject) -> None:
    left = basis(deal)
    credited = target_for(deal, left)
    for _ in range(data.draw(st.integers(1, 4))):
        left = draw_remaining(data, left)
        post(credited, refund_delta(deal, left, credited))
    at_once = target_for(deal, basis(deal))
    post(at_once, refund_delta(deal, left, at_once))
    assert {c: a for c, a in credited.items() if a} == {c: a for c, a in at_once.items() if a}
    assert refund_delta(deal, left, credited) == {}


@given(snapshots, st.data())
def test_refunds_that_end_in_a_full_one_net_to_zero(deal: Snapshot, data: st.DataObject) -> None:
    left = basis(deal)
    credited = target_for(deal, left)
    for _ in range(data.draw(st.integers(0, 4))):
        left = draw_remaining(data, left)
        post(credited, refund_delta(deal, left, credited))
    post(credited, refund_delta(deal, {}, credited))
    assert not any(credited.values())


@given(snapshots, st.data())
def test_a_won_dispute_restores_what_it_took(deal: Snapshot, data: st.DataObject) -> None:
    left = draw_remaining(data, basis(deal))
    before = target_for(deal, left)
    credited = dict(before)
    post(credited, refund_delta(deal, {}, credited))
    post(credited, refund_delta(deal, left, credited))
    assert {cell: amount for cell, amount in credited.items() if amount} == before


@given(snapshots, st.data())
def test_a_target_is_the_reward_of_what_remains_within_the_first(
    deal: Snapshot, data: st.DataObject
) -> None:
    left = draw_remaining(data, basis(deal))
    first, target = target_for(deal, basis(deal)), target_for(deal, left)
    assert all(0 < amount <= first[cell] for cell, amount in target.items())
    kept = [LineBasis(x.key, left[x.key], x.rate_bps) for x in deal.lines]
    if not any(line.flat_minor for line in deal.lines):
        worth = {line.key for line in kept if line.basis_minor * line.rate_bps}
        possible = sum(amount for (key, _), amount in first.items() if key in worth)
        owed, _ = apply_caps(reward_total(kept), deal.caps)
        assert sum(target.values()) == min(owed, possible)


@given(snapshots, st.data())
def test_a_further_refund_never_raises_the_total(deal: Snapshot, data: st.DataObject) -> None:
    more = draw_remaining(data, basis(deal))
    less = draw_remaining(data, more)
    assert sum(target_for(deal, less).values()) <= sum(target_for(deal, more).values())


def test_a_hold_runs_from_delivery() -> None:
    assert payable_on(DELIVERED, 14) == dt.datetime(2026, 11, 15, 8, tzinfo=dt.UTC)
    assert payable_on(DELIVERED, 0) == DELIVERED
    for moment, days in ((DELIVERED, -1), (DELIVERED.replace(tzinfo=None), 14)):
        with pytest.raises(ValueError, match="hold"):
            payable_on(moment, days)


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (None, Event.ORDER_PAID, State.PENDING),
        (State.PENDING, Event.HOLD_OVER, State.AVAILABLE),
        (State.PENDING, Event.HOLD, State.HELD),
        (State.AVAILABLE, Event.HOLD, State.HELD),
        (State.HELD, Event.UPHOLD, State.REVERSED),
        (State.PENDING, Event.REJECT, State.REJECTED),
        (State.HELD, Event.REJECT, State.REJECTED),
        (State.PENDING, Event.REFUND_PART, State.PENDING),
        (State.HELD, Event.REFUND_FULL, State.REVERSED),
        (State.AVAILABLE, Event.PAYOUT, State.IN_PAYOUT),
        (State.IN_PAYOUT, Event.PAYOUT_SENT, State.PAID),
        (State.IN_PAYOUT, Event.PAYOUT_FAILED, State.AVAILABLE),
        (State.PAID, Event.REFUND_PART, State.DEBT),
        (State.PAID, Event.REFUND_FULL, State.DEBT),
        (State.AVAILABLE, Event.TAKE_CREDIT, State.STORE_CREDIT),
        (State.STORE_CREDIT, Event.GIVE_CREDIT, State.REDEEMED),
        (State.STORE_CREDIT, Event.RETURN_CREDIT, State.AVAILABLE),
        (State.STORE_CREDIT, Event.REFUND_PART, State.STORE_CREDIT),
        (State.REDEEMED, Event.REFUND_FULL, State.DEBT),
    ],
)
def test_each_row_of_the_table_is_allowed(state: State, event: Event, after: State) -> None:
    assert next_state(state, event) is after


def test_everything_else_is_a_conflict() -> None:
    for state, event in itertools.product([None, *State], Event):
        if (state, event) not in TRANSITIONS:
            with pytest.raises(Conflict) as caught:
                next_state(state, event)
            assert caught.value.data == {"state": state, "event": event}


def test_a_cleared_hold_goes_back_where_it_was_and_nowhere_else() -> None:
    for came_from in State:
        if came_from in (State.PENDING, State.AVAILABLE):
            assert next_state(State.HELD, Event.CLEAR, came_from) is came_from
        else:
            with pytest.raises(Conflict):
                next_state(State.HELD, Event.CLEAR, came_from)


def test_no_clock_moves_held_money() -> None:
    with pytest.raises(Conflict):
        next_state(State.HELD, Event.HOLD_OVER)
    assert {Event.CLEAR, Event.UPHOLD} <= DECIDED_BY_PERSON


def test_what_was_reversed_by_decision_is_not_credited_again() -> None:
    assert next_state(State.REVERSED, Event.RECREDIT, State.PENDING) is State.PENDING
    for state in (State.REVERSED, State.REJECTED):
        with pytest.raises(Conflict):
            next_state(state, Event.RECREDIT)


def test_no_state_has_both_one_way_and_a_way_back_for_an_event() -> None:
    assert not set(TRANSITIONS) & set(RETURNS)


def test_a_posting_is_not_zero_and_names_a_party_only_for_a_member() -> None:
    for kind, party, amount in (
        (AccountKind.PENDING, 1, 0),
        (AccountKind.PENDING, None, 5),
        (AccountKind.EXPENSE, 1, 5),
        (AccountKind.FUND, 1, 5),
    ):
        with pytest.raises(MoneyError):
            Posting(kind, party, amount)


def test_a_transaction_has_two_legs_that_sum_to_zero() -> None:
    give, take = Posting(AccountKind.EXPENSE, None, -5), Posting(AccountKind.PENDING, 1, 5)
    assert balanced([give, take])
    assert not balanced([])
    assert not balanced([give])
    assert not balanced([give, Posting(AccountKind.PENDING, 1, 4)])


def choices(event: Event) -> list[AccountKind | None]:
    wide = [side for side in MOVES[event] if len(side) > 1]
    return list(wide[0]) if wide else [None]


@pytest.mark.parametrize("event", Event)
def test_every_move_of_every_event_balances(event: Event) -> None:
    for at in choices(event):
        postings = move(event, 500, 7, at=at)
        assert balanced(postings)
        assert [leg.amount for leg in postings] == [-500, 500]
        assert at is None or at in {leg.account_kind for leg in postings}


@pytest.mark.parametrize("amount", [0, -1, True, 1.0])
def test_a_move_is_above_zero(amount: int) -> None:
    with pytest.raises(MoneyError):
        move(Event.HOLD_OVER, amount, 7)


@pytest.mark.parametrize(
    ("event", "at"),
    [
        (Event.HOLD, None),
        (Event.HOLD, AccountKind.PAID),
        (Event.CLEAR, AccountKind.PAID),
        (Event.REJECT, AccountKind.AVAILABLE),
        (Event.REFUND_FULL, AccountKind.PAID),
    ],
)
def test_an_event_moves_only_the_accounts_of_its_row(event: Event, at: AccountKind) -> None:
    with pytest.raises(Conflict):
        move(event, 500, 7, at=at)


def test_a_refund_after_payout_is_debt_and_the_next_credit_offsets_it() -> None:
    at = STANDS_ON[State.PAID]
    story = [
        *move(Event.ORDER_PAID, 500, 7),
        *move(Event.HOLD_OVER, 500, 7),
        *move(Event.PAYOUT, 500, 7),
        *move(Event.PAYOUT_SENT, 500, 7),
        *move(Event.REFUND_PART, 200, 7, at=at),
    ]
    balances = fold(story)
    assert balances[AccountKind.DEBT, 7] == -200
    assert balances[AccountKind.EXPENSE, None] == -300
    assert balances[AccountKind.PAID, 7] == 500
    later = [*move(Event.ORDER_PAID, 300, 7), *move(Event.HOLD_OVER, 300, 7)]
    balances = fold([*story, *later, *move(Event.OFFSET_DEBT, 200, 7)])
    assert balances[AccountKind.DEBT, 7] == 0
    assert balances[AccountKind.AVAILABLE, 7] == 100


def test_a_debt_written_off_is_the_shops_cost() -> None:
    owed = move(Event.REFUND_FULL, 200, 7, at=AccountKind.DEBT)
    balances = fold([*owed, *move(Event.WRITE_OFF, 200, 7)])
    assert balances[AccountKind.DEBT, 7] == 0
    assert balances[AccountKind.WRITEOFF, None] == -200


def test_store_credit_ends_in_the_books_of_the_shop_or_is_available_again() -> None:
    taken = [*move(Event.ORDER_PAID, 90, 7), *move(Event.HOLD_OVER, 90, 7)]
    taken += move(Event.TAKE_CREDIT, 90, 7)
    given_ = fold([*taken, *move(Event.GIVE_CREDIT, 90, 7)])
    assert given_[AccountKind.REDEEMED, None] == 90
    assert given_[AccountKind.STORE_CREDIT, 7] == 0
    refused = fold([*taken, *move(Event.RETURN_CREDIT, 90, 7)])
    assert refused[AccountKind.AVAILABLE, 7] == 90


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Event), st.integers(1, 10**6), st.integers(1, 3), st.integers(0, 9)
        ),
        max_size=20,
    )
)
def test_all_accounts_of_a_currency_sum_to_zero(steps: list[tuple[Event, int, int, int]]) -> None:
    entries: list[Posting] = []
    for event, amount, party, pick in steps:
        options = sorted(choices(event), key=str)
        entries += move(event, amount, party, at=options[pick % len(options)])
    balances = fold(entries)
    assert sum(balances.values()) == 0
    assert fold(reversed(entries)) == balances


def account(state: State | None) -> AccountKind:
    if state in (None, State.REJECTED, State.REVERSED):
        return AccountKind.EXPENSE
    return AccountKind.REDEEMED if state is State.REDEEMED else AccountKind(f"member:{state}")


PARTIAL = {Event.REFUND_PART, Event.REFUND_FULL, Event.RECREDIT}


@pytest.mark.parametrize(("state", "event"), [key for key in TRANSITIONS if key[1] not in PARTIAL])
def test_the_money_goes_where_the_state_goes(state: State | None, event: Event) -> None:
    legs = move(event, 100, 7, at=account(state))
    assert [leg.account_kind for leg in legs] == [
        account(state),
        account(TRANSITIONS[state, event]),
    ]


@pytest.mark.parametrize("state", [state for state, event in TRANSITIONS if event in PARTIAL])
def test_a_refund_and_its_recredit_leave_nothing_behind(state: State) -> None:
    at = STANDS_ON[state]
    back_and_forth = [*move(Event.REFUND_PART, 5, 7, at=at), *move(Event.RECREDIT, 5, 7, at=at)]
    assert not any(fold(back_and_forth).values())
