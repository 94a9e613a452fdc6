"""The API of notices: what one was told, and that one has read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ..rest.base import Api
from ..rest.operation import Page, page
from . import schemas
from .service import NoticeService


class Rooms(Protocol):
    """What the API needs of the services of one request."""

    @property
    def notices(self) -> NoticeService: ...


class NoticeApi:
    """The notices of whoever asks; nobody sees another's."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.rooms = rooms
        api.list("/notices", self.notices, schemas.NoticeSchema(), name="notices")
        api.get("/notices/unread", self.unread, schemas.UnreadSchema(), name="unread")
        api.put("/notices/read", self.read_all, name="read_notices")
        api.put("/notices/{id}/read", self.read, name="read_notice")

    def notices(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List one's notices, newest first."""
        before = after[0] if after else None
        found = self.rooms().notices.inbox(member_id, limit=limit + 1, before=before)
        return page(found, limit, lambda notice: (notice.id,))

    def unread(self, *, member_id: int) -> dict[str, int]:
        """Count the notices that one has not read."""
        return {"unread": self.rooms().notices.unread(member_id)}

    def read_all(self, *, member_id: int) -> None:
        """Mark all of one's notices as read."""
        self.rooms().notices.mark_read(member_id)

    def read(self, *, member_id: int, id: int) -> None:
        """Mark one of one's notices as read; again changes nothing."""
        notices = self.rooms().notices
        notices.mark_read(member_id, [notices.own(id, member_id).id])
