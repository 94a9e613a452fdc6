"""Claims about how order events of the host reach the inbox, or must not."""

from __future__ import annotations

import datetime as dt
import logging

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from .bench import NOON, ROW, App, Base, Bench, Entry, Gift, Payback, Purchase, entries, purchase


def test_an_order_born_paid_is_placed_and_paid_with_lines_added_later(bench: Bench) -> None:
    with bench.make() as session:
        order = Purchase(status="paid", shopper_id=1)
        session.add(order)
        session.flush()
        session.add_all(Entry(purchase_id=order.id, sku="gaiwan", key=k, cents=5) for k in "ab")
        session.commit()
        assert (order.status, len(order.entries)) == ("paid", 2)
    assert bench.rows() == ["1:placed", "1:paid:1"]
    assert bench.states() == ["done", "done"]
    assert bench.app.told == [("1", "placed"), ("1", "paid")]
    assert bench.lines() == {"a": (5, 0), "b": (5, 0)}


def test_lines_added_after_a_savepoint_was_released_are_in_the_facts(bench: Bench) -> None:
    with bench.make() as session:
        order = Purchase(status="paid")
        session.add(order)
        with session.begin_nested():
            order.entries = entries([1000])
        order.entries += [Entry(key="late", sku="pu-erh", cents=7)]
        session.commit()
    assert bench.lines() == {"1": (1000, 0), "late": (7, 0)}


def test_a_watched_order_has_a_placed_row_whatever_its_first_state(bench: Bench) -> None:
    for number, status in enumerate(("open", "cancelled", "done"), 1):
        assert bench.buy(status) == number
    assert bench.rows() == [
        *("1:placed", "2:placed", "2:cancelled:1", "3:placed", "3:paid:1", "3:delivered:2"),
    ]


def test_paid_cancelled_paid_is_three_rows_and_a_repeat_is_none(bench: Bench) -> None:
    order_id = bench.buy()
    bench.set_status(order_id, "paid", "paid", "packed", "cancelled", "paid", "paid")
    assert bench.rows()[1:] == ["1:paid:1", "1:cancelled:2", "1:paid:3"]
    assert bench.order().state == "paid"


def test_what_the_host_rolls_back_leaves_nothing(bench: Bench) -> None:
    with bench.make() as session:
        session.add(purchase("paid"))
        session.flush()
        session.rollback()
        session.commit()
        session.add(purchase("paid"))
        session.flush()
    assert bench.rows() == []


