"""Claims about `community.orders.paid(order)` and its sisters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from flask_community.errors import BindingError
from flask_community.orders.calls import OrderCalls

from .bench import ORDER, Bench, Payback, Purchase, Shopper, purchase


def test_a_call_and_the_watch_together_count_once(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        bench.calls.placed(order)
        session.commit()
        order.status = "paid"
        bench.calls.paid(order)
        bench.calls.paid(order)
        session.commit()
        bench.calls.paid(order)
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1"]


def test_a_late_webhook_does_not_pay_a_delivered_order_again(bench: Bench) -> None:
    order_id = bench.buy("done")
    with bench.make() as session:
        bench.calls.paid(session.get_one(Purchase, order_id))
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1", "1:delivered:2"]


def test_a_charge_back_and_its_end(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        for call in (bench.calls.charged_back, bench.calls.dispute_won, bench.calls.dispute_won):
            call(order)
            session.commit()
    assert bench.rows()[2:] == ["1:charged_back:2", "1:dispute_won:3"]
    assert bench.order().state == "paid"


def test_a_call_that_the_host_rolls_back_is_forgotten(bench: Bench) -> None:
    order_id = bench.buy()
    with orm.Session(bench.engine, expire_on_commit=False) as session:
        order = session.get_one(Purchase, order_id)
        session.commit()
        bench.calls.paid(order)
        session.rollback()
        session.commit()
    assert bench.rows() == ["1:placed"]


def test_calls_of_one_transaction_keep_their_order(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        bench.calls.paid(order)
        bench.calls.delivered(order)
        bench.calls.cancelled(order)
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1", "1:delivered:2", "1:cancelled:3"]
    assert bench.order().state == "cancelled"


def test_touches_given_with_the_call_win_over_the_cookie(bench: Bench) -> None:
    bench.app.cookie = ["cookie"]
    with bench.make() as session:
        session.add(order := purchase())
        bench.calls.placed(order, touches=["header"])
        session.commit()
    assert bench.order().touches == ["header"]


def test_a_placed_call_reads_the_cookie_and_a_paid_call_never(
    bench: Bench, unwatched: None
) -> None:
    order_id = bench.buy()
    bench.app.cookie, bench.app.asked = ["buyer's"], 0
    with bench.make() as session:
        bench.calls.placed(session.get_one(Purchase, order_id))
        session.commit()
    bench.app.cookie = ["admin's"]
    with bench.make() as session:
        bench.calls.paid(session.get_one(Purchase, order_id))
        session.commit()
    assert (bench.order().touches, bench.app.asked) == (["buyer's"], 1)


def test_without_a_watch_only_calls_count(bench: Bench, unwatched: None) -> None:
    order_id = bench.buy("paid")
    bench.set_status(order_id, "done")
    assert bench.rows() == []
    with bench.make() as session:
        bench.calls.paid(session.get_one(Purchase, order_id))
        session.commit()
    assert bench.rows() == ["1:placed", "1:paid:1"]


def test_a_refund_before_the_payment_is_kept_and_applied(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        bench.calls.refunded(order, "re_1", lines={"1": 400})
        session.commit()
        assert bench.rows() == ["1:placed", "1:refunded:re_1"]
        order.status = "paid"
        session.commit()
    assert bench.lines() == {"1": (1000, 400), "2": (990, 0)}
    with bench.own() as session:
        order_row = session.scalars(sa.select(ORDER)).one()
        assert sorted(bench.app.service(session).kept(order_row).values()) == [600, 990]


def test_a_refund_id_seen_before_does_nothing(bench: Bench) -> None:
    order_id = bench.buy("paid")
    for amount in (100, 900):
        with bench.make() as session:
            order = session.get_one(Purchase, order_id)
            bench.calls.refunded(order, "re_1", lines={"1": amount})
            session.commit()
    assert bench.lines()["1"] == (1000, 100)


def test_refund_ids_differ_by_case(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        for name in ("re_a", "re_A"):
            bench.calls.refunded(order, name, lines={"1": 100})
        session.commit()
    assert bench.lines()["1"] == (1000, 200)


def test_a_refund_called_out_and_in_its_row_counts_once(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        session.add(refund := Payback(purchase_id=order_id, cents=100))
        session.flush()
        order = session.get_one(Purchase, order_id)
        bench.calls.refunded(order, refund.id, amount_minor=100)
        session.commit()
    assert bench.rows()[2:] == ["1:refunded:1"]


def test_a_refund_of_all_takes_what_is_left(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        bench.calls.refunded(order, "a", amount_minor=5)
        bench.calls.refunded(order, "b")
        session.commit()
    assert bench.lines() == {"1": (1000, 1000), "2": (990, 990)}


def test_a_refund_of_an_unknown_line_waits_and_says_why(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        bench.calls.refunded(order, "a", lines={"9": 5})
        session.commit()
    assert bench.states() == ["done", "done", "new"]
    assert bench.lines() == {"1": (1000, 0), "2": (990, 0)}


def test_an_order_in_no_session_is_a_clear_error(bench: Bench) -> None:
    with pytest.raises(BindingError, match="in no session"):
        bench.calls.paid(purchase())


def test_something_else_than_an_order_is_a_clear_error(bench: Bench) -> None:
    for calls in (bench.calls, OrderCalls(lambda: [sa.MetaData()])):
        with pytest.raises(BindingError, match="no order of this shop"):
            calls.paid(Shopper())


def test_an_order_that_we_loaded_is_a_clear_error(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.own() as session, pytest.raises(BindingError, match="load it in your session"):
        bench.calls.paid(session.get_one(Purchase, order_id))
