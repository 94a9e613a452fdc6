"""Claims that hold for any course of events whatever."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings, strategies as st

from .bench import ORDER, ROW, Bench, Payback, Purchase, entries
from .test_reconcile import reconcile

STANDS_FOR = {"paid": "paid", "packed": "paid", "done": "delivered", "cancelled": "cancelled"}

step = st.one_of(
    st.tuples(
        st.sampled_from(["commit", "rollback", "savepoint", "undone", "bulk"]),
        st.sampled_from(["open", *STANDS_FOR]),
    ),
    st.tuples(st.just("refund"), st.integers(0, 900)),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return one shop for all examples; each has an order of its own."""
    path: Path = tmp_path_factory.mktemp("convergence") / "shop.sqlite3"
    bench = Bench(f"sqlite:///{path}")
    yield bench
    bench.close()


numbers = itertools.count(1)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(step, max_size=8))
def test_any_course_of_an_order_ends_where_the_host_stands(
    shop: Bench, steps: list[tuple[str, str | int]]
) -> None:
    order_id = next(numbers)
    with shop.make() as session:
        session.add(Purchase(id=order_id, entries=entries([1000, 990])))
        session.commit()
    for how, what in steps:
        live(shop, order_id, how, what)
    reconcile(shop)
    stood, paid_back = last_stand(shop, order_id, steps)
    assert shop.order(order_id).state == stood
    returned = sum(back for _, back in shop.lines(order_id).values())
    assert returned == min(1990, paid_back)
    assert reconcile(shop) == []


def live(shop: Bench, order_id: int, how: str, what: str | int) -> None:
    """Take one step of the host's own code."""
    with shop.make() as session:
        if how == "bulk":
            session.execute(sa.update(Purchase).filter_by(id=order_id).values(status=what))
        elif how == "refund":
            session.add(Payback(purchase_id=order_id, cents=what))
        else:
            order = session.get_one(Purchase, order_id)
            savepoint = session.begin_nested() if how in ("savepoint", "undone") else None
            order.status = str(what)
            session.flush()
            if savepoint is not None:
                savepoint.commit() if how == "savepoint" else savepoint.rollback()
        session.rollback() if how == "rollback" else session.commit()


def last_stand(shop: Bench, order_id: int, steps: list[tuple[str, str | int]]) -> tuple[str, int]:
    """Return the last state that meant something and was seen, and the sum paid back."""
    stood, status, was_seen = "placed", "open", True
    for how, what in steps:
        if how in ("commit", "savepoint", "bulk"):
            status, was_seen = str(what), how != "bulk"
            if was_seen and status in STANDS_FOR:
                stood = STANDS_FOR[status]
    stood = STANDS_FOR.get(status, stood)
    return stood, sum(int(what) for how, what in steps if how == "refund")


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(order=st.permutations(["placed", "paid:1", "cancelled:2", "paid:3", "refunded:1"]))
def test_events_worked_off_in_any_order_end_the_same(shop: Bench, order: list[str]) -> None:
    order_id = next(numbers)
    shop.app.works_inbox_on_commit = False
    try:
        with shop.make() as session:
            session.add(Purchase(id=order_id, entries=entries([1000, 990])))
            session.commit()
        shop.set_status(order_id, "paid", "cancelled", "paid")
        with shop.make() as session:
            session.add(refund := Payback(purchase_id=order_id, cents=199))
            session.commit()
            order = [key.replace("refunded:1", f"refunded:{refund.id}") for key in order]
    finally:
        shop.app.works_inbox_on_commit = True
    with shop.own() as session:
        shop.app.work_inbox(session, [f"{order_id}:{key}" for key in order])
        waiting = sa.select(sa.func.count()).select_from(ROW).where(ROW.state != "done")
        assert session.scalar(waiting) == 0
        assert session.scalar(sa.select(ORDER.revision).filter_by(host_key=str(order_id)))
    assert shop.order(order_id).state == "paid"
    assert shop.lines(order_id) == {"1": (1000, 100), "2": (990, 99)}
