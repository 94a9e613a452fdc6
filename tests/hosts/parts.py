"""Parts of small hosts: a test replaces the one that has the trap by its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import mapped_column

from flask_community import MemberMixin, OrderFacts, OrderLine, OrderMixin, ProductMixin
from flask_community.members.models import Member
from flask_community.models import binding_of
from flask_community.records import Record
from tests.hosts.kinds import NOON, WATCH, PlainFrame

Part = Callable[[Any], Any]


def people(base: Any) -> Any:
    """Declare and return the class of members."""

    class User(MemberMixin, base):  # type: ignore[misc]
        __tablename__ = "user"
        id = mapped_column(sa.Integer, primary_key=True)

    return User


def goods(base: Any) -> Any:
    """Declare and return the class of products."""

    class Product(ProductMixin, base):  # type: ignore[misc]
        __tablename__ = "product"
        id = mapped_column(sa.Integer, primary_key=True)

    return Product


def sales_to(user_key: str, product_key: str = "product.id") -> Part:
    """Return a part: the class of orders, which names the others by strings."""

    def part(base: Any) -> Any:
        class Order(OrderMixin, base):  # type: ignore[misc]
            __tablename__ = "order"
            community_watch = WATCH
            id = mapped_column(sa.Integer, primary_key=True)
            user_id = mapped_column(sa.ForeignKey(user_key, name="buyer"))
            product_id = mapped_column(sa.ForeignKey(product_key, name="what"))
            status = mapped_column(sa.String(20), default="paid")
            user = orm.relationship("User")
            product = orm.relationship("Product")

            def community_order(self) -> OrderFacts:
                return facts(self)

        return Order

    return part


sales = sales_to("user.id")


def facts(order: Any) -> OrderFacts:
    """Return an order of one line, if it has a product."""
    lines = [OrderLine(key="1", product=order.product, quantity=1, paid_minor=900)]
    return OrderFacts(
        buyer=order.user,
        placed_at=NOON,
        currency="CNY",
        lines=lines if order.product is not None else [],
    )


def plain(*parts: Part, **options: Any) -> PlainFrame:
    """Return a plain host whose models are declared by `parts`, in this order."""
    frame = PlainFrame(type("Base", (orm.DeclarativeBase,), options))
    # SQLAlchemy holds classes weakly, and here no module does.
    frame.models = [part(frame.base) for part in parts]
    return frame


@contextmanager
def sold(frame: Any, url: str = "sqlite://", **order: Any) -> Iterator[tuple[orm.Session, Any]]:
    """Open a host, sell its first user its first product, and hand out session and order."""
    with frame.open(url) as session:
        bought = buy(session, frame.base, **order)
        yield session, bought


def buy(session: orm.Session, base: Any, **order: Any) -> Any:
    """Place a paid order of a new user and a new product; return it."""
    order = {"user": named(base, "User")(), "product": named(base, "Product")(), **order}
    bought = named(base, "Order")(**order)
    session.add(bought)
    session.commit()
    return bought


def named(base: Any, name: str) -> Any:
    """Return a declared class of the host."""
    return next(m.class_ for m in base.registry.mappers if m.class_.__name__ == name)


def own(base: Any, abstract: type[Record]) -> Any:
    """Return the class of ours that is mapped for this host."""
    binding = binding_of(base.metadata)
    assert binding is not None
    return binding.models[abstract]


def member_keys(session: orm.Session, base: Any) -> list[Any]:
    """Return the keys of the host's users at which our rows point."""
    return list(session.scalars(sa.select(own(base, Member).host_id)))
