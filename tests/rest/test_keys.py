"""Claims about requests with a key: sent again, they have one effect and one answer."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from flask_community.communities.models import Label
from flask_community.rest.keys import KEPT
from flask_community.rest.models import KeyedRequest
from tests.rest.callers import Caller, TokenShop
from tests.shops import db

NEW = {"name": "Slow tea", "statement": "Tea takes time."}
KEY = "one-wish-of-ann"


def count(shop: TokenShop, kind: type[Label] | type[KeyedRequest] = Label) -> int:
    rows = sa.select(sa.func.count()).select_from(shop.site.binding.models[kind])
    return int(shop.session.scalar(rows) or 0)


def test_the_same_wish_again_gets_the_same_answer_and_makes_nothing(
    ann: Caller, token_shop: TokenShop
) -> None:
    first, again = (ann.send("POST", "/labels", NEW, Idempotency_Key=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert (count(token_shop), count(token_shop, KeyedRequest)) == (1, 1)


def test_a_key_is_good_for_one_wish(ann: Caller, token_shop: TokenShop) -> None:
    ann.post("/labels", NEW, status=201, Idempotency_Key=KEY)
    other = ann.post("/labels", {**NEW, "name": "Other"}, status=422, Idempotency_Key=KEY)
    assert other["errors"][0]["field"] == "Idempotency-Key"
    assert count(token_shop) == 1


def test_a_key_is_its_members_own(ann: Caller, token_shop: TokenShop) -> None:
    bob = Caller(token_shop, token_shop.user("bob"))
    ann.post("/labels", NEW, status=201, Idempotency_Key=KEY)
    bob.post("/labels", {**NEW, "name": "Other"}, status=201, Idempotency_Key=KEY)
    assert count(token_shop) == 2


def test_a_refused_wish_leaves_its_key_free(ann: Caller, token_shop: TokenShop) -> None:
    ann.post("/labels", {**NEW, "name": "!"}, status=422, Idempotency_Key=KEY)
    ann.post("/labels", NEW, status=201, Idempotency_Key=KEY)
    assert count(token_shop, KeyedRequest) == 1


@pytest.mark.parametrize("key", ["", "short", "a" * 61, "with space in", "schl\u00fcssel"])
def test_a_key_is_plain_and_long_enough(ann: Caller, key: str) -> None:
    ann.post("/labels", NEW, status=400, Idempotency_Key=key)


def test_a_key_excuses_no_unknown_query(ann: Caller) -> None:
    ann.post("/labels?x=1", NEW, status=422, Idempotency_Key=KEY)


def test_what_is_kept_of_a_moderators_answer_names_nobody(token_shop: TokenShop) -> None:
    eve = token_shop.user("eve")
    token_shop.order(eve, (token_shop.product("lid"), 5_000))
    caller, mod = Caller(token_shop, eve), Caller(token_shop, token_shop.user("m", rank="lead"))
    (line,) = caller.get("/lines")["items"]
    wrong = {"line": line["id"], "reason": "broken", "text": "Cracked."}
    number = caller.post("/complaints", wrong, status=201)["id"]
    opened = {"complaints": [number], "title": "Cracks", "reason": "Kiln"}
    answer = mod.post("/desk/cases", opened, status=201, Idempotency_Key=KEY)
    assert answer == {"id": 1, "state": "open", "operations": []}


def test_money_asks_for_a_key(ann: Caller) -> None:
    wanted = {"amount": {"minor": 1_000, "currency": "CNY"}}
    refused = ann.post("/payouts", wanted, status=400)
    assert refused["errors"][0]["field"] == "Idempotency-Key"


def test_an_old_key_is_forgotten_with_its_answer(ann: Caller, token_shop: TokenShop) -> None:
    ann.post("/labels", NEW, status=201, Idempotency_Key=KEY)
    token_shop.clock.forward(seconds=KEPT.total_seconds() + 1)
    ann.post("/labels", {**NEW, "name": "Other"}, status=201, Idempotency_Key="another-wish")
    assert count(token_shop, KeyedRequest) == 1


def test_of_many_at_once_one_has_the_effect(ann: Caller, token_shop: TokenShop) -> None:
    ann.get("/me")
    answers: list[tuple[int, bytes]] = []
    gate = threading.Barrier(6)

    def wish() -> None:
        app = Caller(token_shop)
        app.headers.update(ann.headers)
        gate.wait()
        answer = app.send("POST", "/labels", NEW, Idempotency_Key=KEY)
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=wish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert count(token_shop) == 1
    assert {status for status, _ in answers} <= {201, 409, 503}
    assert len({body for status, body in answers if status == 201}) == 1


def test_a_person_gets_and_forgets_his_requests(ann: Caller, token_shop: TokenShop) -> None:
    made = ann.post("/labels", NEW, status=201, Idempotency_Key=KEY)
    member_id = ann.get("/me")["id"]
    kept = ann.get("/me/kept")["kept"]["requests"]
    assert [one["answered"] for one in kept] == [made]
    token_shop.services().personal.erase(member_id, actor_id=None)
    token_shop.session.commit()
    assert count(token_shop, KeyedRequest) == 0
