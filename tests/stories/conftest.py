"""The example shop with full shelves and no history, open to browsers of all kinds."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from example_shop.app import create_app
from example_shop.clock import clock
from example_shop.database import db
from example_shop.models import User
from example_shop.seed import Person as Account, stock
from example_shop.serve import DEMO
from example_shop.signing import sign_in_link
from tests.chromium import open_chromium, what_is_missing
from tests.screens.served import served
from tests.stories.people import DESKTOP, Device, Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MORNING = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)


class Town:
    """The shop and whoever is in it."""

    def __init__(self, app: Flask, address: str, browser: Browser) -> None:
        self.app = app
        self.address = address
        self._browser = browser
        self._people: list[Person] = []
        self._now = MORNING
        clock.stand_at(self._now)

    def visitor(self, device: Device) -> Person:
        """Return somebody nobody knows."""
        person = Person(self._browser, self.address, device)
        self._people.append(person)
        return person

    def customer(self, name: str, device: Device) -> Person:
        """Return somebody who has just opened an account."""
        person = self.visitor(device)
        self.sign_up(person, name)
        return person

    def sign_up(self, person: Person, name: str) -> None:
        """Open an account, as the shop asks for it."""
        person.go("/sign-up")
        person.send(name=name, email=f"{name}@example.com", password="a pot of oolong")

    def staff(self, account: Account) -> Person:
        """Return the moderator or the owner, at a desk."""
        person = self.visitor(DESKTOP)
        with self.app.test_request_context():
            found = db.select(User).filter_by(email=account.email)
            link = sign_in_link(db.session.scalars(found).one())
        person.go(link)
        return person

    def later(self, **time: float) -> None:
        """Let time pass, and a worker do what is due then."""
        self._now += dt.timedelta(**time)
        clock.stand_at(self._now)
        done = self.app.test_cli_runner().invoke(args=["community", "work", "--once"])
        assert done.exit_code == 0, done.output

    def whole(self) -> None:
        """Claim that ledger and audit log are in order, and nothing waits."""
        done = self.app.test_cli_runner().invoke(args=["community", "audit"])
        assert done.exit_code == 0, done.output

    def close(self) -> None:
        """Send everybody home."""
        for person in self._people:
            person.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Return the shop, open to browsers."""
    if lack := what_is_missing(os.environ):
        pytest.skip(lack)
    app = create_app({**DEMO, "TESTING": True}, instance=tmp_path)
    with app.app_context():
        db.create_all()
        stock(MORNING.date())
    try:
        with served(app) as address, open_chromium() as browser:
            here = Town(app, address, browser)
            yield here
            here.close()
    finally:
        clock.run()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
