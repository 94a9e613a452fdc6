"""Both languages of the shop: its words, its goods, its letters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from example_shop.database import db
from example_shop.models import Batch, Category, Letter, Product, Variant
from example_shop.seed import CUSTOMER, OWNER
from tests.i18n.wording import bare_words
from tests.write_catalogs import faults
from tests.write_goods_pictures import PREVIEWS, stale
from tests.write_shop_catalog import CODE, extracted, translations

from .conftest import Enter, account, buy, post
from .walk import Walker

TEMPLATES = sorted((CODE / "templates" / "shop").glob("*.html"))
SPOKEN = sorted(path for path in CODE.glob("**/*.py") if "seed" not in path.parts)


def plain_words(source: str) -> Iterator[int]:
    """Yield the lines in which code says something to a visitor in one language."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", None)
        said = call.args[1:2] if name == "abort" else call.args[:1] if name == "flash" else []
        if any(isinstance(one, ast.Constant | ast.JoinedStr) for one in said):
            yield call.lineno


def chinese(shop: Flask) -> Walker:
    """Return a browser whose reader asks for Chinese."""
    walker = Walker(shop)
    walker.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN,zh;q=0.9"
    return walker


def test_every_word_of_the_shop_is_there_in_chinese() -> None:
    assert set(translations()) == {"zh_Hans"}
    assert list(faults(extracted(), translations()["zh_Hans"])) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_in_one_language_only(path: Path) -> None:
    assert list(bare_words(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_no_view_says_anything_in_one_language_only(path: Path) -> None:
    assert list(plain_words(path.read_text("utf-8"))) == []
    assert list(plain_words('abort(404, "Gone.")')) == [1]


def test_everything_on_the_shelf_has_both_names(shop: Flask) -> None:
    with shop.app_context():
        rows = [*db.session.scalars(db.select(Category)), *db.session.scalars(db.select(Variant))]
        products = db.session.scalars(db.select(Product)).all()
        assert len(products) == 24
        assert all(row.name and row.name_zh for row in [*rows, *products])
        assert all(one.words and one.words_zh and one.variants for one in products)
        assert {one.sku for one in products} == set(db.session.scalars(db.select(Batch.sku)))


def test_chat_apps_are_shown_the_goods_as_they_are_drawn_now(shop: Flask) -> None:
    assert stale() == [], "draw them anew: python -m tests.write_goods_pictures"
    with shop.test_request_context():
        drawn = {product.drawing for product in db.session.scalars(db.select(Product))}
    assert {path.stem for path in PREVIEWS.glob("*.png")} == drawn
    page = Walker(shop).open("/p/clay-pot")
    assert 'property="og:image" content="http://localhost/static/previews/clay-pot.png"' in page


def test_the_browser_decides_until_the_visitor_does(shop: Flask) -> None:
    walker = chinese(shop)
    home = walker.open("/")
    assert '<html lang="zh-Hans">' in home
    assert "乌龙茶" in home
    english = walker.send("/p/clay-pot", to="/language", locale="en")
    assert english.request.path == "/p/clay-pot"
    assert '<html lang="en">' in english.text
    assert "Add to bag" in english.text


def test_a_members_choice_goes_with_him_to_another_browser(shop: Flask, enter: Enter) -> None:
    enter(CUSTOMER).send("/account", to="/language", locale="zh_Hans")
    assert account(shop, CUSTOMER.email).locale == "zh_Hans"
    assert "店内余额" in enter(CUSTOMER).open("/account")


def test_an_odd_language_is_refused(enter: Enter) -> None:
    assert post(enter(None), "/language", locale="../../etc") == 400


def test_a_letter_speaks_the_language_of_its_reader_not_of_its_writer(
    shop: Flask, enter: Enter
) -> None:
    number = buy(chinese(shop))
    enter(OWNER).send(f"/office/orders/{number}", to="/send")
    with shop.app_context():
        subjects = db.session.scalars(db.select(Letter.subject).order_by(Letter.id)).all()
    assert subjects == [f"订单 {number} 已付款", f"订单 {number} 已寄出"]


def test_the_community_speaks_the_language_of_the_shop(shop: Flask) -> None:
    walker = chinese(shop)
    assert "标签" in walker.open("/community/labels")
    walker.send("/community/labels", to="/language", locale="en")
    assert "标签" not in walker.open("/community/labels")
