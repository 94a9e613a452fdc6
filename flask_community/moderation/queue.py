"""The queue: what is pushed into it, what a moderator sees of it, how an item changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.rules import Remit
from ..errors import Conflict, NotFound
from ..i18n import gettext
from ..records import Models, changed_one, find_or_insert, insert_once
from . import views
from .models import QueueItem
from .views import Place, Waiting

Parties = Callable[[Remit], Mapping[str, Any]]
"""Returns, by kind of item, a SELECT of the subjects that are a moderator's own affair."""

Finds = Callable[[str], Mapping[str, Any]]
"""Returns, by kind of item, a SELECT of the subjects that these words are said of."""

NOBODY: Mapping[str, Any] = {"claimed_by": None, "claimed_until": None}
"""Who holds an item that is let go."""


class Queue:
    """One queue for every kind of item. Every write names the version it was decided on."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        parties: Parties,
        finds: Finds,
    ) -> None:
        self.session = session
        self.parties, self.finds = parties, finds
        self.QueueItem = models[QueueItem]
        self.clock = clock

    def push(
        self,
        kind: str,
        subject_id: int,
        *,
        field: str | None,
        title: str,
        priority: int = 0,
        due_at: dt.datetime | None = None,
        community_id: int | None = None,
        is_appeal: bool = False,
        number: str | None = None,
        growing_until: dt.datetime | None = None,
    ) -> QueueItem:
        """Put a subject into the queue, or tell that something about it changed.

        One item a subject: pushed again, it opens again with these facts and a
        new version, so that whoever decided on the old facts loads them anew.
        News wakes what was snoozed.
        """
        match = {"kind": kind, "subject_id": subject_id}
        facts: dict[str, Any] = {
            "field": field,
            "title": title[:200],
            "priority": priority,
            "due_at": due_at,
            "community_id": community_id,
            "is_appeal": is_appeal,
            "number": number,
            "growing_until": growing_until,
            "snoozed_until": None,
        }
        new = {**match, **facts, "created_at": self.clock()}
        item = self.QueueItem
        # Looked for first: on MariaDB an insert that fails locks the row for
        # reading, and two pushers that both then update it would deadlock.
        known = self.session.scalar(sa.select(item.id).filter_by(**match)) is not None
        if known or not insert_once(self.session, item, new, on=("kind", "subject_id")):
            same = sa.update(item).where(item.kind == kind, item.subject_id == subject_id)
            self._write(same.values(**facts, state="open", version=item.version + 1))
        found = find_or_insert(self.session, item, match, new)
        self.session.refresh(found)
        return found

    def settle(self, kind: str, subject_id: int) -> None:
        """Take a subject out of the queue, because it ended without a moderator."""
        item = self.QueueItem
        open_one = sa.update(item).where(
            item.kind == kind, item.subject_id == subject_id, item.state == "open"
        )
        self._write(open_one.values(**NOBODY, state="done", version=item.version + 1))

    def queue(
        self,
        remit: Remit | None = None,
        *,
        view: str | None = None,
        field: str | None = None,
        words: str | None = None,
        after: Place | None = None,
        limit: int = 100,
    ) -> Sequence[QueueItem]:
        """Return open items, the most pressing first: all, or those of a moderator.

        Those of one of the VIEWS if it is named (a view asks for the remit of
        who looks), of one field, and of what these `words` are said of. It
        goes on behind the place `after`.
        """
        item = self.QueueItem
        found = sa.select(item).where(item.state == "open", self._shown(remit, view))
        if remit is not None:
            found = found.where(*self._in(remit))
        if field is not None:
            found = found.where(item.field == field)
        if words:
            found = found.where(self._said(words))
        if after is not None:
            found = found.where(views.behind(item, after))
        # IS NULL first: databases disagree where NULLs sort.
        order = (item.priority.desc(), item.due_at.is_(None), item.due_at, item.id)
        return self.session.scalars(found.order_by(*order).limit(limit)).all()

    def waiting(self, remit: Remit) -> Waiting:
        """Count what waits for a moderator, by view."""
        within = self._in(remit)
        return views.count(self.session, self.QueueItem, within, remit.member_id, self.clock())

    def item_in(self, remit: Remit, item_id: int) -> QueueItem:
        """Return an item that a moderator may decide; raises NotFound for another's too."""
        his = sa.select(self.QueueItem.id).where(self.QueueItem.id == item_id, *self._in(remit))
        return self.item(self.session.scalar(his) or 0)

    def items_in(self, remit: Remit, item_ids: Collection[int]) -> dict[int, QueueItem]:
        """Return those of these items that a moderator may decide, as they are now, by id."""
        item = self.QueueItem
        his = sa.select(item).where(item.id.in_(item_ids), *self._in(remit)).order_by(item.id)
        fresh = his.execution_options(populate_existing=True)
        return {one.id: one for one in self.session.scalars(fresh)} if item_ids else {}

    def item(self, item_id: int) -> QueueItem:
        """Return an item as it is now; raises NotFound."""
        found = self.session.get(self.QueueItem, item_id, populate_existing=True)
        if found is None:
            raise NotFound(gettext("This is not in the queue."), item=item_id)
        return found

    def change(
        self,
        item_id: int,
        member_id: int,
        version: int,
        *conditions: sa.ColumnElement[bool],
        **values: Any,
    ) -> QueueItem:
        """Change an open item that one holds or nobody does; raises Conflict if it moved on."""
        item = self.QueueItem
        mine = sa.or_(item.claimed_by == member_id, views.nobody_holds(item, self.clock()))
        current = sa.update(item).where(
            item.id == item_id, item.version == version, item.state == "open", mine, *conditions
        )
        changed = changed_one(self._write(current.values(**values, version=item.version + 1)))
        found = self.item(item_id)
        if not changed:
            raise Conflict(
                gettext("Somebody else changed this first; load it again."),
                item=item_id,
                version=found.version,
            )
        return found

    def restore(self, item_id: int, version: int, *, was: str = "open", **values: Any) -> bool:
        """Write to an item if it still has this version and state; tell whether it had."""
        item = self.QueueItem
        same = sa.update(item).where(item.id == item_id, item.version == version, item.state == was)
        return changed_one(self._write(same.values(**values, version=item.version + 1)))

    # -- below --

    def _shown(self, remit: Remit | None, view: str | None) -> sa.ColumnElement[bool]:
        item, now = self.QueueItem, self.clock()
        if remit is None:
            return sa.true()
        if view is None:
            return views.in_sight(item, now)
        return views.conditions(item, remit.member_id, now)[view]

    def _said(self, words: str) -> sa.ColumnElement[bool]:
        item = self.QueueItem
        return sa.or_(
            item.number == words.upper(),
            item.title.icontains(words, autoescape=True),
            *(
                sa.and_(item.kind == kind, item.subject_id.in_(subjects))
                for kind, subjects in self.finds(words).items()
            ),
        )

    def _in(self, remit: Remit) -> list[sa.ColumnElement[bool]]:
        """Return what an item must be to be this moderator's to decide."""
        item = self.QueueItem
        may = [
            sa.not_(sa.and_(item.kind == kind, item.subject_id.in_(own)))
            for kind, own in self.parties(remit).items()
        ]
        if not remit.everywhere:
            here = item.community_id.in_(remit.communities)
            may.append(sa.or_(item.field.in_(remit.fields), here))
        return may

    def _write(self, statement: sa.Update | sa.Delete) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement.execution_options(synchronize_session=False))
