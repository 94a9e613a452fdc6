"""Sows the town once a run; each worker serves a copy of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from example_shop.app import create_app
from example_shop.database import db as host_db
from example_shop.models import User
from example_shop.seed import PEOPLE, Person
from example_shop.serve import DEMO
from example_shop.signing import sign_in_link
from tests.databases import hurry
from tests.postgres import locked
from tests.screens.photos import hang_up
from tests.screens.served import served
from tests.screens.town import Town, settle
from tests.screens.trouble import break_things
from tests.shops import Shop, db, open_shop
from tests.sown_shop import sown_shop


@dataclass(frozen=True)
class Place:
    """A shop that is being served."""

    address: str
    ids: dict[str, str]
    """What stands in the addresses of screens."""
    doors: dict[str, str]
    """Under which address a person signs in."""
    knock: str = "POST"
    """How he opens that door."""


@contextlib.contextmanager
def places(run: Path, own: Path) -> Iterator[dict[str, Place]]:
    """Serve copies of all shops: `run` keeps what is sown once, `own` the copies."""
    sown(run)
    with (
        the_town(run, own) as town,
        a_new_shop(own) as new,
        the_example_shop(run, own) as host,
    ):
        yield {"town": town, "new": new, "host": host}


def sown(folder: Path) -> None:
    """Fill the town and the example shop in a folder, unless somebody has."""
    sown_shop(folder)
    with locked(folder / "sowing"):
        if not (folder / "town.json").exists():
            _sow_town(folder)


@contextlib.contextmanager
def the_town(folder: Path, own: Path) -> Iterator[Place]:
    """Serve a copy of the town, in a folder of one's own."""
    shop = Shop(f"sqlite:///{shutil.copy(folder / 'town.sqlite3', own)}")
    facts = json.loads((folder / "town.json").read_text())
    hang_up(shop)
    shop.clock.now = dt.datetime.fromisoformat(facts["now"])
    with shop.app.app_context():
        hurry(db.engine)
    with served(shop.app) as address:
        yield Place(address, facts["ids"], facts["doors"])
    with shop.app.app_context():
        db.engine.dispose()


@contextlib.contextmanager
def a_new_shop(own: Path) -> Iterator[Place]:
    """Serve a shop that has opened this minute."""
    with open_shop(f"sqlite:///{own}/new.sqlite3") as shop:
        staff = (("newcomer", None), ("moderator", "moderator"), ("owner", "owner"))
        doors = {name: f"/login/{shop.user(name, rank=rank).id}" for name, rank in staff}
        shop.product("gaiwan")
        with served(shop.app) as address:
            yield Place(address, {}, doors)


@contextlib.contextmanager
def the_example_shop(folder: Path, own: Path) -> Iterator[Place]:
    """Serve a copy of the example shop, which has a layout of its own."""
    app = create_app(_demo(Path(shutil.copy(folder / "host.sqlite3", own))), instance=own)
    with app.test_request_context():
        # Nobody here has chosen a language, so that each browser says which one it reads.
        host_db.session.execute(sa.update(User).values(locale=""))
        host_db.session.commit()
        doors = {person.name: _sign_in(person) for person in PEOPLE}
    with served(app) as address:
        yield Place(address, {}, doors, "GET")
    with app.app_context():
        host_db.engine.dispose()


# -- below --


def _sow_town(folder: Path) -> None:
    with open_shop(f"sqlite:///{folder}/town.sqlite3") as shop:
        town = Town(shop)
        settle(town)
        break_things(town)
        facts = {
            "ids": {name: str(value) for name, value in town.ids.items()},
            "doors": {name: f"/login/{user.id}" for name, user in town.users.items()},
            "now": shop.clock().isoformat(),
        }
    (folder / "town.json").write_text(json.dumps(facts))


def _demo(database: Path) -> dict[str, object]:
    return {**DEMO, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}", "TESTING": True}


def _sign_in(person: Person) -> str:
    found = host_db.select(User).filter_by(email=person.email)
    return sign_in_link(host_db.session.scalars(found).one())
