"""Claims about what a member can keep of his rewards: receipts, a table, a calendar."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from flask_community.earnings.exports import as_calendar, as_csv
from flask_community.earnings.receipts import is_genuine
from tests.rest.callers import Caller, open_token_shop
from tests.shops import open_shop
from tests.stall import Stall

MINE = "/community/my/rewards"


@pytest.fixture
def stall(sqlite_url: str) -> Iterator[Stall]:
    """Return the stall on SQLite: no database decides anything here."""
    with open_shop(sqlite_url) as shop:
        yield Stall(shop)


def _reward(stall: Stall) -> int:
    return stall.earnings.rewards_of(stall.ann_id)[0].earning.id


def _receipt(stall: Stall) -> dict[str, Any]:
    answer = stall.shop.client(stall.ann).get(f"{MINE}/{_reward(stall)}/receipt.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    return dict(json.loads(answer.data))


def test_a_receipt_says_by_which_rule_and_what_became_of_it(stall: Stall) -> None:
    order = stall.earn(40_000)
    stall.refund(order, 10_000)
    receipt = _receipt(stall)
    assert (receipt["amount_minor"], receipt["credited_minor"]) == (2_000, 1_500)
    assert receipt["rule"]["reward_bps"] == receipt["rate_bps"] == 500
    assert [touch["link"] for touch in receipt["touches"]] == [stall.link.id]
    assert [(one["event"], one["minor"]) for one in receipt["history"]] == [
        ("order_paid", 2_000),
        ("hold_over", 2_000),
        ("refund_part", 500),
    ]


def test_a_receipt_tells_neither_the_buyer_nor_the_other_sharers(stall: Stall) -> None:
    cem = stall.shop.user("cem")
    stall.meet(stall.bob_id, stall.share(stall.shop.member_id(cem)))
    stall.shop.clock.forward(hours=1)
    stall.meet(stall.bob_id, stall.link)
    stall.shop.clock.forward(hours=1)
    stall.earn()
    assert sorted(bool(touch["link"]) for touch in _receipt(stall)["touches"]) == [
        False,
        True,
        True,
    ]
    page = stall.shop.client(stall.ann).get(f"{MINE}/{_reward(stall)}/receipt").text
    for name in ("bob", "cem"):
        assert name not in page
        assert name not in json.dumps(_receipt(stall))


def test_a_changed_receipt_is_not_the_shops(stall: Stall) -> None:
    stall.earn()
    receipt, settings = _receipt(stall), stall.shop.site.settings
    assert is_genuine(settings, receipt)
    assert not is_genuine(settings, {**receipt, "credited_minor": 99_999})
    assert not is_genuine(settings, {**receipt, "more": 1})
    assert not is_genuine(settings, {**receipt, "proof": None})


def test_the_command_knows_a_receipt_and_a_changed_one(stall: Stall, tmp_path: Path) -> None:
    stall.earn()
    receipt, file = _receipt(stall), tmp_path / "receipt.json"
    said = []
    for text in (
        json.dumps(receipt),
        json.dumps({**receipt, "credited_minor": 1}),
        "no JSON",
        "[]",
    ):
        file.write_text(text)
        done = stall.shop.app.test_cli_runner().invoke(
            args=["community", "verify-receipt", str(file)]
        )
        said.append(done.exit_code)
    assert said == [0, 1, 1, 1]


def test_the_receipt_of_another_is_not_there(stall: Stall) -> None:
    stall.earn()
    for end in ("", ".json"):
        path = f"{MINE}/{_reward(stall)}/receipt{end}"
        assert stall.shop.client(stall.bob).get(path).status_code == 404


def test_the_api_gives_the_same_receipt(sqlite_url: str) -> None:
    with open_token_shop(sqlite_url) as shop:
        stall = Stall(shop)
        stall.earn()
        receipt = Caller(shop, stall.ann).get(f"/rewards/{_reward(stall)}/receipt")
        assert is_genuine(shop.site.settings, receipt)


def test_the_table_holds_every_reward_and_the_calendar_what_ripens(stall: Stall) -> None:
    stall.deliver(stall.sell())
    stall.sell((stall.gaiwan, 30_000))
    client = stall.shop.client(stall.ann)
    rows = list(csv.reader(io.StringIO(client.get(f"{MINE}.csv").data.decode("utf-8-sig"))))
    assert [row[3] for row in rows] == ["Amount", "15.00", "9.90"]
    calendar = client.get(f"{MINE}.ics").data.decode()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20261115T" in calendar


@given(st.text(min_size=1))
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    rows = csv.reader(io.StringIO(as_csv([], [[text]]).decode("utf-8-sig"), newline=""))
    (cell,) = list(rows)[1]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_a_line_of_a_calendar_is_never_longer_than_it_may_be(stall: Stall) -> None:
    events = [("1", stall.shop.clock(), "茶" * 100 + ", a; b\\c\nd")]
    text = as_calendar("Rewards", events, stall.shop.clock())
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    assert "\\, a\\; b\\\\c\\nd" in text.decode().replace("\r\n ", "")
