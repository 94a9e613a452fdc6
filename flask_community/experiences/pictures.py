"""Pictures on the pages of posts: shown, added, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ..files.service import Files
from ..i18n import formats, gettext
from ..web import Web
from .models import Post, PostPicture
from .service import ExperienceService


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def experiences(self) -> ExperienceService:
        """Posts and their pictures."""

    @property
    def files(self) -> Files:
        """The way into the shop's storage."""


class PicturePages:
    """Adds to the places `post_pictures` and `edit_post`."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add(
            "/posts/<int(max=2147483647):post_id>/pictures",
            self.change,
            name="change_pictures",
            methods=["POST"],
            limit="post",
            uploads=True,
        )
        web.add_panel("post_pictures", self.show)
        web.add_panel("edit_post", self.form)

    def show(self, *, post: Post) -> Markup:
        """Return the pictures of a post; one that came later says when."""
        shown = [
            (picture.url, picture, self._since(post, picture))
            for picture in self.rooms().experiences.pictures.of(post.id)
        ]
        return self.web.part("community/files/pictures.html", pictures=shown) if shown else Markup()

    def form(self, *, post: Post) -> Markup:
        """Return the form that changes the pictures of one's own post; none if there is no use."""
        rooms = self.rooms()
        pictures = rooms.experiences.pictures.of(post.id)
        if not pictures and not rooms.files.room():
            return Markup()
        return self.web.part("community/files/change.html", post=post, pictures=pictures)

    def change(self, post_id: int) -> ResponseReturnValue:
        """Take ticked pictures of one's own post away, and add others."""
        member_id = self.web.require_member()
        rooms = self.rooms()
        post = rooms.experiences.own_post(post_id, member_id)
        mine = {picture.id for picture in rooms.experiences.pictures.of(post.id)}
        ticked = mine.intersection(request.form.getlist("remove", type=int))
        added = rooms.files.sent(held=len(mine) - len(ticked))
        rooms.experiences.change_pictures(post_id, member_id, add=added, remove=ticked)
        self.web.commit()
        return self.web.see_other(self.web.url("post", post_id=post_id))

    def _since(self, post: Post, picture: PostPicture) -> str | None:
        if picture.added_at <= post.published_at:
            return None
        return gettext("Added on %(date)s", date=formats().date(picture.added_at))
