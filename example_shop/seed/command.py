"""Fills a database from the command line, and shows how far it is."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import sqlalchemy as sa

from flask_community.site import site_of

from ..app import create_app
from ..database import db
from . import NotEmptyError, Progress, sow

SEEDING = {"COMMUNITY_INBOX": "worker", "COMMUNITY_JOBS": "work", "PROPAGATE_EXCEPTIONS": True}
"""While a year is made up, what orders lead to is worked off once an evening, in one go."""


def seed_only(url: str, scale: int, instance: Path) -> None:
    """Fill an empty database of any kind, verify the books, and say what it took.

    Leaves the program: with 0, or with what is wrong.
    """
    app = create_app({**SEEDING, "SQLALCHEMY_DATABASE_URI": url}, instance=instance)
    began = time.monotonic(), time.process_time()
    try:
        sow(app, scale=scale, progress=on_terminal())
    except NotEmptyError:
        sys.exit("This database holds a shop already: name an empty one.")
    took = time.monotonic() - began[0], time.process_time() - began[1]
    with app.app_context(), site_of(app).unit() as rooms:
        rows = {
            table.name: rooms.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }
        problems = [*rooms.earnings.verify(), *(one.what for one in rooms.audit.verify())]
    for name, number in rows.items():
        print(f"{number:>9,}  {name}")
    print(f"{sum(rows.values()):>9,}  rows at scale {scale}")
    print(f"{took[0]:.1f} s, of which {took[1]:.1f} s this process was at work")
    sys.exit("\n".join(problems) or None)


def on_terminal() -> Progress:
    """Return a function that shows how much is done, in tenths, in place on a terminal."""
    shown = ("", -1)

    def show(of_what: str, part: float) -> None:
        nonlocal shown
        if (of_what, tenth := int(part * 10)) != shown:
            shown = (of_what, tenth)
            end = "\r" if sys.stdout.isatty() and tenth < 10 else "\n"
            print(f"  {tenth * 10:>3} % {of_what}", end=end, flush=True)

    return show
