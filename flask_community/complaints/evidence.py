"""Pictures of what is wrong: for the customer who sent them and for the desk, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask.typing import ResponseReturnValue

from ..communities.service import CommunityService
from ..files.service import Files
from ..web import Web
from .service import ComplaintService

_NUMBERS = "<int(max=2147483647):id>/pictures/<int(max=2147483647):picture_id>"


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def complaints(self) -> ComplaintService:
        """Complaints and their pictures."""

    @property
    def communities(self) -> CommunityService:
        """Who moderates what."""

    @property
    def files(self) -> Files:
        """The way into the shop's storage."""


class EvidencePages:
    """Hands pictures out to those who are signed in."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add(f"/complaints/{_NUMBERS}", self.own, name="complaint_picture")
        web.add(f"/desk/complaints/{_NUMBERS}", self.at_desk, name="desk_complaint_picture")

    def own(self, id: int, picture_id: int) -> ResponseReturnValue:
        """Show a picture of one's own complaint."""
        self.rooms().complaints.own(id, self.web.require_member())
        return self._picture(id, picture_id)

    def at_desk(self, id: int, picture_id: int) -> ResponseReturnValue:
        """Show a moderator a picture of a complaint that is his to decide."""
        rooms = self.rooms()
        remit = rooms.communities.remit_of(self.web.require_member())
        rooms.complaints.access.complaint(remit, id)
        return self._picture(id, picture_id)

    def _picture(self, id: int, picture_id: int) -> ResponseReturnValue:
        rooms = self.rooms()
        picture = rooms.complaints.evidence.one(id, picture_id)
        self.web.commit()
        return rooms.files.shown(picture)
