"""Pages of notices: what a member was told, and that he has read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..i18n import gettext
from ..web import Web
from .service import NoticeService

PAGE = 20


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def notices(self) -> NoticeService:
        """What members are told."""


class NoticePages:
    """The notices of whoever asks; nobody sees another's."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/notices", self.index, name="notices")
        web.add("/notices/read", self.read, name="read_notices", methods=["POST"])

    def index(self) -> ResponseReturnValue:
        """Show own notices, newest first; `before` is the id of the last one seen."""
        member_id = self.web.require_member()
        self.web.commit()
        before = self.web.asked_int("before")
        notices = self.rooms().notices.inbox(member_id, limit=PAGE, before=before)
        unread = self.rooms().notices.unread(member_id)
        return self.web.render(
            "community/notices/index.html",
            title=gettext("Notices"),
            notices=notices,
            unread=unread,
            older=notices[-1].id if len(notices) == PAGE else None,
        )

    def read(self) -> ResponseReturnValue:
        """Mark own notices as read: those named `notice`, or all."""
        member_id = self.web.require_member()
        ids = request.form.getlist("notice", type=int)
        self.rooms().notices.mark_read(member_id, ids or None)
        self.web.commit()
        return self.web.see_other(self.web.url("notices"))
