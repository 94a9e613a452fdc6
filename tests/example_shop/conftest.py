"""Opens the example shop with a full shelf and no history."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from example_shop.app import create_app
from example_shop.clock import clock
from example_shop.database import db
from example_shop.models import User
from example_shop.seed import Person, stock
from example_shop.serve import DEMO
from example_shop.signing import sign_in_link

from .walk import Walker

TODAY = dt.date(2026, 11, 20)

Enter = Callable[[Person | None], Walker]
"""Opens a browser, signed in as this person, or as nobody."""


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an instance folder with a full shelf; each test works on a copy."""
    folder = tmp_path_factory.mktemp("stocked")
    app = create_app({**DEMO, "TESTING": True}, instance=folder)
    with app.app_context():
        db.create_all()
        stock(TODAY)
        clock.run()
        db.engine.dispose()
    return folder


@pytest.fixture
def shop(stocked: Path, tmp_path: Path) -> Iterator[Flask]:
    """Return the app over an own database."""
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    app = create_app({**DEMO, "TESTING": True}, instance=tmp_path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def enter(shop: Flask) -> Enter:
    """Return a function that opens a browser."""

    def opened(person: Person | None) -> Walker:
        walker = Walker(shop)
        if person is not None:
            with shop.test_request_context():
                found = db.select(User).filter_by(email=person.email)
                link = sign_in_link(db.session.scalars(found).one())
            walker.open(link)
        return walker

    return opened


def place(walker: Walker, sku: str = "clay-pot", pieces: int = 1) -> int:
    """Order something and return the number of the order, unpaid yet."""
    walker.send(f"/p/{sku}", to="/bag", quantity=str(pieces))
    order = {"name": "A Guest", "email": "guest@example.com", "address": "1 Willow Lane"}
    return int(walker.send("/checkout", **order).request.path.split("/")[2])


def buy(walker: Walker, sku: str = "clay-pot", pieces: int = 1) -> int:
    """Order and pay; return the number of the order."""
    order_id = place(walker, sku, pieces)
    walker.send(f"/orders/{order_id}/pay", card="own")
    return order_id


def post(walker: Walker, path: str, **data: str) -> int:
    """Send what no form of a page offers, from this browser; return the status."""
    page = walker.client.get("/privacy").text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    return walker.client.post(path, data={"csrf": token, **data}).status_code


def account(shop: Flask, email: str) -> User:
    """Return an account as it stands in the database."""
    with shop.app_context():
        found: User = db.session.scalars(db.select(User).filter_by(email=email)).one()
        return found
