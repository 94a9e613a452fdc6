"""Everything can be done without a mouse: reached in order, seen, filled in and sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.screens.keys import fill, go_to, send, walk
from tests.screens.listed import Screen
from tests.screens.looks import DIAGONAL
from tests.screens.viewer import Viewer, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS = DIAGONAL[:1]


def test_tab_reaches_every_control_in_order_and_in_sight(visit: Visit) -> None:
    reached, unseen = walk(visit.page)
    assert reached == list(range(len(reached)))
    assert unseen == []


@contextmanager
def opened(viewer: Viewer, who: str | None, path: str) -> Iterator[Page]:
    """Open a path for somebody."""
    with viewer.open(Screen("", who, path), LOOKS[0]) as visit:
        yield visit.page


def test_the_first_stop_skips_to_the_content(viewer: Viewer) -> None:
    with opened(viewer, None, "/labels") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_an_experience_is_written_by_keyboard(viewer: Viewer) -> None:
    with opened(viewer, "typist", "/tell/{to_type}") as page:
        fill(page, title="It smells of rain", body="The third steep is the best one.")
        send(page, "form button[type=submit]")
        assert "/posts/" in page.url
        assert page.get_by_text("It smells of rain").first.is_visible()


def test_a_link_is_made_by_keyboard(viewer: Viewer) -> None:
    with opened(viewer, "typist", "/share/product/gaiwan") as page:
        send(page, "form[action*='/share/'] button[type=submit]")
        assert "/community/r/" in page.content()


def test_a_complaint_is_filed_by_keyboard(viewer: Viewer) -> None:
    with opened(viewer, "typist", "/lines/{wrong_to_type}/wrong") as page:
        go_to(page, "[name=reason]")
        page.keyboard.press("ArrowDown")
        fill(page, text="The handle came off while I poured.")
        send(page, "form[method=post] button[type=submit]")
        assert "/complaints/" in page.url


def test_the_desk_is_worked_by_single_keys_and_a_deed_taken_back(viewer: Viewer) -> None:
    with opened(viewer, "moderator", "/desk?view=free") as page:
        assert page.locator("[data-bar]").is_hidden()
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.locator("[data-count]").inner_text() == "2 selected"
        with page.expect_navigation():
            page.keyboard.press("a")
        assert "2 items are yours now." in page.locator(".fc-toast").inner_text()
        with page.expect_navigation():
            page.keyboard.press("u")
        assert "2 items are as they were." in page.locator(".fc-toast").inner_text()


def test_keys_rest_while_one_types_and_stand_in_a_dialog(viewer: Viewer) -> None:
    with opened(viewer, "moderator", "/desk") as page:
        page.keyboard.press("/")
        page.keyboard.type("x?jn")
        assert page.locator("#desk-q").input_value() == "x?jn"
        page.locator("#desk-q").blur()
        page.keyboard.press("?")
        assert page.locator("[data-help-over]").is_visible()
        page.locator("[data-does=n]").click()
        assert page.locator("#bulk-hours").is_visible()
        assert page.locator("[data-count]").inner_text() == "1 selected"


def test_a_remedy_is_decided_by_keyboard(viewer: Viewer) -> None:
    with opened(viewer, "moderator", "/desk/cases/{to_decide}") as page:
        go_to(page, "[name=kind]")
        page.keyboard.press("ArrowDown")
        fill(page, percent="50", letter="Dear {name}, {amount}.", reason="The kiln was too cool.")
        send(page, "form[action$='/preview']:has([name=kind]) button[type=submit]")
        send(page, "form[action$='/decide'] button[type=submit]")
        assert "/desk/cases/" in page.url
        assert page.locator("form[action$='/start']").count() == 1