def test_a_released_savepoint_counts(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.make() as session:
        with session.begin_nested():
            session.get_one(Purchase, order_id).status = "paid"
        assert bench.engine.dialect.name == "sqlite" or bench.rows() == ["1:placed"]
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1"]


def test_a_savepoint_rolled_back_does_not_count(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        savepoint = session.begin_nested()
        order.status = "paid"
        bench.calls.delivered(order)
        session.add(purchase("paid"))
        session.flush()
        savepoint.rollback()
        session.commit()
    assert bench.rows() == ["1:placed"]


def test_a_savepoint_released_within_one_rolled_back_does_not_count(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        outer = session.begin_nested()
        with session.begin_nested():
            bench.calls.paid(order)
        outer.rollback()
        session.commit()
    assert bench.rows() == ["1:placed"]


def test_what_stood_before_a_savepoint_survives_its_roll_back(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        session.flush()
        bench.calls.paid(order)
        outer = session.begin_nested()
        with session.begin_nested():
            order.status = "done"
        outer.rollback()
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1"]


def test_a_raising_handler_leaves_the_row_and_the_hosts_commit(bench: Bench) -> None:
    bench.app.fault = lambda: 1 / 0
    bench.buy("paid")
    assert (bench.states(), bench.app.told) == (["new", "new"], [])
    bench.app.fault = None
    assert bench.work() == 0, "a failed row waits before it is tried again"
    bench.app.clock.forward(seconds=15)
    assert bench.work() == 2
    assert bench.app.told == [("1", "placed"), ("1", "paid")]


def test_a_row_that_failed_eight_times_waits_for_a_person(bench: Bench) -> None:
    bench.app.fault = lambda: 1 / 0
    bench.buy()
    for _ in range(7):
        assert bench.states() == ["new"]
        bench.app.clock.forward(hours=1)
        bench.work()
    assert bench.states() == ["failed"]
    with bench.own() as session:
        row = session.scalars(sa.select(ROW)).one()
    assert (row.attempts, row.error) == (8, "ZeroDivisionError: division by zero")


def test_an_app_whose_work_raises_outright_leaves_the_row(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bench.app, "work_inbox", lambda *_: 1 / 0)
    bench.buy("paid")
    assert bench.states() == ["new", "new"]
    assert "left for the worker" in caplog.text


@pytest.mark.parametrize(
    "sql", [None, "SELECT no_such FROM purchase", "INSERT INTO no_such VALUES (1)"]
)
def test_raising_facts_break_no_checkout(bench: Bench, sql: str | None) -> None:
    def fault(order: Purchase) -> None:
        session = orm.object_session(order)
        assert session is not None
        session.execute(sa.text(sql)) if sql else 1 / 0

    Purchase.fault = fault
    order_id = bench.buy("paid")
    Purchase.fault = None
    with bench.make() as session:
        assert session.get_one(Purchase, order_id).status == "paid"
    with bench.own() as session:
        rows = session.scalars(sa.select(ROW).order_by(ROW.id)).all()
    assert [(row.facts, row.state) for row in rows] == [(None, "new")] * 2
    assert all(row.error for row in rows)
    assert bench.work() == 0


def test_a_missing_inbox_table_breaks_no_checkout(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    Base.metadata.tables[ROW.__tablename__].drop(bench.engine)
    order_id = bench.buy("paid")
    with bench.make() as session:
        assert session.get_one(Purchase, order_id).status == "paid"
    assert "reconcile will find it" in caplog.text


def test_touches_that_cannot_be_read_break_no_checkout(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bench.app, "touches_for", lambda _: 1 / 0)
    bench.buy("paid")
    assert bench.states() == ["done", "done"]
    assert bench.order().touches is None


def test_a_scoped_session_works(bench: Bench) -> None:
    scoped = orm.scoped_session(bench.make)
    scoped.add(order := purchase("paid"))
    scoped.commit()
    assert order.status == "paid"
    scoped.remove()
    assert bench.states() == ["done", "done"]


def test_a_test_fixtures_outer_transaction_sees_events_and_undoes_them(bench: Bench) -> None:
    _begin_for_real(bench.engine)
    with bench.engine.connect() as connection:
        outer = connection.begin()
        session = orm.Session(connection, join_transaction_mode="create_savepoint")
        session.add(purchase("paid"))
        session.commit()
        assert bench.app.told == [("1", "placed"), ("1", "paid")]
        session.close()
        outer.rollback()
    assert bench.rows() == []


def test_one_connection_in_the_pool_is_enough(database_url: str) -> None:
    pool = {"poolclass": sa.QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 2}
    bench = Bench(database_url, **pool)
    bench.set_status(bench.buy("paid"), "done")
    assert bench.states() == ["done"] * 3
    bench.close()


def test_throw_away_objects_are_ignored(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        Purchase(status="paid")
        session.expunge(order)
        order.status = "paid"
        session.commit()
        session.add(passing := purchase("paid"))
        session.flush()
        session.delete(passing)
        session.commit()
    assert bench.rows() == ["1:placed"]


def test_an_order_deleted_in_the_end_keeps_what_is_known_of_it(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.delete(session.get_one(Purchase, order_id))
        session.commit()
    assert bench.order().state == "paid"
    assert bench.lines() == {"1": (1000, 0), "2": (990, 0)}


def test_an_order_deleted_before_its_row_is_worked_off_is_kept_too(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.delete(session.get_one(Purchase, order_id))
        session.flush()
        session.execute(sa.text("DELETE FROM shopper WHERE id = 1"))
        session.commit()
    assert bench.work() == 2
    order = bench.order()
    assert (order.state, order.host_id, order.buyer_id) == ("paid", None, None)


def test_a_key_that_the_database_gives_out_again_is_another_order(bench: Bench) -> None:
    bench.app.cookie = ["of the first buyer"]
    bench.buy("paid", id=7)
    with bench.make() as session:
        session.delete(session.get_one(Purchase, 7))
        session.commit()
    bench.app.cookie = None
    later = (NOON + dt.timedelta(hours=1)).replace(tzinfo=None)
    bench.buy("paid", id=7, buyer=2, placed_at=later)
    assert bench.rows()[2:] == ["7:placed", "7:paid:1"]
    assert (bench.order(7).touches, bench.order(7).placed_at) == (
        None,
        NOON + dt.timedelta(hours=1),
    )


def test_an_order_inserted_anew_by_an_import_counts_once(bench: Bench) -> None:
    bench.buy("paid", id=7)
    with bench.make() as session:
        session.delete(session.get_one(Purchase, 7))
        session.commit()
    bench.buy("paid", id=7)
    assert bench.rows() == ["7:placed", "7:paid:1"]


def test_a_subclass_of_the_order_is_an_order(bench: Bench) -> None:
    bench.buy("paid", cls=Gift)
    assert bench.rows() == ["1:placed", "1:paid:1"]


def test_touches_are_taken_once_when_the_order_is_placed(bench: Bench) -> None:
    bench.app.cookie = [{"link": 3}]
    order_id = bench.buy()
    bench.app.cookie = [{"link": 666}]
    bench.set_status(order_id, "paid", "done")
    assert bench.order().touches == [{"link": 3}]
    assert bench.app.asked == 1, "a webhook's or an admin's visit is never read"


def test_rows_wait_while_no_app_serves_the_shop(bench: Bench) -> None:
    bench.close_app()
    bench.buy("paid")
    assert bench.states() == ["new", "new"]
    bench.app = App()
    bench.app.clock.now = dt.datetime.now(dt.UTC)
    assert bench.work() == 2
    assert bench.states() == ["done", "done"]


def test_without_an_app_context_the_first_app_is_at_work(bench: Bench) -> None:
    second = App()
    bench.buy("paid")
    assert (len(bench.app.told), second.told) == (2, [])


def test_the_app_whose_context_is_on_is_at_work(bench: Bench) -> None:
    second, site = App(), flask.Flask("admin")
    site.extensions["community"] = second
    second.cookie = ["admin's"]
    with site.app_context():
        bench.buy("paid")
    assert (bench.app.told, len(second.told)) == ([], 2)
    assert bench.order().touches == ["admin's"]


def test_in_worker_mode_rows_wait_for_the_worker(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    bench.buy("paid")
    assert bench.states() == ["new", "new"]
    assert (bench.work(), bench.work()) == (2, 0)
    assert bench.app.told == [("1", "placed"), ("1", "paid")]


def test_several_changes_in_one_transaction_end_where_the_order_ends(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        for status in ("paid", "cancelled", "paid", "done"):
            order.status = status
            session.flush()
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1", "1:delivered:2"]


def test_a_refund_row_of_another_model_counts_when_it_is_done(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.add(refund := Payback(purchase_id=order_id, cents=199, status="asked"))
        session.commit()
        assert len(bench.rows()) == 2
        refund.status = "accepted"
        session.commit()
        refund.cents = 200
        session.commit()
    assert bench.rows()[2:] == ["1:refunded:1"]
    assert bench.lines() == {"1": (1000, 100), "2": (990, 99)}


def test_a_refund_row_rolled_back_does_not_count(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        savepoint = session.begin_nested()
        session.add(Payback(purchase_id=order_id, cents=199))
        session.flush()
        savepoint.rollback()
        session.commit()
    assert len(bench.rows()) == 2


def test_a_refund_without_an_amount_waits_for_reconcile(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.add(Payback(purchase_id=order_id, cents=None))
        session.commit()
    assert bench.states() == ["done", "done", "new"]
    assert bench.work() == 0


def test_a_commit_past_an_open_savepoint_is_logged_for_reconcile(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = bench.buy()
    with bench.make() as session, session.begin():
        session.begin_nested()
        session.get_one(Purchase, order_id).status = "paid"
    assert "reconcile will find them" in caplog.text


def test_our_own_sessions_are_not_watched(bench: Bench) -> None:
    with bench.own() as session:
        session.add(purchase("paid"))
        session.commit()
    assert bench.rows() == []


def test_nothing_is_logged_when_all_is_well(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "flask_community"):
        bench.set_status(bench.buy(), "paid", "done", "cancelled")
    assert caplog.records == []


def _begin_for_real(engine: sa.Engine) -> None:
    # SQLite's driver opens no transaction for a SAVEPOINT by itself; SQLAlchemy's
    # documentation tells hosts to do this.
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    engine.dispose()
