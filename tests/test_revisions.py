"""Claims about the shipped revisions, and about installing them into real shops."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql

from flask_community import MemberMixin, OrderMixin, ProductMixin, revisions
from flask_community.errors import BindingError, ConfigError
from flask_community.host import Binding
from flask_community.models import binding_of
from flask_community.tables import create_tables, own_tables
from tests.databases import FreshDatabase
from tests.effort import is_in_full
from tests.throwaway import ThrowAwayShop
from tests.write_revision import OWNED, kept_up

HOST_KEYS: dict[str, Any] = {
    "int": sa.Integer(),
    "bigint": sa.BigInteger(),
    "uuid": sa.Uuid(),
    "str": sa.String(36),
}


class Guid(sa.TypeDecorator[uuid.UUID]):
    """A key type of a shop's own, other on PostgreSQL than elsewhere."""

    impl = sa.CHAR(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.UUID() if native else sa.CHAR(32))


def a_host(key: Any, **metadata: Any) -> Binding:
    """Bind three classes with keys of this type, on a base of their own."""

    class Base(orm.DeclarativeBase):
        pass

    Base.metadata = sa.MetaData(**metadata)
    for name, mixin in (("User", MemberMixin), ("Product", ProductMixin), ("Order", OrderMixin)):
        columns = {"id": orm.mapped_column(key, primary_key=True), "__tablename__": name.lower()}
        type(name, (mixin, Base), columns)
    binding = binding_of(Base.metadata)
    assert binding is not None
    return binding


