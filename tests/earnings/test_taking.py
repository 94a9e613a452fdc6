"""Claims about taking a reward on the page: the choice, and the proof that the shop may ask for."""

from __future__ import annotations

import html
import re

from flask import Response
from flask.testing import FlaskClient

from flask_community.hooks import HostHooks
from tests.stall import Stall

TAKE = "/community/my/rewards/cash-out"


def page_of(client: FlaskClient, path: str = "/community/my/rewards") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def form_of(page: str, **more: str) -> dict[str, str]:
    """Return what a browser sends of the form, the first choice taken unless told."""
    fields = re.findall(r'name="(community_csrf|key|currency|amount)"[^>]*value="([^"]*)"', page)
    return {**dict(fields), "way": ways_of(page)[0], **more}


def ways_of(page: str) -> list[str]:
    """Return the ways that are offered; the first one is ticked."""
    found = re.findall(r'name="way" value="(\w+)"( checked)?', page)
    assert [bool(ticked) for _, ticked in found] == [True, False][: len(found)]
    return [way for way, _ in found]


def ask_for_proof(stall: Stall) -> None:
    """Let the shop send whoever takes a reward to the page where he proves himself."""
    stall.shop.hooks.proof = Response("", 303, {"Location": "/prove"})


def test_credit_and_money_are_a_choice_that_needs_no_script(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    page = page_of(client)
    assert ways_of(page) == ["store_credit", "money"]
    for _ in range(2):
        assert client.post(TAKE, data=form_of(page, amount="12.50")).status_code == 303
    assert stall.stands() == {"available": 750}
    assert [str(amount) for _, amount in stall.shop.hooks.credits.values()] == ["12.50 CNY"]
    assert "store credit ¥12.50" in page_of(client)


def test_what_is_too_little_for_money_can_be_taken_as_credit(stall: Stall) -> None:
    stall.earn()
    page = page_of(stall.shop.client(stall.ann))
    assert ways_of(page) == ["store_credit"]
    assert "You can cash out from ¥10." in page


def test_without_the_hook_there_is_money_alone(stall: Stall) -> None:
    stall.earn(40_000)
    stall.shop.site.hooks = HostHooks()
    client = stall.shop.client(stall.ann)
    page = page_of(client)
    assert ways_of(page) == ["money"]
    assert client.post(TAKE, data=form_of(page, way="store_credit")).status_code == 501
    assert client.post(TAKE, data=form_of(page)).status_code == 303
    assert stall.stands() == {"in_payout": 2_000}


def test_a_way_that_is_none_is_refused(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    assert client.post(TAKE, data=form_of(page_of(client), way="gold")).status_code == 422
    assert stall.stands() == {"available": 2_000}


def test_who_must_prove_himself_comes_back_with_nothing_lost(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    ask_for_proof(stall)
    asked = client.post(TAKE, data=form_of(page_of(client), way="money", amount="12.50"))
    assert asked.status_code == 303
    assert stall.stands() == {"available": 2_000}
    assert client.get(asked.location).location == "/prove"
    stall.shop.hooks.proof = None
    back = client.get(asked.location)
    page = page_of(client, back.location)
    assert ways_of(page) == ["money", "store_credit"]
    assert form_of(page)["amount"] == "12.50"
    client.post(TAKE, data=form_of(page))
    assert stall.stands() == {"available": 750, "in_payout": 1_250}


def test_what_no_longer_can_be_taken_is_not_proposed(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    for wish in ("way=money&minor=999999", "way=gold&minor=100", "minor=100"):
        page = page_of(client, f"/community/my/rewards?currency=CNY&{wish}")
        assert form_of(page)["amount"] == "20.00"


def test_a_proof_of_a_stranger_leads_to_the_log_in(stall: Stall) -> None:
    answer = stall.shop.client().get("/community/my/rewards/prove/money/CNY/1250")
    assert answer.location.startswith("/login")


def test_days_on_which_rewards_ripen_stand_in_the_calendar(stall: Stall) -> None:
    stall.deliver(stall.sell())
    page = page_of(stall.shop.client(stall.ann))
    assert '<td class="fc-wait">15<span class="fc-vh">: ¥9.90</span></td>' in page
    assert '<td aria-current="date">1</td>' in page


def test_what_was_taken_back_is_a_figure_with_its_count(stall: Stall) -> None:
    stall.refund(stall.sell())
    page = page_of(stall.shop.client(stall.ann))
    assert '<dd data-balance="reversed">-¥9.90</dd>' in page
    assert "1 reward" in page
