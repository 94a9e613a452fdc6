"""Order and transaction traps of real shops that no other file has; see docs/hosts.md."""

from __future__ import annotations

import datetime as dt
import logging
from decimal import Decimal
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import mapped_column

from flask_community import Community, OrderFacts, OrderLine, OrderMixin
from flask_community.members.models import Member
from flask_community.money import to_minor
from flask_community.orders.models import InboxRow, Line, Order as OwnOrder, Product as OwnProduct
from flask_community.referrals.cookie import COOKIE
from flask_community.referrals.rules import Touch, TouchKind
from tests.hosts.kinds import NOON, WATCH, FlaskFrame, new_app
from tests.hosts.parts import buy, goods, named, own, people, plain, sales, sold


def test_a_shop_that_keeps_prices_as_decimals_converts_them_exactly() -> None:
    def sales_in_yuan(base: Any) -> Any:
        class Order(OrderMixin, base):  # type: ignore[misc]
            __tablename__ = "order"
            community_watch = WATCH
            id = mapped_column(sa.Integer, primary_key=True)
            user_id = mapped_column(sa.ForeignKey("user.id"))
            product_id = mapped_column(sa.ForeignKey("product.id"))
            status = mapped_column(sa.String(20), default="paid")
            yuan = mapped_column(sa.Numeric(10, 4), default=Decimal("19.9000"))
            user = orm.relationship("User")
            product = orm.relationship("Product")

            def community_order(self) -> OrderFacts:
                fen = to_minor(self.yuan, "CNY")  # type: ignore[arg-type]
                line = OrderLine(key="1", product=self.product, quantity=1, paid_minor=fen)
                return OrderFacts(buyer=self.user, placed_at=NOON, currency="CNY", lines=[line])

        return Order

    frame = plain(people, goods, sales_in_yuan)
    with sold(frame) as (session, _):
        assert session.scalars(sa.select(own(frame.base, Line).paid_minor)).one() == 1990


def test_a_float_price_breaks_no_checkout_and_says_what_to_write(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def float_sales(base: Any) -> Any:
        Order = sales(base)  # noqa: N806
        Order.community_order = lambda order: OrderLine(
            key="1", product=order.product, quantity=1, paid_minor=order.price
        )
        Order.price = 19.9
        return Order

    frame = plain(people, goods, float_sales)
    with caplog.at_level(logging.CRITICAL), sold(frame) as (session, order):
        assert order.id == 1
        row = own(frame.base, InboxRow)
        errors = set(session.scalars(sa.select(row.error)))
        assert errors == {"BindingError: OrderLine.paid_minor must be an integer >= 0, not 19.9"}


def test_an_order_without_community_order_waits_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def mute(base: Any) -> Any:
        class Order(OrderMixin, base):  # type: ignore[misc]
            __tablename__ = "order"
            community_watch = WATCH
            id = mapped_column(sa.Integer, primary_key=True)
            status = mapped_column(sa.String(20), default="paid")

        return Order

    frame = plain(people, goods, mute)
    with caplog.at_level(logging.CRITICAL), frame.open("sqlite://") as session:
        session.add(named(frame.base, "Order")())
        session.commit()
        (error,) = set(session.scalars(sa.select(own(frame.base, InboxRow).error)))
        assert "Order has no community_order(): write it, and return OrderFacts" in error


def test_a_guest_buys_without_an_account() -> None:
    frame = plain(people, goods, sales)
    with sold(frame, user=None) as (session, _):
        order = session.scalars(sa.select(own(frame.base, OwnOrder))).one()
        assert (order.buyer_id, order.state) == (None, "paid")


def test_an_account_made_in_the_checkout_itself_is_the_buyer() -> None:
    frame = plain(people, goods, sales)
    with frame.open("sqlite://") as session:
        product = named(frame.base, "Product")()
        session.add(order := named(frame.base, "Order")(product=product, status="new"))
        session.flush()
        order.user = named(frame.base, "User")()
        order.status = "paid"
        session.commit()
        bought = session.scalars(sa.select(own(frame.base, OwnOrder))).one()
        member = session.get(own(frame.base, Member), bought.buyer_id)
        assert member is not None
        assert member.host_id == order.user_id


def test_what_we_know_of_an_order_outlives_the_hosts_rows(database_url: str) -> None:
    frame = plain(people, goods, sales)
    with sold(frame, database_url) as (session, order):
        user, product = order.user, order.product
        for obj in (order, user, product):
            session.delete(obj)
        session.commit()
        for abstract in (OwnOrder, OwnProduct, Member):
            assert session.scalars(sa.select(own(frame.base, abstract).host_id)).all() == [None]
        assert session.scalars(sa.select(own(frame.base, OwnOrder).state)).one() == "paid"


def test_two_accounts_made_one_leave_each_order_with_who_bought_it(database_url: str) -> None:
    frame = plain(people, goods, sales)
    with sold(frame, database_url) as (session, order):
        kept = named(frame.base, "User")()
        session.add(kept)
        session.flush()
        gone, order.user = order.user, kept
        session.flush()
        session.delete(gone)
        session.commit()
        assert session.scalars(sa.select(own(frame.base, Member).host_id)).all() == [None]


def test_a_bulk_update_changes_nothing_until_reconcile() -> None:
    frame = plain(people, goods, sales)
    with sold(frame, status="new") as (session, order):
        session.execute(sa.update(type(order)).values(status="paid"))
        session.commit()
        assert session.scalars(sa.select(own(frame.base, OwnOrder).state)).one() == "placed"


def test_a_replaced_db_session_is_followed(sqlite_url: str) -> None:
    frame = FlaskFrame(type("Base", (orm.DeclarativeBase,), {}))
    frame.models = [part(frame.base) for part in (people, goods, sales)]
    with frame.open(sqlite_url), frame.db.engine.connect() as connection:
        frame.db.session = orm.scoped_session(orm.sessionmaker(connection))  # type: ignore[arg-type]
        order = buy(frame.db.session(), frame.base)
        site = flask.current_app.extensions["community"]
        assert site.session() is frame.db.session()
        assert site.services().members.find(order.user_id) is not None
        frame.db.session.remove()


@pytest.mark.parametrize("is_scoped", [True, False], ids=["scoped", "factory"])
def test_one_connection_is_enough_for_a_checkout_with_touches(
    is_scoped: bool, sqlite_url: str
) -> None:
    frame = plain(people, goods, sales)
    engine = sa.create_engine(
        sqlite_url, poolclass=sa.QueuePool, pool_size=1, max_overflow=0, pool_timeout=2
    )
    factory = orm.sessionmaker(engine)
    sessions: Any = orm.scoped_session(factory) if is_scoped else factory
    frame.base.metadata.create_all(engine)
    with factory() as session:
        session.add(named(frame.base, "User")())
        session.commit()
    app = new_app()
    Community(base=frame.base, session=sessions, current_member_id=lambda: 1).init_app(app)
    with app.test_request_context(headers={"Cookie": _cookie_of(app)}), sessions() as session:
        user = session.get(named(frame.base, "User"), 1)
        buy(session, frame.base, user=user)
        touches = session.scalars(sa.select(own(frame.base, OwnOrder).touches)).one()
        assert [touch["link"] for touch in touches] == [7]
    engine.dispose()


def _cookie_of(app: flask.Flask) -> str:
    site = app.extensions["community"]
    touch = Touch(link=7, at=dt.datetime.now(dt.UTC), kind=TouchKind.VISIT)
    return f"{COOKIE}={site.touch_cookie.dump([touch], 1, joined=True)}"
