"""The pictures of one kind of owner, such as a post."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext, ngettext
from ..records import Models, insert_once
from .models import Picture
from .service import Files, NewPicture

P = TypeVar("P", bound=Picture)


class Album(Generic[P]):
    """The pictures of one kind of owner, such as a post, in the order in which they came."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        files: Files,
        table: type[P],
        owner: str,
        private: bool = False,
    ) -> None:
        self.session = session
        self.clock = clock
        self.files = files
        self.Picture = models[table]
        self.owner = owner
        self.private = private
        self._owner_id = getattr(self.Picture, owner)

    def of(self, owner_id: int) -> Sequence[P]:
        """Return the pictures of one."""
        return self.of_each([owner_id]).get(owner_id, [])

    def of_each(self, owner_ids: Iterable[int]) -> Mapping[int, Sequence[P]]:
        """Return the pictures of each that has some, in one query."""
        many = self._of(owner_ids).order_by(self.Picture.id)
        found: dict[int, list[P]] = {}
        for picture in self.session.scalars(many):
            found.setdefault(getattr(picture, self.owner), []).append(picture)
        return found

    def one(self, owner_id: int, picture_id: int) -> P:
        """Return one picture of this very owner; raises NotFound."""
        mine = self._of([owner_id]).filter_by(id=picture_id)
        found: P | None = self.session.scalars(mine).one_or_none()
        if found is None:
            raise NotFound(gettext("There is no such picture."))
        return found

    def add(self, owner_id: int, pictures: Sequence[NewPicture]) -> None:
        """Keep pictures behind those that are there.

        Raises Refused if they are too many, Conflict if others came in between.
        """
        if not pictures:
            return
        taken = {picture.slot for picture in self.of(owner_id)}
        free = [slot for slot in range(self.files.settings.upload_pictures) if slot not in taken]
        if len(pictures) > len(free):
            most = self.files.settings.upload_pictures
            message = ngettext(
                "There may be %(n)s picture at most.", "There may be %(n)s pictures at most.", most
            )
            raise Refused(message, field="picture1")
        for slot, picture in zip(free, pictures, strict=False):
            self._add(owner_id, slot, picture)

    def remove(self, owner_id: int, picture_ids: Collection[int]) -> None:
        """Take pictures of this owner away; ids of others are left alone."""
        self._delete(self._of([owner_id]).where(self.Picture.id.in_(picture_ids)))

    def clear(self, owner_ids: Sequence[int]) -> None:
        """Take every picture of these owners away."""
        self._delete(self._of(owner_ids))

    def export(self, owner_id: int) -> list[dict[str, str]]:
        """Return what is kept, ready for JSON."""
        return [{"url": one.url, "alt": one.alt} for one in self.of(owner_id)]

    def _add(self, owner_id: int, slot: int, picture: NewPicture) -> None:
        values = {
            self.owner: owner_id,
            "slot": slot,
            "url": self.files.keep(picture.drawn, private=self.private),
            "width": picture.drawn.width,
            "height": picture.drawn.height,
            "alt": picture.alt,
            "added_at": self.clock(),
        }
        if not insert_once(self.session, self.Picture, values, on=(self.owner, "slot")):
            raise Conflict(gettext("Other pictures came in between: load the page again."))

    def _of(self, owner_ids: Iterable[int]) -> Any:
        return sa.select(self.Picture).where(self._owner_id.in_(list(owner_ids)))

    def _delete(self, which: Any) -> None:
        gone = self.session.scalars(which).all()
        mine = sa.delete(self.Picture).where(self.Picture.id.in_([one.id for one in gone]))
        self.files.forget(one.url for one in gone)
        self.session.execute(mine.execution_options(synchronize_session="fetch"))
