"""Claims about the address that leaves a page: never the one a visitor made up."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from flask_community.doctor import examine
from flask_community.web.origin import public_root
from tests.shops import Shop
from tests.stall import Stall
from tests.web.conftest import Open

EVIL = {"Host": "evil.example"}
PUBLIC = {"TESTING": False, "COMMUNITY_RATE_LIMITS": {}}


def address(shop: Shop, **headers: str) -> str:
    """Return where our page of labels says it is, in a request with these headers."""
    with shop.app.test_request_context("/", headers=headers):
        found: str = shop.site.web.external("labels")
        return found


def signed_in(stall: Stall) -> FlaskClient:
    """Return Ann's browser, which asks for the shop by a made-up name."""
    client = stall.shop.client()
    client.post(f"/login/{stall.ann.id}", headers=EVIL)
    return client


def test_a_made_up_host_gets_a_path_only(open_with: Open) -> None:
    assert address(open_with(**PUBLIC), **EVIL) == "/community/labels"


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:8000", "[::1]:80"])
def test_this_very_machine_is_believed(open_with: Open, host: str) -> None:
    assert address(open_with(**PUBLIC), Host=host).startswith(f"http://{host.removesuffix(':80')}/")


@pytest.mark.parametrize(
    "host", ["localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[", "", "a@localhost"]
)
def test_what_only_looks_like_this_machine_is_not(open_with: Open, host: str) -> None:
    assert "evil" not in address(open_with(**PUBLIC), Host=host)
    assert address(open_with(), Host="shop.test") == "http://shop.test/community/labels"


def test_the_base_url_comes_before_all(open_with: Open) -> None:
    shop = open_with(COMMUNITY_BASE_URL="https://shop.example/tea", **PUBLIC)
    assert address(shop, **EVIL) == "https://shop.example/tea/community/labels"


def test_the_server_name_is_believed(open_with: Open) -> None:
    shop = open_with(SERVER_NAME="shop.example", **PUBLIC)
    assert address(shop, Host="shop.example") == "http://shop.example/community/labels"


def test_a_trusted_host_is_believed_and_no_other(open_with: Open) -> None:
    shop = open_with(TRUSTED_HOSTS=["shop.example"], **PUBLIC)
    assert address(shop, Host="shop.example") == "http://shop.example/community/labels"
    with shop.app.test_request_context("/", headers=EVIL):
        assert public_root(shop.site.settings) == ""


@pytest.mark.parametrize(
    "base", ["/p/gaiwan", "/community/my/shares", "/community/share/product/gaiwan"]
)
def test_no_page_carries_a_made_up_host(open_with: Open, base: str) -> None:
    shop = open_with(**PUBLIC, COMMUNITY_SECURE_COOKIES=False)
    stall = Stall(shop)
    page = signed_in(stall).get(base, headers=EVIL).text
    assert "evil.example" not in page
    assert "gaiwan" in page.lower()


def test_a_link_to_share_is_whole_where_the_address_is_known(open_with: Open) -> None:
    shop = open_with(
        **PUBLIC, COMMUNITY_SECURE_COOKIES=False, COMMUNITY_BASE_URL="https://tea.example"
    )
    stall = Stall(shop)
    page = signed_in(stall).get("/community/share/product/gaiwan", headers=EVIL).text
    assert re.search(r"https://tea\.example/community/r/\w+", page)


def test_redirects_never_name_a_host(shop: Shop) -> None:
    answer = shop.client().get("/community/my/shares", headers=EVIL)
    assert answer.headers["Location"].startswith("/login?")


@pytest.mark.parametrize("base_url", [None, "https://tea.example"])
def test_a_letter_holds_a_whole_link_or_none(open_with: Open, base_url: str | None) -> None:
    shop = open_with(COMMUNITY_BASE_URL=base_url)
    stall = Stall(shop)
    shop.services().notices.tell(
        stall.ann_id,
        "reward_cleared",
        {"amount": "¥9", "title": "Gaiwan"},
        url="/community/my/rewards",
        key="once",
    )
    shop.session.commit()
    stall.work()
    links = {
        link for mail in shop.hooks.mails for link in re.findall(r"\S*/community/\S+", mail.text)
    }
    assert shop.hooks.mails
    assert links == ({"https://tea.example/community/my/rewards"} if base_url else set())


@pytest.mark.parametrize(("base_url", "is_said"), [(None, True), ("https://tea.example", False)])
def test_the_doctor_says_when_letters_carry_no_link(
    open_with: Open, base_url: str | None, is_said: bool
) -> None:
    shop = open_with(COMMUNITY_BASE_URL=base_url)
    codes = {finding.code for finding in examine(shop.app, shop.site)}
    assert ("mute-mails" in codes) == is_said