@contextmanager
def a_database(url: str, binding: Binding) -> Iterator[sa.Connection]:
    """Open a database that holds the host's own tables."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    host = binding.host
    with engine.connect() as connection:
        for role in (host.member, host.product, host.order):
            role.key.table.create(connection)
        yield connection
        connection.commit()


def installed(
    connection: sa.Connection, binding: Binding, direction: str = "upgrade", **options: str
) -> None:
    """Run every shipped revision as this host would own it."""
    metadata = binding.host.member.key.table.metadata
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
    block = revisions.host_block(binding)
    for shipped in revisions.shipped()[:: 1 if direction == "upgrade" else -1]:
        module: dict[str, Any] = {}
        exec(revisions.frozen(shipped, down_revision=None, block=block), module)
        with Operations.context(context):
            module[direction](**options)


def described(connection: sa.Connection, binding: Binding) -> dict[str, Any]:
    """Return all that the database tells about our tables."""
    inspector = sa.inspect(connection)
    return {table.name: _described(inspector, table) for table in own_tables(binding)}


def _described(inspector: sa.Inspector, table: sa.Table) -> dict[str, Any]:
    name, schema = table.name, table.schema
    if not inspector.has_table(name, schema=schema):
        return {}
    keys = inspector.get_foreign_keys(name, schema)
    if inspector.dialect.name in ("mysql", "mariadb"):
        # It names references by their order, and makes an index for each that lacks one.
        keys = [{**key, "name": None} for key in keys]
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(name, schema)
        },
        "key": inspector.get_pk_constraint(name, schema),
        "references": sorted((sorted(key.items(), key=str) for key in keys), key=str),
        "uniques": sorted(inspector.get_unique_constraints(name, schema), key=str),
        "indexes": sorted(
            (index for index in inspector.get_indexes(name, schema) if _is_ours(index)), key=str
        ),
        "checks": sorted(inspector.get_check_constraints(name, schema), key=str),
    }


def _is_ours(index: Any) -> bool:
    return str(index["name"]).startswith(("ix_community_", "uq_community_"))


def both_ways(fresh: FreshDatabase, lane: str, binding: Binding) -> tuple[Any, Any]:
    """Return what migrating makes of our tables, and what the models ask for."""
    with a_database(fresh(lane), binding) as connection:
        installed(connection, binding)
        migrated = described(connection, binding)
    with a_database(fresh(lane), binding) as connection:
        create_tables(connection, binding)
        return migrated, described(connection, binding)


# -- the shipped revisions --


@pytest.mark.parametrize("key", HOST_KEYS.values(), ids=HOST_KEYS)
def test_the_revisions_make_the_tables_that_the_models_describe(
    key: Any, database_url: str, fresh_database: FreshDatabase
) -> None:
    # Red after a change of the models? Run: python -m tests.write_revision
    lane = {"mysql": "mariadb"}.get(name := sa.make_url(database_url).get_backend_name(), name)
    migrated, wanted = both_ways(fresh_database, lane, a_host(key))
    assert migrated == wanted


def test_a_naming_convention_of_the_host_names_only_what_we_leave_unnamed(
    postgres_url: str,
) -> None:
    convention = {
        "pk": "its_%(table_name)s_key",
        "uq": "never_%(table_name)s",
        "ck": "never_%(constraint_name)s",
    }
    binding = a_host(sa.Integer(), naming_convention=convention)
    with a_database(postgres_url, binding) as connection:
        installed(connection, binding)
        made = described(connection, binding)
    assert made["community_member"]["key"]["name"] == "its_community_member_key"
    assert "never_" not in str(made)


def test_a_downgrade_leaves_nothing(database_url: str) -> None:
    binding = a_host(sa.BigInteger())
    with a_database(database_url, binding) as connection:
        installed(connection, binding)
        installed(connection, binding, "downgrade")
        assert set(sa.inspect(connection).get_table_names()) == {"user", "product", "order"}


def test_another_database_of_the_same_shop_is_left_alone(sqlite_url: str) -> None:
    binding = a_host(sa.Integer())
    with a_database(sqlite_url, binding) as connection:
        # What Flask-Migrate's env.py for several databases passes to each revision.
        installed(connection, binding, engine_name="archive")
        assert set(sa.inspect(connection).get_table_names()) == {"user", "product", "order"}


def test_revisions_are_numbered_from_one_without_a_gap() -> None:
    ids = [shipped.id for shipped in revisions.shipped()]
    assert ids == [f"community_{number:04}" for number in range(1, len(ids) + 1)]
    assert ids


def test_a_revision_needs_nothing_of_this_package() -> None:
    for shipped in revisions.shipped():
        assert not re.search(
            r"^\s*(from|import) +(?!__future__|alembic|sqlalchemy)", shipped.text, re.M
        )


def test_the_example_shop_owns_every_revision_as_it_is_shipped() -> None:
    for shipped in revisions.shipped():
        owned = (OWNED / shipped.file).read_text()
        assert kept_up(owned, shipped.text) == owned


# -- the host block --


@pytest.mark.parametrize(
    ("key", "spelling"),
    [
        (sa.Integer(), "sa.Integer()"),
        (sa.Uuid(native_uuid=False), "sa.Uuid(native_uuid=False)"),
        (postgresql.UUID(as_uuid=False), "sa.UUID(as_uuid=False)"),
        (mysql.INTEGER(unsigned=True), "mysql.INTEGER(unsigned=True)"),
        (
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            'sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
        ),
        (Guid(), 'sa.CHAR(length=32).with_variant(sa.UUID(), "postgresql")'),
    ],
)
def test_a_key_type_is_written_without_the_host_s_code(key: Any, spelling: str) -> None:
    assert revisions.type_expression(key) == spelling
    read_back = eval(spelling, {"sa": sa, "mysql": mysql})
    for name in ("sqlite", "postgresql", "mysql"):
        dialect = sa.engine.url.URL.create(name).get_dialect()()
        assert read_back.compile(dialect) == key.compile(dialect)


def test_the_host_block_names_tables_keys_and_schema() -> None:
    block = revisions.host_block(a_host(mysql.INTEGER(unsigned=True), schema="shop"))
    assert block.splitlines()[:5] == [
        "from sqlalchemy.dialects import mysql",
        'SCHEMA: str | None = "shop"',
        'BIND = ""',
        'MEMBER = "shop.user.id"',
        "MEMBER_KEY = mysql.INTEGER(unsigned=True)",
    ]


def test_a_key_type_that_cannot_be_written_is_refused() -> None:
    class Odd(sa.types.UserDefinedType[int]):
        pass

    with pytest.raises(BindingError, match="Odd"):
        revisions.type_expression(Odd())


# -- in a shop of its own --


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a shop, with a space in its path."""
    made = tmp_path / "a shop"
    made.mkdir()
    return made


