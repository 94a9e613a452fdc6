"""Writes a small shop into a folder and runs its commands, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

KEYS = {
    "int": "sa.Integer",
    "bigint": "sa.BigInteger",
    "uuid": "sa.Uuid",
    "str": "sa.String(36)",
}

_SHOP = """
import os

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm

{release}
from flask_community.extension import Community
from flask_community.host import MemberMixin, OrderMixin, ProductMixin

CONVENTION = {{
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}}


class Base(orm.DeclarativeBase):
    metadata = sa.MetaData({metadata})


db = SQLAlchemy(model_class=Base)
community = Community(db)


def create_app():
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="a key that is long enough",
        SQLALCHEMY_DATABASE_URI=os.environ["SHOP_DATABASE"],
    )
    db.init_app(app)
    Migrate(app, db, **{migrate})
    community.init_app(app)
    import models
    return app
"""

_MODELS = """
import sqlalchemy as sa
from sqlalchemy import orm

from shop import MemberMixin, OrderMixin, ProductMixin, db


class User(MemberMixin, db.Model):
    __tablename__ = "users"
    id = orm.mapped_column({key}, primary_key=True)
    {more}


class Product(ProductMixin, db.Model):
    __tablename__ = "product"
    sku = orm.mapped_column({key}, primary_key=True)


class Order(OrderMixin, db.Model):
    __tablename__ = "order"
    id = orm.mapped_column({key}, primary_key=True)
    user_id = orm.mapped_column(sa.ForeignKey(User.id))
"""

_NEXT_RELEASE = '''
import sys
from types import ModuleType
from sqlalchemy import orm

from flask_community import models as ours, records, revisions


class Extra(records.Record):
    """What a later release might add."""

    __tablename__ = "community_extra"
    rules = (records.unique("member_id"),)

    id: orm.Mapped[int] = records.key()
    member_id: orm.Mapped[int] = records.ref("community_member")


ours.TABLES += (Extra,)
revisions.PACKAGE = "next_release"
'''

_NEXT_REVISION = '''
"""Add what a later release might add."""

import sqlalchemy as sa
from alembic import op

revision = "community_0002"
down_revision = "community_0001"
branch_labels = None
depends_on = None

# -- host --
SCHEMA = None
BIND = ""
# -- end of host --

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(engine_name=BIND):
    op.create_table(
        "community_extra",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            [(SCHEMA + "." if SCHEMA else "") + "community_member.id"],
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member_id", name=op.f("uq_community_extra_member_id")),
        schema=SCHEMA,
    )


def downgrade(engine_name=BIND):
    op.drop_table("community_extra", schema=SCHEMA)
'''


@dataclass
class ThrowAwayShop:
    """A shop on Flask-SQLAlchemy and Flask-Migrate, in `folder`."""

    folder: Path
    database_url: str
    key: str = "int"
    schema: str | None = None
    convention: bool = True
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.write()

    def write(self, *, more: str = "", release: str = "") -> None:
        """Write the shop's code, with another line in User or another release of ours."""
        arguments = ["naming_convention=CONVENTION"] if self.convention else []
        arguments += [f"schema={self.schema!r}"] if self.schema else []
        shop = _SHOP.format(
            release=release,
            metadata=", ".join(arguments),
            migrate={"include_schemas": True} if self.schema else {},
        )
        (self.folder / "shop.py").write_text(shop)
        (self.folder / "models.py").write_text(_MODELS.format(key=KEYS[self.key], more=more))

    def change(self) -> None:
        """Let the shop's people want one more column."""
        self.write(more="nick = orm.mapped_column(sa.String(20))")

    def take_next_release(self, shipped: str) -> None:
        """Let the shop install a release with one table and one revision more."""
        versions = self.folder / "next_release" / "versions"
        versions.mkdir(parents=True)
        (versions.parent / "__init__.py").touch()
        (versions / "community_0001.py").write_text(shipped)
        (versions / "community_0002.py").write_text(_NEXT_REVISION.strip())
        self.write(more="nick = orm.mapped_column(sa.String(20))", release=_NEXT_RELEASE)

    def flask(self, *arguments: str, fails: bool = False) -> str:
        """Run a command of the shop; return all that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "shop", *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environ, "SHOP_DATABASE": self.database_url},
            capture_output=True,
            text=True,
            timeout=120,
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, said
        return said

    def revision(self, message: str) -> str:
        """Return the text of the revision that a message was given to."""
        (path,) = (self.folder / "migrations" / "versions").glob(f"*_{message}.py")
        return path.read_text()

    def tables(self) -> set[str]:
        """Return the names of the tables in the shop's database."""
        engine = sa.create_engine(self.database_url, poolclass=sa.NullPool)
        inspector = sa.inspect(engine)
        found = {*inspector.get_table_names(), *inspector.get_table_names(schema=self.schema)}
        engine.dispose()
        return found
