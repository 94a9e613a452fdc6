"""Claims about orders from before the extension."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa

from flask_community.errors import BindingError
from flask_community.orders.backfill import Backfill
from flask_community.orders.inbox import writer_for
from flask_community.orders.walk import Progress

from .bench import BINDING, NOON, ORDER, Bench, Entry, Payback, Purchase

PAST = ("done", "open", "cancelled", "paid", "done")


@pytest.fixture
def old_shop(bench: Bench) -> Bench:
    """Return a shop with five orders, and one refund, that no event told of."""
    with bench.engine.begin() as connection:
        for number, status in enumerate(PAST, 1):
            order = {"id": number, "kind": "plain", "status": status, "shopper_id": 1}
            connection.execute(sa.insert(Purchase).values(order))
            line = {"purchase_id": number, "sku": "gaiwan", "key": "1", "cents": 100}
            connection.execute(sa.insert(Entry).values(line))
        refund = {"purchase_id": 1, "cents": 40, "status": "accepted"}
        connection.execute(sa.insert(Payback).values(refund))
    return bench


def backfill(bench: Bench, size: int = 500, stop_after: int | None = None) -> list[Progress]:
    """Do what `flask community backfill` does, or only so many batches of it."""
    with bench.own() as session:
        job = Backfill(
            session=session,
            writer=writer_for(session, BINDING),
            orders=bench.app.service(session),
        )
        done = []
        for progress in itertools.islice(job.batches(size), stop_after):
            session.commit()
            done.append(progress)
    return done


def test_past_orders_come_in_and_pay_nothing(old_shop: Bench) -> None:
    backfill(old_shop)
    states = [old_shop.order(number).state for number in range(1, 6)]
    assert states == ["delivered", "placed", "cancelled", "paid", "delivered"]
    assert all(old_shop.order(number).imported for number in range(1, 6))
    assert old_shop.lines(1) == {"1": (100, 40)}
    assert old_shop.app.told == []


def test_past_orders_keep_their_time(old_shop: Bench) -> None:
    old_shop.app.clock.forward(days=400)
    backfill(old_shop)
    order = old_shop.order(1)
    assert (order.placed_at, order.paid_at, order.delivered_at) == (NOON, NOON, NOON)


def test_a_second_run_does_nothing(old_shop: Bench) -> None:
    backfill(old_shop)
    assert sum(len(progress.written) for progress in backfill(old_shop)) == 0


def test_a_stopped_backfill_goes_on_where_it_stopped(old_shop: Bench) -> None:
    first = backfill(old_shop, size=2, stop_after=1)
    rest = backfill(old_shop, size=2)
    assert [(p.step, p.seen, p.total) for p in first] == [("orders", 2, 5)]
    told = [(p.step, p.seen, p.total) for p in rest]
    assert told == [("orders", 2, 3), ("orders", 3, 3), ("refunds", 1, 1)]
    with old_shop.own() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ORDER)) == 5


def test_an_order_that_the_inbox_knows_is_not_imported(old_shop: Bench) -> None:
    old_shop.set_status(4, "done")
    backfill(old_shop)
    assert not old_shop.order(4).imported
    assert [told for told in old_shop.app.told if told[0] == "4"] == old_shop.app.told


def test_an_imported_order_lives_on_but_pays_nothing(old_shop: Bench) -> None:
    backfill(old_shop)
    old_shop.app.clock.forward(days=1)
    old_shop.set_status(2, "paid", "done")
    assert old_shop.order(2).state == "delivered"
    assert old_shop.order(2).delivered_at == old_shop.app.clock()
    assert old_shop.app.told == []


def test_a_past_order_whose_facts_fail_is_not_lost(old_shop: Bench) -> None:
    Purchase.fault = lambda order: 1 / (order.id - 3)
    backfill(old_shop)
    assert "new" in old_shop.states()
    assert old_shop.order(5).state == "delivered"


def test_backfill_needs_a_watch(bench: Bench, unwatched: None) -> None:
    with pytest.raises(BindingError, match="community_watch"):
        backfill(bench)
