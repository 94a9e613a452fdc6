"""The owner's pages: figures that lead to rows, lists that are read page by page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_community.customers.lists import PAGE
from tests.browsing import Browser, figures_of
from tests.shops import Shop, open_shop

LISTS = {
    "links": "No link yet.",
    "orders?path=link": "No order has come through a link yet.",
    "orders?path=direct": "No order has come directly yet.",
    "cases": "No case is open.",
}


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url) as opened:
        yield opened


def owner(shop: Shop) -> Browser:
    return Browser(shop.client(shop.user("Chen Bo", rank="owner")))


def test_an_empty_list_says_what_will_be_there(shop: Shop) -> None:
    browser = owner(shop)
    for path, words in LISTS.items():
        page = browser.get(f"/community/owner/{path}")
        assert words in page.text
        assert "<table" not in page.html
    start = browser.get("/community/owner")
    assert "No order is paid yet." in start.text
    assert figures_of(start.html)["owner/people"] == "1"


def test_a_long_list_goes_on_and_back(shop: Shop) -> None:
    for number in range(PAGE + 1):
        shop.services().members.of(shop.user(f"Buyer {number}").id)
    shop.session.commit()
    first = owner(shop).get("/community/owner/people")
    assert "Newest" not in first.links
    last = first.follow("Older")
    assert last.html.count('<th scope="row">') == 2
    assert "Older" not in last.links
    assert last.follow("Newest").html.count('<th scope="row">') == PAGE


def test_the_two_ways_of_orders_lead_to_each_other(shop: Shop) -> None:
    shop.order(shop.user("Li"), (shop.product(), 9_950))
    page = owner(shop).get("/community/owner/orders").follow("Direct orders")
    assert "¥99.50" in page.text
    assert 'aria-current="page"' in page.html


def test_a_table_names_its_columns_and_rows(shop: Shop) -> None:
    shop.order(shop.user("Li"), (shop.product(), 9_950))
    for path in ("people", "orders?path=direct"):
        html = owner(shop).get(f"/community/owner/{path}").html
        assert html.count("<caption") == html.count("<table") == 1
        assert '<th scope="col"' in html
