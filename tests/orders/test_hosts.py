"""Claims about hosts of another shape: Flask-SQLAlchemy, enums, properties, a schema."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from flask_community.host import (
    Binding,
    MemberMixin,
    OrderFacts,
    OrderLine,
    OrderMixin,
    OrderWatch,
    ProductMixin,
    RefundWatch,
)
from flask_community.orders.models import InboxRow, Order

from .bench import NOON, App


class Status(enum.Enum):
    """A host's states as an enum."""

    OPEN = "open"
    PAID = "paid"
    SENT = "sent"


def shop_of(base: type[Any], *, schema: str | None = None) -> tuple[type[Any], Binding]:
    """Declare a shop with uuid and string keys, an enum and a property, on any base."""
    prefix = f"{schema}." if schema else ""
    args = {"schema": schema} if schema else {}

    class Person(MemberMixin, base):  # type: ignore[misc]
        __tablename__ = "person"
        __table_args__ = args
        id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)

    class Ware(ProductMixin, base):  # type: ignore[misc]
        __tablename__ = "ware"
        __table_args__ = args
        id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)

    class Sale(OrderMixin, base):  # type: ignore[misc]
        __tablename__ = "order"
        __table_args__ = args
        community_watch = OrderWatch(
            "phase",
            paid={Status.PAID},
            delivered={Status.SENT},
            refunds=RefundWatch("Refund", order="sale_id", amount="yuan", to_minor=yuan_to_fen),
        )
        id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
        status: Mapped[Status] = mapped_column(sa.Enum(Status), default=Status.OPEN)
        person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey(f"{prefix}person.id"))
        person: Mapped[Any] = orm.relationship(Person)

        @property
        def phase(self) -> Status:
            return self.status

        def community_order(self) -> OrderFacts:
            session = orm.object_session(self)
            assert session is not None
            line = OrderLine(key="a", product=session.get(Ware, 1), quantity=1, paid_minor=500)
            return OrderFacts(buyer=self.person, placed_at=NOON, currency="CNY", lines=[line])

    class Refund(base):  # type: ignore[misc]
        __tablename__ = "refund"
        __table_args__ = args
        id: Mapped[int] = mapped_column(primary_key=True)
        sale_id: Mapped[str] = mapped_column(sa.ForeignKey(f"{prefix}order.id"))
        yuan: Mapped[int]

    Sale.parts = (Person, Ware, Refund)
    binding: Binding = base.metadata.info["community"]
    return Sale, binding


def yuan_to_fen(yuan: int) -> int:
    """Return minor units."""
    return yuan * 100


def sell(session: orm.Session, sale: type[Any]) -> Any:
    """Place an order, pay it, send it, give one yuan back; each committed."""
    person, ware, refund = sale.parts
    session.add_all([buyer := person(), ware(id=1)])
    session.commit()
    session.add(order := sale(id="A-1", person=buyer))
    session.commit()
    for status in (Status.PAID, Status.SENT):
        order.status = status
        session.commit()
    session.add(refund(sale_id="A-1", yuan=1))
    session.commit()
    return buyer


def check(session: orm.Session, binding: Binding) -> None:
    """Claim that all of it came in."""
    row, order = binding.models[InboxRow], binding.models[Order]
    rows = session.execute(sa.select(row.key, row.state).order_by(row.id)).all()
    assert [tuple(found) for found in rows] == [
        ("A-1:placed", "done"),
        ("A-1:paid:1", "done"),
        ("A-1:delivered:2", "done"),
        ("A-1:refunded:1", "done"),
    ]
    known = session.scalars(sa.select(order)).one()
    assert (known.host_id, known.state) == ("A-1", "delivered")
    assert known.delivered_at is not None
    assert known.delivered_at.tzinfo is dt.UTC
    session.rollback()


def test_a_flask_sqlalchemy_shop_with_uuid_keys(database_url: str) -> None:
    class Base(orm.DeclarativeBase):
        pass

    db = SQLAlchemy(model_class=Base)
    sale, binding = shop_of(db.Model)
    site = flask.Flask("shop")
    site.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(site)
    app = App(binding=binding)
    with site.app_context():
        db.create_all()
        sell(db.session(), sale)
        check(db.session(), binding)
        db.session.remove()
        db.engine.dispose()
    assert [event for _, event in app.told] == ["placed", "paid", "delivered", "refunded"]


def test_a_shop_in_a_schema_of_postgresql(postgres_url: str) -> None:
    class Base(orm.DeclarativeBase):
        pass

    sale, binding = shop_of(Base, schema="shop")
    app = App(binding=binding)
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA shop"))
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        sell(session, sale)
        check(session, binding)
    engine.dispose()
    assert len(app.told) == 4


def test_a_later_change_of_another_attribute_is_no_event(sqlite_url: str) -> None:
    class Base(orm.DeclarativeBase):
        pass

    sale, binding = shop_of(Base)
    app = App(binding=binding)
    engine = sa.create_engine(sqlite_url)
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        sell(session, sale)
        session.add(other := sale.parts[0]())
        session.get_one(sale, "A-1").person = other
        session.commit()
        check(session, binding)
    engine.dispose()
    assert len(app.told) == 4


@pytest.mark.parametrize("value", [None, Status.OPEN, "paid"])
def test_a_value_the_watch_does_not_know_means_nothing(value: object) -> None:
    assert OrderWatch("status", paid={Status.PAID}).event_for(value) is None
