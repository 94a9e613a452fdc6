"""Claims about our own elements, in a real browser: what they add, and that they clean up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.chromium import open_chromium, what_is_missing
from tests.screens.served import served
from tests.shops import Shop, User, open_shop
from tests.stall import Stall

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def stall(sqlite_url: str) -> Iterator[Stall]:
    with open_shop(sqlite_url) as shop:
        yield Stall(shop)


@pytest.fixture
def page(stall: Stall, browser: Browser) -> Iterator[Page]:
    """Return a page of Ann's browser, which lets scripts copy."""
    with served(stall.shop.app) as address:
        context = browser.new_context(
            base_url=address, permissions=["clipboard-read", "clipboard-write"]
        )
        session = _session(stall.shop, stall.ann)
        context.add_cookies([{"name": "session", "value": session, "url": address}])
        yield context.new_page()
        context.close()


def test_a_link_is_copied_at_a_click(page: Page) -> None:
    page.goto("/community/share/product/gaiwan")
    button = page.locator("fc-copy button").first
    button.click()
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")
    assert button.inner_text() == "Copied"


def test_without_a_share_sheet_there_is_no_button_for_it(page: Page) -> None:
    page.add_init_script("navigator.share = undefined")
    page.goto("/community/share/product/gaiwan")
    assert not page.locator("fc-share").is_visible()


def test_with_a_share_sheet_the_link_goes_into_it(page: Page) -> None:
    page.add_init_script(
        "navigator.share = given => { window.given = given; return Promise.resolve(); }"
    )
    page.goto("/community/share/product/gaiwan")
    page.click("fc-share button")
    assert page.input_value("#link") in page.evaluate("given.text")


def test_a_draft_is_kept_until_its_text_was_taken(stall: Stall, page: Page) -> None:
    line_id = _delivered(stall)
    page.goto(f"/community/tell/{line_id}")
    page.fill("#title", "A good lid")
    page.fill("#body", "It pours well.")
    assert page.inner_text("[data-draft]") != ""
    page.goto("/community/tell")
    page.goto(f"/community/tell/{line_id}")
    assert page.input_value("#body") == "It pours well."
    page.click("text=Post it")
    page.wait_for_url("**/posts/*")
    assert page.evaluate("localStorage.length") == 0


def test_a_dialog_opens_over_its_page_and_closes(page: Page) -> None:
    page.goto("/community/style")
    page.locator("[data-opens=light-dialog]").click()
    assert page.locator("#light-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#light-dialog").is_visible()


def _session(shop: Shop, user: User) -> str:
    cookie = shop.client(user).get_cookie("session")
    assert cookie is not None
    return cookie.value


def _delivered(stall: Stall) -> int:
    order = stall.shop.order(stall.ann, (stall.gaiwan, 10_000))
    stall.deliver(order)
    (line,) = stall.shop.services().experiences.untold_lines(stall.ann_id)
    return line.id
