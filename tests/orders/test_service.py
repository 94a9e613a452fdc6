"""Claims about orders, lines and products as the events tell them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from flask_community.errors import Conflict, NotFound

from .bench import NOON, ROW, Bench, Entry, Good, Purchase, purchase


def test_an_event_is_worked_off_once(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    bench.buy()
    with bench.own() as session:
        service = bench.app.service(session)
        assert (service.work("1:placed"), service.work("1:placed")) == (True, False)
        assert not service.work("no such row")


def test_a_late_event_does_not_turn_the_order_back(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    bench.set_status(bench.buy(), "paid", "cancelled")
    with bench.own() as session:
        service = bench.app.service(session)
        for key in ("1:cancelled:2", "1:placed", "1:paid:1"):
            assert service.work(key)
            session.commit()
    assert (bench.order().state, bench.order().paid_at) == ("cancelled", None)


def test_a_late_event_does_not_bring_old_lines_back(bench: Bench) -> None:
    bench.app.works_inbox_on_commit = False
    order_id = bench.buy()
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        order.entries = [Entry(key="new", sku="pu-erh", cents=7)]
        order.status = "paid"
        session.commit()
    with bench.own() as session:
        service = bench.app.service(session)
        for key in ("1:paid:1", "1:placed"):
            assert service.work(key)
            session.commit()
    assert bench.lines() == {"new": (7, 0)}


def test_a_line_taken_out_before_the_payment_counts_nothing(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        del order.entries[0]
        order.status = "paid"
        session.commit()
    assert bench.lines() == {"1": (0, 0), "2": (990, 0)}
    with bench.own() as session:
        lines = bench.app.service(session).lines(bench.order().id)
        assert [line.line_key for line in lines] == ["2"]


def test_a_paid_order_is_never_repriced_but_learns_its_batch(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        order.entries[0].cents, order.entries[0].batch = 1, "B-2"
        order.status = "done"
        session.commit()
    assert bench.lines()["1"] == (1000, 0)
    with bench.own() as session:
        service = bench.app.service(session)
        product = service.product_of("gaiwan")
        assert service.buyers_of(product.id, batch="B-2") == [bench.order().buyer_id]


def test_a_guest_who_opens_an_account_becomes_the_buyer(bench: Bench) -> None:
    order_id = bench.buy(buyer=None)
    assert bench.order().buyer_id is None
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        order.shopper_id, order.status = 2, "paid"
        session.commit()
    assert bench.order().buyer_id is not None


def test_times_are_those_of_the_events(bench: Bench) -> None:
    order_id = bench.buy()
    for status, hours in (("paid", 1), ("done", 2)):
        bench.app.clock.forward(hours=1)
        bench.set_status(order_id, status)
        assert bench.app.clock() == NOON + dt.timedelta(hours=hours)
    order = bench.order()
    assert order.placed_at == NOON
    assert order.paid_at == NOON + dt.timedelta(hours=1)
    assert order.delivered_at == NOON + dt.timedelta(hours=2)


def test_only_what_reached_the_buyer_is_his_to_write_about(bench: Bench) -> None:
    bench.buy("paid")
    bench.set_status(bench.buy("done"), "cancelled")
    with bench.own() as session:
        service = bench.app.service(session)
        buyer = bench.order().buyer_id
        assert buyer is not None
        reached, paid = (
            {line.order_id for line in service.lines_of_buyer(buyer, delivered=delivered)}
            for delivered in (True, False)
        )
    assert (reached, paid) == ({bench.order(2).id}, {bench.order(1).id})


def test_each_buyer_of_a_batch_is_named_once(bench: Bench) -> None:
    for buyer in (1, 1, 2, None):
        bench.buy("paid", buyer=buyer)
    bench.buy("open", buyer=2)
    with bench.own() as session:
        service = bench.app.service(session)
        product = service.product_of("gaiwan")
        assert len(service.buyers_of(product.id)) == 2
        assert len(service.buyers_of(product.id, batch="B-1")) == 2
        assert service.buyers_of(product.id, batch="B-9") == []


def test_a_product_is_known_before_anybody_bought_it(bench: Bench) -> None:
    with bench.own() as session:
        service = bench.app.service(session)
        product = service.product_of("pu-erh")
        assert (product.title, product.field, product.host_id) == ("Gaiwan", "teaware", "pu-erh")
        assert service.product_of("pu-erh") is product
        assert service.product_url(product) == "/"
        with pytest.raises(NotFound):
            service.product_of("no such")


def test_a_product_follows_its_name_and_stays_when_it_is_deleted(bench: Bench) -> None:
    bench.buy("paid")
    with bench.make() as session:
        session.get_one(Good, "gaiwan").name = "Celadon gaiwan"
        session.commit()
    bench.buy("paid")
    with bench.make() as session:
        session.execute(sa.delete(Entry))
        session.delete(session.get_one(Good, "gaiwan"))
        session.commit()
    with bench.own() as session:
        service = bench.app.service(session)
        product = service.product_of("gaiwan")
        assert product.title == "Celadon gaiwan"
        assert service.product_url(product) is None


def test_a_seller_is_known_by_his_member_id(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.app, "seller_of", lambda sku: 2 if sku == "gaiwan" else None)
    bench.buy("paid")
    with bench.own() as session:
        assert bench.app.service(session).product_of("gaiwan").seller_id is not None


def test_an_order_is_found_by_the_hosts_key(bench: Bench) -> None:
    order_id = bench.buy()
    with bench.own() as session:
        service = bench.app.service(session)
        found = service.find(order_id)
        assert found is not None
        assert service.order(found.id) is found
        assert service.find(99) is None
        for look_up in (service.order, service.product, service.line):
            with pytest.raises(NotFound):
                look_up(99)


def test_two_lines_with_one_key_are_refused_with_a_reason(bench: Bench) -> None:
    with bench.make() as session:
        session.add(order := purchase())
        order.entries[1].key = "1"
        session.commit()
    with bench.own() as session:
        error = session.scalars(sa.select(ROW.error)).one()
    assert error == "BindingError: two lines of the order have the key '1'"


def test_a_line_that_comes_with_a_later_event_is_kept(bench: Bench) -> None:
    order_id = bench.buy("paid")
    with bench.make() as session:
        order = session.get_one(Purchase, order_id)
        order.entries = [*order.entries, Entry(key="gift", sku="pu-erh", cents=1)]
        order.status = "done"
        session.commit()
    assert bench.lines() == {"1": (1000, 0), "2": (990, 0), "gift": (1, 0)}


def test_what_is_kept_about_a_buyer_is_handed_out_and_forgotten(bench: Bench) -> None:
    bench.app.cookie = [{"link": 3}]
    bench.buy("paid")
    with bench.own() as session:
        service = bench.app.service(session)
        member = bench.order().buyer_id
        assert member is not None
        (told,) = service.export(member)
        assert (told["order"], told["touches"]) == ("1", [{"link": 3}])
        service.erase(member)
        service.erase(member)
        session.commit()
        left = session.execute(sa.select(ROW.facts, ROW.touches)).all()
    assert set(map(tuple, left)) == {(None, None)}
    assert (bench.order().touches, bench.order().state) == (None, "paid")


def test_the_loser_of_a_race_for_a_new_order_tries_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.app.works_inbox_on_commit = False
    bench.buy("paid")
    with bench.own() as session:
        service = bench.app.service(session)
        monkeypatch.setattr("flask_community.orders.intake.insert_once", lambda *_, **__: False)
        with pytest.raises(Conflict):
            service.work("1:placed")


def test_the_check_on_returns_holds_in_the_database(bench: Bench) -> None:
    bench.buy("paid")
    with bench.own() as session, pytest.raises((sa.exc.IntegrityError, sa.exc.OperationalError)):
        session.execute(sa.text("UPDATE community_order_line SET returned_minor = 5000"))
