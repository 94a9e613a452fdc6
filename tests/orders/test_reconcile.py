"""Claims about what reconcile finds, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import random

import pytest
import sqlalchemy as sa

from flask_community.errors import BindingError
from flask_community.host import OrderWatch, RefundWatch
from flask_community.orders.inbox import writer_for
from flask_community.orders.reconcile import Reconciler

from .bench import BINDING, ROW, Bench, Entry, Payback, Purchase, purchase

STATUSES = ("open", "paid", "done", "cancelled")


def reconcile(bench: Bench, size: int = 500) -> list[str]:
    """Do what `flask community reconcile` does; return the keys it wrote."""
    written: list[str] = []
    with bench.own() as session:
        writer = writer_for(session, BINDING)
        for progress in Reconciler(session=session, writer=writer).batches(size):
            session.commit()
            written += progress.written
    with bench.own() as session:
        bench.app.work_inbox(session, written)
    return written


@pytest.mark.long
def test_a_fifth_of_the_events_lost_and_everything_converges(bench: Bench) -> None:
    dice = random.Random(20)
    for _ in range(25):
        bench.buy()
    for status in ("paid", "done", "cancelled", "paid"):
        for order_id in range(1, 26):
            if dice.random() < 0.2:
                in_sql(bench, f"UPDATE purchase SET status = '{status}' WHERE id = {order_id}")
            elif dice.random() < 0.5:
                bench.set_status(order_id, status)
    reconcile(bench, size=7)
    for order_id, status in in_sql(bench, "SELECT id, status FROM purchase"):
        wanted = {"open": "placed", "done": "delivered"}.get(status, status)
        assert bench.order(order_id).state == wanted
    assert reconcile(bench) == []


def test_an_order_that_came_by_raw_sql_is_found(bench: Bench) -> None:
    with bench.make() as session:
        values = {"kind": "plain", "status": "done", "shopper_id": 1}
        session.execute(sa.insert(Purchase).values(values))
        session.execute(sa.insert(Entry).values(purchase_id=1, sku="gaiwan", key="1", cents=5))
        session.commit()
    assert bench.rows() == []
    assert reconcile(bench) == ["1:placed", "1:paid:1", "1:delivered:2"]
    assert (bench.order().state, bench.lines()) == ("delivered", {"1": (5, 0)})


def test_facts_that_failed_are_taken_again(bench: Bench) -> None:
    Purchase.fault = lambda _: 1 / 0
    bench.app.cookie = ["touch"]
    order_id = bench.buy("paid")
    assert reconcile(bench) == []
    Purchase.fault = None
    assert reconcile(bench) == ["1:placed", "1:paid:1"]
    assert (bench.order(order_id).state, bench.order(order_id).touches) == ("paid", ["touch"])


def test_facts_of_an_order_that_is_gone_are_given_up(bench: Bench) -> None:
    Purchase.fault = lambda _: 1 / 0
    order_id = bench.buy()
    with bench.make() as session:
        session.delete(session.get_one(Purchase, order_id))
        session.commit()
    assert reconcile(bench) == []
    assert bench.states() == ["failed"]


def test_a_refund_row_that_came_by_raw_sql_is_found(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        rows = [
            {"purchase_id": order_id, "cents": c, "status": s}
            for c, s in ((199, "accepted"), (500, "asked"))
        ]
        session.execute(sa.insert(Payback), rows)
        session.commit()
    assert reconcile(bench) == ["1:refunded:1"]
    assert bench.lines() == {"1": (1000, 100), "2": (990, 99)}
    assert reconcile(bench) == []


def test_a_refund_whose_amount_was_missing_is_read_again(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.add(refund := Payback(purchase_id=order_id, cents=None))
        session.commit()
        assert reconcile(bench) == []
        refund.cents = 199
        session.commit()
    assert reconcile(bench) == ["1:refunded:1"]
    assert bench.lines()["1"] == (1000, 100)


def test_what_was_called_out_beside_a_watch_is_left_alone(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        bench.calls.charged_back(session.get_one(Purchase, order_id))
        session.commit()
    assert reconcile(bench) == []
    assert bench.order().state == "charged_back"


def test_without_a_watch_only_failed_facts_are_taken_again(bench: Bench, unwatched: None) -> None:
    Purchase.fault = lambda _: 1 / 0
    with bench.make() as session:
        session.add_all([order := purchase("paid"), purchase("paid")])
        bench.calls.paid(order)
        session.commit()
    Purchase.fault = None
    assert reconcile(bench) == ["1:placed", "1:paid:1"]


def test_an_unknown_refund_model_is_a_clear_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = OrderWatch(
        "status", paid={"paid"}, refunds=RefundWatch("Refunds", order="order", amount="amount")
    )
    monkeypatch.setattr(BINDING, "host", dataclasses.replace(BINDING.host, watch=watch))
    with pytest.raises(BindingError, match="no such model beside Purchase"):
        reconcile(bench)


def test_progress_tells_how_far_it_is(bench: Bench) -> None:
    for _ in range(5):
        bench.buy()
    with bench.own() as session:
        reconciler = Reconciler(session=session, writer=writer_for(session, BINDING))
        steps = [(p.step, p.seen, p.total) for p in reconciler.batches(2)]
    assert steps == [("orders", 2, 5), ("orders", 4, 5), ("orders", 5, 5)]


def test_rows_of_a_running_shop_are_not_written_twice(bench: Bench) -> None:
    for status in STATUSES:
        bench.buy(status)
    before = bench.rows()
    assert reconcile(bench) == []
    with bench.own() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ROW)) == len(before)


def in_sql(bench: Bench, sql: str) -> list[tuple[int, str]]:
    """Go behind the session's back; return rows if there are any."""
    with bench.engine.begin() as connection:
        result = connection.execute(sa.text(sql))
        return [(row[0], row[1]) for row in result] if result.returns_rows else []
