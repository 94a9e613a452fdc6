"""Store credit: given once, spent once, given back in the right proportion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, strategies as st

from example_shop.credit import add
from example_shop.database import db
from example_shop.hooks import ShopHooks
from example_shop.models import CreditEntry, Item, Order, User
from example_shop.payments import pay
from example_shop.refunds import _share
from example_shop.seed import CUSTOMER, OWNER
from flask_community import Money, RemedyOrder

from .conftest import Enter, account, buy, place, post


def balance(shop: Flask) -> int:
    """Return the customer's credit, which is the sum of its entries."""
    user = account(shop, CUSTOMER.email)
    with shop.app_context():
        total = sa.select(sa.func.sum(CreditEntry.amount_minor)).filter_by(user_id=user.id)
        assert (db.session.scalar(total) or 0) == user.credit_minor
    return user.credit_minor


def earn(shop: Flask, minor: int, key: str = "payout:1") -> None:
    """Let the community pay out a reward as store credit."""
    with shop.app_context():
        user = account(shop, CUSTOMER.email)
        ShopHooks().spend_store_credit(user.id, Money(minor, "CNY"), key)


def test_a_reward_taken_as_store_credit_is_there_once_per_key(shop: Flask) -> None:
    for key in ("payout:1", "payout:1", "payout:2"):
        earn(shop, 1_250, key)
    assert balance(shop) == 2_500


def test_many_workers_with_one_key_give_credit_once(shop: Flask) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: earn(shop, 1_000), range(8)))
    assert balance(shop) == 1_000


def test_credit_pays_first_and_the_card_the_rest(shop: Flask, enter: Enter) -> None:
    earn(shop, 5_000)
    walker = enter(CUSTOMER)
    paying = f"/orders/{place(walker)}/pay"
    assert "Use ¥50 of my store credit" in walker.open(paying)
    walker.send(paying, card="own", credit="yes")
    with shop.app_context():
        order = db.session.scalars(db.select(Order)).one()
        assert (order.status, order.credit_minor, order.total_minor) == ("paid", 5_000, 32_000)
        assert order.card is not None
    assert balance(shop) == 0
    assert "-¥50" in walker.open("/account")


def test_credit_alone_pays_a_small_order_and_no_card_is_noted(shop: Flask, enter: Enter) -> None:
    earn(shop, 50_000)
    walker = enter(CUSTOMER)
    walker.send(f"/orders/{place(walker)}/pay", card="own", credit="yes")
    with shop.app_context():
        order = db.session.scalars(db.select(Order)).one()
        assert (order.credit_minor, order.card) == (32_000, None)
    assert balance(shop) == 18_000


def test_two_orders_paid_at_once_cannot_spend_the_same_credit(shop: Flask, enter: Enter) -> None:
    earn(shop, 5_000)
    walker = enter(CUSTOMER)
    numbers = [place(walker), place(walker)]
    with shop.app_context():
        # Both have read the balance before either has paid.
        orders = [db.session.get_one(Order, number) for number in numbers]
        assert [order.user.credit_minor for order in orders if order.user] == [5_000, 5_000]
    with shop.app_context(), db.engine.connect() as elsewhere:
        late = db.session.get_one(Order, numbers[0])
        assert late.user is not None
        assert late.user.credit_minor == 5_000
        taken = sa.update(User).where(User.id == late.user_id).values(credit_minor=0)
        spent = {"user_id": late.user_id, "amount_minor": -5_000, "kind": "spent", "key": "order:x"}
        elsewhere.execute(taken)
        elsewhere.execute(sa.insert(CreditEntry).values(spent))
        elsewhere.commit()
        with pytest.raises(ValueError, match="less than 5000 is left"):
            pay(late, "own", with_credit=True)
        db.session.rollback()
    assert balance(shop) == 0


def test_the_database_keeps_a_balance_from_falling_below_zero(shop: Flask) -> None:
    with shop.app_context(), pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(User).values(credit_minor=-1))


def test_a_cancelled_order_returns_its_credit_once(shop: Flask, enter: Enter) -> None:
    earn(shop, 5_000)
    number = buy(enter(CUSTOMER))
    owner = enter(OWNER)
    owner.send(f"/office/orders/{number}", to="/cancel")
    assert balance(shop) == 5_000
    assert post(owner, f"/office/orders/{number}/cancel") == 409
    assert balance(shop) == 5_000


def test_a_refund_returns_the_share_that_credit_had_paid(shop: Flask, enter: Enter) -> None:
    earn(shop, 8_000)
    number = buy(enter(CUSTOMER))  # 80 of 320 from credit: a quarter
    owner = enter(OWNER)
    owner.send(f"/office/orders/{number}", to="/refund", amount="100")
    assert balance(shop) == 2_500
    owner.send(f"/office/orders/{number}", to="/refund", amount="220")
    assert balance(shop) == 8_000
    assert "Of it as store credit: ¥25" in owner.open("/outbox")


def test_what_a_refund_returned_a_cancelling_does_not_return_again(
    shop: Flask, enter: Enter
) -> None:
    earn(shop, 8_000)
    number = buy(enter(CUSTOMER))
    owner = enter(OWNER)
    owner.send(f"/office/orders/{number}", to="/refund", amount="100")
    owner.send(f"/office/orders/{number}", to="/cancel")
    assert balance(shop) == 8_000


def test_a_remedy_as_store_credit_is_there_to_be_spent(shop: Flask, enter: Enter) -> None:
    number = buy(enter(CUSTOMER))
    with shop.app_context():
        line = db.session.scalars(db.select(Item.id)).one()
        remedy = RemedyOrder(
            order=number,
            line=str(line),
            kind="store_credit",
            amount=Money(4_000, "CNY"),
            key="1:1:store_credit",
        )
        assert {ShopHooks().apply_remedy(remedy).state for _ in range(2)} == {"done"}
    assert balance(shop) == 4_000


def test_credit_is_given_in_amounts_above_zero(shop: Flask) -> None:
    with shop.app_context(), pytest.raises(ValueError, match="above zero"):
        add(db.session(), 1, 0, kind="earned", key="nothing")


@given(
    paid=st.lists(st.integers(1, 100_000), min_size=1, max_size=5),
    parts=st.lists(st.integers(1, 50_000), max_size=12),
    delivery=st.integers(0, 2_000),
    data=st.data(),
)
def test_refunds_of_a_line_add_up_to_its_share_of_the_credit(
    paid: list[int], parts: list[int], delivery: int, data: st.DataObject
) -> None:
    credit = data.draw(st.integers(0, sum(paid) + delivery))
    returned = 0
    for line, minor in enumerate(paid):
        before = 0
        for part in [*parts, minor]:
            after = min(minor, before + part)
            share = _share(credit, [*paid, delivery], line, before, after)
            assert 0 <= share <= after - before
            returned += share
            before = after
    assert returned <= credit
    assert credit - returned <= delivery
