"""Who sits at the desk: his saved views, and whether single keys do things for him."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext
from ..records import Models, changed_one, find_or_insert, insert_once
from .models import SavedView, Seat

MOST_SAVED = 20
"""How many views one moderator saves."""

COLLEAGUES = 100
"""How many others a moderator chooses from."""


class Seats:
    """One seat a moderator. Reached as `ModerationService.seats`."""

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Seat, self.SavedView = models[Seat], models[SavedView]

    def take(self, member_id: int) -> Seat:
        """Return a moderator's seat, made with the first thing he does there."""
        return find_or_insert(self.session, self.Seat, {"member_id": member_id}, {"has_keys": True})

    def has_keys(self, member_id: int) -> bool:
        """Tell whether single keys do things for a moderator; they do until he says no."""
        own = sa.select(self.Seat.has_keys).filter_by(member_id=member_id)
        return self.session.scalar(own) is not False

    def set_keys(self, member_id: int, *, on: bool) -> Seat:
        """Let single keys do things at the desk, or not."""
        seat = self.take(member_id)
        seat.has_keys = on
        self.session.flush()
        return seat

    def colleagues(self, member_id: int) -> Sequence[int]:
        """Return the other members who have done something at the desk."""
        others = sa.select(self.Seat.member_id).where(self.Seat.member_id != member_id)
        return self.session.scalars(others.order_by(self.Seat.id).limit(COLLEAGUES)).all()

    def saved(self, member_id: int) -> Sequence[SavedView]:
        """Return a moderator's views, by name."""
        own = sa.select(self.SavedView).filter_by(member_id=member_id)
        return self.session.scalars(own.order_by(self.SavedView.name, self.SavedView.id)).all()

    def save(
        self, member_id: int, name: str, *, view: str | None, field: str | None, words: str | None
    ) -> SavedView:
        """Keep a view by a name; raises Refused if it shows everything or there are too many,
        Conflict if the name is taken."""
        if not (view or field or words):
            raise Refused(gettext("This is everything: choose a view or search first."))
        if len(self.saved(member_id)) >= MOST_SAVED:
            raise Refused(gettext("You have as many views as fit: remove one first."))
        match = {"member_id": member_id, "name": name}
        values = {**match, "view": view, "field": field, "words": words}
        if not insert_once(self.session, self.SavedView, values, on=tuple(match)):
            raise Conflict(gettext("You have a view of this name."), field="name")
        return self.session.scalars(sa.select(self.SavedView).filter_by(**match)).one()

    def remove(self, member_id: int, view_id: int) -> None:
        """Forget a saved view; raises NotFound for another's too."""
        view = self.SavedView
        own = sa.delete(view).where(view.id == view_id, view.member_id == member_id)
        if not changed_one(self._write(own)):
            raise NotFound(gettext("There is nothing here."))

    def export(self, member_id: int) -> list[dict[str, Any]]:
        """Return the views that a member saved, ready for JSON."""
        return [
            {"saved": one.name, "view": one.view, "field": one.field, "words": one.words}
            for one in self.saved(member_id)
        ]

    def erase(self, member_id: int) -> None:
        """Clear a member's seat."""
        for own in (self.SavedView, self.Seat):
            self._write(sa.delete(own).where(own.member_id == member_id))

    def _write(self, statement: sa.Delete) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement.execution_options(synchronize_session=False))
