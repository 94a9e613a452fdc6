"""Runs the shop's migrations, over the app's own connection."""

from __future__ import annotations

from alembic import context
from flask import current_app

from example_shop.database import db


def migrate_online() -> None:
    """Bring the database of the app to the wanted revision."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


def write_sql() -> None:
    """Write the statements instead of running them (`--sql`)."""
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write_sql()
else:
    migrate_online()
