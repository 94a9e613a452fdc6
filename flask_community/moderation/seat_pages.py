"""What a moderator arranges for himself: saved views, and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import request
from flask.typing import ResponseReturnValue

from ..web import Web
from .shown import NAME_LENGTH, wanted_in

if TYPE_CHECKING:
    from .pages import Rooms


class SeatPages:
    """For each one his own."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        number = "<int(max=2147483647):id>"
        web.add("/desk/views", self.save, name="save_view", methods=["POST"])
        web.add(f"/desk/views/{number}/remove", self.remove, name="remove_view", methods=["POST"])
        web.add("/desk/keys", self.keys, name="desk_keys", methods=["POST"])

    def save(self) -> ResponseReturnValue:
        """Keep the view that is shown, by a name."""
        member_id, wanted = self._moderator(), wanted_in(request.form)
        name = self.web.form_text("name", most=NAME_LENGTH)
        self.rooms().moderation.seats.save(
            member_id, name, view=wanted.view, field=wanted.field, words=wanted.words
        )
        self.web.commit()
        return self.web.see_other(self.web.url("desk", **wanted.address))

    def remove(self, id: int) -> ResponseReturnValue:
        """Forget a saved view."""
        self.rooms().moderation.seats.remove(self._moderator(), id)
        self.web.commit()
        return self.web.see_other(self.web.url("desk"))

    def keys(self) -> ResponseReturnValue:
        """Let single keys do things, or not."""
        member_id, on = self._moderator(), request.form.get("keys") == "1"
        self.rooms().moderation.seats.set_keys(member_id, on=on)
        self.web.commit()
        return self.web.see_other(self.web.url("desk", **wanted_in(request.form).address))

    def _moderator(self) -> int:
        return self.rooms().communities.remit_of(self.web.require_member()).member_id
