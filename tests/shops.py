"""A small tea shop for tests: one host, any database, a clock that stands still."""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import functools
from collections.abc import Iterator
from typing import Any

import flask
import sqlalchemy as sa
from flask import Response
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, login_user, logout_user
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.test import TestResponse

from flask_community import (
    Community,
    HostHooks,
    Mail,
    MemberMixin,
    Money,
    OrderFacts,
    OrderLine,
    OrderMixin,
    OrderWatch,
    ProductMixin,
    RemedyOrder,
    RemedyResult,
)
from flask_community.services import Services
from flask_community.site import Site
from flask_community.testing import FrozenClock
from tests.databases import hurry
from tests.furnished import furnished

START = dt.datetime(2026, 11, 1, 9, 0, tzinfo=dt.UTC)


class Base(orm.DeclarativeBase):
    """Base of the shop's models."""


db = SQLAlchemy(model_class=Base)


class User(MemberMixin, UserMixin, db.Model):  # type: ignore[name-defined,misc]
    """Somebody with an account; `rank` is a role the shop gives."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    nick: Mapped[str] = mapped_column(sa.String(40))
    rank: Mapped[str | None] = mapped_column(sa.String(20))
    email: Mapped[str | None] = mapped_column(sa.String(80))

    def community_name(self) -> str:
        return self.nick

    def community_roles(self) -> tuple[str, ...]:
        return (self.rank,) if self.rank else ()


class Product(ProductMixin, db.Model):  # type: ignore[name-defined,misc]
    """Something to buy, named by its SKU."""

    __tablename__ = "product"
    sku: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    category: Mapped[str] = mapped_column(sa.String(20), default="tea")

    def community_title(self) -> str:
        return self.name

    def community_url(self) -> str:
        return f"/p/{self.sku}"

    def community_field(self) -> str:
        return self.category


class Order(OrderMixin, db.Model):  # type: ignore[name-defined,misc]
    """What somebody bought; its status goes new, paid, done, or refunded."""

    __tablename__ = "orders"
    community_watch = OrderWatch(
        "status", paid={"paid"}, delivered={"done"}, reversed={"refunded", "cancelled"}
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(sa.String(20), default="new")
    created: Mapped[dt.datetime] = mapped_column(sa.DateTime)
    user: Mapped[User | None] = orm.relationship()
    items: Mapped[list[Item]] = orm.relationship(back_populates="order")

    def community_order(self) -> OrderFacts:
        lines = [
            OrderLine(
                key=str(item.id),
                product=item.product,
                quantity=item.quantity,
                paid_minor=item.paid_minor,
                batch=item.batch,
            )
            for item in self.items
        ]
        return OrderFacts(buyer=self.user, placed_at=self.created, currency="CNY", lines=lines)


class Item(db.Model):  # type: ignore[name-defined,misc]
    """One line of an order."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    sku: Mapped[str] = mapped_column(sa.ForeignKey("product.sku"))
    quantity: Mapped[int] = mapped_column(default=1)
    paid_minor: Mapped[int]
    batch: Mapped[str | None] = mapped_column(sa.String(20))
    order: Mapped[Order] = orm.relationship(back_populates="items")
    product: Mapped[Product] = orm.relationship()


class Hooks(HostHooks):
    """Keeps what it was asked to do, so that a test can look."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.remedies: dict[str, RemedyOrder] = {}
        self.out_of_order = 0
        """How many remedies fail from now on."""
        self.credits: dict[str, tuple[object, Money]] = {}
        """Who was given how much store credit, by key."""
        self.credit_asks: list[str] = []
        self.credit_fails: Exception | None = None
        """What is raised instead of giving store credit."""
        self.credit_is_lost = False
        """Whether the answer is lost after store credit was given."""
        self.proof: Response | None = None
        """What is sent to whoever takes a reward without a fresh proof."""

    def send_mail(self, mail: Mail) -> None:
        self.mails.append(mail)

    def apply_remedy(self, remedy: RemedyOrder) -> RemedyResult:
        if self.out_of_order:
            self.out_of_order -= 1
            return RemedyResult(state="failed", error="The bank does not answer.")
        self.remedies.setdefault(remedy.key, remedy)
        return RemedyResult(state="done", reference=f"R-{len(self.remedies)}")

    def spend_store_credit(self, member: object, amount: Money, key: str) -> None:
        self.credit_asks.append(key)
        if self.credit_fails is not None:
            raise self.credit_fails
        self.credits.setdefault(key, (member, amount))
        if self.credit_is_lost:
            raise ConnectionError("the answer was lost")

    def require_fresh(self) -> Response | None:
        return self.proof

    def verified_email(self, member: object) -> str | None:
        user = db.session.get(User, member)
        return user.email if user else None


class Browser(FlaskClient):
    """Sends each request from outside the test's own app context, as a server would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        request = functools.partial(super().open, *args, **kwargs)
        try:
            return contextvars.Context().run(request)
        finally:
            if flask.has_app_context():  # not while a redirect is being followed
                # MariaDB would go on showing the test what was there before.
                db.session.commit()


