"""Claims about thanks: offered once it arrived, given once, named only if the buyer wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.shops import open_shop
from tests.stall import Stall

PAGE = "/community/thanks"


@pytest.fixture
def stall(sqlite_url: str) -> Iterator[Stall]:
    """Return the stall on SQLite: a conditional UPDATE decides, alike on every database."""
    with open_shop(sqlite_url) as shop:
        yield Stall(shop)


def _form(page: str) -> tuple[str, str]:
    action, token = re.search(r'action="([^"]+)"', page), re.search(r'csrf" value="([^"]+)', page)
    assert action is not None
    assert token is not None
    return action[1], token[1]


def _thank(client: FlaskClient, **fields: str) -> TestResponse:
    path, token = _form(client.get(PAGE).text)
    return client.post(path, data={"said": "fun", "community_csrf": token, **fields})


def _told(stall: Stall, member_id: int) -> list[str]:
    stall.shop.session.rollback()
    return [one.subject for one in stall.shop.services().notices.inbox(member_id)]


def test_thanks_are_offered_when_the_order_has_arrived(stall: Stall) -> None:
    order = stall.sell()
    bob = stall.shop.client(stall.bob)
    assert "Nothing to give thanks for" in bob.get(PAGE).text
    stall.deliver(order)
    assert "Gaiwan" in bob.get(PAGE).text
    assert _told(stall, stall.bob_id) == ["ann told you of what has arrived"]


def test_thanks_reach_the_sharer_once_and_by_name_if_wanted(stall: Stall) -> None:
    stall.deliver(stall.sell())
    bob = stall.shop.client(stall.bob)
    path, token = _form(bob.get(PAGE).text)
    assert _thank(bob, by_name="1").status_code == 303
    again = bob.post(path, data={"said": "fun", "community_csrf": token})
    assert again.status_code == 409
    assert _told(stall, stall.ann_id).count("bob thanks you") == 1
    assert "Nothing to give thanks for" in bob.get(PAGE).text


def test_thanks_without_a_name_tell_nobody_who_bought(stall: Stall) -> None:
    stall.deliver(stall.sell())
    _thank(stall.shop.client(stall.bob))
    page = stall.shop.client(stall.ann).get("/community/notices").text
    assert "Somebody thanks you" in page
    assert "bob" not in page


def test_nobody_thanks_for_the_order_of_another(stall: Stall) -> None:
    stall.deliver(stall.sell())
    path, _ = _form(stall.shop.client(stall.bob).get(PAGE).text)
    ann = stall.shop.client(stall.ann)
    token = re.search(r'csrf" value="([^"]+)', ann.get("/community/remembered").text)
    assert token is not None
    answer = ann.post(path, data={"said": "fun", "community_csrf": token[1]})
    assert answer.status_code == 404


def test_only_our_own_words_are_handed_on(stall: Stall) -> None:
    stall.deliver(stall.sell())
    bob = stall.shop.client(stall.bob)
    assert _thank(bob, said="You are ugly").status_code == 422
    assert "Gaiwan" in bob.get(PAGE).text
