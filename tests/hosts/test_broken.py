"""A shop that is wired wrongly is told in one line what to write.

Each runs in a Python of its own: a class that could not be mapped poisons the
mappers of its whole process.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flask_community import OrderEvent, OrderWatch
from flask_community.errors import BindingError

ROOT = Path(__file__).resolve().parents[2]

WHOLE = """
import enum, flask
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from flask_community import *

class Base(DeclarativeBase): pass
db = SQLAlchemy(model_class=Base)
community = Community(db)

class User(MemberMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)

class Product(ProductMixin, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)

class Status(enum.Enum):
    PAID = "paid"

class Order(OrderMixin, db.Model):
    community_watch = OrderWatch("status", paid={"paid"})
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]

app = flask.Flask("shop")
app.config.update(SECRET_KEY="secret", SQLALCHEMY_DATABASE_URI="sqlite://", TESTING=True)
db.init_app(app)
community.init_app(app)
with app.app_context():
    app.extensions["community"].binding
"""

BROKEN = {
    "no class is a product": (
        ("class Product(ProductMixin, db", "class Product(db"),
        "BindingError: no class is bound as product: add ProductMixin to your model classes",
    ),
    "two unrelated classes are members": (
        ("class Product(ProductMixin", "class Product(MemberMixin"),
        "BindingError: User and Product both carry MemberMixin: leave it on one of them",
    ),
    "the roles stand in different MetaData": (
        (
            "class Product(ProductMixin, db.Model):",
            "class Product(ProductMixin, db.Model):\n    __bind_key__ = 'stock'",
        ),
        "BindingError: member, product and order stand in different MetaData: give all three",
    ),
    "bind() over different MetaData": (
        (
            "app = flask",
            "class Other(DeclarativeBase): pass\n"
            "class Goods(Other):\n"
            "    __tablename__ = 'goods'\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n"
            "community.bind(member=User, product=Goods, order=Order)\napp = flask",
        ),
        "BindingError: member, product and order stand in different MetaData: give all three",
    ),
    "a key of two columns": (
        (
            "class Product(ProductMixin, db.Model):",
            "class Product(ProductMixin, db.Model):\n"
            "    shop: Mapped[int] = mapped_column(primary_key=True)",
        ),
        r"BindingError: Product has the key \['shop', 'id'\]: a product needs a primary key of exactly",
    ),
    "bind() with a class that is not mapped": (
        ("app = flask", "community.bind(member=Status, product=Product, order=Order)\napp = flask"),
        r"BindingError: bind\(member=...\) takes a mapped class, not <enum 'Status'>",
    ),
    "bind() with other classes than before": (
        ("app = flask", "community.bind(member=Product, product=User, order=Order)\napp = flask"),
        "BindingError: this MetaData is bound already, to member=User, product=Product, order=Order",
    ),
    "one app, two communities": (
        ("with app", "Community(db).init_app(app)\nwith app"),
        "ConfigError: this app has a Community already: register each app once",
    ),
    "a misspelt setting": (
        ("TESTING=True", "COMMUNITY_HOLD_DAY=7"),
        "ConfigError: COMMUNITY_HOLD_DAY is not a setting: did you mean COMMUNITY_HOLD_DAYS",
    ),
    "no secret key": (
        ('SECRET_KEY="secret", ', ""),
        "ConfigError: .*SECRET_KEY",
    ),
    "a watch on an attribute that is not there": (
        ('OrderWatch("status"', 'OrderWatch("state"'),
        "BindingError: OrderWatch: Order has no attribute 'state': write one that its class body",
    ),
    "a watch for text where the column holds an enum": (
        ("status: Mapped[str]", "status: Mapped[Status]"),
        "BindingError: OrderWatch: Order.status can never be 'paid': write some of .*Status.PAID",
    ),
    "a watch on refunds without that attribute": (
        (
            'OrderWatch("status", paid={"paid"})',
            'OrderWatch("status", paid={"paid"}, '
            'refunds=RefundWatch(model=Product, order="order", amount="amount"))',
        ),
        "BindingError: RefundWatch: Product has no attribute 'order'",
    ),
    "a watch on refunds of a class that is nowhere": (
        (
            'OrderWatch("status", paid={"paid"})',
            'OrderWatch("status", paid={"paid"}, '
            'refunds=RefundWatch(model="Refnd", order="order", amount="amount"))',
        ),
        r"BindingError: RefundWatch\('Refnd'\): there is no such model beside Order",
    ),
    "a table with a name of ours": (
        ("class User(", "db.Table('community_post', sa.Column('id', sa.Integer))\nclass User("),
        "BindingError: this MetaData holds a table community_post already, .* rename yours",
    ),
    "Community without a database": (
        ("Community(db)", "Community()"),
        r"ConfigError: write Community\(db\) with your Flask-SQLAlchemy, or, .*Community\(base=Base",
    ),
    "Community with a base in place of the db": (
        ("Community(db)", "Community(Base)"),
        r"ConfigError: write Community\(db\) with your Flask-SQLAlchemy, or",
    ),
    "Community with a base and no factory": (
        ("Community(db)", "Community(base=Base)"),
        r"ConfigError: write Community\(db\) with your Flask-SQLAlchemy, or",
    ),
    "Community with a session in place of the factory": (
        ("Community(db)", "Community(base=Base, session=Session())"),
        r"ConfigError: write Community\(db\) with your Flask-SQLAlchemy, or",
    ),
    "an app without init_app": (
        ("community.init_app(app)\n", "with app.app_context():\n    community.head(None)\n"),
        r"ConfigError: call community.init_app\(app\) in the app's factory",
    ),
}


@pytest.mark.long
@pytest.mark.floor
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_host_is_told_what_to_write(name: str) -> None:
    (old, new), message = BROKEN[name]
    assert old in WHOLE
    last_line = complaint(WHOLE.replace(old, new, 1)).splitlines()[-1]
    assert re.match(rf"flask_community\.errors\.{message}", last_line)


@pytest.mark.long
def test_the_same_host_unbroken_has_nothing_to_complain() -> None:
    assert complaint(WHOLE) == ""


@pytest.mark.parametrize(
    ("states", "advice"),
    [
        ({"paid": "paid"}, "write paid={'paid'}, a set, not a string"),
        ({"paid": OrderEvent.PAID}, "a set, not a string"),
        ({"paid": 1}, "write paid={1}, a set"),
        ({"paid": {1}, "delivered": {1}}, "stands in two of"),
    ],
)
def test_a_watch_takes_disjoint_sets(states: dict[str, Any], advice: str) -> None:
    with pytest.raises(BindingError, match=re.escape(advice)):
        OrderWatch("status", **states)


def complaint(host: str) -> str:
    """Run a host in a Python of its own and return what it complained about."""
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", host],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip()
