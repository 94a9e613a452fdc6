"""Claims about `flask community role`: the owner's way to say who may do what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_community.communities.rules import community_scope, field_scope
from tests.shops import Shop, User, open_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[Shop]:
    """Return the tea shop on SQLite."""
    with open_shop(sqlite_url) as opened:
        yield opened


def run(shop: Shop, *arguments: str, code: int = 0) -> str:
    """Run a command of `flask community role`; return what it printed."""
    result = shop.app.test_cli_runner().invoke(args=["community", "role", *arguments])
    assert result.exit_code == code, result.output
    shop.session.rollback()
    return result.output.strip()


def roles(shop: Shop, user: User, *scopes: str) -> frozenset[str]:
    """Return what somebody is, everywhere or in these scopes."""
    services = shop.services()
    member_id = services.members.of(user.id).id
    found = services.communities.roles_of(member_id, (), scopes=scopes)
    shop.session.commit()
    return found - {"member"}


def test_a_role_is_given_once_listed_and_taken_back(shop: Shop) -> None:
    ann = shop.user("ann")
    assert run(shop, "grant", "moderator", "--member", str(ann.id)) == "1 is moderator now"
    assert run(shop, "grant", "moderator", "--member", "1") == "1 was moderator already"
    assert roles(shop, ann) == {"moderator"}
    assert run(shop, "list").startswith("1: moderator in the whole shop, since 2026-11-01")
    assert run(shop, "revoke", "moderator", "--member", "1") == "1 is no longer moderator"
    assert run(shop, "revoke", "moderator", "--member", "1") == "1 was not moderator"
    assert run(shop, "list") == ""
    assert roles(shop, ann) == frozenset()


def test_a_role_holds_where_it_was_given(shop: Shop) -> None:
    ann = shop.user("ann")
    labels = shop.services().communities
    mei = shop.member_id(shop.user("mei"))
    label = labels.found(mei, name="Calm mornings", statement="One cup, no screen.")
    shop.session.commit()
    community_id = labels.community_of(label.id).id
    run(shop, "grant", "moderator", "--member", "1", "--field", "tea")
    run(shop, "grant", "greeter", "--member", "1", "--community", label.slug)
    assert roles(shop, ann) == frozenset()
    assert roles(shop, ann, field_scope("tea")) == {"moderator"}
    assert roles(shop, ann, community_scope(community_id)) == {"greeter"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grant", "moderator", "--member", "7"), "nobody in the shop has the key '7'"),
        (("grant", "moderator", "--member", "x"), "nobody in the shop has the key 'x'"),
        (("grant", "king", "--member", "1"), "This role cannot be given"),
        (("grant", "greeter", "--member", "1"), "This role cannot be given"),
        (("grant", "greeter", "--member", "1", "--community", "none"), "no such label"),
        (
            ("grant", "moderator", "--member", "1", "--field", "tea", "--community", "x"),
            "not both",
        ),
    ],
)
def test_what_cannot_be_given_is_said_in_one_line(
    shop: Shop, arguments: tuple[str, ...], says: str
) -> None:
    shop.user("ann")
    output = run(shop, *arguments, code=1)
    assert says in output
    assert len(output.splitlines()) == 1
