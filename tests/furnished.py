"""Hands out databases whose tables are there already: making fifty takes MariaDB seconds."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.databases import end_connections, execute, hurry, unpooled

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
        _empty_tables(kept)
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


def _empty_tables(url: sa.URL) -> None:
    """Delete every row and let every key count from one again.

    Only tables with rows are touched: to truncate all of them costs PostgreSQL, and
    to alter them MariaDB, more time than most tests take.
    """
    with unpooled(url).connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        tables = [quote(name) for name in sa.inspect(connection).get_table_names()]
        run = connection.exec_driver_sql
        used = run(
            " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables)
        )
        deletes = [f"DELETE FROM {table}" for table in used.scalars()]
        if connection.dialect.name == "postgresql":
            run("; ".join(["SET session_replication_role = replica", *deletes, _COUNT_ANEW]))
            return
        # One transaction, since each costs a wait for the disk.
        for statement in ["SET FOREIGN_KEY_CHECKS = 0", "BEGIN", *deletes, "COMMIT"]:
            run(statement)
        for table in run(_COUNTED).scalars().all():
            run(f"ALTER TABLE {quote(table)} AUTO_INCREMENT = 1")


_COUNT_ANEW = """
    SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""

_COUNTED = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND auto_increment > 1
"""
