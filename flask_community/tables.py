"""Compares our tables with those in a database, and creates them where nobody migrates."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from .errors import BindingError, ConfigError
from .host import Binding


def differences(connection: sa.Connection, binding: Binding) -> list[str]:
    """Return a line for each table, column or index of ours that the database lacks.

    Column types are left to `flask db check`, which knows each database's names.
    """
    inspector = sa.inspect(connection)
    lines: list[str] = []
    for table in own_tables(binding):
        if inspector.has_table(table.name, schema=table.schema):
            lines += _differences(inspector, table)
        else:
            lines.append(f"table {table.name} is missing")
    return lines


def create_tables(connection: sa.Connection, binding: Binding) -> list[str]:
    """Create those of our tables that are not there; return their names.

    :raises ConfigError: the database has an Alembic history.
    :raises BindingError: the shop's own tables are not there yet.
    """
    inspector = sa.inspect(connection)
    if inspector.has_table("alembic_version"):
        raise ConfigError(
            "this database has an Alembic history: run flask community install instead"
        )
    host = binding.host
    for role in (host.member, host.product, host.order):
        table = role.key.table
        if not inspector.has_table(table.name, schema=table.schema):
            raise BindingError(f"table {table.name} is missing: create your own tables first")
    wanted = [
        table
        for table in own_tables(binding)
        if not inspector.has_table(table.name, schema=table.schema)
    ]
    host.member.key.table.metadata.create_all(connection, tables=wanted)
    return [table.name for table in wanted]


def own_tables(binding: Binding) -> list[sa.Table]:
    """Return our tables beside this host's, in the order in which they can be created."""
    ours = {sa.inspect(model).local_table for model in binding.models.values()}
    metadata = binding.host.member.key.table.metadata
    return [table for table in metadata.sorted_tables if table in ours]


# -- below --


def _differences(inspector: sa.Inspector, table: sa.Table) -> Iterator[str]:
    name, schema = table.name, table.schema
    there = {column["name"]: column for column in inspector.get_columns(name, schema=schema)}
    for column in table.columns:
        if column.name not in there:
            yield f"column {name}.{column.name} is missing"
        elif there[column.name]["nullable"] != column.nullable:
            must = "may" if column.nullable else "must not"
            yield f"column {name}.{column.name} {must} be NULL, other than in the database"
    for extra in there.keys() - table.columns.keys():
        yield f"column {name}.{extra} is not ours"
    found = [*inspector.get_indexes(name, schema), *inspector.get_unique_constraints(name, schema)]
    for lost in sorted(_names(table) - {str(item["name"]) for item in found}):
        yield f"index {lost} on {name} is missing"


def _names(table: sa.Table) -> set[str]:
    uniques = {item.name for item in table.constraints if isinstance(item, sa.UniqueConstraint)}
    return {str(name) for name in uniques | {index.name for index in table.indexes}}
