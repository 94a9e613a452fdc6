"""The seeded shop, open to a browser of every role, and put back after each change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from flask_community.moderation.models import QueueItem
from flask_community.referrals.cookie import COOKIE
from flask_community.services import Services
from tests.access.kept import Kept
from tests.access.seed import ROLES, Seed
from tests.databases import hurry
from tests.furnished import furnished
from tests.shops import Base, Shop, db

SETTINGS: dict[str, Any] = {
    "COMMUNITY_JOBS": "work",
    "COMMUNITY_RATE_LIMITS": {},
    "COMMUNITY_THEME": {"accent": "#7a3e9d"},
}


class World:
    """No app context is on between requests: the tests of a worker share one world."""

    def __init__(self, url: str) -> None:
        self.shop = Shop(furnished(url, Base.metadata), **SETTINGS)
        with self.shop.app.app_context():
            hurry(db.engine)
            seed = Seed(self.shop)
            self.ids, self.own, self.model = seed.ids, seed.own, seed.model
            self.keys = {role: user.id for role, user in seed.users.items()}
            self.kept = Kept(db.engine, Base.metadata)
        # Whatever is only open while a shop is being built is closed here.
        self.shop.app.testing = False
        self.clients = {role: self._client(role) for role in ROLES}
        token = r'name="community_csrf" value="([^"]+)'
        self.tokens = {role: self._shown(role, token) for role in ROLES}
        self.own["theme"] = self._shown("member", r"theme/([^.]+)\.css")

    def close(self) -> None:
        """Let the database go."""
        with self.shop.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def put_back(self) -> None:
        """Make the database, and what browsers remember of links, as they were."""
        self.kept.put_back()
        for client in self.clients.values():
            client.delete_cookie(COOKIE)

    def do(self, work: Callable[[Services], object]) -> None:
        """Do something with the services; committed."""
        with self.shop.app.app_context():
            work(self.shop.services())
            db.session.commit()

    def hold(self, item_id: int, role: str) -> None:
        """Let whoever has this role hold an item of the queue, even one who may not."""
        item, until = self.model(QueueItem), self.shop.clock() + dt.timedelta(minutes=30)
        holder = self.ids.get(role, self.ids["member"])
        held = sa.update(item).where(item.id == item_id)
        values = {"claimed_by": holder, "claimed_until": until}
        self.do(lambda services: services.session.execute(held.values(**values)))

    def _client(self, role: str) -> FlaskClient:
        client = self.shop.app.test_client()
        if role in self.keys:
            assert client.post(f"/login/{self.keys[role]}").status_code == 204
        return client

    def _shown(self, role: str, what: str) -> str:
        """Return what the page of the label shows to a role."""
        page = self.clients[role].get(f"/community/labels/{self.own['slug']}")
        found = re.search(what, page.get_data(as_text=True))
        assert found, (page.status_code, what)
        return found[1]
