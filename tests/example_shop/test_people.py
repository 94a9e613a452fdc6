"""What the shop knows of its people, and what they let it know."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from example_shop import fresh
from example_shop.database import db
from example_shop.hooks import ShopHooks
from example_shop.models import Product
from example_shop.seed import CUSTOMER, LEADER
from flask_community import HostHooks
from flask_community.hooks import FEATURES

from .conftest import Enter, account, place, post


def test_the_shop_has_written_every_hook() -> None:
    assert [name for name in FEATURES if not ShopHooks().provides(name)] == []
    assert all(hasattr(HostHooks, name) for name in FEATURES)


def test_a_phone_number_is_his_who_follows_its_link(shop: Flask, enter: Enter) -> None:
    walker = enter(CUSTOMER)
    walker.send("/account", to="/account/phone", phone="+86 (138) 0013-8000")
    letters = walker.open("/outbox")
    link = re.search(r"http://localhost(/account/phone/[\w.-]+)", letters)
    assert link is not None
    assert enter(LEADER).client.get(link[1]).status_code == 404
    with shop.app_context():
        assert ShopHooks().phone(account(shop, CUSTOMER.email).id) is None
    walker.open(link[1])
    with shop.app_context():
        assert ShopHooks().phone(account(shop, CUSTOMER.email).id) == "+8613800138000"


@pytest.mark.parametrize("odd", ["", "13800138000", "+86", "+0123456789", "call me"])
def test_an_odd_phone_number_is_refused(enter: Enter, odd: str) -> None:
    assert post(enter(CUSTOMER), "/account/phone", phone=odd) == 400


def test_a_browser_remembers_friends_until_it_is_told_not_to(enter: Enter) -> None:
    leader, friend = enter(LEADER), enter(None)
    shared = leader.send(leader.link("/p/clay-pot", "Share"), to="/share/")
    (link, *_) = re.findall(r"/community/r/[^\s\"<?]+", shared.text)
    friend.send("/privacy", referral="no")
    assert LEADER.name not in friend.open(link)
    friend.send("/privacy", referral="yes")
    assert LEADER.name in friend.open(link)


def test_a_browser_that_asks_for_privacy_is_not_asked_again(shop: Flask) -> None:
    with shop.test_request_context(headers={"Sec-GPC": "1"}):
        assert not ShopHooks().consent("referral")
    with shop.test_request_context():
        assert ShopHooks().consent("referral")
        assert not ShopHooks().consent("anything else")


def test_the_community_learns_who_sells_a_product(shop: Flask, enter: Enter) -> None:
    with shop.app_context():
        product = db.session.get_one(Product, "clay-pot")
        product.seller_id = account(shop, LEADER.email).id
        db.session.commit()
        assert ShopHooks().product_seller("clay-pot") == account(shop, LEADER.email).id
        assert ShopHooks().product_seller("nothing") is None
    assert LEADER.name in enter(None).open("/p/clay-pot")


def test_who_signed_in_long_ago_proves_himself_by_password(enter: Enter) -> None:
    walker = enter(None)
    mara = {"name": "Mara", "email": "mara@example.com", "password": "oolong at dawn"}
    walker.send("/sign-up", **mara)
    with walker.client as client, client.session_transaction() as session:
        session["proved_at"] -= fresh.LASTS + 1
    assert walker.client.post("/prove?next=/orders").status_code == 400
    assert post(walker, "/prove?next=/orders", password="guess") == 422
    assert walker.send("/prove?next=/orders", password=mara["password"]).request.path == "/orders"


def test_who_has_no_password_proves_himself_by_a_link_to_him(enter: Enter) -> None:
    walker = enter(CUSTOMER)
    assert "Send me a link" in walker.open("/prove?next=/orders")
    post(walker, "/prove", next="/orders")
    link = re.search(r"http://localhost(/prove/[\w.-]+)", walker.open("/outbox"))
    assert link is not None
    assert enter(LEADER).client.get(link[1]).status_code == 404
    assert walker.client.get(link[1]).location == "/orders"


def test_the_hook_sends_only_those_away_who_signed_in_long_ago(shop: Flask) -> None:
    with shop.test_request_context("/community/my/rewards"):
        sent = ShopHooks().require_fresh()
        assert sent is not None
        assert sent.location == "/prove?next=/community/my/rewards"
        fresh.prove()
        assert ShopHooks().require_fresh() is None


def test_a_guest_reads_the_letters_about_his_own_orders(enter: Enter) -> None:
    guest = enter(None)
    order_id = place(guest)
    guest.send(f"/orders/{order_id}/pay", card="own")
    assert f"Your order {order_id} is paid" in guest.open("/outbox")
    assert enter(None).client.get("/outbox").status_code == 302
    assert f"Your order {order_id} is paid" not in enter(CUSTOMER).open("/outbox")
