"""Claims about how events add up to a state, and refunds to lines."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from flask_community.errors import BindingError, Refused
from flask_community.host import OrderEvent, OrderWatch
from flask_community.orders.rules import (
    OrderState,
    Returned,
    Standing,
    check_refund,
    course,
    is_news,
    kept_minor,
    missed,
    returned,
    seen,
    standing,
    wait,
)

PLACED, PAID, DELIVERED = OrderEvent.PLACED, OrderEvent.PAID, OrderEvent.DELIVERED
CANCELLED, BACK, WON = OrderEvent.CANCELLED, OrderEvent.CHARGED_BACK, OrderEvent.DISPUTE_WON
WATCH = OrderWatch("status", paid={"paid"}, delivered={"done"}, reversed={"void"})
ONLY_PAID = OrderWatch("status", paid={"paid"})

events = st.lists(st.sampled_from(list(OrderEvent)))
watched = st.sampled_from([PAID, DELIVERED, CANCELLED, None])


@pytest.mark.parametrize(
    ("happened", "state", "paid"),
    [
        ([], "placed", False),
        ([PAID], "paid", True),
        ([PAID, DELIVERED], "delivered", True),
        ([DELIVERED, PAID], "delivered", True),
        ([PAID, DELIVERED, PAID], "paid", True),
        ([PAID, CANCELLED], "cancelled", False),
        ([PAID, DELIVERED, CANCELLED, PAID], "paid", True),
        ([PAID, BACK], "charged_back", True),
        ([PAID, BACK, DELIVERED], "charged_back", True),
        ([PAID, DELIVERED, BACK, WON], "delivered", True),
        ([PAID, BACK, CANCELLED], "cancelled", False),
    ],
)
def test_events_add_up(happened: list[OrderEvent], state: str, paid: bool) -> None:
    now = standing(happened)
    assert (now.state, now.paid) == (state, paid)


@given(happened=events)
def test_every_state_event_gets_a_number_of_its_own(happened: list[OrderEvent]) -> None:
    numbered = [e for e in happened if e not in (PLACED, OrderEvent.REFUNDED)]
    assert standing(happened).changes == len(numbered)


@given(happened=events, event=st.sampled_from(sorted(set(OrderEvent) - {OrderEvent.REFUNDED})))
def test_an_event_told_twice_is_news_once(happened: list[OrderEvent], event: OrderEvent) -> None:
    assert not is_news(standing(happened).after(event), event)


@given(steps=st.lists(watched, min_size=1))
def test_what_the_watch_sees_leads_where_the_host_stands(steps: list[OrderEvent | None]) -> None:
    now = Standing()
    for step in steps:
        for event in (events := seen(now, step, WATCH)):
            now = now.after(event)
        assert step is None or now.state == step.value
        assert step is not DELIVERED or now.paid
        assert seen(now, step, WATCH) == []
        assert len(events) <= 2


def test_a_delivery_called_out_is_not_undone_by_a_watch_that_knows_only_paid() -> None:
    called = standing([PLACED, PAID, DELIVERED])
    assert seen(called, PAID, ONLY_PAID) == missed(called, PAID, ONLY_PAID) == []


def test_a_cancellation_called_out_is_not_undone_by_reconcile() -> None:
    called = standing([PLACED, PAID, CANCELLED])
    assert missed(called, PAID, ONLY_PAID) == []
    assert missed(called, PAID, WATCH) == [PAID]
    assert seen(called, PAID, ONLY_PAID) == [PAID]


def test_a_charge_back_is_not_undone_by_reconcile_but_a_cancellation_follows_it() -> None:
    called = standing([PLACED, PAID, BACK])
    assert missed(called, PAID, WATCH) == []
    assert missed(called, CANCELLED, WATCH) == [CANCELLED]


def test_the_course_of_an_order_knows_since_when() -> None:
    days = [dt.datetime(2026, 3, day, tzinfo=dt.UTC) for day in range(1, 7)]
    told = list(zip([PLACED, PAID, DELIVERED, BACK, WON, CANCELLED], days, strict=True))
    assert course(told[:5]).paid_at == days[1]
    assert course(told[:5]).delivered_at == days[2]
    assert (course(told).paid_at, course(told).delivered_at) == (None, days[2])
    anew = course([*told, (PAID, days[5])])
    assert (anew.paid_at, anew.delivered_at) == (days[5], None)


@st.composite
def orders_with_refunds(draw: st.DrawFn) -> tuple[dict[str, int], list[Returned]]:
    paid = draw(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**6), min_size=1))
    by_line = st.dictionaries(st.sampled_from(sorted(paid)), st.integers(0, 10**6))
    refunds = st.one_of(
        st.builds(Returned, lines=by_line),
        st.builds(Returned, amount_minor=st.integers(0, 10**6)),
    )
    return paid, draw(st.lists(refunds, max_size=6))


@given(case=orders_with_refunds())
def test_nothing_goes_back_beyond_what_was_paid(
    case: tuple[dict[str, int], list[Returned]],
) -> None:
    paid, refunds = case
    back = returned(paid, refunds)
    assert all(0 <= back[key] <= paid[key] for key in paid)
    assert returned(paid, [*refunds, Returned()]) == paid


@given(case=orders_with_refunds(), amount=st.integers(0, 10**6))
def test_an_amount_takes_exactly_itself_while_there_is_as_much_left(
    case: tuple[dict[str, int], list[Returned]], amount: int
) -> None:
    paid, refunds = case
    before = sum(returned(paid, refunds).values())
    after = sum(returned(paid, [*refunds, Returned(amount_minor=amount)]).values())
    assert after - before == min(amount, sum(paid.values()) - before)


def test_a_refund_of_a_line_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match="no line") as caught:
        returned({"a": 5}, [Returned(lines={"b": 1})])
    assert caught.value.data == {"lines": ["b"]}


@pytest.mark.parametrize(
    ("lines", "amount"), [({"a": -1}, None), ({"a": 1.5}, None), (None, -1), (None, 2.0), ({}, 1)]
)
def test_a_refund_is_integers_of_one_kind(lines: dict[str, int] | None, amount: int | None) -> None:
    with pytest.raises(BindingError):
        check_refund(lines, amount)


@pytest.mark.parametrize("state", OrderState)
def test_only_a_paid_order_keeps_money(state: OrderState) -> None:
    kept = kept_minor(state, is_paid=True, paid_minor=10, returned_minor=3)
    assert kept == (7 if state in ("paid", "delivered") else 0)
    assert kept_minor(state, is_paid=False, paid_minor=10, returned_minor=3) == 0


def test_each_failure_doubles_the_wait() -> None:
    assert [wait(n).total_seconds() for n in (1, 2, 3, 8)] == [15, 30, 60, 1920]


def test_nothing_has_happened_to_an_unknown_order() -> None:
    assert standing([]) == Standing()
