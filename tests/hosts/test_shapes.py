"""Hosts come in many shapes: inheritance, schemas, bind keys, odd names, odd keys."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column

from flask_community import MemberMixin, OrderFacts, OrderMixin, ProductMixin
from flask_community.models import binding_of
from flask_community.orders.models import Order as OwnOrder
from tests.hosts.kinds import WATCH, FlaskFrame, PlainFrame
from tests.hosts.parts import (
    Part,
    buy,
    facts,
    goods,
    member_keys,
    named,
    own,
    people,
    plain,
    sales,
    sales_to,
    sold,
)

# --- where the models stand ---------------------------------------------------


@pytest.mark.parametrize("files", list(itertools.permutations((goods, people, sales))))
def test_models_may_be_imported_in_any_order(files: tuple[Part, ...]) -> None:
    frame = plain(*files)
    with sold(frame) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]


def test_our_tables_are_there_before_any_app_is() -> None:
    frame = plain(people, goods, sales)
    engine = sa.create_engine("sqlite://")
    frame.base.metadata.create_all(engine)
    assert "community_member" in sa.inspect(engine).get_table_names()


def test_a_schema_of_the_metadata_is_ours_too(postgres_url: str) -> None:
    frame = plain(people, goods, sales, metadata=sa.MetaData(schema="shop"))
    _make_schema(postgres_url)
    with sold(frame, postgres_url) as (session, order):
        assert own(frame.base, OwnOrder).__table__.schema == "shop"
        assert member_keys(session, frame.base) == [order.user_id]


def test_a_schema_of_single_tables_is_followed(postgres_url: str) -> None:
    def people_elsewhere(base: Any) -> Any:
        class User(MemberMixin, base):  # type: ignore[misc]
            __tablename__ = "user"
            __table_args__ = {"schema": "shop"}
            id = mapped_column(sa.Integer, primary_key=True)

        return User

    frame = plain(people_elsewhere, goods, sales_to("shop.user.id"))
    _make_schema(postgres_url)
    with sold(frame, postgres_url) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]


@pytest.mark.parametrize("is_early", [True, False], ids=["init_app first", "models first"])
def test_a_bind_key_takes_our_tables_along(is_early: bool, sqlite_url: str) -> None:
    frame = FlaskFrame(type("Base", (orm.DeclarativeBase,), {}))
    app = frame.app("sqlite://", SQLALCHEMY_BINDS={"shop": sqlite_url}) if is_early else None
    keyed = type("Keyed", (frame.base,), {"__abstract__": True, "__bind_key__": "shop"})
    for part in (people, goods, sales):
        part(keyed)
    app = app or frame.app("sqlite://", SQLALCHEMY_BINDS={"shop": sqlite_url})
    with app.app_context():
        frame.db.create_all()
        order = buy(frame.db.session(), keyed)
        assert member_keys(frame.db.session(), keyed) == [order.user_id]
        assert "community_member" in sa.inspect(frame.db.engines["shop"]).get_table_names()


# --- how the classes are made -------------------------------------------------


def test_a_subclass_belongs_to_the_role_of_its_parent() -> None:
    def users_and_admins(base: Any) -> Any:
        class User(MemberMixin, base):  # type: ignore[misc]
            __tablename__ = "user"
            __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "user"}
            id = mapped_column(sa.Integer, primary_key=True)
            kind = mapped_column(sa.String(8))

        class Admin(User):
            __tablename__ = "admin"
            __mapper_args__ = {"polymorphic_identity": "admin"}
            id = mapped_column(sa.ForeignKey("user.id"), primary_key=True)

        return User, Admin

    frame = plain(users_and_admins, goods, sales)
    with frame.open("sqlite://") as session:
        order = buy(session, frame.base, user=named(frame.base, "Admin")())
        assert member_keys(session, frame.base) == [order.user_id]


def test_a_single_table_subclass_belongs_to_the_role_of_its_parent() -> None:
    def web_orders(base: Any) -> Any:
        class WebOrder(named(base, "Order")):  # type: ignore[misc]
            pass

        return WebOrder

    frame = plain(people, goods, sales, web_orders)
    with frame.open("sqlite://") as session:
        user, product = named(frame.base, "User")(), named(frame.base, "Product")()
        session.add(named(frame.base, "WebOrder")(user=user, product=product))
        session.commit()
        assert member_keys(session, frame.base) == [user.id]


@pytest.mark.parametrize("table", [None, "customer"], ids=["single table", "joined"])
def test_the_role_may_be_a_subclass_alone(table: str | None) -> None:
    def customers(base: Any) -> Any:
        class Person(base):  # type: ignore[misc]
            __tablename__ = "user"
            id = mapped_column(sa.Integer, primary_key=True)

        class User(MemberMixin, Person):
            if table:
                __tablename__ = table
                pk = mapped_column(sa.ForeignKey("user.id"), primary_key=True)

        return User

    frame = plain(customers, goods, sales)
    with sold(frame) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]


def test_a_mixin_may_reach_the_class_through_another() -> None:
    def shoppers(base: Any) -> Any:
        class Shopper(MemberMixin):
            def community_name(self) -> str:
                return "A shopper"

        class User(Shopper, base):  # type: ignore[misc]
            __tablename__ = "user"
            id = mapped_column(sa.Integer, primary_key=True)

        return User

    frame = plain(shoppers, goods, sales)
    with sold(frame) as (_, order):
        binding = binding_of(frame.base.metadata)
        assert binding is not None
        assert binding.host.member_name(order.user) == "A shopper"


def test_classes_may_be_mapped_to_tables_by_hand() -> None:
    def by_hand(base: Any) -> Any:
        class User(MemberMixin):
            pass

        table = sa.Table("user", base.metadata, sa.Column("id", sa.Integer, primary_key=True))
        base.registry.map_imperatively(User, table)
        return User

    frame = plain(by_hand, goods, sales)
    with sold(frame) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]


class Dataclasses(orm.MappedAsDataclass, orm.DeclarativeBase):
    """A base that makes a dataclass of every model."""


class User(MemberMixin, Dataclasses):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


class Product(ProductMixin, Dataclasses):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


class Order(OrderMixin, Dataclasses):
    __tablename__ = "order"
    community_watch = WATCH
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), init=False)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), init=False)
    user: Mapped[User] = orm.relationship()
    product: Mapped[Product] = orm.relationship()
    status: Mapped[str] = mapped_column(sa.String(20), default="paid")

    def community_order(self) -> OrderFacts:
        return facts(self)


def test_a_base_of_dataclasses_leaves_ours_alone() -> None:
    with sold(PlainFrame(Dataclasses)) as (session, order):
        assert member_keys(session, Dataclasses) == [order.user_id]


def test_a_base_on_which_query_raises_is_never_probed() -> None:
    class Query:
        def __get__(self, obj: object, owner: type) -> object:
            raise RuntimeError("somebody looked at query")

    frame = plain(people, goods, sales, query=Query())
    with sold(frame) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]


# --- what things are called ---------------------------------------------------

TAKEN = ("tag", "role", "transaction", "post", "community", "label", "case", "line", "member")


def test_the_host_may_use_every_name_that_we_would() -> None:
    def many(base: Any) -> Any:
        def one(name: str) -> Any:
            columns = {"id": mapped_column(sa.Integer, primary_key=True)}
            return type(name.title(), (base,), {"__tablename__": name, **columns})

        return [one(name) for name in TAKEN]

    frame = plain(many, people, goods, sales)
    with sold(frame) as (session, _):
        session.add(named(frame.base, "Community")())
        session.commit()
        assert len(set(TAKEN) & set(frame.base.metadata.tables)) == len(TAKEN)


CONVENTIONS: dict[str, dict[str, Any]] = {
    "none": {},
    "recommended": {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    },
    "named by hand": {
        kind: f"{kind}_%(table_name)s_%(constraint_name)s" for kind in ("ix", "uq", "ck", "fk")
    },
}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_any_naming_convention_will_do(convention: str, database_url: str) -> None:
    metadata = sa.MetaData(naming_convention=CONVENTIONS[convention])
    frame = plain(people, goods, sales, metadata=metadata)
    with sold(frame, database_url) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id]
        indexes = sa.inspect(session.connection()).get_unique_constraints("community_product")
        assert "uq_community_product_host_id" in {found["name"] for found in indexes}


# --- what keys look like ------------------------------------------------------


class Hexed(sa.TypeDecorator[uuid.UUID]):
    """Keeps a UUID as 32 hexadecimal digits, as many shops do."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: uuid.UUID | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.hex

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> uuid.UUID | None:
        return None if value is None else uuid.UUID(value)


