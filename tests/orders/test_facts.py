"""Claims about how an order of the host becomes a value."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from werkzeug.local import LocalProxy

from flask_community.errors import BindingError, CommunityError
from flask_community.host import Adapters, OrderFacts, OrderLine
from flask_community.orders.facts import snapshot

from .bench import BINDING, NOON, Bench, Good, Purchase, Shopper


@pytest.fixture
def goods(bench: Bench) -> dict[str, Any]:
    """Return a shopper and a good, loaded."""
    with bench.make() as session:
        return {"buyer": session.get_one(Shopper, 1), "product": session.get_one(Good, "gaiwan")}


def taken(buyer: Any, product: Any, **options: Any) -> dict[str, Any]:
    """Return the snapshot of an order that answers with these facts."""
    line = {"key": "1", "product": product, "quantity": 2, "paid_minor": 19_800}
    line.update({key: options.pop(key) for key in ("key", "paid_minor") if key in options})
    facts = {"placed_at": NOON, "currency": "CNY", "lines": [OrderLine(**line)], **options}
    answer = OrderFacts(buyer=buyer, **facts)
    host = dataclasses.replace(BINDING.host, adapters=Adapters(order_facts=lambda _: answer))
    return snapshot(host, Purchase(), lambda _: None)


def test_an_order_is_json_with_keys_as_text(goods: dict[str, Any]) -> None:
    assert taken(**goods) == {
        "buyer": "1",
        "placed_at": "2026-03-02T12:00:00+00:00",
        "currency": "CNY",
        "lines": [
            {
                **{"key": "1", "product": "gaiwan", "plain_title": "Gaiwan", "field": "teaware"},
                **{"titles": None, "seller": None, "quantity": 2, "paid_minor": 19_800},
                **{"batch": None, "variant": None},
            }
        ],
    }


def test_times_are_told_in_utc(goods: dict[str, Any]) -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    for told in (NOON.replace(tzinfo=None), NOON.astimezone(beijing)):
        assert taken(**goods, placed_at=told)["placed_at"] == NOON.isoformat()


def test_flask_logins_current_user_will_do_as_buyer(goods: dict[str, Any]) -> None:
    buyer = goods["buyer"]
    assert taken(LocalProxy(lambda: buyer), goods["product"])["buyer"] == "1"


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"buyer": "Tang Li"}, "is no Shopper"),
        ({"buyer": Shopper()}, "flush it first"),
        ({"product": None}, "is no Good"),
        ({"currency": "yuan"}, "ISO 4217"),
        ({"placed_at": "today"}, "must be a datetime"),
        ({"key": ""}, "1 to 190 characters"),
        ({"paid_minor": 2**60}, "may not be beyond"),
    ],
)
def test_a_wrong_answer_says_what_to_write(
    goods: dict[str, Any], wrong: dict[str, Any], advice: str
) -> None:
    with pytest.raises(CommunityError, match=advice):
        taken(**{**goods, **wrong})


def test_a_field_is_a_short_slug(goods: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Good, "community_field", lambda _: "x" * 81)
    with pytest.raises(BindingError, match="at most 80"):
        taken(**goods)
