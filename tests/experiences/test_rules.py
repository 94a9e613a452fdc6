"""Claims about rank: what lifts a post, what never does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from flask_community.experiences import rules
from flask_community.experiences.rules import KINDS, Tally

WEIGHT = st.integers(0, 3000)
REACTIONS = st.lists(
    st.tuples(st.integers(1, 8), st.sampled_from(KINDS), WEIGHT), unique_by=lambda r: r[:2]
)
POSTS = st.fixed_dictionaries(
    {
        "trust": st.integers(0, 1_000_000),
        "proof": st.sampled_from([0, 100, 300, 1000]),
        "published_at": st.timedeltas(dt.timedelta(days=-999), dt.timedelta(days=9999)).map(
            lambda age: rules.EPOCH + age
        ),
        "nth": st.integers(1, 50),
        "flags": st.integers(0, 3),
    }
)
PLAIN: dict[str, Any] = {
    "trust": 500_000,
    "proof": 1000,
    "published_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
    "nth": 1,
}


@given(POSTS, REACTIONS, st.sampled_from(KINDS[:3]), st.integers(5, 3000))
def test_a_reaction_that_is_not_profit_never_lowers_a_rank(
    post: dict[str, Any], reactions: list[tuple[int, str, int]], kind: str, weight: int
) -> None:
    before = rules.rank(rules.tally(reactions), **post)
    after = rules.rank(rules.tally([*reactions, (99, kind, weight)]), **post)
    assert after >= before


@given(POSTS, st.lists(WEIGHT, max_size=30), st.sampled_from(KINDS[:3]), st.integers(5, 3000))
def test_a_post_that_only_profits_never_passes_a_twin_that_is_anything_else(
    post: dict[str, Any], profits: list[int], kind: str, weight: int
) -> None:
    only_profit = [(n, "profitable", w) for n, w in enumerate(profits)]
    twin = rules.rank(rules.tally([(1, kind, weight)]), **post)
    assert rules.rank(rules.tally(only_profit), **post) < twin


@given(POSTS, st.lists(WEIGHT, max_size=30))
def test_profit_alone_lifts_nothing(post: dict[str, Any], profits: list[int]) -> None:
    tally = rules.tally([(n, "profitable", w) for n, w in enumerate(profits)])
    assert rules.rank(tally, **post) == rules.rank(Tally(), **post)


@given(POSTS, REACTIONS, st.integers(0, 10**9))
def test_profit_adds_a_quarter_of_the_rest_at_most(
    post: dict[str, Any], reactions: list[tuple[int, str, int]], greed: int
) -> None:
    tally = replace(rules.tally(reactions), profitable=0)
    quality = 4 * tally.useful + 3 * tally.fun + 2 * tally.touching
    most = replace(tally, profitable=-(-quality // 4))
    greedy = rules.rank(replace(tally, profitable=greed), **post)
    assert greedy <= rules.rank(most, **post)


@given(POSTS, st.data())
def test_the_order_of_reactions_does_not_matter(post: dict[str, Any], data: st.DataObject) -> None:
    reactions = data.draw(REACTIONS)
    shuffled = data.draw(st.permutations(reactions))
    assert rules.rank(rules.tally(shuffled), **post) == rules.rank(rules.tally(reactions), **post)


@given(POSTS, POSTS, st.integers(0, 10_000))
def test_untouched_posts_keep_their_order_as_time_goes_by(
    one: dict[str, Any], other: dict[str, Any], days: int
) -> None:
    # Time enters as the difference of two publishing times only.
    shift = dt.timedelta(days=days)
    later = [{**p, "published_at": p["published_at"] + shift} for p in (one, other)]
    gap = rules.rank(Tally(), **one) - rules.rank(Tally(), **other)
    assert rules.rank(Tally(), **later[0]) - rules.rank(Tally(), **later[1]) == gap


@given(REACTIONS, st.integers(1, 8), st.sampled_from(KINDS))
def test_a_reaction_of_no_weight_changes_no_sum_but_its_givers(
    reactions: list[tuple[int, str, int]], member: int, kind: str
) -> None:
    others = [r for r in reactions if r[0] != member]
    assert rules.tally([*others, (member, kind, 0)]) == rules.tally(others)


def test_of_one_member_only_the_highest_kind_counts() -> None:
    all_four = [(1, kind, 1000) for kind in reversed(KINDS)]
    assert rules.tally(all_four) == Tally(useful=1000)
    assert rules.tally(all_four[:2]) == Tally(touching=1000)


def test_the_kinds_lift_in_the_order_of_the_four_attributes() -> None:
    ranks = [rules.rank(rules.tally([(1, kind, 1000)]), **PLAIN) for kind in KINDS]
    assert ranks == sorted(set(ranks), reverse=True)


def test_rank_is_the_formula_of_the_design() -> None:
    tally = Tally(useful=2000, fun=1000, touching=500, profitable=1000)
    # Q = 8 + 3 + 1 = 12, S = 4 · 0.5 · 1 + 12 + 1 = 15, log2(16) = 4; 304 days after EPOCH;
    # the second post in a day costs 1, so does a flag.
    assert rules.rank(tally, **{**PLAIN, "nth": 2}, flags=1) == (4 + 304 - 1 - 1) * 1_000_000


def test_proof_of_purchase_weighs_1_a_third_or_a_tenth() -> None:
    assert rules.proof(has_line=True, buys_here=True) == 1000
    assert rules.proof(has_line=False, buys_here=True) == 300
    assert rules.proof(has_line=False, buys_here=False) == 100
    assert rules.proof(has_line=True, buys_here=True, gains=True) == 0


@pytest.mark.parametrize(
    ("proof", "vouch", "weight"),
    [(1000, 1.0, 1000), (300, 1.0, 300), (1000, 0.0, 50), (1000, 9.0, 3000), (0, 3.0, 0)],
)
def test_a_voice_weighs_its_vouching_within_bounds(proof: int, vouch: float, weight: int) -> None:
    assert rules.reaction_weight(proof, vouch) == weight


@pytest.mark.parametrize(
    ("state", "returned_minor", "fate"),
    [
        ("delivered", 0, "kept"),
        ("delivered", 1, "partly_refunded"),
        ("delivered", 100, "refunded"),
        ("cancelled", 0, "returned"),
        ("charged_back", 0, "refunded"),
    ],
)
def test_what_became_of_a_purchase(state: str, returned_minor: int, fate: str) -> None:
    assert rules.fate(state=state, paid_minor=100, returned_minor=returned_minor) == fate


def test_a_gift_that_cost_nothing_was_not_refunded() -> None:
    assert rules.fate(state="delivered", paid_minor=0, returned_minor=0) == "kept"
