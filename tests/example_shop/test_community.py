"""The community inside the shop: its layout, its sign-in, its checkout."""

from __future__ import annotations

import re
from pathlib import Path

import example_shop
from example_shop.seed import CUSTOMER, LEADER, OWNER

from .conftest import Enter, buy

NEWCOMER = {"name": "Mara", "email": "mara@example.com", "password": "oolong at dawn"}


def test_pages_of_the_community_stand_in_the_shops_layout(enter: Enter) -> None:
    page = enter(CUSTOMER).client.get("/community/labels")
    assert 'class="shop-logo"' in page.text
    assert f">{CUSTOMER.name}</a>" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_visitor_signs_in_on_the_way_to_his_rewards(enter: Enter) -> None:
    walker = enter(None)
    asked = walker.client.get("/community/my/rewards")
    assert asked.location == "/sign-in?next=/community/my/rewards"
    walker.send("/sign-up", **NEWCOMER)
    walker.send("/account", to="/sign-out")
    known = {name: NEWCOMER[name] for name in ("email", "password")}
    assert walker.send(asked.location, **known).request.path == "/community/my/rewards"


def test_a_friend_who_follows_a_link_and_buys_earns_for_the_sharer(enter: Enter) -> None:
    leader = enter(LEADER)
    shared = leader.send(leader.link("/p/clay-pot", "Share"), to="/share/")
    (link, *_) = re.findall(r"/community/r/[^\s\"<?]+", shared.text)
    friend = enter(None)
    assert f"{LEADER.name} shared this with you" in friend.open(link)
    friend.send("/sign-up?next=/p/clay-pot", **NEWCOMER)
    order_id = buy(friend, "clay-pot")
    assert "¥16" in leader.open("/community/my/rewards")
    enter(OWNER).send(f"/office/orders/{order_id}", to="/deliver")
    assert "It is payable on" in leader.open("/community/my/rewards")
    enter(OWNER).send(f"/office/orders/{order_id}", to="/refund", amount="160")
    assert "¥8" in leader.open("/community/my/rewards")


def test_a_guest_who_follows_a_link_earns_for_the_sharer_too(enter: Enter) -> None:
    leader = enter(LEADER)
    shared = leader.send(leader.link("/p/clay-pot", "Share"), to="/share/")
    (link, *_) = re.findall(r"/community/r/[^\s\"<?]+", shared.text)
    guest = enter(None)
    guest.open(link)
    buy(guest, "clay-pot")
    assert "¥16" in leader.open("/community/my/rewards")


def test_the_owners_links_lead_somewhere(enter: Enter) -> None:
    owner = enter(OWNER)
    for words in ("Back office", "Figures", "Desk", "Notices", "My rewards", "Community"):
        owner.open(owner.link("/", words))


def test_the_shop_stands_on_the_public_surface_only() -> None:
    """Its seed makes a year up and may look behind it; what a shop would copy may not."""
    shop = Path(example_shop.__path__[0])
    sources = [path for path in shop.rglob("*.py") if not {"seed", "versions"} & set(path.parts)]
    imports = re.compile(r"^(?:from|import) (flask_community[\w.]*)", re.MULTILINE)
    asked = {name for path in sources for name in imports.findall(path.read_text("utf-8"))}
    assert asked == {"flask_community", "flask_community.money"}


def test_what_was_bought_in_english_is_named_in_chinese_to_who_reads_chinese(enter: Enter) -> None:
    leader = enter(LEADER)
    shared = leader.send(leader.link("/p/clay-pot", "Share"), to="/share/")
    (link, *_) = re.findall(r"/community/r/[^\s\"<?]+", shared.text)
    guest = enter(None)
    guest.open(link)
    buy(guest, "clay-pot")
    assert "Red clay pot" in leader.open("/community/my/rewards")
    leader.send("/", to="/language", locale="zh_Hans")
    told = leader.open("/community/my/rewards") + leader.open("/community/notices")
    assert told.count("红泥小壶") >= 2
    assert "Red clay pot" not in told
