"""Claims about looking: whoever looks, and however he asks, changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from flask_community.web import BLUEPRINT
from flask_community.web.csrf import SAFE_METHODS
from tests.databases import hurry
from tests.screens.listed import SCREENS
from tests.screens.sown import sown
from tests.shops import Shop, db

MADE = {"GET", "HEAD", "OPTIONS"}
COUNTED = "/r/"
"""A visit through a link is counted; nothing else is."""

TOWN = [one for one in SCREENS if one.place == "town" and not one.path.startswith(COUNTED)]


@contextmanager
def the_town(own: Path) -> Iterator[tuple[Shop, dict[str, dict[str, str]]]]:
    """Open a copy of the town, and tell what stands in it."""
    run = Path(os.environ["COMMUNITY_TEST_RUN"])
    sown(run)
    # Jobs that are due are run after any commit: that is no doing of who looks.
    shop = Shop(f"sqlite:///{shutil.copy(run / 'town.sqlite3', own)}", COMMUNITY_JOBS="work")
    facts = json.loads((run / "town.json").read_text())
    shop.clock.now = dt.datetime.fromisoformat(facts["now"])
    with shop.app.app_context():
        hurry(db.engine)
        yield shop, facts
        db.session.remove()
        db.engine.dispose()


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Return all that stands in the database."""
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in db.metadata.sorted_tables
        }


@pytest.mark.long
def test_looking_at_every_screen_changes_nothing(tmp_path: Path) -> None:
    with the_town(tmp_path) as (shop, facts):
        before = rows()
        for screen in TOWN:
            client = shop.app.test_client()
            if screen.who is not None:
                client.post(facts["doors"][screen.who])
            path = "/community" + screen.path.format(**facts["ids"])
            for method in sorted(MADE):
                answer = client.open(path, method=method, follow_redirects=True)
                assert answer.status_code in (screen.status, 200, 409), (screen, method)
            assert rows() == before, screen


def test_no_route_of_ours_changes_anything_by_a_method_that_is_safe(shop: Shop) -> None:
    """A view that answers both GET and POST must tell them apart: it is on this list."""
    both = set()
    for rule in shop.app.url_map.iter_rules():
        methods = rule.methods or set()
        if rule.endpoint.startswith("flask_community.") and methods & {"GET"}:
            assert methods <= SAFE_METHODS | {"POST"}
            if "POST" in methods:
                both.add(rule.endpoint.removeprefix("flask_community."))
    assert both == {"found_label", "tell_of", "edit_post"}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "GET"])
def test_a_change_cannot_be_asked_for_by_a_safe_method(shop: Shop, method: str) -> None:
    client = shop.client(shop.user("ann", rank="owner"))
    ours = [
        one for one in shop.app.url_map.iter_rules() if one.endpoint.startswith(f"{BLUEPRINT}.")
    ]
    seen = {one.rule for one in ours if "GET" in (one.methods or ())}
    changes = {one.rule for one in ours if not one.arguments} - seen
    assert len(changes) >= 3
    for path in changes:
        answer = client.open(path, method=method)
        assert answer.status_code == (200 if method == "OPTIONS" else 405)
        assert "GET" not in answer.allow
