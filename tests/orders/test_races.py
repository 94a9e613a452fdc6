"""Claims about workers who reach for the same order at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from .bench import Bench, Purchase


def at_once(workers: int, act: Callable[[int], None]) -> None:
    """Let threads start the same thing at the same moment, and wait for them."""
    gate = threading.Barrier(workers)

    def run(number: int) -> None:
        gate.wait()
        act(number)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work_all(bench: Bench) -> None:
    """Work rows off until none waits, as workers do for minutes."""
    while bench.work():
        bench.app.clock.forward(hours=1)


@pytest.mark.long
def test_every_row_of_an_order_is_told_once_by_four_workers(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        for number in range(10):
            bench.calls.refunded(order, number, lines={"1": 10})
        session.commit()
    keys = bench.rows()

    def work(number: int) -> None:
        with bench.own() as session:
            bench.app.work_inbox(session, keys[number:] + keys[:number])

    at_once(4, work)
    bench.app.clock.forward(hours=1)
    work_all(bench)
    assert bench.states() == ["done"] * 12
    assert len(bench.app.told) == 12
    assert bench.lines()["1"] == (1000, 100)
    assert bench.order().state == "paid"


@pytest.mark.long
def test_four_payments_at_once_are_one_event(bench: Bench) -> None:
    order_id = bench.buy()

    def pay(_: int) -> None:
        with bench.make() as session:
            bench.calls.paid(session.get_one(Purchase, order_id))
            session.commit()

    at_once(4, pay)
    assert bench.rows() == ["1:placed", "1:paid:1"]
    bench.app.clock.forward(hours=1)
    work_all(bench)
    assert bench.app.told == [("1", "placed"), ("1", "paid")]