class Disguised(sa.TypeDecorator[str]):
    """Shows a number as text, as hash ids do."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value.removeprefix("no-"))

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else f"no-{value}"


ODD_KEYS: dict[str, tuple[Any, Any]] = {
    "uuid in a decorated column": (Hexed(), uuid.UUID(int=7)),
    "number in disguise": (Disguised(), "no-7"),
    "uuid as plain text": (sa.String(36), str(uuid.UUID(int=7))),
    "uuid without objects": (sa.Uuid(as_uuid=False), str(uuid.UUID(int=7))),
    "text with a colon": (sa.String(40), "sku:7/ä"),
}


@pytest.mark.parametrize("kind", ODD_KEYS)
def test_odd_keys_are_kept_as_they_are(kind: str, database_url: str) -> None:
    type_, key = ODD_KEYS[kind]

    def odd(name: str, mixin: type) -> Part:
        def part(base: Any) -> Any:
            columns = {"id": mapped_column(type_, primary_key=True, default=lambda: key)}
            return type(name, (mixin, base), {"__tablename__": name.lower(), **columns})

        return part

    frame = plain(odd("User", MemberMixin), odd("Product", ProductMixin), sales)
    with sold(frame, database_url) as (session, order):
        assert member_keys(session, frame.base) == [order.user_id] == [key]


def test_the_key_may_have_another_name_in_the_database() -> None:
    def people_with_pk(base: Any) -> Any:
        class User(MemberMixin, base):  # type: ignore[misc]
            __tablename__ = "user"
            pk = mapped_column("user_no", sa.Integer, primary_key=True)

        return User

    frame = plain(people_with_pk, goods, sales_to("user.user_no"))
    with sold(frame) as (session, order):
        assert member_keys(session, frame.base) == [order.user.pk]


def test_the_key_may_be_a_foreign_key_of_the_hosts_own() -> None:
    def accounts(base: Any) -> Any:
        class Account(base):  # type: ignore[misc]
            __tablename__ = "account"
            id = mapped_column(sa.String(8), primary_key=True)

        class User(MemberMixin, base):  # type: ignore[misc]
            __tablename__ = "user"
            id = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
            account = orm.relationship(Account)

        return Account, User

    frame = plain(accounts, goods, sales)
    with frame.open("sqlite://") as session:
        account = named(frame.base, "Account")(id="nora")
        buy(session, frame.base, user=named(frame.base, "User")(account=account))
        assert member_keys(session, frame.base) == ["nora"]


# --- below --------------------------------------------------------------------


def _make_schema(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema("shop"))
    engine.dispose()
