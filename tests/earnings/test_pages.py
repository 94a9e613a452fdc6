"""Claims about the page of a member's own rewards."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from tests.stall import Stall


def _page(client: FlaskClient) -> str:
    answer = client.get("/community/my/rewards")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def _form(page: str) -> dict[str, str]:
    fields = re.findall(r'name="(community_csrf|key|currency|amount)"[^>]*value="([^"]*)"', page)
    return {**dict(fields), "way": "money"}


def test_a_stranger_is_asked_to_sign_in(stall: Stall) -> None:
    answer = stall.shop.client().get("/community/my/rewards")
    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_a_reward_says_what_when_and_why(stall: Stall) -> None:
    stall.deliver(stall.sell())
    page = _page(stall.shop.client(stall.ann))
    assert '<dd data-balance="pending">¥9.90</dd>' in page
    assert "payable on 15 Nov 2026" in page
    assert "bob" not in page


def test_cashing_out_by_the_form_asks_once(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    form = _form(_page(client))
    assert form["amount"] == "20.00"
    for _ in range(2):
        answer = client.post("/community/my/rewards/cash-out", data={**form, "amount": "12.50"})
        assert answer.status_code == 303
    assert stall.stands() == {"available": 750, "in_payout": 1_250}
    assert "¥12.50" in _page(client)


def test_a_wrong_amount_is_refused_in_words(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    form = _form(_page(client))
    for amount, status in (("20.01", 409), ("1", 422), ("1e9", 422), ("12.505", 422), ("", 422)):
        answer = client.post("/community/my/rewards/cash-out", data={**form, "amount": amount})
        assert answer.status_code == status, amount
    assert stall.stands() == {"available": 2_000}


def test_cashing_out_without_the_forms_own_mark_is_refused(stall: Stall) -> None:
    stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    form = _form(_page(client))
    del form["community_csrf"]
    assert client.post("/community/my/rewards/cash-out", data=form).status_code == 403


def test_one_who_owes_reads_it_and_finds_no_form(stall: Stall) -> None:
    order = stall.earn(40_000)
    client = stall.shop.client(stall.ann)
    client.post("/community/my/rewards/cash-out", data=_form(_page(client)))
    stall.refund(order, 20_000)
    page = _page(client)
    assert '<dd data-balance="debt">¥10</dd>' in page
    assert "cash-out" not in page
