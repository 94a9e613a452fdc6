"""The shop's migration history, ours copied into it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from example_shop.app import create_app
from example_shop.database import db


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(instance=tmp_path)


def test_the_history_makes_exactly_the_tables_of_the_models(app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["db", "upgrade"]).exit_code == 0
    checked = run.invoke(args=["db", "check"])
    assert checked.exit_code == 0, checked.output


def test_no_revision_and_no_table_of_ours_is_missing(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["db", "upgrade"])
    checked = run.invoke(args=["community", "check"])
    assert checked.exit_code == 0, checked.output


def test_the_history_goes_all_the_way_back(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["db", "upgrade"])
    assert run.invoke(args=["db", "downgrade", "base"]).exit_code == 0
    with app.app_context():
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
        db.engine.dispose()