class _Compiled(BytecodeCache):
    """Keeps templates for the next shop of this process: compiling them is a third of a page."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Shop:
    """The shop, open on one database; its app context is on while it is."""

    def __init__(self, url: str, **settings: object) -> None:
        self.clock = FrozenClock(START)
        self.hooks = Hooks()
        self.app = flask.Flask("shop")
        self.app.config.update(
            SECRET_KEY="a secret of this test", SQLALCHEMY_DATABASE_URI=url, TESTING=True
        )
        self.app.config.update(settings)
        self.app.test_client_class = Browser
        self.app.jinja_env.bytecode_cache = _COMPILED
        db.init_app(self.app)
        self.community = Community(db, hooks=self.hooks, clock=self.clock)
        self.community.init_app(self.app)
        _add_pages(self.app, self)

    @property
    def site(self) -> Site:
        """The app's share of the extension."""
        site: Site = self.app.extensions["community"]
        return site

    @property
    def session(self) -> orm.Session:
        """The shop's own session."""
        return db.session()

    def services(self) -> Services:
        """Return every service over the shop's session."""
        return Services(self.site, self.session)

    # -- people, goods, orders --

    def user(self, nick: str, *, rank: str | None = None, email: str | None = None) -> User:
        """Open an account; committed."""
        user = User(nick=nick, rank=rank, email=email)
        self.session.add(user)
        self.session.commit()
        return user

    def member_id(self, user: User) -> int:
        """Return our id of an account's member; committed."""
        member_id = self.services().members.of(user.id).id
        self.session.commit()
        return member_id

    def product(self, sku: str = "gaiwan", *, category: str = "teaware") -> Product:
        """Put something on the shelf; committed."""
        product = Product(sku=sku, name=sku.title(), category=category)
        self.session.add(product)
        self.session.commit()
        return product

    def order(
        self,
        user: User | None,
        *items: tuple[Product, int],
        status: str = "paid",
        batch: str | None = None,
    ) -> Order:
        """Place an order of (product, paid for the line in minor units) lines; committed."""
        created = self.clock().replace(tzinfo=None)
        order = Order(user=user, status="new", created=created)
        order.items = [Item(product=p, paid_minor=minor, batch=batch) for p, minor in items]
        self.session.add(order)
        self.session.commit()
        if status != "new":
            self.set_status(order, status)
        return order

    def set_status(self, order: Order, status: str) -> None:
        """Do what the shop's back office does; committed."""
        order.status = status
        self.session.commit()

    # -- browsers --

    def client(self, user: User | None = None) -> FlaskClient:
        """Return a browser of its own, signed in as `user` if one is given."""
        client = self.app.test_client()
        if user is not None:
            assert client.post(f"/login/{user.id}").status_code == 204
        return client


@contextlib.contextmanager
def open_shop(url: str, **settings: object) -> Iterator[Shop]:
    """Open the shop on an empty database, with its tables made; closes it at the end."""
    shop = Shop(furnished(url, Base.metadata), **settings)
    with shop.app.app_context():
        hurry(db.engine)
        try:
            yield shop
        finally:
            db.session.remove()
            db.engine.dispose()


def _add_pages(app: flask.Flask, shop: Shop) -> None:
    login = LoginManager(app)
    login.login_view = "login_page"
    login.user_loader(lambda key: db.session.get(User, int(key)))

    @app.get("/login")
    def login_page() -> str:
        return "log in"

    @app.post("/login/<int:user_id>")
    def log_in(user_id: int) -> tuple[str, int]:
        user = db.session.get(User, user_id)
        assert user is not None
        assert login_user(user)
        return "", 204

    @app.post("/signup/<nick>")
    def sign_up(nick: str) -> tuple[str, int]:
        user = User(nick=nick)
        db.session.add(user)
        db.session.commit()
        login_user(user)
        return "", 204

    @app.post("/logout")
    def log_out() -> tuple[str, int]:
        logout_user()
        return "", 204

    @app.get("/p/<sku>")
    def product_page(sku: str) -> str:
        product = db.get_or_404(Product, sku)
        template = (
            "{{ community.head(p) }}{{ community.product_rail(p) }}{{ community.share_button(p) }}"
        )
        return flask.render_template_string("<h1>{{ p.name }}</h1>" + template, p=product)

    @app.post("/buy/<sku>")
    def buy(sku: str) -> dict[str, int]:
        key = shop.site.member_key()
        order = Order(user_id=key, created=shop.clock().replace(tzinfo=None))
        form = flask.request.form
        minor, batch = int(form.get("minor", 10_000)), form.get("batch")
        order.items = [Item(sku=sku, paid_minor=minor, batch=batch)]
        db.session.add(order)
        db.session.flush()
        if form.get("pay"):
            order.status = "paid"
        db.session.commit()
        return {"order": order.id}
