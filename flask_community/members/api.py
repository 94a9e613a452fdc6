"""The API of oneself: who one is here, how one wants to be spoken to, what is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

from ..rest.base import Api
from . import schemas
from .personal import Personal
from .service import MemberService


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def members(self) -> MemberService: ...
    @property
    def personal(self) -> Personal: ...


class MeApi:
    """Only ever whoever asks."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        api.get("/me", self.me, schemas.MeSchema(), name="me")
        api.patch(
            "/me/preferences",
            self.prefer,
            name="prefer",
            body=schemas.WishesSchema(),
            answer=schemas.PreferencesSchema(),
        )
        api.get("/me/kept", self.kept, schemas.KeptSchema(), name="kept")

    def me(self, *, member_id: int) -> dict[str, Any]:
        """Show who one is here."""
        members = self.rooms().members
        return {
            "id": member_id,
            "name": members.name(member_id),
            "joined_at": members.get(member_id).joined_at,
            "roles": sorted(self.web.roles(member_id)),
            "preferences": members.preferences(member_id),
        }

    def prefer(self, *, member_id: int, **wishes: Any) -> Any:
        """Change how one wants to be spoken to; what is not named stays."""
        members = self.rooms().members
        wish = dataclasses.replace(members.preferences(member_id), **wishes)
        members.prefer(member_id, wish)
        return wish

    def kept(self, *, member_id: int) -> dict[str, Any]:
        """Hand out everything that is kept about one."""
        return {"kept": self.rooms().personal.export(member_id)}
