"""Claims about settling payouts: by whom, once, and what the bank's file holds."""

from __future__ import annotations

import csv
import html
import io

import pytest
from flask.testing import FlaskClient

from flask_community.earnings.models import Payout
from flask_community.errors import Conflict, Forbidden
from flask_community.money import Money
from tests.rooms import together
from tests.stall import Stall

PAGE = "/community/owner/payouts"


def asked(stall: Stall, minor: int = 2_000, key: str = "form-1") -> Payout:
    """Return a payout that Ann asked for out of what she earned."""
    if not stall.stands():
        stall.earn(40_000)
    payout = stall.earnings.cash_out(stall.ann_id, Money(minor, "CNY"), key)
    stall.shop.session.commit()
    return payout


def settle(stall: Stall, payout: Payout, verb: str, word: str, actor_id: int | None = None) -> None:
    actor_id = actor_id or stall.bob_id
    if verb == "sent":
        stall.earnings.payout_sent(payout.id, actor_id=actor_id, reference=word)
    else:
        stall.earnings.payout_failed(payout.id, actor_id=actor_id, reason=word)
    stall.shop.session.commit()


def test_what_waits_is_summed_up_by_currency_with_the_oldest(stall: Stall) -> None:
    assert stall.earnings.payouts_waiting().count == 0
    first = asked(stall, 1_000)
    stall.shop.clock.forward(days=1)
    asked(stall, 1_000, "form-2")
    waiting = stall.earnings.payouts_waiting()
    assert (waiting.count, waiting.sums, waiting.oldest) == (2, {"CNY": 2_000}, first.asked_at)
    settle(stall, first, "sent", "T-1")
    assert stall.earnings.payouts_waiting().count == 1


@pytest.mark.parametrize("verb", ["sent", "failed"])
def test_nobody_settles_his_own_payout(stall: Stall, verb: str) -> None:
    payout = asked(stall)
    with pytest.raises(Forbidden):
        settle(stall, payout, verb, "T-1", stall.ann_id)
    stall.shop.session.rollback()
    assert stall.stands() == {"in_payout": 2_000}


@pytest.mark.parametrize("verb", ["sent", "failed"])
def test_a_settlement_told_twice_is_one(stall: Stall, verb: str) -> None:
    payout = asked(stall)
    for _ in range(2):
        settle(stall, payout, verb, "T-1")
    assert stall.told().count(f"payout_{verb}") == 1
    assert stall.stands() == ({"paid": 2_000} if verb == "sent" else {"available": 2_000})


@pytest.mark.parametrize(("verb", "word"), [("failed", "T-1"), ("sent", "T-2")])
def test_what_was_sent_is_not_settled_otherwise(stall: Stall, verb: str, word: str) -> None:
    payout = asked(stall)
    settle(stall, payout, "sent", "T-1")
    with pytest.raises(Conflict):
        settle(stall, payout, verb, word)


def test_of_two_who_settle_at_once_one_wins(stall: Stall) -> None:
    payout_id = asked(stall).id

    def do(number: int) -> str:
        with stall.shop.app.app_context(), stall.shop.site.unit() as services:
            earnings, by = services.earnings, stall.bob_id
            if number:
                return earnings.payout_failed(payout_id, actor_id=by, reason="Closed.").state
            return earnings.payout_sent(payout_id, actor_id=by, reference="T-1").state

    answers = together(do, 2)
    stall.shop.session.rollback()
    (won,) = [one for one in answers if isinstance(one, str)]
    assert stall.stands() == ({"paid": 2_000} if won == "paid" else {"available": 2_000})


# -- the page --


def test_the_owner_reads_who_waits_and_notes_that_it_was_sent(stall: Stall) -> None:
    payout = asked(stall)
    client = keeper(stall, "owner")
    page = html.unescape(client.get(PAGE).text)
    assert "1 payout waits" in page
    assert "¥20" in page
    form = {**token(page), "reference": "T-4711"}
    for _ in range(2):
        assert client.post(f"{PAGE}/{payout.id}/sent", data=form).status_code == 303
    page = html.unescape(client.get(PAGE).text)
    assert "Nobody waits for money." in page
    assert "T-4711" in page
    assert stall.stands() == {"paid": 2_000}


def test_the_owners_own_payout_is_left_to_a_lead(stall: Stall) -> None:
    stall.ann.rank = "owner"
    payout = asked(stall)
    own, lead = stall.shop.client(stall.ann), keeper(stall, "lead")
    page = own.get(PAGE).text
    assert "Your own" in page
    assert f"/payouts/{payout.id}/sent" not in page
    form = {**token(own.get("/community/found").text), "reference": "T-1"}
    assert own.post(f"{PAGE}/{payout.id}/sent", data=form).status_code == 403
    form = {**token(lead.get(PAGE).text), "reference": "T-1"}
    assert lead.post(f"{PAGE}/{payout.id}/sent", data=form).status_code == 303
    assert stall.stands() == {"paid": 2_000}


def test_a_page_holds_so_many_and_leads_to_the_rest(stall: Stall) -> None:
    stall.earn(500_000)
    payouts = [asked(stall, 1_000, f"form-{number}") for number in range(23)]
    settle(stall, payouts[0], "sent", "T-1")
    client = keeper(stall, "lead")
    first = client.get(PAGE).text
    assert first.count('name="reference"') == 20
    assert f"after={payouts[20].id}" in first
    rest = client.get(f"{PAGE}?after={payouts[20].id}").text
    assert rest.count('name="reference"') == 2


def test_the_banks_file_runs_no_formula_and_leaves_out_ones_own(stall: Stall) -> None:
    stall.ann.nick = "=1+1"
    payout = asked(stall)
    text = keeper(stall, "owner").get(f"{PAGE}.csv").get_data().decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(text))
    assert row == [str(payout.id), "2026-11-15", "'=1+1", str(stall.ann.id), "20.00", "CNY"]
    stall.ann.rank = "owner"
    stall.shop.session.commit()
    own = stall.shop.client(stall.ann).get(f"{PAGE}.csv").get_data().decode("utf-8-sig")
    assert len(own.splitlines()) == 1


def keeper(stall: Stall, rank: str) -> FlaskClient:
    """Return the browser of somebody of this rank."""
    return stall.shop.client(stall.shop.user(rank, rank=rank))


def token(page: str) -> dict[str, str]:
    """Return the token of a page's forms."""
    return {"community_csrf": page.split('name="community_csrf" value="')[1].split('"')[0]}
