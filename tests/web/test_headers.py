"""Claims about the headers of every answer of ours, and of none of the shop's."""

from __future__ import annotations

import re

import pytest
from flask import Response
from werkzeug.test import TestResponse

from flask_community.web.headers import ALWAYS, IN_SHOP_LAYOUT, STRICT
from tests.shops import Shop
from tests.web.conftest import Open

PAGES = {
    "a page": ("/community/labels", 200),
    "a redirect": ("/community/my/shares", 303),
    "nothing there": ("/community/labels/nobody", 404),
    "a number too long": ("/community/r/nothing", 404),
    "the wrong method": ("/community/notices/read", 405),
}


def policy_of(answer: TestResponse) -> dict[str, str]:
    """Return the directives of an answer's policy."""
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_of_ours_is_guarded(shop: Shop, page: str) -> None:
    path, status = PAGES[page]
    answer = shop.client().get(path)
    assert answer.status_code == status
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.vary
    assert policy_of(answer)["frame-ancestors"] == "'none'"


def test_every_page_that_answers_anybody_is_guarded(shop: Shop) -> None:
    client, seen = shop.client(shop.user("ann", rank="owner")), 0
    for rule in shop.app.url_map.iter_rules():
        if rule.endpoint.startswith("flask_community") and not rule.arguments:
            for method in rule.methods or ():
                answer = client.open(rule.rule, method=method)
                assert ALWAYS.items() <= dict(answer.headers).items(), (rule, method)
                assert "no-store" in answer.headers["Cache-Control"], (rule, method)
                seen += 1
    assert seen > 30


def test_a_page_that_breaks_is_guarded_too(shop: Shop) -> None:
    shop.app.view_functions["flask_community.labels"] = lambda: str(1 / 0)
    shop.app.testing = False
    answer = shop.client().get("/community/labels")
    assert answer.status_code == 500
    assert ALWAYS.items() <= dict(answer.headers).items()


def test_our_own_layout_allows_nothing_inline_and_nothing_from_elsewhere(shop: Shop) -> None:
    answer = shop.client().get("/community/labels")
    assert answer.headers["Content-Security-Policy"] == f"{STRICT}; img-src 'self'"
    assert not re.search(
        r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text
    )


def test_pictures_may_come_from_where_the_shop_keeps_them(open_with: Open) -> None:
    shop = open_with(COMMUNITY_IMAGE_ORIGINS=["https://cdn.example"])
    policy = policy_of(shop.client().get("/community/labels"))
    assert policy["img-src"] == "'self' https://cdn.example"


def test_in_the_shops_layout_nothing_of_its_own_is_forbidden(open_with: Open) -> None:
    shop = open_with(COMMUNITY_BASE_TEMPLATE="community/layout.html")
    answer = shop.client().get("/community/labels")
    assert answer.headers["Content-Security-Policy"] == IN_SHOP_LAYOUT


def test_the_shop_may_write_our_policy(open_with: Open) -> None:
    shop = open_with(COMMUNITY_CSP="default-src 'none'")
    answer = shop.client().get("/community/labels")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("header", ["Content-Security-Policy", *ALWAYS, "Cache-Control"])
def test_what_the_shop_sets_stays(shop: Shop, header: str) -> None:
    @shop.app.after_request
    def own(response: Response) -> Response:
        response.headers[header] = "the shop's"
        return response

    assert shop.client().get("/community/labels").headers.getlist(header) == ["the shop's"]


def test_a_shop_that_sets_what_is_missing_comes_before_us(shop: Shop) -> None:
    @shop.app.after_request
    def own(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", "script-src 'nonce-1'")
        return response

    answer = shop.client().get("/community/labels")
    assert answer.headers["Content-Security-Policy"] == "script-src 'nonce-1'"


def test_the_shops_own_pages_are_left_alone(shop: Shop) -> None:
    for path in ("/login", "/nowhere", "/community/nowhere"):
        headers = shop.client().get(path).headers
        assert ALWAYS.keys().isdisjoint(headers.keys())
        assert "Content-Security-Policy" not in headers


def test_a_style_sheet_may_be_kept(shop: Shop) -> None:
    with shop.client().get("/community/static/fc.css") as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" not in answer.headers["Cache-Control"]
