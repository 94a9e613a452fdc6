"""What every own table is made of: column types, keys, constraints, insert-once.

Each slice declares its tables as plain classes derived from `Record`. They are
mapped later, once per host MetaData (see `models.py`), into a registry of our
own: whatever the host's base class does to its models (extra columns,
metaclasses, dataclasses, table names) never reaches ours, while the tables
stand in the host's MetaData and so in its `create_all()` and its migrations.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import conv

R = TypeVar("R", bound="Record")

_MYSQL_DUPLICATE = 1062

TableRule = Callable[[str], SchemaItem]
"""Makes one constraint or index, given the name of its table."""


class UtcDateTime(sa.TypeDecorator[dt.datetime]):
    """An instant: aware UTC datetimes in and out, microseconds kept everywhere."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            # Their DATETIME drops fractions of a second unless told not to.
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is ambiguous: pass an aware one, in UTC")
        value = value.astimezone(dt.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        if value is None or value.tzinfo is not None:
            return value.astimezone(dt.UTC) if value else None
        return value.replace(tzinfo=dt.UTC)


class JsonText(sa.TypeDecorator[Any]):
    """A JSON value kept as canonical text: the same value is the same bytes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def exact_text(length: int) -> sa.String:
    """Return the type of text that compares byte for byte, such as a foreign key of others.

    MariaDB and MySQL take `re_a` and `re_A` for the same unless told otherwise.
    """
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return sa.String(length).with_variant(binary, "mysql", "mariadb")


BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Type of our own keys. SQLite numbers rows by itself only for INTEGER."""


class Record:
    """Base of every own table's class; unmapped until a host is bound."""

    __tablename__: ClassVar[str]
    rules: ClassVar[tuple[TableRule, ...]] = ()
    """Constraints and indexes, made anew for each host the class is mapped to."""

    if TYPE_CHECKING:

        def __init__(self, **columns: Any) -> None: ...

    @orm.declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return tuple(rule(cls.__tablename__) for rule in cls.rules)


class Models(Mapping[type[Record], type[Record]]):
    """The mapped class of each abstract one: `models[Post]` is a `type[Post]`."""

    def __init__(self, mapped: Mapping[type[Record], type[Record]]) -> None:
        self._mapped = dict(mapped)

    def __getitem__(self, abstract: type[R]) -> type[R]:
        return self._mapped[abstract]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[type[Record]]:
        return iter(self._mapped)

    def __len__(self) -> int:
        return len(self._mapped)


def key() -> orm.MappedColumn[Any]:
    """Return the primary key column of an own table."""
    return orm.mapped_column(BigKey, primary_key=True, autoincrement=True)


def ref(table: str, *, ondelete: str = "RESTRICT", **options: Any) -> orm.MappedColumn[Any]:
    """Return a column that points at the key of another own table."""
    return orm.mapped_column(BigKey, sa.ForeignKey(f"{table}.id", ondelete=ondelete), **options)


def unique(*columns: str) -> TableRule:
    """Return a rule: these columns together occur once. Named after them."""
    return lambda table: sa.UniqueConstraint(*columns, name=_name("uq", table, columns))


def index(*columns: str) -> TableRule:
    """Return a rule: look-ups by these columns, in this order, are fast."""
    return lambda table: sa.Index(_name("ix", table, columns), *columns)


def check(name: str, condition: str) -> TableRule:
    """Return a rule: SQL `condition` holds for every row."""
    return lambda table: sa.CheckConstraint(condition, name=_name("ck", table, (name,)))


def host_ref(cls: type[Record] | Record, role: str) -> orm.MappedColumn[Any]:
    """Return the column that points at the host's own row of this role.

    The column takes the host key's type, whatever it is. It empties when the
    host deletes the row; SQLite may leave it dangling instead, so that readers
    must expect a key without a row.
    """
    target: sa.Column[Any] = cls.__host_keys__[role]  # type: ignore[union-attr]
    return orm.mapped_column(sa.ForeignKey(target, ondelete="SET NULL"), nullable=True)


def insert_once(
    session: orm.Session, model: type[Record], values: Mapping[str, object], *, on: tuple[str, ...]
) -> bool:
    """Insert a row unless one with the same values in `on` is there; True if it was.

    `on` names the columns of a unique constraint. Pending objects are flushed
    first, so that the row may point at them.
    """
    session.flush()
    connection = session.connection(bind_arguments={"mapper": sa.inspect(model)})
    dialect = connection.dialect.name
    if dialect in ("mysql", "mariadb"):
        # There a failed statement leaves the transaction whole, while the row
        # count of ON DUPLICATE KEY cannot tell a new row from an old one.
        try:
            connection.execute(sa.insert(model).values(**values))
        except sa.exc.IntegrityError as error:
            if error.orig is None or error.orig.args[0] != _MYSQL_DUPLICATE:
                raise
            return False
        return True
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(model).values(**values).on_conflict_do_nothing(index_elements=list(on))
    # RETURNING, because rowcount after ON CONFLICT is -1 on PostgreSQL.
    return connection.execute(statement.returning(sa.literal(1))).first() is not None


def find_or_insert(
    session: orm.Session, model: type[R], match: Mapping[str, object], values: Mapping[str, object]
) -> R:
    """Return the one row with these `match` values, inserted if it was not there.

    `match` names the columns of a unique constraint; `values` fills the rest of
    a new row. Two callers at once get the same row.
    """
    if (row := _find(session, model, match)) is not None:
        return row
    insert_once(session, model, {**match, **values}, on=tuple(match))
    return find_newest(session, model, match)


def find_newest(session: orm.Session, model: type[R], match: Mapping[str, object]) -> R:
    """Return the row with these `match` values that is known to be there.

    Another transaction may have put it there after ours took its snapshot
    (REPEATABLE READ of MariaDB): a locking read sees the newest rows. It
    guards nothing.
    """
    if (row := _find(session, model, match)) is not None:
        return row
    newest = sa.select(model).filter_by(**match).with_for_update(read=True)
    return session.scalars(newest).one()


def _find(session: orm.Session, model: type[R], match: Mapping[str, object]) -> R | None:
    return session.scalars(sa.select(model).filter_by(**match)).one_or_none()


@contextlib.contextmanager
def shielded(connection: sa.Connection) -> Iterator[None]:
    """Keep a failing statement inside the block from spoiling the transaction around it.

    Only PostgreSQL aborts a transaction for one failed statement. Elsewhere this
    does nothing: on SQLite a savepoint would commit, in the default driver mode.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with connection.begin_nested():
        yield


def changed_one(result: sa.Result[Any]) -> bool:
    """Tell whether a conditional UPDATE found its row: exactly one, or we lost."""
    rows = result.rowcount  # type: ignore[attr-defined]
    return bool(rows == 1)


def was_outrun(error: sa.exc.DBAPIError) -> bool:
    """Tell whether the database gave a transaction up for another one at the same moment.

    It is rolled back then, and may be tried again: a deadlock, a row that changed
    since the transaction read it, or a lock that was not to be had in time.
    """
    cause: Any = error.orig
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return state in _OUTRUN_ON_POSTGRESQL
    code = cause.args[0] if cause is not None and cause.args else None
    return code in _OUTRUN_ON_MARIADB or "database is locked" in str(cause)


_OUTRUN_ON_POSTGRESQL = frozenset({"40001", "40P01", "55P03"})
_OUTRUN_ON_MARIADB = frozenset({1020, 1205, 1213})


def key_from_text(kind: sa.types.TypeEngine[Any], text: str) -> Any:
    """Return the value of a column of this type whose `str()` is `text`; raises ValueError."""
    if isinstance(kind, sa.TypeDecorator):
        return _decorated_from_text(kind, text)
    try:
        python = kind.python_type
    except NotImplementedError:
        python = str
    return text if python is str else python(text)


def canonical_json(value: object) -> str:
    """Return the one spelling of a JSON value: sorted keys, no spaces, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _decorated_from_text(kind: sa.TypeDecorator[Any], text: str) -> Any:
    # What a host's own type takes is known to its code alone. The value we look
    # for is the one that comes back from the database as it went in.
    dialect = sa.engine.default.DefaultDialect()
    here = kind.dialect_impl(dialect)
    bound = here.bind_processor(dialect) or _same
    found = here.result_processor(dialect, None) or _same
    for guess in (
        lambda: key_from_text(kind.impl_instance, text),
        lambda: found(key_from_text(kind.impl_instance, text)),
        lambda: found(text),
        lambda: text,
    ):
        # A value of the wrong kind may make the host's code raise anything.
        with contextlib.suppress(Exception):
            value = guess()
            back = found(bound(value))
            if str(value) == text and type(back) is type(value) and back == value:
                return value
    raise ValueError(f"{text!r} is no key of the type {kind!r}")


def _same(value: Any) -> Any:
    return value


def _name(kind: str, table: str, parts: tuple[str, ...]) -> str:
    # conv(): a host's naming convention must not rename what revisions name.
    # PostgreSQL cuts names at 63 bytes, so ours stay below that by themselves.
    return conv(f"{kind}_{table}_{'_'.join(parts)}"[:60])
