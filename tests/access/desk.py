"""What somebody who asks at the desk must have there already, moderator or not."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from flask_community.moderation.models import Deed, SavedView
from tests.access.world import World

DEED = "a-deed-of-ones-own"


def own_deed(world: World, role: str) -> None:
    """Let whoever has this role have done something that can be undone."""
    row, now = world.model(Deed), world.shop.clock()
    values = {
        "token": DEED,
        "actor_id": world.ids.get(role, world.ids["member"]),
        "verb": "take",
        "results": [],
        "at": now,
        "undo_until": now + dt.timedelta(minutes=10),
        "can_be_undone": True,
    }
    world.do(lambda services: services.session.execute(sa.delete(row)))
    world.do(lambda services: services.session.execute(sa.insert(row).values(**values)))


def own_view(world: World, role: str) -> None:
    """Let whoever has this role have saved a view."""
    row, holder = world.model(SavedView), world.ids.get(role, world.ids["member"])
    values = {"id": 1, "member_id": holder, "name": "Late tea", "view": "soon"}
    world.do(lambda services: services.session.execute(sa.delete(row)))
    world.do(lambda services: services.session.execute(sa.insert(row).values(**values)))
