"""An appeal is heard by somebody else, where the shop has somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_community.communities.rules import field_scope
from tests.browsing import Browser
from tests.complaints.test_pages import buyer, complain
from tests.shops import Shop, open_shop

APPEALED = "/community/desk/complaints/1"


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def moderator(shop: Shop, nick: str, scope: str = "") -> Browser:
    """Return the browser of somebody who was made a moderator here."""
    person = shop.user(nick)
    member = shop.member_id(person)
    shop.services().communities.roles.grant(member, "moderator", actor_id=None, scope=scope)
    shop.session.commit()
    return Browser(shop.client(person))


def turn_down(desk: Browser, text: str) -> None:
    form = desk.get(APPEALED).form("Ask")
    assert desk.post(f"{APPEALED}/reject", {**form.fields, "text": text}).status == 200


def turned_down(shop: Shop, desk: Browser) -> None:
    """Let a complaint be turned down at this desk, and its customer appeal."""
    person = buyer(shop, "Li", shop.product())
    complain(person)
    turn_down(desk, "Bamboo darkens.")
    person.get("/community/complaints/1").submit("Appeal", text="It is clay.")


def test_whoever_turned_it_down_does_not_hear_the_appeal(shop: Shop) -> None:
    first, second = moderator(shop, "He Min"), moderator(shop, "Qiu")
    turned_down(shop, first)
    assert first.get(APPEALED).status == 403
    assert APPEALED not in first.get("/community/desk").links.values()
    assert APPEALED in second.get("/community/desk?view=appeals").links.values()
    turn_down(second, "Clay darkens too.")
    assert first.get(APPEALED).status == 200


def test_a_shop_of_one_hears_its_own_appeals(shop: Shop) -> None:
    only = moderator(shop, "He Min")
    turned_down(shop, only)
    assert only.get(APPEALED).status == 200
    assert APPEALED in only.get("/community/desk?view=appeals").links.values()


def test_a_moderator_of_another_field_is_nobody_who_could(shop: Shop) -> None:
    only = moderator(shop, "He Min")
    moderator(shop, "Far", field_scope("cars"))
    turned_down(shop, only)
    assert only.get(APPEALED).status == 200
