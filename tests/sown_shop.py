"""Sows the year of the example shop once a run, for whoever tests what stands in it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import NamedTuple

from example_shop.app import create_app
from example_shop.seed import sow
from example_shop.seed.command import SEEDING
from example_shop.serve import DEMO
from tests.postgres import locked


class Sown(NamedTuple):
    """A database with a year in it; copy it before you write."""

    database: Path
    today: dt.date
    """The day before which all of it lies."""


def sown_shop(run: Path) -> Sown:
    """Return the sown shop of this run, which is made when nobody has."""
    database, day = run / "host.sqlite3", run / "host.day"
    with locked(run / "sowing-host"):
        if not day.exists():
            today = dt.datetime.now(dt.UTC).date()
            fill(database, run, today)
            day.write_text(today.isoformat())
    return Sown(database, dt.date.fromisoformat(day.read_text()))


def this_run() -> Path:
    """Return the folder that the workers of this run share."""
    return Path(os.environ["COMMUNITY_TEST_RUN"])


def fill(database: Path, folder: Path, today: dt.date) -> None:
    """Sow a year into a new database."""
    database.unlink(missing_ok=True)
    url = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}"}
    sow(create_app({**DEMO, **SEEDING, **url}, instance=folder), today)
