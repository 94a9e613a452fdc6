"""Many tills at once, on a database with real locks: no credit is spent or returned twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from example_shop import credit
from example_shop.app import create_app
from example_shop.database import db
from example_shop.models import (
    Category,
    CreditEntry,
    Item,
    Order,
    Product,
    User,
    Variant,
)
from example_shop.payments import pay, place
from example_shop.refunds import NotPaidError, TooMuchError, give_all_back, give_back
from example_shop.serve import DEMO

TILLS = 6
LOST = (credit.NotEnoughError, NotPaidError, TooMuchError, StaleDataError)
"""What those hear who come second."""


@pytest.fixture
def shop(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return a shop with one pot at ¥100, and one customer with ¥150 of credit."""
    config = {**DEMO, "TESTING": True, "SQLALCHEMY_DATABASE_URI": postgres_url}
    app = create_app(config, instance=tmp_path)
    with app.app_context():
        db.create_all()
        pot = Product(sku="pot", name="Pot", name_zh="壶", words="", words_zh="", drawing="pot")
        pot.category = Category(slug="pots", name="Pots", name_zh="壶", position=1)
        pot.variants = [Variant(code="pot-1", name="", name_zh="", price_minor=10_000)]
        user = User(email="a@example.com", name="A")
        db.session.add_all([pot, user])
        db.session.flush()
        credit.add(db.session(), user.id, 15_000, kind="earned", key="seed")
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def ordered(shop: Flask) -> int:
    """Take an order down and return its number."""
    with shop.test_request_context():
        user = db.session.scalars(sa.select(User)).one()
        variant = db.session.scalars(sa.select(Variant)).one()
        form = {"name": "A", "email": "a@example.com", "address": "1 Willow Lane"}
        order = place([(variant, 1)], form, "pickup", user)
        db.session.commit()
        return order.id


def at_once(shop: Flask, numbers: list[int], act: Callable[[Order], object]) -> int:
    """Do something to orders from as many tills at the same moment; return how often it worked."""
    barrier = Barrier(len(numbers))

    def at_a_till(number: int) -> bool:
        with shop.test_request_context():
            order = db.session.get_one(Order, number)
            assert order.user is not None
            assert order.user.credit_minor >= 0  # read before the others have changed it
            assert order.items
            barrier.wait()
            try:
                act(order)
                db.session.commit()
            except LOST:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(len(numbers)) as tills:
        return sum(tills.map(at_a_till, numbers))


def balance(shop: Flask) -> int:
    """Return the credit that is left, which is the sum of its entries."""
    with shop.app_context():
        left = db.session.scalars(sa.select(User.credit_minor)).one()
        assert db.session.scalar(sa.select(sa.func.sum(CreditEntry.amount_minor))) == left
        return left


def paid(shop: Flask) -> int:
    """Place an order, pay it by credit and return its number."""
    number = ordered(shop)
    assert at_once(shop, [number], lambda order: pay(order, "own", with_credit=True)) == 1
    return number


@pytest.mark.long
def test_orders_paid_at_once_never_spend_more_credit_than_there_is(shop: Flask) -> None:
    numbers = [ordered(shop) for _ in range(TILLS)]
    at_once(shop, numbers, lambda order: pay(order, "own", with_credit=True))
    with shop.app_context():
        spent = db.session.scalars(sa.select(Order.credit_minor).filter_by(status="paid")).all()
    assert sum(spent) == 15_000 - balance(shop)
    assert balance(shop) == 5_000


@pytest.mark.long
def test_one_order_paid_from_many_tabs_is_paid_once(shop: Flask) -> None:
    numbers = [ordered(shop)] * TILLS
    assert at_once(shop, numbers, lambda order: pay(order, "own", with_credit=True)) == 1
    assert balance(shop) == 5_000


@pytest.mark.long
def test_refunds_and_a_cancelling_at_once_return_the_credit_once(shop: Flask) -> None:
    number = paid(shop)
    turn = iter(range(TILLS))

    def put_right(order: Order) -> None:
        if next(turn) % 2:
            give_back(db.session(), order.items[0], 4_000, reason="chip")
            return
        order.status = "cancelled"
        db.session.flush()
        give_all_back(db.session(), order)

    at_once(shop, [number] * TILLS, put_right)
    with shop.app_context():
        order = db.session.get_one(Order, number)
        given = sum(refund.amount_minor for refund in order.refunds)
        line = db.session.scalars(sa.select(Item)).one()
        assert line.refunded_minor == given <= 10_000
        expected = 10_000 if order.status == "cancelled" else given
    assert balance(shop) == 5_000 + expected
