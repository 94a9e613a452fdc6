"""Hosts of every kind, made to order: five bases, four keys, three ways to plug in."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import flask
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.model import DefaultMeta, Model
from sqlalchemy import orm

from flask_community import (
    Adapters,
    Community,
    MemberMixin,
    OrderFacts,
    OrderLine,
    OrderMixin,
    OrderWatch,
    ProductMixin,
)
from flask_community.members.models import Member as OwnMember
from flask_community.models import binding_of
from flask_community.orders.models import Order as OwnOrder, Product as OwnProduct

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
WATCH = OrderWatch("status", paid={"paid"}, delivered={"done"}, reversed={"cancelled"})

KEYS: Mapping[str, tuple[Any, Callable[[int], Any]]] = {
    "int": (sa.Integer(), lambda n: n),
    "bigint": (sa.BigInteger(), lambda n: 2**40 + n),
    "uuid": (sa.Uuid(), lambda n: uuid.UUID(int=n)),
    "string": (sa.String(36), lambda n: f"key-{n}"),
}
"""Column type of each kind of key, and a maker of values."""

BASES = ("db.Model", "db.Model on DeclarativeBase", "db.Model with columns", "plain", "legacy")
PLUGS = ("mixin", "bind", "adapters")


class Frame:
    """A base to declare models on, a Community for it, and a way to open it on a database."""

    base: Any
    community: Community
    models: list[Any]

    @contextlib.contextmanager
    def open(self, url: str) -> Iterator[orm.Session]:
        """Run an app on a new database, with its tables made."""
        raise AssertionError


class FlaskFrame(Frame):
    """Flask-SQLAlchemy, on its own model class or on the host's."""

    def __init__(self, model_class: Any = None, **options: Any) -> None:
        self.db = (
            SQLAlchemy(model_class=model_class, **options) if model_class else SQLAlchemy(**options)
        )
        self.base = self.db.Model
        self.community = Community(self.db)

    def app(self, url: str, **config: Any) -> flask.Flask:
        """Return an app on a database."""
        app = new_app(SQLALCHEMY_DATABASE_URI=url, **config)
        self.db.init_app(app)
        self.community.init_app(app)
        return app

    @contextlib.contextmanager
    def open(self, url: str, **config: Any) -> Iterator[orm.Session]:
        with self.app(url, **config).app_context():
            self.db.create_all()
            try:
                yield self.db.session()
            finally:
                self.db.session.remove()
                for engine in self.db.engines.values():
                    engine.dispose()


class PlainFrame(Frame):
    """Plain SQLAlchemy: a base and a factory of sessions, bound when a database is there."""

    def __init__(self, base: Any, *, scoped: bool = False) -> None:
        self.base = base
        factory = orm.sessionmaker()
        self.sessions = orm.scoped_session(factory) if scoped else factory
        self.factory = factory
        self.community = Community(base=base, session=self.sessions)

    @contextlib.contextmanager
    def open(self, url: str) -> Iterator[orm.Session]:
        engine = sa.create_engine(url, **one_database(url))
        self.factory.configure(bind=engine)
        self.base.metadata.create_all(engine)
        app = new_app()
        self.community.init_app(app)
        try:
            with app.app_context(), self.sessions() as session:
                yield session
        finally:
            if isinstance(self.sessions, orm.scoped_session):
                self.sessions.remove()
            engine.dispose()


def new_app(**config: Any) -> flask.Flask:
    """Return an empty app that is ready for extensions."""
    app = flask.Flask("host")
    app.config.update(SECRET_KEY="a secret of this test", TESTING=True, **config)
    return app


def one_database(url: str) -> dict[str, Any]:
    """Return engine options with which an in-memory SQLite is one for all connections."""
    return {"poolclass": sa.StaticPool} if url == "sqlite://" else {}


class _Naming(DefaultMeta):
    """Names tables after the shop, as real hosts' metaclasses do."""

    def __init__(self, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kw: Any):
        if "__tablename__" not in namespace and "__abstract__" not in namespace:
            self.__tablename__ = f"shop_{name.lower()}"
        super().__init__(name, bases, namespace, **kw)


class _Stamped(Model):
    """Adds columns and a verb to every model."""

    created_at = sa.Column(sa.DateTime, default=lambda: NOON, nullable=False)
    is_deleted = sa.Column(sa.Boolean, default=False, nullable=False)

    def save(self) -> None:
        self.query.session.add(self)


def frame(kind: str) -> Frame:
    """Return a new frame of one of BASES."""
    if kind == "db.Model":
        return FlaskFrame()
    if kind == "db.Model on DeclarativeBase":
        return FlaskFrame(type("Base", (orm.DeclarativeBase,), {}))
    if kind == "db.Model with columns":
        return FlaskFrame(orm.declarative_base(cls=_Stamped, metaclass=_Naming, name="Model"))
    if kind == "plain":
        return PlainFrame(type("Base", (orm.DeclarativeBase,), {}))
    return PlainFrame(orm.declarative_base(), scoped=True)


