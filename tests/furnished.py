"""Hands out databases whose tables are there already: making fifty takes MariaDB seconds."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.databases import end_connections, execute, hurry

_kept: dict[tuple[int, str], sa.URL] = {}
_files: dict[int, bytes] = {}


def furnished(url: str, metadata: sa.MetaData) -> str:
    """Return the URL of a database with these tables and not a row, beside the empty `url`.

    Kept from test to test for one MetaData, which must live as long as the run.
    On SQLite it is `url` itself, a copy of a file that has them.
    """
    empty = sa.make_url(url)
    if empty.get_backend_name() == "sqlite":
        _copy_file(empty, metadata)
        return url
    kept = _kept.get((id(metadata), url))
    if kept is None:
        kept = empty.set(database=f"{empty.database}_kept{len(_kept) + 1}")
        options = "" if kept.get_backend_name() == "postgresql" else "CHARACTER SET utf8mb4"
        execute(empty, f"CREATE DATABASE {kept.database} {options}")
        _kept[id(metadata), url] = kept
    else:
        end_connections(empty, str(kept.database))
        _empty_tables(kept, metadata)
    _make_tables(kept, metadata)
    return kept.render_as_string(hide_password=False)


def _copy_file(url: sa.URL, metadata: sa.MetaData) -> None:
    if id(metadata) not in _files:
        _make_tables(url, metadata)
        _files[id(metadata)] = Path(str(url.database)).read_bytes()
    Path(str(url.database)).write_bytes(_files[id(metadata)])


def _make_tables(url: sa.URL, metadata: sa.MetaData) -> None:
    engine = hurry(sa.create_engine(url, poolclass=sa.NullPool))
    with engine.begin() as connection:
        there = len(sa.inspect(connection).get_table_names())
        if there < len(metadata.tables):  # a test may have dropped some
            metadata.create_all(connection)


def _empty_tables(url: sa.URL, metadata: sa.MetaData) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    quote = engine.dialect.identifier_preparer.quote
    with engine.begin() as connection:
        tables = [quote(name) for name in sa.inspect(connection).get_table_names()]
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
            return
        connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        for table in tables:
            connection.exec_driver_sql(f"DELETE FROM {table}")
        for table in connection.exec_driver_sql(_COUNTED).scalars().all():
            connection.exec_driver_sql(f"ALTER TABLE {quote(table)} AUTO_INCREMENT = 1")


_COUNTED = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND auto_increment > 1
"""
