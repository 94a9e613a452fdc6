"""The shops that docs/how-to prints whole are shops that run."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import orm

HOW_TO = Path(__file__).parent.parent / "docs" / "how-to"


@contextmanager
def printed(page: str, folder: Path) -> Iterator[ModuleType]:
    """Import the shop that a page prints."""
    (block,) = re.findall(r"```python\n(.+?)```", (HOW_TO / f"{page}.md").read_text(), re.DOTALL)
    file = folder / f"shop_of_{page.replace('-', '_')}.py"
    file.write_text(block)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    shop = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(shop)
        yield shop
    finally:
        del sys.modules[file.stem]


def sell(shop: ModuleType, session: orm.Session) -> None:
    """Let somebody buy something, and have it delivered."""
    ann, tea = shop.User(name="Ann"), shop.Product(name="Green tea")
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    order = shop.Order(status="placed", placed_at=now, paid_minor=990, user=ann, product=tea)
    session.add_all([ann, tea, order])
    session.commit()
    for status in ("paid", "delivered"):
        order.status = status
        session.commit()


def tell(app: Flask) -> str:
    """Return the page on which Ann sees what she can write about."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["user_id"] = 1
    answer = browser.get("/community/tell")
    assert answer.status_code == 200
    return answer.text


def test_the_shop_without_flask_login_runs(sqlite_url: str, tmp_path: Path) -> None:
    with printed("no-flask-login", tmp_path) as shop:
        app = shop.create_app(
            SECRET_KEY="of this test", TESTING=True, SQLALCHEMY_DATABASE_URI=sqlite_url
        )
        with app.app_context():
            shop.db.create_all()
            sell(shop, shop.db.session)
            shop.db.session.remove()
        assert "Green tea" in tell(app)
        sent = app.test_client().get("/community/tell")
        assert (sent.status_code, sent.location) == (303, "/log-in?next=/community/tell")


def test_the_shop_on_plain_sqlalchemy_runs(sqlite_url: str, tmp_path: Path) -> None:
    with printed("plain-sqlalchemy", tmp_path) as shop:
        app = shop.create_app(SECRET_KEY="of this test", TESTING=True, DATABASE_URL=sqlite_url)
        with app.app_context():
            sell(shop, shop.Session())
        assert "Green tea" in tell(app)
        shop.Session.get_bind().dispose()


@pytest.mark.parametrize("page", sorted(path.stem for path in HOW_TO.glob("*.md")))
def test_what_is_printed_is_python(page: str) -> None:
    for block in re.findall(r"```python\n(.+?)```", (HOW_TO / f"{page}.md").read_text(), re.DOTALL):
        compile(re.sub(r"^ {3}", "", block, flags=re.MULTILINE), page, "exec")