@dataclass(frozen=True)
class Host:
    """A frame with its three role classes, and makers of their keys."""

    frame: Frame
    User: Any
    Product: Any
    Order: Any
    keys: tuple[Callable[[int], Any], ...]

    def buy(self, session: orm.Session, number: int = 1) -> tuple[Any, Any, Any]:
        """Place an order, then pay it; return the keys of buyer, product and order."""
        buyer, sku, order = (make(number) for make in self.keys)
        user, product = self.User(id=buyer, nick=f"Nora {number}"), self.Product(id=sku, name="Tea")
        session.add_all([user, product])
        session.flush()
        bought = self.Order(id=order, user_id=buyer, product_id=sku, status="new", cents=900)
        session.add(bought)
        session.commit()
        bought.status = "paid"
        session.commit()
        return buyer, sku, order

    def anchors(self, session: orm.Session) -> tuple[Any, Any, Any]:
        """Return the keys at which our member, product and order rows point."""
        return anchors(session, self.frame.base.metadata)


def anchors(session: orm.Session, metadata: sa.MetaData) -> tuple[Any, Any, Any]:
    """Return the host keys at which the one member, product and order of ours point."""
    binding = binding_of(metadata)
    assert binding is not None
    session.rollback()
    member, product, order = (
        session.scalars(sa.select(sa.inspect(binding.models[own]).c.host_id)).one()
        for own in (OwnMember, OwnProduct, OwnOrder)
    )
    return member, product, order


def host(base: str, keys: tuple[str, str, str], plug: str) -> Host:
    """Declare a shop of three models on a new frame, and plug it in."""
    made = frame(base)
    mixed = plug == "mixin"
    spoken = plug != "adapters"
    types = [KEYS[kind][0] for kind in keys]

    class Talk:
        """The methods that adapters stand in for."""

        def community_name(self) -> str:
            return str(self.nick)  # type: ignore[attr-defined]

        def community_title(self) -> str:
            return str(self.name)  # type: ignore[attr-defined]

        def community_order(self) -> OrderFacts:
            return _facts(self)

    talk: tuple[type, ...] = (Talk,) if spoken else ()

    class User(*_bases(talk, MemberMixin if mixed else None), made.base):  # type: ignore[misc, name-defined]
        __tablename__ = "users"
        id = orm.mapped_column(types[0], primary_key=True, autoincrement=False)
        nick = orm.mapped_column(sa.String(40))

    class Product(*_bases(talk, ProductMixin if mixed else None), made.base):  # type: ignore[misc, name-defined]
        __tablename__ = "goods"
        id = orm.mapped_column(types[1], primary_key=True, autoincrement=False)
        name = orm.mapped_column(sa.String(40))

    class Order(*_bases(talk, OrderMixin if mixed else None), made.base):  # type: ignore[misc, name-defined]
        __tablename__ = "purchase"
        id = orm.mapped_column(types[2], primary_key=True, autoincrement=False)
        user_id = orm.mapped_column(types[0], sa.ForeignKey(User.id))
        product_id = orm.mapped_column(types[1], sa.ForeignKey(Product.id))
        status = orm.mapped_column(sa.String(20))
        cents = orm.mapped_column(sa.Integer)
        user = orm.relationship(User)
        product = orm.relationship(Product)
        if mixed:
            community_watch = WATCH

    if not mixed:
        adapters = None if spoken else _ADAPTERS
        made.community.bind(
            member=User, product=Product, order=Order, watch=WATCH, adapters=adapters
        )
    return Host(made, User, Product, Order, tuple(KEYS[kind][1] for kind in keys))


def combinations() -> Iterator[tuple[str, tuple[str, str, str], str]]:
    """Yield base, keys and plug so that every pair of two of them occurs."""
    kinds = list(KEYS)
    for (b, base), (k, _) in itertools.product(enumerate(BASES), enumerate(kinds)):
        keys = kinds[k], kinds[(k + b) % 4], kinds[(k + 2 * b + 1) % 4]
        yield base, keys, PLUGS[(b + k) % 3]


def _bases(talk: tuple[type, ...], mixin: type | None) -> tuple[Any, ...]:
    return talk if mixin is None else (*talk, mixin)


def _facts(order: Any) -> OrderFacts:
    line = OrderLine(key="1", product=order.product, quantity=1, paid_minor=order.cents)
    return OrderFacts(buyer=order.user, placed_at=NOON, currency="CNY", lines=[line])


_ADAPTERS = Adapters(
    member_name=lambda user: user.nick,
    product_title=lambda product: product.name,
    order_facts=_facts,
)
