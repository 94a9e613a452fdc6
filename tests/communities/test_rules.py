"""Claims about names, scopes and ways in."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from flask_community.communities import rules


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Slow Tea", "slow-tea"),
        ("  slow — TEA!  ", "slow-tea"),
        ("ｓｌｏｗ　ｔｅａ", "slow-tea"),
        ("慢茶", "慢茶"),
        ("हिन्दी चाय", "हिन्दी-चाय"),
        ("<script>", "script"),
        ("../..", ""),
        ("🍵", ""),
    ],
)
def test_a_slug_keeps_letters_and_nothing_that_a_path_could_trip_over(name: str, slug: str) -> None:
    assert rules.slug_of(name) == slug


@given(st.text(max_size=200))
def test_a_slug_is_its_own_slug(name: str) -> None:
    slug = rules.slug_of(name)
    assert rules.slug_of(slug) == slug
    assert len(slug) <= rules.SLUG_LENGTH
    assert not set(slug) & set("/?#%\\ .\x00")


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ("", True),
        (rules.community_scope(7), True),
        (rules.field_scope("teaware"), True),
        ("community:", False),
        ("community:x", False),
        ("community:0", False),
        ("field:", False),
        ("field:" + "x" * 81, False),
        ("shop", False),
    ],
)
def test_a_role_holds_everywhere_or_in_a_community_or_in_a_field(scope: str, holds: bool) -> None:
    assert rules.is_scope(scope) is holds


@pytest.mark.parametrize("role", ["greeter", "steward"])
def test_who_looks_after_a_community_does_so_in_one(role: str) -> None:
    assert rules.can_give(role, rules.community_scope(7))
    assert not rules.can_give(role, rules.SHOP_WIDE)
    assert not rules.can_give(role, rules.field_scope("teaware"))


@pytest.mark.parametrize("role", ["lead", "owner"])
def test_who_speaks_for_the_shop_does_so_everywhere(role: str) -> None:
    assert rules.can_give(role, rules.SHOP_WIDE)
    assert not rules.can_give(role, rules.community_scope(7))


def test_a_moderator_is_given_any_place_and_a_seller_none() -> None:
    places = (rules.SHOP_WIDE, rules.community_scope(7), rules.field_scope("teaware"))
    assert all(rules.can_give("moderator", scope) for scope in places)
    assert not any(rules.can_give("seller", scope) for scope in places)
    assert not rules.can_give("moderator", "moon")


def test_a_remit_covers_its_fields_and_communities_and_nothing_else() -> None:
    held = [("moderator", rules.field_scope("teaware")), ("moderator", rules.community_scope(7))]
    remit = rules.remit_of(1, held)
    assert remit is not None
    assert not remit.everywhere
    assert remit.covers("teaware")
    assert remit.covers(None, 7)
    assert not remit.covers("books", 8)
    assert not remit.covers(None)


@pytest.mark.parametrize("role", ["moderator", "lead", "owner"])
def test_a_role_for_the_whole_shop_covers_everything(role: str) -> None:
    remit = rules.remit_of(1, [(role, rules.SHOP_WIDE)])
    assert remit == rules.Remit(1, everywhere=True, owns=role == "owner")
    assert remit.covers(None)


@pytest.mark.parametrize("role", ["member", "greeter", "steward", "seller"])
def test_other_roles_moderate_nothing(role: str) -> None:
    assert rules.remit_of(1, [(role, rules.SHOP_WIDE), (role, rules.community_scope(7))]) is None


def test_the_base_is_who_wears_and_who_would_like_to() -> None:
    assert rules.Size(wears=3, aspires=2).base == 5


def test_wearing_a_label_leads_into_an_open_community_only() -> None:
    assert [rules.entry(way) for way in rules.ADMISSIONS] == ["in", "asked", None]
