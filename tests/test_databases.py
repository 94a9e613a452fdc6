"""The test bed keeps its promise: a fresh, empty database each time it is asked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.databases import FreshDatabase, choose_lanes


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_its_database_empty(database_url: str, turn: str) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    assert sa.inspect(engine).get_table_names() == []
    table = sa.Table("left_behind", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True))
    table.create(engine)


def test_one_test_may_use_two_databases(fresh_database: FreshDatabase) -> None:
    first, second = fresh_database("postgresql"), fresh_database("postgresql")
    with sa.create_engine(first, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("CREATE TABLE only_here (id int)"))
    assert sa.inspect(sa.create_engine(second, poolclass=sa.NullPool)).get_table_names() == []


def _no_mariadb(lane: str, url: str) -> str | None:
    return "nobody listens" if lane == "mariadb" else None


def test_a_missing_lane_is_left_out_with_a_line() -> None:
    on, left_out = choose_lanes({}, _no_mariadb)
    assert list(on) == ["sqlite", "postgresql"]
    assert left_out == ["LEFT OUT: the mariadb lane, because nobody listens"]


@pytest.mark.parametrize(
    "environ",
    [
        {"CI": "true"},
        {"COMMUNITY_TEST_LANES": "sqlite,mariadb"},
        {"COMMUNITY_TEST_MARIADB": "mysql+pymysql://root@127.0.0.1/test"},
    ],
    ids=["in CI", "picked", "named"],
)
def test_a_missing_lane_that_must_be_there_fails_the_run(environ: dict[str, str]) -> None:
    with pytest.raises(pytest.UsageError, match="mariadb lane cannot run: nobody listens"):
        choose_lanes(environ, _no_mariadb)


def test_lanes_can_be_picked() -> None:
    on, left_out = choose_lanes({"COMMUNITY_TEST_LANES": "sqlite"}, _no_mariadb)
    assert (list(on), left_out) == (["sqlite"], [])
