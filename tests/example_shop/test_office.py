"""The owner's back office, and what the community asks of the shop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from example_shop.database import db
from example_shop.hooks import ShopHooks
from example_shop.models import AppliedRemedy, Item, Letter, Order, Refund
from example_shop.seed import CUSTOMER, MODERATOR, OWNER
from flask_community import Mail, Money, RemedyOrder

from .conftest import Enter, buy, place, post
from .walk import WalkError


def item_of(shop: Flask, order_id: int) -> Item:
    with shop.app_context():
        found: Item = db.session.scalars(db.select(Item).filter_by(order_id=order_id)).one()
        return found


def count(shop: Flask, model: type[Refund] | type[AppliedRemedy]) -> int:
    with shop.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def remedy(shop: Flask, order_id: int, kind: str, minor: int | None = None) -> RemedyOrder:
    amount = None if minor is None else Money(minor, "CNY")
    line = str(item_of(shop, order_id).id)
    return RemedyOrder(order=order_id, line=line, kind=kind, amount=amount, key=f"1:1:{kind}")


def test_the_office_exists_for_the_owner_only(enter: Enter) -> None:
    assert enter(OWNER).client.get("/office").status_code == 200
    assert enter(MODERATOR).client.get("/office").status_code == 404
    assert enter(None).client.get("/office").status_code == 302


def test_a_paid_order_is_delivered(shop: Flask, enter: Enter) -> None:
    order_id = buy(enter(CUSTOMER))
    page = enter(OWNER).send(f"/office/orders/{order_id}", to="/deliver")
    assert "Delivered</span>" in page.text


def test_an_order_is_sent_with_a_number_before_it_is_delivered(enter: Enter) -> None:
    customer, owner = enter(CUSTOMER), enter(OWNER)
    order_id = buy(customer)
    owner.send(f"/office/orders/{order_id}", to="/send")
    assert f"KS{order_id:08}CN" in customer.open(f"/orders/{order_id}")
    assert f"KS{order_id:08}CN" in customer.open("/outbox")
    owner.send(f"/office/orders/{order_id}", to="/deliver")
    assert "http://localhost/community/tell" in customer.open("/outbox")


def test_what_is_fetched_in_the_shop_gets_no_parcel_and_no_fee(shop: Flask, enter: Enter) -> None:
    customer, owner = enter(CUSTOMER), enter(OWNER)
    customer.send("/p/tasting-cups", to="/bag", quantity="1")
    placed = customer.send("/checkout", delivery="pickup", address="")
    order_id = int(placed.request.path.split("/")[2])
    customer.send(placed, card="own")
    owner.send(f"/office/orders/{order_id}", to="/send")
    assert "it waits for you at 12 Kiln Street" in customer.open("/outbox")
    with shop.app_context():
        order = db.session.get_one(Order, order_id)
        assert (order.tracking, order.delivery_minor) == (None, 0)
        assert ShopHooks().address_key(order_id) is None


@pytest.mark.parametrize("step", ["send", "cancel"])
def test_what_has_arrived_is_neither_sent_nor_cancelled(enter: Enter, step: str) -> None:
    order_id = buy(enter(CUSTOMER))
    owner = enter(OWNER)
    owner.send(f"/office/orders/{order_id}", to="/deliver")
    assert post(owner, f"/office/orders/{order_id}/{step}") == 409


def test_orders_are_filtered_by_their_state(enter: Enter) -> None:
    customer, owner = enter(CUSTOMER), enter(OWNER)
    paid, unpaid = buy(customer), place(customer)
    page = owner.open("/office?state=paid")
    assert f'href="/office/orders/{paid}"' in page
    assert f'href="/office/orders/{unpaid}"' not in page


@pytest.mark.parametrize("wanted", ["1", "A Gue", "GUEST@example", "KS00000001CN"])
def test_an_order_is_found_by_its_number_its_buyer_or_its_parcel(enter: Enter, wanted: str) -> None:
    owner = enter(OWNER)
    assert buy(enter(None)) == 1
    owner.send("/office/orders/1", to="/send")
    assert 'href="/office/orders/1"' in owner.open(f"/office?q={wanted}")
    assert "No such order" in owner.open("/office?q=nobody%25")


def test_a_replacement_is_noted_and_told_and_costs_nothing(shop: Flask, enter: Enter) -> None:
    customer, owner = enter(CUSTOMER), enter(OWNER)
    order_id = buy(customer, pieces=2)
    owner.send(f"/office/orders/{order_id}", to="/replace", quantity="1", reason="A chip")
    assert "S-1: 1 × " in owner.open(f"/office/orders/{order_id}")
    assert "once more, free of charge" in customer.open("/outbox")
    assert item_of(shop, order_id).refunded_minor == 0
    item_id = item_of(shop, order_id).id
    assert post(owner, f"/office/items/{item_id}/replace", quantity="3") == 400


def test_an_unpaid_order_is_not_delivered(enter: Enter) -> None:
    order_id = place(enter(CUSTOMER))
    owner = enter(OWNER)
    with pytest.raises(WalkError, match="has no form"):
        owner.send(f"/office/orders/{order_id}", to="/deliver")


def test_part_of_a_line_is_given_back(shop: Flask, enter: Enter) -> None:
    order_id = buy(enter(CUSTOMER))
    enter(OWNER).send(f"/office/orders/{order_id}", to="/refund", amount="100.50", reason="chip")
    assert item_of(shop, order_id).refunded_minor == 10_050
    assert "R-1: ¥100.50" in enter(OWNER).open(f"/office/orders/{order_id}")


def test_no_more_is_given_back_than_was_paid(shop: Flask, enter: Enter) -> None:
    order_id = buy(enter(CUSTOMER))
    owner = enter(OWNER)
    owner.send(f"/office/orders/{order_id}", to="/refund", amount="300")
    with pytest.raises(WalkError, match="409"):
        owner.send(f"/office/orders/{order_id}", to="/refund", amount="20.01")
    assert count(shop, Refund) == 1


@pytest.mark.parametrize("amount", ["", "-5", "1e3", "12.345", "NaN", "0", "١"])
def test_an_odd_amount_is_refused(shop: Flask, enter: Enter, amount: str) -> None:
    order_id = buy(enter(CUSTOMER))
    with pytest.raises(WalkError, match=r"answered 40[09]"):
        enter(OWNER).send(f"/office/orders/{order_id}", to="/refund", amount=amount)
    assert count(shop, Refund) == 0


def test_of_two_clerks_the_second_must_look_again(shop: Flask, enter: Enter) -> None:
    order_id = buy(enter(CUSTOMER))
    with shop.app_context():
        first = db.session.get_one(Order, order_id)
        elsewhere = sa.update(Order).values(version=Order.version + 1)
        db.session.execute(elsewhere, execution_options={"synchronize_session": False})
        first.status = "cancelled"
        with pytest.raises(sa.orm.exc.StaleDataError):
            db.session.commit()
        db.session.rollback()


def test_a_remedy_really_refunds_once_per_key(shop: Flask, enter: Enter) -> None:
    order = remedy(shop, buy(enter(CUSTOMER)), "part_refund", 5_000)
    with shop.app_context():
        first, second = ShopHooks().apply_remedy(order), ShopHooks().apply_remedy(order)
    assert (first.state, first.reference) == ("done", "R-1")
    assert second == first
    assert item_of(shop, order.order).refunded_minor == 5_000


def test_a_remedy_asked_for_by_many_at_once_happens_once(shop: Flask, enter: Enter) -> None:
    order = remedy(shop, buy(enter(CUSTOMER)), "refund", 5_000)

    def ask(_number: int) -> str:
        with shop.app_context():
            return ShopHooks().apply_remedy(order).state

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(8))) == {"done"}
    assert count(shop, Refund) == count(shop, AppliedRemedy) == 1


def test_a_remedy_beyond_what_was_paid_fails_and_leaves_nothing(shop: Flask, enter: Enter) -> None:
    order = remedy(shop, buy(enter(CUSTOMER)), "refund", 999_999)
    with shop.app_context():
        assert ShopHooks().apply_remedy(order).state == "failed"
    assert count(shop, Refund) == count(shop, AppliedRemedy) == 0


@pytest.mark.parametrize(
    ("kind", "state"),
    [("replace", "done"), ("repair", "done"), ("apology", "done"), ("gift", "failed")],
)
def test_the_shop_says_which_remedies_it_can_do(
    shop: Flask, enter: Enter, kind: str, state: str
) -> None:
    order = remedy(shop, buy(enter(CUSTOMER)), kind)
    with shop.app_context():
        assert ShopHooks().apply_remedy(order).state == state


def test_mail_of_the_community_is_read_on_the_outbox_page(shop: Flask, enter: Enter) -> None:
    with shop.app_context():
        ShopHooks().send_mail(Mail(to=1, subject="A friend kept it", text="Thank you."))
        assert db.session.scalars(db.select(Letter.email)).all() == [CUSTOMER.email]
    assert "A friend kept it" in enter(CUSTOMER).open("/outbox")


def test_hooks_tell_what_is_known_of_an_order(shop: Flask, enter: Enter) -> None:
    order_id = buy(enter(CUSTOMER))
    with shop.app_context():
        hooks = ShopHooks()
        assert (hooks.payment_fingerprint(order_id) or "").startswith("own:")
        place_name = hooks.address_key(order_id)
        assert "Willow" not in (place_name or "Willow")
        assert hooks.verified_email(1) == CUSTOMER.email
        assert hooks.verified_email(99) is None
