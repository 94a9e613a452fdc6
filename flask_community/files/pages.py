"""What a form shows that takes pictures in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import request
from markupsafe import Markup

from ..web import Web
from .images import ACCEPTED
from .models import ALT_LENGTH
from .service import Files


class Rooms(Protocol):
    """What these fields need of the services of one request."""

    @property
    def files(self) -> Files:
        """The way into the shop's storage."""


class FilePages:
    """Adds to the place `picture_fields`, which stands in multipart forms."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add_panel("picture_fields", self.fields)

    def fields(self, *, held: int = 0) -> Markup:
        """Return the fields of as many pictures as fit where there are `held`; none if off."""
        room = self.rooms().files.room(held)
        if not room:
            return Markup()
        return self.web.part(
            "community/files/fields.html",
            room=room,
            accepted=ACCEPTED,
            alt_length=ALT_LENGTH,
            megabytes=self.web.settings.upload_bytes / 1_000_000,
            # A page cannot fill a file field in: after a preview they are empty.
            again=request.method == "POST",
            given=request.form,
        )
