"""Claims about the pages of labels, walked as a person walks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browsing import Browser, Page
from tests.shops import Shop, open_shop


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as shop:
        yield shop


def browser(shop: Shop, nick: str = "Mei", rank: str | None = None) -> Browser:
    return Browser(shop.client(shop.user(nick, rank=rank)))


def found(person: Browser, name: str = "Slow tea", **fields: str) -> Page:
    page = person.get("/community/labels").follow("Found a label")
    return page.submit("Found it", name=name, statement="Tea takes time.", **fields)


def test_an_attitude_becomes_a_label_with_a_home(shop: Shop) -> None:
    home = found(browser(shop), field="tea")
    assert (home.status, home.path) == (200, "/community/labels/slow-tea")
    for words in ("Slow tea", "Tea takes time.", "Founded by Mei", "You wear it."):
        assert words in home.text
    assert "Tea takes time." in browser(shop, "Lin").get("/community/labels").text


def test_a_visitor_reads_and_is_sent_to_sign_in_when_he_wears(shop: Shop) -> None:
    found(browser(shop))
    home = Browser(shop.client()).get("/community/labels/slow-tea")
    assert home.status == 200
    assert home.submit("Wear it").path == "/login"


def test_buttons_lead_from_aspiring_to_wearing_to_leaving(shop: Shop) -> None:
    found(browser(shop))
    home = browser(shop, "Lin").get("/community/labels/slow-tea")
    home = home.submit("I would like to")
    assert "You would like to wear it." in home.text
    home = home.submit("Wear it")
    assert "You wear it." in home.text
    home = home.submit("Leave it").submit("Do not show it to me")
    assert "You do not want to see it." in home.text


@pytest.mark.parametrize("name", ["Slow TEA", "!!!", "x" * 61])
def test_a_label_that_cannot_be_says_why(shop: Shop, name: str) -> None:
    person = browser(shop)
    found(person)
    answer = found(person, name)
    assert answer.status in (409, 422)
    assert 'role="alert"' in answer.html


def test_a_hostile_label_is_only_text(shop: Shop) -> None:
    home = found(browser(shop, "<b>Eve</b>"), "<script>alert(1)</script>")
    assert home.status == 200
    assert "<script>" not in home.html
    assert "<b>" not in home.html
    assert "<script>" not in home.browser.get("/community/labels").html


@pytest.mark.parametrize("path", ["labels/nothing", "labels/%00", "labels/" + "x" * 300])
def test_a_label_that_is_not_there_is_a_page_of_ours(shop: Shop, path: str) -> None:
    answer = browser(shop).get(f"/community/{path}")
    assert answer.status == 404
    assert "x" * 300 not in answer.text


def test_a_form_without_its_token_is_refused(shop: Shop) -> None:
    person = browser(shop)
    found(person)
    assert person.post("/community/labels/slow-tea/leave", {}).status == 403


def test_a_steward_binds_a_product_and_others_see_no_form_for_it(shop: Shop) -> None:
    shop.product("gaiwan")
    home = found(browser(shop)).submit("It belongs to this label", product="gaiwan")
    assert home.links["Gaiwan"] == "/p/gaiwan"
    home = home.submit("It belongs to this label", field="teaware")
    assert "Everything in teaware" in home.text
    other = browser(shop, "Lin").get("/community/labels/slow-tea")
    assert not other.has_form("It belongs to this label")
    forged = {**other.form("Wear it").fields, "field": "cars"}
    assert other.browser.post("/community/labels/slow-tea/bind", forged).status == 403


@pytest.mark.parametrize("key", ["no such thing", "x" * 500, "\x00"])
def test_a_product_the_shop_does_not_have_cannot_be_bound(shop: Shop, key: str) -> None:
    home = found(browser(shop))
    assert home.submit("It belongs to this label", product=key).status == 422


def test_a_steward_lets_in_who_asks(shop: Shop) -> None:
    steward = found(browser(shop), admission="request")
    browser(shop, "Lin").get(steward.path).submit("Wear it")
    waiting = steward.browser.get(steward.path)
    assert "Lin" in waiting.form("Let in").words
    assert not waiting.submit("Let in").has_form("Let in")
