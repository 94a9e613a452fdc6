"""From the bag to a paid order."""

from __future__ import annotations

import pytest
from flask import Flask

from example_shop.database import db
from example_shop.models import Order
from example_shop.seed import CUSTOMER, LEADER, OWNER

from .conftest import Enter, buy, place
from .walk import WalkError


def order(shop: Flask, order_id: int) -> Order:
    with shop.app_context():
        found = db.session.get_one(Order, order_id)
        assert all(item.batch for item in found.items)
        return found


def test_an_order_is_born_unpaid(shop: Flask, enter: Enter) -> None:
    assert order(shop, place(enter(None))).status == "placed"


def test_a_guest_orders_and_pays(shop: Flask, enter: Enter) -> None:
    found = order(shop, buy(enter(None)))
    assert (found.status, found.user_id, found.email) == ("paid", None, "guest@example.com")


def test_a_members_order_is_his(shop: Flask, enter: Enter) -> None:
    walker = enter(CUSTOMER)
    order_id = buy(walker)
    assert order(shop, order_id).user_id is not None
    assert f"/orders/{order_id}" in walker.open("/orders")


def test_a_line_keeps_price_and_batch_of_the_day(shop: Flask, enter: Enter) -> None:
    (line,) = order(shop, buy(enter(None), "celadon-gaiwan", pieces=2)).items
    assert (line.quantity, line.paid_minor, line.batch and line.batch.code) == (2, 33_600, "CG-B")


def test_the_payment_page_says_that_it_is_a_demo(enter: Enter) -> None:
    walker = enter(None)
    assert "No card is charged" in walker.open(f"/orders/{place(walker)}/pay")


def test_a_paid_order_is_not_paid_again(enter: Enter) -> None:
    walker = enter(None)
    order_id = buy(walker)
    with pytest.raises(WalkError, match="has no form"):
        walker.send(f"/orders/{order_id}/pay", card="shared")


@pytest.mark.parametrize("path", ["/orders/{}", "/orders/{}/pay"])
def test_anothers_order_answers_like_none(enter: Enter, path: str) -> None:
    order_id = place(enter(CUSTOMER))
    for stranger in (enter(LEADER), enter(None)):
        assert stranger.client.get(path.format(order_id)).status_code == 404
        assert stranger.client.get(path.format(10**30)).status_code == 404


def test_a_guests_order_is_only_found_in_his_browser(enter: Enter) -> None:
    guest = enter(None)
    order_id = place(guest)
    assert "To be paid" in guest.open(f"/orders/{order_id}")
    assert enter(None).client.get(f"/orders/{order_id}").status_code == 404
    assert enter(OWNER).client.get(f"/orders/{order_id}").status_code == 200


def test_a_guest_who_opens_an_account_still_finds_his_order(enter: Enter) -> None:
    guest = enter(None)
    order_id = place(guest)
    guest.send("/sign-up", name="Mara", email="mara@example.com", password="oolong at dawn")
    assert "To be paid" in guest.open(f"/orders/{order_id}")
    guest.send("/account", to="/sign-out")
    assert guest.client.get(f"/orders/{order_id}").status_code == 404


def test_a_bag_takes_no_more_than_there_may_be(enter: Enter) -> None:
    walker = enter(None)
    walker.send("/p/clay-pot", to="/bag", quantity="20")
    walker.send("/p/clay-pot", to="/bag", quantity="5")
    assert 'value="20"' in walker.open("/bag")
    walker.send("/bag", to="/quantity", quantity="0")
    assert "It is empty" in walker.open("/bag")


@pytest.mark.parametrize("quantity", ["0", "-1", "21", "1e3", "9" * 5000])
def test_a_bag_refuses_odd_numbers(enter: Enter, quantity: str) -> None:
    walker = enter(None)
    with pytest.raises(WalkError, match="400"):
        walker.send("/p/clay-pot", to="/bag", quantity=quantity)


def test_checkout_asks_again_for_what_is_missing(enter: Enter) -> None:
    walker = enter(None)
    walker.send("/p/clay-pot", to="/bag", quantity="1")
    with pytest.raises(WalkError, match="This is no e-mail address"):
        walker.send("/checkout", name="A", email="nowhere", address="1 Willow Lane")


def test_a_form_without_its_token_is_refused(enter: Enter) -> None:
    assert enter(None).client.post("/bag", data={"quantity": 1}).status_code == 400
