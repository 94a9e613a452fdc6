"""Claims about codes that are typed, and about what a sharer does with a link."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_community.referrals.cookie import COOKIE
from tests.shops import open_shop
from tests.stall import Stall

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
PAGE = "/community/remembered"


@pytest.fixture
def stall(sqlite_url: str) -> Iterator[Stall]:
    """Return the stall on SQLite: no database decides anything here."""
    with open_shop(sqlite_url) as shop:
        yield Stall(shop)


def _code(stall: Stall) -> str:
    return stall.shop.services().referrals.code(stall.link)


def _sent(client: FlaskClient, path: str, to: str, **fields: str) -> TestResponse:
    found = re.search(r'name="community_csrf" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return client.post(to, data={**fields, "community_csrf": found[1]}, headers=PERSON)


def _type(client: FlaskClient, code: str, **fields: str) -> TestResponse:
    return _sent(client, PAGE, f"{PAGE}/code", code=code, **fields)


def _buy(client: FlaskClient, **fields: str) -> None:
    client.post("/buy/gaiwan", data={"minor": "19800", "pay": "1", **fields})


def _change(stall: Stall, step: str, **fields: str) -> TestResponse:
    client, page = stall.shop.client(stall.ann), f"/community/my/shares/{stall.link.id}"
    answer = _sent(client, page, f"{page}{step}", **fields)
    assert (answer.status_code, answer.location) == (303, page)
    return client.get("/community/my/shares")


def test_an_order_in_another_browser_is_attributed_by_the_code(stall: Stall) -> None:
    chat_app, browser = stall.shop.client(), stall.shop.client()
    token = stall.shop.services().referrals.token(stall.link)
    chat_app.get(f"/community/r/{token}", headers=PERSON)
    landing = chat_app.get("/p/gaiwan").text
    shown = re.search(r"<code[^>]*>([0-9A-Z]+-[0-9A-Z]{6})</code>", landing)
    assert shown is not None
    assert _type(browser, shown[1].lower(), next="/p/gaiwan").location == "/p/gaiwan"
    assert "ann shared this with you" in browser.get("/p/gaiwan").text
    _buy(browser)
    assert stall.stands() == {"pending": 990}


def test_a_code_in_the_shops_own_checkout_form_needs_no_cookie(stall: Stall) -> None:
    client = stall.shop.client()
    _buy(client, community_code=f" {_code(stall).lower()} ")
    assert client.get_cookie(COOKIE) is None
    assert stall.stands() == {"pending": 990}


def test_a_code_outranks_a_later_visit(stall: Stall) -> None:
    other = stall.share(stall.bob_id)
    client = stall.shop.client()
    _type(client, _code(stall))
    client.get(f"/community/r/{stall.shop.services().referrals.token(other)}", headers=PERSON)
    _buy(client)
    assert stall.stands() == {"pending": 990}


@pytest.mark.parametrize("code", ["", "hello", "1-000000", "4K7-Q2MF9X", "1" * 5_000])
def test_a_wrong_code_says_so_and_changes_nothing(stall: Stall, code: str) -> None:
    client = stall.shop.client()
    answer = _type(client, code)
    assert answer.status_code == 422
    assert "No link has this code" in answer.text
    _buy(client, community_code=code)
    assert stall.stands() == {}


def test_a_code_leads_nowhere_outside_the_shop(stall: Stall) -> None:
    answer = _type(stall.shop.client(), _code(stall), next="//evil.example")
    assert answer.location == PAGE


def test_ones_own_code_is_refused(stall: Stall) -> None:
    client = stall.shop.client(stall.ann)
    assert "your own code" in _type(client, _code(stall)).text
    _buy(client, community_code=_code(stall))
    assert stall.stands() == {}


def test_a_link_that_rests_leads_nowhere_until_it_is_resumed(stall: Stall) -> None:
    assert "Rests since" in _change(stall, "/rest").text
    client, token = stall.shop.client(), stall.shop.services().referrals.token(stall.link)
    assert "lets it rest" in client.get(f"/community/r/{token}", headers=PERSON).text
    assert _type(client, _code(stall)).status_code == 422
    stall.shop.clock.forward(hours=1)
    _buy(client, community_code=_code(stall))
    assert stall.stands() == {}
    _change(stall, "/resume")
    _buy(client, community_code=_code(stall))
    assert stall.stands() == {"pending": 990}


def test_the_name_is_the_sharers_alone_and_the_line_is_for_the_friend(stall: Stall) -> None:
    _change(stall, "", name="For Sundays")
    assert "For Sundays" in _change(stall, "", line="It  pours\nwell").text
    friend = stall.shop.client(stall.bob).get("/p/gaiwan").text
    assert "“It pours well”" in friend
    assert "For Sundays" not in friend


def test_an_account_forgets_one_link_and_keeps_the_other(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    other = stall.share(stall.shop.member_id(cem))
    stall.meet(stall.bob_id, other)
    bob = stall.shop.client(stall.bob)
    _sent(bob, PAGE, f"{PAGE}/forget", link=str(other.id))
    page = bob.get(PAGE).text
    assert ("ann, on" in page, "cem, on" in page) == (True, False)


def test_the_qr_code_of_another_is_not_there(stall: Stall) -> None:
    path = f"/community/my/shares/{stall.link.id}"
    mine = stall.shop.client(stall.ann).get(f"{path}/qr.png")
    assert mine.data.startswith(b"\x89PNG")
    for page in ("", "/qr.png", "/poster"):
        assert stall.shop.client(stall.bob).get(f"{path}{page}").status_code == 404
