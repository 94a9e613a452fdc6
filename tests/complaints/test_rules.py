"""The tables of states, pair by pair, and what a remedy pays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, strategies as st

from flask_community.complaints import rules
from flask_community.complaints.rules import AmountRule
from flask_community.errors import Conflict, Refused
from flask_community.money import Money

COMPLAINTS = {
    ("received", "triage"): "open",
    ("received", "withdraw"): "withdrawn",
    ("open", "ask"): "waiting_customer",
    ("open", "offer"): "offered",
    ("open", "reject"): "rejected",
    ("open", "withdraw"): "withdrawn",
    ("waiting_customer", "answer"): "open",
    ("waiting_customer", "withdraw"): "withdrawn",
    ("offered", "accept"): "resolved",
    ("offered", "refuse"): "open",
    ("offered", "withdraw"): "withdrawn",
    ("resolved", "close"): "closed",
    ("resolved", "reopen"): "open",
    ("resolved", "withdraw"): "withdrawn",
    ("closed", "reopen"): "open",
    ("rejected", "appeal"): "open",
    ("rejected", "withdraw"): "withdrawn",
}

CASES = {
    ("candidate", "confirm"): "open",
    ("candidate", "dismiss"): "dismissed",
    ("open", "investigate"): "investigating",
    ("open", "decide"): "decided",
    ("open", "merge"): "merged",
    ("investigating", "decide"): "decided",
    ("investigating", "merge"): "merged",
    ("decided", "start"): "resolving",
    ("decided", "merge"): "merged",
    ("resolving", "finish"): "resolved",
    ("resolved", "close"): "closed",
    ("resolved", "reopen"): "investigating",
    ("closed", "reopen"): "investigating",
}

Expected = dict[tuple[str, str], str]

LIVES = pytest.mark.parametrize(
    ("steps", "states", "expected"),
    [
        (rules.COMPLAINT_STEPS, rules.COMPLAINT_STATES, COMPLAINTS),
        (rules.CASE_STEPS, rules.CASE_STATES, CASES),
    ],
)


@LIVES
def test_every_pair_of_state_and_event_is_as_the_table_says(
    steps: Mapping[str, rules.Step], states: Sequence[str], expected: Expected
) -> None:
    for state, event in product(states, steps):
        by = next(iter(steps[event].by))
        if (state, event) in expected:
            assert rules.next_state(steps, event, state, by) == expected[state, event]
        else:
            with pytest.raises(Conflict):
                rules.next_state(steps, event, state, by)


@LIVES
def test_nobody_causes_what_is_another_ones_to_cause(
    steps: Mapping[str, rules.Step], states: Sequence[str], expected: Expected
) -> None:
    for (state, event), by in product(expected, ("customer", "moderator", "system")):
        if by in steps[event].by:
            assert event in rules.events_for(steps, state, by)
        else:
            with pytest.raises(Refused):
                rules.next_state(steps, event, state, by)


def test_a_case_that_resolves_is_never_decided_again() -> None:
    with pytest.raises(Conflict):
        rules.next_state(rules.CASE_STEPS, "decide", "resolving", "moderator")


@pytest.mark.parametrize(
    ("buyers", "told"),
    [(0, ""), (2, ""), (3, "3–9"), (9, "3–9"), (10, "10–49"), (49, "10–49"), (50, "50+")],
)
def test_a_number_of_buyers_is_told_in_buckets(buyers: int, told: str) -> None:
    assert rules.bucket(buyers) == told


@given(
    st.integers(0, 10**9),
    st.one_of(
        st.just(AmountRule("full")),
        st.builds(AmountRule, st.just("bps"), st.integers(1, 10_000)),
        st.builds(AmountRule, st.just("fixed"), st.integers(1, 10**9), st.just("CNY")),
        st.just(AmountRule()),
    ),
)
def test_no_rule_gives_back_more_than_was_paid(paid: int, rule: AmountRule) -> None:
    assert 0 <= rule.amount(paid) <= paid


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("refund", AmountRule("bps", 5_000)),
        ("refund", AmountRule()),
        ("replace", AmountRule("full")),
        ("part_refund", AmountRule("bps", 10_001)),
        ("part_refund", AmountRule("bps", 0)),
        ("part_refund", AmountRule("fixed", 100, "XXX")),
        ("part_refund", AmountRule("fixed", 0, "CNY")),
        ("part_refund", AmountRule("half")),
        ("party", AmountRule()),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(kind: str, rule: AmountRule) -> None:
    with pytest.raises(Refused):
        rules.check_rule(kind, rule)


def test_a_letter_is_filled_once_whatever_a_name_contains() -> None:
    text = rules.letter(
        "{name}: {amount} for {product}, {number}, {other}",
        name="{amount} {name}",
        number=7,
        product="Gaiwan",
        amount=Money(9_900, "CNY"),
    )
    assert text == "{amount} {name}: CN¥99 for Gaiwan, C-7, {other}"


def test_a_complaint_can_be_taken_up_for_180_days() -> None:
    end = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert rules.can_be_taken_up(end, end + dt.timedelta(days=180))
    assert not rules.can_be_taken_up(end, end + dt.timedelta(days=180, seconds=1))
