"""The shop's database: one Flask-SQLAlchemy, one base for every model."""

from __future__ import annotations

import sqlite3
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm

# Named constraints, so that a migration can drop what it once made.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(orm.DeclarativeBase):
    """Base of the shop's models."""

    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)


class Model(db.Model):  # type: ignore[name-defined,misc]
    """A table of the shop."""

    __abstract__ = True


def tune_sqlite(app: Flask) -> None:
    """Set up each connection of this app's engine, and of no other, if it is SQLite."""
    with app.app_context():
        sa.event.listen(db.engine, "connect", _prepare_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Let readers and one writer work side by side, and mind foreign keys."""
    if isinstance(connection, sqlite3.Connection):
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
