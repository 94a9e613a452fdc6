"""The shop's own pages in a real browser: both languages, light and dark, desktop and phone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from example_shop.database import db
from example_shop.hooks import ShopHooks
from example_shop.models import User
from example_shop.seed import CUSTOMER, OWNER, Person
from example_shop.signing import sign_in_link
from flask_community import Money
from tests.chromium import open_chromium, what_is_missing
from tests.screens.looks import DIAGONAL, HEIGHT, PHONE, Look
from tests.screens.measures import CONTROLS, OVERFLOW
from tests.screens.served import served
from tests.screens.test_every_screen import AXE, WCAG

from .conftest import Enter, account, buy, place

pytestmark = pytest.mark.long

FOR_GUESTS = (
    "/",
    "/shelf/pots",
    "/p/celadon-gaiwan",
    "/search?q=tea",
    "/sign-up",
    "/privacy",
    "/x",
)
FOR_CUSTOMERS = (
    "/account",
    "/orders",
    "/orders/1",
    "/orders/2/pay",
    "/outbox",
    "/bag",
    "/checkout",
)
FOR_OWNERS = ("/office", "/office/orders/1", "/office/products")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser without a window."""
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def lively(shop: Flask, enter: Enter) -> Flask:
    """Return a shop with an order in each state that its pages tell of."""
    customer, owner = enter(CUSTOMER), enter(OWNER)
    with shop.app_context():
        member = account(shop, CUSTOMER.email).id
        ShopHooks().spend_store_credit(member, Money(50_000, "CNY"), "1")
    number = buy(customer, pieces=2)
    for step in ("/send", "/deliver"):
        owner.send(f"/office/orders/{number}", to=step)
    owner.send(f"/office/orders/{number}", to="/refund", amount="12.50")
    owner.send(f"/office/orders/{number}", to="/replace", quantity="1")
    place(customer)
    return shop


def faults(page: Page, look: Look) -> list[object]:
    """Return what is wrong with the page that stands open."""
    page.evaluate(AXE)
    options = {
        "runOnly": {"type": "tag", "values": WCAG},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    least = 44 if look.width == PHONE else 24
    said = page.evaluate("() => document.documentElement.lang.split('-')[0]")
    return [
        *((rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found),
        *page.evaluate(OVERFLOW),
        *page.evaluate(CONTROLS, least),
        *([] if said == look.language.split("-")[0] else [said]),
    ]


def enter_as(app: Flask, page: Page, address: str, person: Person, look: Look) -> None:
    """Sign somebody in, who then asks for the language of this look and fills his bag."""
    with app.test_request_context():
        found = db.select(User).filter_by(email=person.email)
        link = sign_in_link(db.session.scalars(found).one())
    page.goto(address + link)
    if page.evaluate("document.documentElement.lang")[:2] != look.language[:2]:
        page.locator("form[action='/language'] button").click()
    page.goto(f"{address}/p/celadon-gaiwan")
    page.locator("form[action='/bag'] button").click()


@pytest.mark.parametrize("look", DIAGONAL, ids=lambda look: look.name)
def test_every_page_of_the_shop_can_be_read_and_used(
    browser: Browser, lively: Flask, look: Look
) -> None:
    found: dict[str, list[object]] = {}
    with served(lively) as address:
        for person, paths in ((None, FOR_GUESTS), (CUSTOMER, FOR_CUSTOMERS), (OWNER, FOR_OWNERS)):
            context = browser.new_context(
                locale=look.language,
                color_scheme=look.scheme,
                viewport={"width": look.width, "height": HEIGHT[look.width]},
            )
            page = context.new_page()
            if person is not None:
                enter_as(lively, page, address, person, look)
            for path in paths:
                page.goto(address + path)
                found[path] = faults(page, look)
            context.close()
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
