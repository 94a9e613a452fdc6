"""Reads a whole database, and puts it back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

Rows = dict[str, list[tuple[object, ...]]]
"""What stands in each table, in the order of its keys."""

_UNTIED = {
    "postgresql": ("SET session_replication_role = replica", "RESET session_replication_role"),
    "mysql": ("SET FOREIGN_KEY_CHECKS = 0", "SET FOREIGN_KEY_CHECKS = 1"),
    "mariadb": ("SET FOREIGN_KEY_CHECKS = 0", "SET FOREIGN_KEY_CHECKS = 1"),
}


class Kept:
    """A database as it stood at one moment."""

    def __init__(self, engine: sa.Engine, metadata: sa.MetaData) -> None:
        self.engine = engine
        quote = engine.dialect.identifier_preparer.quote
        self.columns = {table.name: [c.name for c in table.c] for table in metadata.sorted_tables}
        self._select = {
            name: f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)} ORDER BY 1"
            for name, columns in self.columns.items()
        }
        self.then = self.now()

    def now(self) -> Rows:
        """Return every row of every table."""
        rows: Rows = {}
        with self.engine.connect() as connection:
            # Straight from the driver: this reads sixty tables after every test.
            cursor = connection.connection.cursor()
            for name, select in self._select.items():
                cursor.execute(select)
                rows[name] = list(cursor.fetchall())
            cursor.close()
        return rows

    def changes(self) -> list[str]:
        """Return the tables that are not as they were."""
        now = self.now()
        return [name for name, rows in self.then.items() if rows != now[name]]

    def put_back(self) -> None:
        """Make every table as it was."""
        now = self.now()
        changed = [name for name, rows in self.then.items() if rows != now[name]]
        if changed:
            with self.engine.begin() as connection, self._untied(connection):
                for name in changed:
                    self._fill(connection, name)

    def _fill(self, connection: sa.Connection, name: str) -> None:
        quote = self.engine.dialect.identifier_preparer.quote
        connection.exec_driver_sql(f"DELETE FROM {quote(name)}")
        rows, columns = self.then[name], self.columns[name]
        if rows:
            mark = "?" if self.engine.dialect.paramstyle == "qmark" else "%s"
            marks = ", ".join([mark] * len(columns))
            listed = ", ".join(map(quote, columns))
            insert = f"INSERT INTO {quote(name)} ({listed}) VALUES ({marks})"
            connection.exec_driver_sql(insert, rows)
        if self.engine.dialect.name == "postgresql" and "id" in columns:
            highest = max((int(str(row[columns.index("id")])) for row in rows), default=0)
            count = f"pg_get_serial_sequence('{name}', 'id')"
            connection.exec_driver_sql(f"SELECT setval({count}, {highest or 1}, {highest > 0})")

    @contextmanager
    def _untied(self, connection: sa.Connection) -> Iterator[None]:
        before, after = _UNTIED.get(self.engine.dialect.name, (None, None))
        if before:
            connection.exec_driver_sql(before)
        yield
        if after:
            connection.exec_driver_sql(after)
