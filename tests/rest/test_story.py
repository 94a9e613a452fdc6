"""The main job over JSON alone: with cookies, and with tokens, no cookies and no HTML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rest.callers import Caller, open_token_shop
from tests.shops import Order, Shop, open_shop

LETTER = {"kind": "part_refund", "percent": 50, "letter": "Dear {name}, {amount}."}


@pytest.fixture(params=[open_shop, open_token_shop], ids=["cookies", "tokens"])
def shop(request: pytest.FixtureRequest, database_url: str) -> Iterator[Shop]:
    """Return a shop of each kind, with two things on the shelf."""
    with request.param(database_url) as opened:
        opened.product("gaiwan")
        opened.product("tray")
        yield opened


def test_the_main_job_runs_over_json_alone(shop: Shop) -> None:
    ann = Caller(shop, shop.user("ann"))
    ann.buy("tray")
    _deliver(shop)
    address = _tell_and_share(ann)
    bob = _come_through(shop, address)
    assert [one["state"] for one in ann.get("/rewards")["items"]] == ["pending"]
    (balance,) = ann.get("/balances")["items"]
    assert balance["pending"] == {"minor": 500, "currency": "CNY"}
    _deliver(shop)
    number = _complain(bob)
    _decide(Caller(shop, shop.user("mod", rank="moderator")), number)
    assert bob.get(f"/complaints/{number}")["state"] == "offered"
    assert bob.post(f"/complaints/{number}/accept")["state"] == "resolved"
    assert [remedy.amount.minor for remedy in shop.hooks.remedies.values() if remedy.amount] == [
        5_000
    ]
    assert "reward_held" in [one["kind"] for one in ann.get("/notices")["items"]]


def _tell_and_share(ann: Caller) -> str:
    ann.post("/labels", {"name": "Slow tea", "statement": "Tea takes time."}, status=201)
    (line,) = ann.get("/lines?untold=true")["items"]
    told = {"line": line["id"], "title": "Good", "body": "Heavy.", "label": "slow-tea"}
    post = ann.post("/posts", told, status=201)
    assert ann.get("/labels/slow-tea/posts?tab=new")["items"][0]["id"] == post["id"]
    return str(ann.put("/products/gaiwan/share")["address"])


def _come_through(shop: Shop, address: str) -> Caller:
    """Let Bob open the link, sign up and buy."""
    bob = Caller(shop)
    led = bob.post("/visits", {"token": address.rpartition("/")[2]})
    assert led["target"] == "/p/gaiwan"
    bob.remember(led["touches"])
    assert [one["sharer"] for one in bob.get("/touches")["items"]] == ["ann"]
    bob.sign_in(shop.user("bob"))
    bob.put("/me/touches", status=204)
    bob.buy("gaiwan", batch="B7")
    return bob


def _deliver(shop: Shop) -> None:
    for order in shop.session.query(Order).filter_by(status="paid"):
        shop.set_status(order, "done")
    shop.site.run_jobs()


def _complain(bob: Caller) -> int:
    (line,) = bob.get("/lines")["items"]
    assert bob.get(f"/lines/{line['id']}/similar") == {"notice": None, "offers": []}
    wrong = {"line": line["id"], "reason": "broken", "text": "Cracked.", "same_problem": True}
    return int(bob.post("/complaints", wrong, status=201)["id"])


def _decide(mod: Caller, number: int) -> None:
    """Take the item, open the case, decide and have it carried out."""
    (item,) = mod.get("/desk/items")["items"]
    there = f"/desk/items/{item['id']}"
    assert mod.put(f"{there}/claim", If_Match=mod.tag(there))["claimed_by"] == mod.get("/me")["id"]
    opened = {"complaints": [number], "title": "Cracks", "reason": "Kiln"}
    case = mod.post("/desk/cases", opened, status=201)
    there = f"/desk/cases/{case['id']}"
    assert mod.post(f"{there}/preview", LETTER)["letters"] == ["Dear bob, ¥50."]
    decided = mod.post(
        f"{there}/remedies",
        {**LETTER, "reason": "Half is fair."},
        If_Match=mod.tag(there),
        Idempotency_Key="half-of-it",
    )
    (operation,) = decided["operations"]
    started = f"{there}/operations/{operation}/start"
    mod.post(started, If_Match=mod.tag(there))
    mod.shop.clock.forward(minutes=1)
    mod.shop.site.run_jobs()
    assert mod.get(there)["state"] == "resolved"
