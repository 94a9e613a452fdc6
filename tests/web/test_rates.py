"""Claims about how often one person may do a thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from limits.strategies import MovingWindowRateLimiter

from flask_community import ConfigError, doctor
from flask_community.config import RATES, Settings
from flask_community.doctor import examine
from flask_community.web import rates
from flask_community.web.rates import network_of
from tests.browsing import Browser
from tests.shops import Shop
from tests.stall import Stall
from tests.web.conftest import Open

DOCS = Path(__file__).parents[2] / "docs"
TWICE = {"COMMUNITY_RATE_LIMITS": {"found": "2/hour", "click": "2/hour"}}
CLICK = "/community/r/nothing"


def found(browser: Browser, name: str) -> int:
    """Found a label as a person does; return the status of the answer."""
    page = browser.get("/community/found")
    (form,) = [form for form in page.forms if "statement" in form.fields]
    fields = {**form.fields, "name": name, "statement": "It is so."}
    return browser.post(form.action, fields).status


def test_the_third_of_two_is_refused_with_when_to_come_back(open_with: Open) -> None:
    client = open_with(**TWICE).client()
    assert [client.get(CLICK).status_code for _ in range(3)] == [404, 404, 429]
    answer = client.get(CLICK)
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "Wait a little" in answer.text


def test_a_change_counts_and_the_look_at_its_form_does_not(open_with: Open) -> None:
    shop = open_with(**TWICE)
    client = shop.client(shop.user("ann"))
    assert {client.get("/community/found").status_code for _ in range(4)} == {200}
    assert client.post("/community/found").status_code == 403  # without its token it is nothing
    assert [found(Browser(client), f"Label {n}") for n in range(3)] == [200, 200, 429]


def test_members_are_counted_each_by_himself(open_with: Open) -> None:
    shop = open_with(**TWICE)
    ann, bob = shop.client(shop.user("ann")), shop.client(shop.user("bob"))
    assert [ann.get(CLICK).status_code for _ in range(3)][-1] == 429
    assert bob.get(CLICK).status_code == 404


def test_visitors_are_counted_by_network(open_with: Open) -> None:
    client = open_with(**TWICE).client()

    def click(address: str) -> int:
        return client.get(CLICK, environ_base={"REMOTE_ADDR": address}).status_code

    assert [click(f"2001:db8:1:2::{n}") for n in range(3)] == [404, 404, 429]
    assert click("2001:db8:1:3::1") == 404
    assert [click("192.0.2.1"), click("192.0.2.2")] == [404, 404]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("<script>", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_parsed_not_believed(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_nothing_is_limited_in_tests_and_in_debug(open_with: Open) -> None:
    assert open_with().site.settings.rate_limits == {}
    public = Settings.from_config({"SECRET_KEY": "a key"})
    assert public.rate_limits == RATES
    assert Settings.from_config({"SECRET_KEY": "a key", "DEBUG": True}).rate_limits == {}


def test_what_the_shop_writes_is_all_that_holds(open_with: Open) -> None:
    client = open_with(COMMUNITY_RATE_LIMITS={"post": "1/day"}).client()
    assert {client.get(CLICK).status_code for _ in range(5)} == {404}


def test_a_counter_that_is_down_does_not_close_the_shop(
    open_with: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(*_: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(MovingWindowRateLimiter, "hit", down)
    assert open_with(**TWICE).client().get(CLICK).status_code == 404
    assert "click is not counted" in caplog.text


@pytest.mark.parametrize(
    "given",
    [{"pots": "1/day"}, {"post": "1"}, {"post": "0/day"}, {"post": "1/week"}, {"post": 5}, "1/day"],
)
def test_a_limit_that_cannot_be_read_stops_the_start(given: object) -> None:
    with pytest.raises(ConfigError, match=r"COMMUNITY_RATE_LIMITS is .*write "):
        Settings.from_config({"SECRET_KEY": "a key", "COMMUNITY_RATE_LIMITS": given})


def test_storage_that_there_is_not_stops_the_start(open_with: Open) -> None:
    with pytest.raises(ConfigError, match="COMMUNITY_RATE_STORAGE"):
        open_with(COMMUNITY_RATE_STORAGE="nowhere://", **TWICE)


def test_without_the_extra_nothing_is_limited_and_the_doctor_says_so(
    open_with: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "HAS_LIMITS", False)
    monkeypatch.setattr(doctor, "HAS_LIMITS", False)
    shop = open_with(**TWICE)
    assert {shop.client().get(CLICK).status_code for _ in range(5)} == {404}
    (finding,) = (f for f in examine(shop.app, shop.site) if f.code == "no-limits")
    assert finding.advice
    assert "flask-community[limits]" in finding.fix


def test_every_action_is_counted_somewhere(shop: Shop) -> None:
    counted = {rule.limit for rule in shop.site.web.rules.values()} - {None}
    assert counted == RATES.keys()


def test_the_docs_tell_every_limit() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", (DOCS / "safety.md").read_text("utf-8"), re.M)
    assert dict(rows) == RATES


def test_a_member_who_clicks_too_often_loses_nothing(open_with: Open) -> None:
    shop = open_with(COMMUNITY_RATE_LIMITS={"click": "1/hour"})
    stall = Stall(shop)
    token = shop.services().referrals.token(stall.link)
    client = shop.client()
    assert client.get(f"/community/r/{token}").location == "/p/gaiwan"
    assert client.get(f"/community/r/{token}").status_code == 429
    assert client.get("/p/gaiwan").status_code == 200
