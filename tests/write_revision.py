"""Writes the shipped revision that the models ask for: ``python -m tests.write_revision``.

It rewrites the last revision under ``migrations/versions``, or begins the next
one with ``--next``, and the example shop's copy with it. A revision that a release has carried is never rewritten:
after a release, begin with ``--next``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops
from sqlalchemy import orm

from flask_community import models
from flask_community.host import Binding, MemberMixin, OrderMixin, ProductMixin
from flask_community.records import BigKey, JsonText, UtcDateTime
from flask_community.revisions import HOST_BLOCK

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"

OWNED = Path(__file__).parent.parent / "example_shop" / "migrations" / "versions"

_SCHEMA = "the_schema_of_the_shop"
_FRAME = '''"""{title}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None

# -- host --
{host}# -- end of host --

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def exact(length: int) -> sa.String:
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


def own(column: str) -> str:
    return f"{{SCHEMA}}.{{column}}" if SCHEMA else column


def upgrade(engine_name: str = BIND) -> None:
    if engine_name != BIND:  # another database of the same shop
        return
{upgrade}


def downgrade(engine_name: str = BIND) -> None:
    if engine_name != BIND:
        return
{downgrade}
'''
_NO_HOST = """SCHEMA: str | None = None
BIND = ""
MEMBER = "member.id"
MEMBER_KEY = sa.Integer()
PRODUCT = "product.id"
PRODUCT_KEY = sa.Integer()
ORDER = "order.id"
ORDER_KEY = sa.Integer()
"""


def main(arguments: list[str]) -> None:
    """Write the revision and say where."""
    held = sorted(VERSIONS.glob("community_*.py"))
    before = held if "--next" in arguments or not held else held[:-1]
    number = f"community_{len(before) + 1:04}"
    kept = held[len(before)] if len(held) > len(before) else None
    words = [word for word in arguments if word != "--next"]
    title = " ".join(words) or (_load(kept).__doc__ if kept else None)
    if not title:
        sys.exit("say what the revision does: python -m tests.write_revision [--next] Add this")
    path = kept or VERSIONS / f"{number}_{re.sub('[^a-z]+', '_', title.lower()).strip('_')}.py"
    text = text_of(number, title, before)
    path.write_text(text, "utf-8")
    print(f"wrote {path}")  # noqa: T201
    if (copy := OWNED / path.name).is_file():
        copy.write_text(kept_up(copy.read_text("utf-8"), text), "utf-8")
        print(f"wrote {copy}")  # noqa: T201


def kept_up(owned: str, shipped: str) -> str:
    """Return a shop's copy of a revision that was written anew before its release."""
    for lines in (HOST_BLOCK, re.compile(r"(?<=\n)down_revision = .*")):
        mine = lines.search(owned)
        assert mine is not None
        shipped = lines.sub(mine[0].replace("\\", r"\\"), shipped, count=1)
    return shipped


def text_of(revision: str, title: str, before: list[Path]) -> str:
    """Return the revision that leads from those ``before`` it to the models."""
    with _shop_at(before) as (connection, binding):
        metadata = binding.host.member.key.table.metadata
        context = MigrationContext.configure(connection, opts=_options(metadata))
        script = produce_migrations(context, metadata)
    upgrade, downgrade = script.upgrade_ops, script.downgrade_ops
    assert upgrade is not None
    assert downgrade is not None
    _forget_indexes_of_dropped_tables(downgrade)
    source = _FRAME.format(
        title=title,
        revision=revision,
        down_revision=f'"{_load(before[-1]).revision}"' if before else None,
        host=_NO_HOST,
        upgrade=_rendered(upgrade),
        downgrade=_rendered(downgrade),
    )
    return _formatted(source)


class _Base(orm.DeclarativeBase):
    metadata = sa.MetaData(schema=_SCHEMA)


class _Key(sa.TypeDecorator[int]):
    """Stands for the key type of one role; written as a name of the host block."""

    impl = sa.Integer
    cache_ok = True

    def __init__(self, role: str) -> None:
        super().__init__()
        self.role = role


class _Member(MemberMixin, _Base):
    __tablename__ = "member"
    id: orm.Mapped[int] = orm.mapped_column(_Key("MEMBER"), primary_key=True)


class _Product(ProductMixin, _Base):
    __tablename__ = "product"
    id: orm.Mapped[int] = orm.mapped_column(_Key("PRODUCT"), primary_key=True)


class _Order(OrderMixin, _Base):
    __tablename__ = "order"
    id: orm.Mapped[int] = orm.mapped_column(_Key("ORDER"), primary_key=True)


@contextmanager
def _shop_at(revisions: list[Path]) -> Iterator[tuple[sa.Connection, Binding]]:
    """Open a database with the shop's own tables and these revisions of ours."""
    binding = models.binding_of(_Base.metadata)
    assert binding is not None
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql(f"ATTACH ':memory:' AS {_SCHEMA}")
        roles = (binding.host.member, binding.host.product, binding.host.order)
        _Base.metadata.create_all(connection, tables=[role.key.table for role in roles])
        context = MigrationContext.configure(connection, opts=_options(_Base.metadata))
        for path in revisions:
            module = _load(path)
            vars(module)["SCHEMA"] = _SCHEMA
            with Operations.context(context):
                module.upgrade()
        yield connection, binding


def _options(metadata: sa.MetaData) -> dict[str, Any]:
    return {
        "target_metadata": metadata,
        "include_schemas": True,
        "render_item": _render_item,
        "user_module_prefix": None,
    }


def _render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    if kind == "foreign_key":
        return _render_foreign_key(item)
    if isinstance(item, _Key):
        return f"{item.role}_KEY"
    if item is BigKey:
        return "KEY"
    if isinstance(item, sa.String) and "mysql" in item._variant_mapping:
        return f"exact({item.length})"
    if isinstance(item, UtcDateTime):
        return "INSTANT"
    return "sa.Text()" if isinstance(item, JsonText) else False


def _render_foreign_key(constraint: sa.ForeignKeyConstraint) -> str:
    (element,) = constraint.elements
    target = element.column
    # By name: Alembic renders a copy of the table.
    own = target.table.name.startswith("community_")
    address = f'own("{target.table.name}.{target.name}")' if own else target.table.name.upper()
    return (
        f'sa.ForeignKeyConstraint(["{element.parent.name}"], [{address}], '
        f'ondelete="{constraint.ondelete}")'
    )


def _forget_indexes_of_dropped_tables(downgrade: ops.DowngradeOps) -> None:
    # They go with their table, and MariaDB keeps one that a foreign key needs.
    dropped = {op.table_name for op in downgrade.ops if isinstance(op, ops.DropTableOp)}
    downgrade.ops = [
        op
        for op in downgrade.ops
        if not (isinstance(op, ops.ModifyTableOps) and op.table_name in dropped)
    ]


def _rendered(operations: ops.UpgradeOps | ops.DowngradeOps) -> str:
    code = render_python_code(operations, render_item=_render_item)
    lines = [line for line in code.splitlines() if not line.lstrip().startswith("# ")]
    # It comes indented, all lines but the first.
    return "    " + "\n".join(lines).strip().replace(f"'{_SCHEMA}'", "SCHEMA")


def _formatted(source: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=100", "-"]
    done = subprocess.run(ruff, input=source, capture_output=True, text=True, check=True)
    return done.stdout


def _load(path: Path) -> ModuleType:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(sys.argv[1:])
