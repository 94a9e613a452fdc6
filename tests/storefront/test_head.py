"""Claims about what chat apps and search engines read about products, posts and labels."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st
from jinja2 import ChoiceLoader, DictLoader

from flask_community.doctor import no_preview
from flask_community.preview import json_ld
from tests.browsing import Browser
from tests.pictures import Gallery, picture, sent
from tests.shops import Product, Shop, User, open_shop

ROOT = "https://tea.example"
HOSTILE = "</script><script>alert(1)<!--\u2028\"'&\\"


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with open_shop(database_url, COMMUNITY_BASE_URL=ROOT) as shop:
        shop.hooks = shop.site.hooks = Gallery()
        yield shop


@pytest.fixture
def mei(shop: Shop) -> User:
    """Return somebody to whom a gaiwan was delivered."""
    mei = shop.user("Mei")
    shop.set_status(shop.order(mei, (shop.product("gaiwan"), 10_000)), "done")
    return mei


def meta(page: str) -> dict[str, str]:
    """Return the names and contents of a page's meta elements."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


def facts(page: str) -> Any:
    """Return the one block of JSON-LD of a page."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def tell(shop: Shop, author: User, title: str = "A good lid", **fields: Any) -> str:
    """Tell of the first thing there is to tell of; return the path of the post."""
    page = Browser(shop.client(author)).get("/community/tell")
    (path,) = {link for link in page.links.values() if re.fullmatch(r"/community/tell/\d+", link)}
    form = page.browser.get(path)
    return form.submit("Post it", title=title, body="It **pours** well.", **fields).path


def test_a_product_is_named_with_its_full_address(shop: Shop, mei: User) -> None:
    page = shop.client().get("/p/gaiwan").text
    assert meta(page)["og:title"] == "Gaiwan"
    assert meta(page)["og:type"] == "product"
    assert meta(page)["og:url"] == f"{ROOT}/p/gaiwan"
    assert f'<link rel="canonical" href="{ROOT}/p/gaiwan">' in page
    assert "ld+json" not in page


def test_reviews_are_the_words_of_buyers_and_nobody_gives_stars(shop: Shop, mei: User) -> None:
    tell(shop, mei)
    page = shop.client().get("/p/gaiwan").text
    found = facts(page)
    assert (found["@type"], found["name"]) == ("Product", "Gaiwan")
    (review,) = found["review"]
    assert review["reviewBody"] == "It pours well."
    assert review["author"] == {"@type": "Person", "name": "Mei"}
    assert "ating" not in str(found)
    assert meta(page)["og:description"] == "Mei, who bought it: “It pours well.”"


def test_who_gains_writes_no_review(shop: Shop) -> None:
    owner = shop.user("Boss", rank="owner")
    shop.set_status(shop.order(owner, (shop.product("gaiwan"), 10_000)), "done")
    path = tell(shop, owner)
    assert "ld+json" not in shop.client().get("/p/gaiwan").text
    assert facts(shop.client().get(path).text)["@type"] == "Article"


def test_a_post_is_a_review_with_its_picture(shop: Shop, mei: User) -> None:
    path = tell(shop, mei, **sent(picture(), alt="Gaiwan and lid"))
    page = shop.client().get(path).text
    tags, found = meta(page), facts(page)
    assert tags["og:type"] == "article"
    assert tags["og:url"] == ROOT + path
    assert tags["og:image"].startswith(f"{ROOT}/kept/")
    assert (tags["og:image:width"], tags["og:image:alt"]) == ("60", "Gaiwan and lid")
    assert tags["twitter:card"] == "summary_large_image"
    assert (found["@type"], found["image"]) == ("Review", [tags["og:image"]])
    assert found["itemReviewed"]["url"] == f"{ROOT}/p/gaiwan"
    assert meta(shop.client().get("/p/gaiwan").text)["og:image"] == tags["og:image"]


def test_a_label_says_what_it_stands_for(shop: Shop, mei: User) -> None:
    form = Browser(shop.client(mei)).get("/community/found")
    path = form.submit("Found it", name="Slow tea", statement="Tea takes time.").path
    page = shop.client().get(path).text
    assert meta(page)["og:description"] == "Tea takes time."
    assert (facts(page)["@type"], facts(page)["url"]) == ("CollectionPage", ROOT + path)


def test_the_picture_of_the_product_comes_first_if_the_shop_has_one(
    shop: Shop, mei: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(shop, mei, **sent(picture(), alt="x"))
    for told, shown in (
        ("/static/gaiwan.jpg", f"{ROOT}/static/gaiwan.jpg"),
        ("https://cdn.example/g.jpg", "https://cdn.example/g.jpg"),
        ("javascript:alert(1)", None),
    ):
        monkeypatch.setattr(Product, "community_image", lambda _, url=told: url, raising=False)
        assert meta(shop.client().get("/p/gaiwan").text).get("og:image") == shown


def test_hostile_names_stay_names(shop: Shop) -> None:
    eve = shop.user(HOSTILE)
    product = shop.product("gaiwan")
    product.name = HOSTILE
    shop.session.commit()
    shop.set_status(shop.order(eve, (product, 10_000)), "done")
    path = tell(shop, eve, title=HOSTILE.replace("\u2028", ""))
    for page in (shop.client().get("/p/gaiwan").text, shop.client().get(path).text):
        assert "<script>alert" not in page
        assert "alert(1)" in str(facts(page))
        assert page.count("<script type=") == page.count("ld+json")


def test_no_address_is_told_that_only_the_visitor_vouches_for(sqlite_url: str) -> None:
    with open_shop(sqlite_url) as shop:
        shop.app.testing = False
        shop.product("gaiwan")
        page = shop.client().get("/p/gaiwan", headers={"Host": "evil.example"}).text
    assert "evil.example" not in page
    assert "og:url" not in page
    assert meta(page)["og:title"] == "Gaiwan"


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=5))
def test_no_facts_can_end_their_block(value: Any) -> None:
    block = json_ld({"name": value, "more": HOSTILE})
    assert not set(block) & set("<>&\u2028\u2029")
    assert json.loads(block)["more"] == HOSTILE


def test_in_the_shops_layout_it_stands_in_the_block_that_the_shop_names(sqlite_url: str) -> None:
    layout = (
        "<head>{% block top %}<i>kept</i>{% endblock %}</head>{% block content %}{% endblock %}"
    )
    settings = {"COMMUNITY_BASE_TEMPLATE": "own.html", "COMMUNITY_BASE_URL": ROOT}
    for block, code in (("top", None), (None, "no-preview"), ("gone", "no-preview")):
        with open_shop(sqlite_url, **settings, COMMUNITY_HEAD_BLOCK=block) as shop:
            kept = shop.app.jinja_env.loader
            assert kept is not None
            shop.app.jinja_env.loader = ChoiceLoader([DictLoader({"own.html": layout}), kept])
            mei = shop.user("Mei")
            shop.set_status(shop.order(mei, (shop.product("gaiwan"), 10_000)), "done")
            head = shop.client().get(tell(shop, mei)).text.partition("</head>")[0]
            found = no_preview(shop.app, shop.site)
        assert "<i>kept</i>" in head
        assert ("og:title" in head) == (code is None)
        assert (found.code if found else None) == code
