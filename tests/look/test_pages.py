"""Claims about customer screens with a lot on them: their weight, their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import flask_community
from tests.browsing import Browser, Page
from tests.shops import open_shop
from tests.stall import Stall

SHEETS = Path(flask_community.__file__).parent / "static"
MOST_BYTES = 40_000
"""Of HTML and style sheet, as they are before compression."""
MANY = 24
"""Of everything: more than one page of it."""
LONG = "A pot that pours in eleven seconds and stops when I stop, after a year of daily use"

BODY = f"{LONG}. " * 5 + "十一秒倒完一壶，停得也干脆。" * 20

LADEN = (
    "/labels",
    "/labels/label-0",
    "/labels/label-0?tab=new",
    "/found",
    "/tell",
    "/tell/1",
    "/posts/1",
    "/posts/1/edit",
    "/posts/1/history",
    "/share/product/gaiwan",
    "/share/post/1",
    "/my/shares",
    "/my/rewards",
    "/remembered",
    "/notices",
)


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return the browser of somebody who has done everything many times."""
    url = f"sqlite:///{tmp_path_factory.mktemp('look')}/shop.sqlite3"
    with open_shop(url) as shop:
        stall = Stall(shop)
        _labels(stall)
        _posts(stall)
        _links(stall)
        for _ in range(MANY):
            stall.deliver(stall.sell())
        yield Browser(shop.client(stall.ann))


def _labels(stall: Stall) -> None:
    communities = stall.shop.services().communities
    for number in range(MANY):
        statement = "Tea takes time, and so do people. " * 8
        communities.found(stall.ann_id, name=f"Label {number}", statement=statement[:280])
    stall.shop.session.commit()


def _posts(stall: Stall) -> None:
    shop, services = stall.shop, stall.shop.services()
    community = services.communities.community_of(services.communities.label_called("label-0").id)
    for _ in range(MANY):
        shop.set_status(shop.order(stall.ann, (stall.gaiwan, 10_000), batch="2026-10-B"), "done")
    shop.clock.forward(days=3)
    for line in shop.services().experiences.untold_lines(stall.ann_id)[:-1]:
        experiences = shop.services().experiences
        experiences.post_experience(
            stall.ann_id, line.id, title=LONG, body=BODY, community_id=community.id
        )
        shop.session.commit()


def _links(stall: Stall) -> None:
    for number in range(MANY):
        product = stall.shop.product(f"pot-{number}")
        known = stall.shop.services().orders.product_of(product.sku)
        stall.shop.services().referrals.link_for(stall.ann_id, product_id=known.id)
        stall.shop.session.commit()


@pytest.mark.parametrize("path", LADEN)
def test_a_laden_screen_is_light(ann: Browser, path: str) -> None:
    html = _seen(ann, path).html
    linked = set(re.findall(r"/static/([a-z]+\.css)", html))
    assert "fc.css" in linked
    assert len(html.encode()) + sum((SHEETS / name).stat().st_size for name in linked) <= MOST_BYTES


@pytest.mark.parametrize("path", LADEN)
def test_a_screen_has_one_heading_of_the_first_level_and_skips_none(
    ann: Browser, path: str
) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", _seen(ann, path).html)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("path", LADEN)
def test_no_card_has_two_filled_buttons(ann: Browser, path: str) -> None:
    cards = re.split(r'class="fc-(?:card|hero)', _seen(ann, path).html)
    assert all(card.count("fc-btn--go") <= 1 for card in cards)


@pytest.mark.parametrize(
    "path", ["/labels", "/my/shares", "/my/rewards", "/notices", "/labels/label-0"]
)
def test_what_does_not_fit_is_on_the_next_page(ann: Browser, path: str) -> None:
    page = _seen(ann, path)
    older = next(words for words in page.links if words.startswith("Older"))
    assert page.follow(older).status == 200


def test_the_style_page_shows_both_schemes(ann: Browser) -> None:
    page = _seen(ann, "/style")
    assert 'data-theme="light"' in page.html
    assert 'data-theme="dark"' in page.html


def test_the_style_page_is_not_there_for_customers_of_an_open_shop(ann: Browser) -> None:
    app = ann.client.application
    app.testing = False
    try:
        assert ann.get("/community/style").status == 404
    finally:
        app.testing = True


def _seen(browser: Browser, path: str) -> Page:
    page = browser.get(f"/community{path}")
    assert page.status == 200, path
    return page
