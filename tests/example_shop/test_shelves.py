"""What stands where, and what a search finds."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from example_shop.database import db
from example_shop.seed import OWNER

from .conftest import Enter, buy
from .walk import WalkError


def names(page: str) -> set[str]:
    """Return the goods whose cards a page shows."""
    return {part.split('"')[0] for part in page.split('class="shop-card" href="/p/')[1:]}


def test_a_shelf_holds_its_own_goods(enter: Enter) -> None:
    walker = enter(None)
    assert names(walker.open("/shelf/pots")) == {
        "clay-pot",
        "side-pot",
        "iron-kettle",
        "glass-pitcher",
    }
    with pytest.raises(WalkError, match="404"):
        walker.open("/shelf/coffee")


@pytest.mark.parametrize("wanted", ["celadon gaiwan", "GAIWAN celadon", "盖碗", "青釉"])
def test_a_search_finds_names_of_either_language(enter: Enter, wanted: str) -> None:
    assert "celadon-gaiwan" in names(enter(None).open(f"/search?q={wanted}"))


@pytest.mark.parametrize("odd", ["%", "_", "\\", "%25%25", "' OR 1=1", "\x00", "   ", "x" * 5_000])
def test_a_search_for_odd_signs_finds_nothing_and_breaks_nothing(enter: Enter, odd: str) -> None:
    answer = enter(None).client.get("/search", query_string={"q": odd})
    assert answer.status_code == 200
    assert names(answer.text) == set()


def test_what_is_taken_off_the_shelf_is_neither_shown_nor_sold(enter: Enter) -> None:
    guest, owner = enter(None), enter(OWNER)
    guest.send("/p/clay-pot", to="/bag", quantity="1")
    owner.send("/office/products", to="/office/products/clay-pot/sale", is_on_sale="no")
    assert "clay-pot" not in names(guest.open("/shelf/pots"))
    assert "Not on the shelf now" in guest.open("/p/clay-pot")
    assert "It is empty" in guest.open("/bag")
    owner.send("/office/products", to="/office/products/clay-pot/sale", is_on_sale="yes")
    assert "clay-pot" in names(guest.open("/shelf/pots"))


def test_each_variant_has_its_price_and_its_line(enter: Enter) -> None:
    guest = enter(None)
    for code in ("clay-pot-1", "clay-pot-2"):
        guest.send("/p/clay-pot", to="/bag", variant=code, quantity="1")
    bag = guest.open("/bag")
    assert "¥608" in bag
    assert "150 ml" in bag
    assert "100 ml" in bag


def test_the_products_of_the_office_say_how_many_were_sold(enter: Enter) -> None:
    buy(enter(None), "clay-pot", pieces=3)
    page = enter(OWNER).open("/office/products")
    row = page.split('href="/p/clay-pot"')[1].split("</tr>")[0]
    assert ">3</td>" in row


def test_a_broken_database_is_told_in_plain_words(shop: Flask, enter: Enter) -> None:
    shop.config.update(PROPAGATE_EXCEPTIONS=False)
    with shop.app_context():
        db.session.execute(sa.text("ALTER TABLE category RENAME TO lost"))
        db.session.commit()
    answer = enter(None).client.get("/")
    assert answer.status_code == 500
    assert "It is not your fault" in answer.text
    assert "Traceback" not in answer.text