def live_through(shop: ThrowAwayShop) -> None:
    """Begin with us, take a change of its own, then our next release, then go back."""
    shop.flask("db", "init")
    assert "flask community install" in shop.flask("db", "migrate", "-m", "shop")
    assert "community" not in shop.revision("shop")
    assert "now run: flask db upgrade" in shop.flask("community", "install")
    shop.flask("db", "upgrade")
    shop.flask("db", "check")
    assert "every revision and table is there" in shop.flask("community", "check")
    shop.change()
    shop.flask("db", "migrate", "-m", "change")
    assert "community_0001" in shop.revision("change")
    shop.take_next_release(revisions.shipped()[0].text)
    assert "community_0002" in shop.flask("community", "check", fails=True)
    assert "community_0002" in shop.flask("community", "install")
    shop.flask("db", "upgrade")
    shop.flask("db", "check")
    shop.flask("db", "downgrade", "base")
    assert shop.tables() == {"alembic_version"}


def with_schema(url: str) -> str:
    """Make the schema `goods` in a PostgreSQL database."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA goods")
    return url


def test_a_shop_on_sqlite_lives_with_our_revisions(folder: Path, sqlite_url: str) -> None:
    live_through(ThrowAwayShop(folder, sqlite_url, key="uuid", convention=False))


def test_a_shop_in_a_postgresql_schema_lives_with_our_revisions(
    folder: Path, postgres_url: str
) -> None:
    live_through(ThrowAwayShop(folder, with_schema(postgres_url), key="str", schema="goods"))


LIVES = [("bigint", True), ("int", False), ("uuid", False), ("str", True)]


# A life is long; outside CI one a database will do, since two more are above.
@pytest.mark.long
@pytest.mark.parametrize(("key", "convention"), LIVES if is_in_full() else LIVES[:1])
def test_a_shop_with_any_key_lives_with_our_revisions(
    key: str, convention: bool, folder: Path, database_url: str
) -> None:
    live_through(ThrowAwayShop(folder, database_url, key=key, convention=convention))


# -- into a history --


def a_history(folder: Path) -> tuple[Config, revisions.Home]:
    """Begin an empty history in `folder`, of a shop on Alembic alone."""
    config = Config(str(folder / "alembic.ini"))
    config.set_main_option("script_location", str(folder / "migrations"))
    command.init(config, str(folder / "migrations"))
    home = revisions.home_of(Flask("shop"), folder / "migrations")
    return config, home


def test_installing_twice_changes_nothing(folder: Path) -> None:
    config, home = a_history(folder)
    command.revision(config, "shop", rev_id="shop_1")
    (written,) = revisions.install(home, a_host(sa.Integer()))
    assert 'down_revision = "shop_1"' in written.read_text()
    assert revisions.install(home, a_host(sa.Integer())) == []
    assert revisions.missing(home) == []


def test_a_shop_makes_its_own_tables_first(folder: Path) -> None:
    with pytest.raises(ConfigError, match="run flask db init"):
        revisions.home_of(Flask("shop"), folder)
    _, home = a_history(folder)
    with pytest.raises(ConfigError, match="your history is empty"):
        revisions.install(home, a_host(sa.Integer()))


def test_several_heads_must_be_joined_first(folder: Path) -> None:
    config, home = a_history(folder)
    for name in ("one", "two"):
        command.revision(config, name, rev_id=name, head="base", splice=True)
    with pytest.raises(ConfigError, match=r"\(one, two\): run flask db merge heads"):
        revisions.install(home, a_host(sa.Integer()))
    assert not list(folder.rglob("community_*"))


def test_without_alembic_install_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)
    with pytest.raises(ConfigError, match=r"pip install 'flask-community\[migrate\]'"):
        revisions.home_of(Flask("shop"), folder)
