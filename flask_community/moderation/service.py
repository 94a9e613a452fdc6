"""Verbs of moderation: push, claim, decide with a reason, undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..communities.rules import Remit
from ..errors import CommunityError, Conflict, NotFound, Refused
from ..i18n import gettext
from ..records import Models, changed_one, find_or_insert, insert_once
from . import views
from .models import Action, QueueItem
from .views import Place, Waiting

CLAIM = dt.timedelta(minutes=30)
"""How long a moderator holds an item before others may take it."""

Undo = Callable[[Action], None]
"""Takes back what followed from an action; raises Refused if it cannot any more."""

Parties = Callable[[Remit], Mapping[str, Any]]
"""Returns, by kind of item, a SELECT of the subjects that are a moderator's own affair."""


class ModerationService:
    """The queue. Every write names the version it was decided on."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        audit: Audit,
        clock: Clock,
        parties: Parties = lambda remit: {},
    ) -> None:
        self.session = session
        self.parties = parties
        self.QueueItem = models[QueueItem]
        self.Action = models[Action]
        self.audit = audit
        self.clock = clock
        self._undos: dict[tuple[str, str], tuple[Undo, dt.timedelta]] = {}

    def on_undo(self, kind: str, verb: str, undo: Undo, *, within: dt.timedelta) -> None:
        """Make a verb undoable for items of a kind, for so long after it was done."""
        if (kind, verb) in self._undos:
            raise CommunityError(f"two ways to undo {verb!r} of {kind!r}: keep one")
        self._undos[kind, verb] = (undo, within)

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
    ) -> QueueItem:
        """Put a subject into the queue, or tell that something about it changed.

        One item a subject: pushed again, it opens again with these facts and a
        new version, so that whoever decided on the old facts loads them anew.
        """
        match = {"kind": kind, "subject_id": subject_id}
        facts: dict[str, Any] = {
            "field": field,
            "title": title[:200],
            "priority": priority,
            "due_at": due_at,
            "community_id": community_id,
            "is_appeal": is_appeal,
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
        self._write(open_one.values(**_UNCLAIMED, state="done", version=item.version + 1))

    def queue(
        self,
        remit: Remit | None = None,
        *,
        view: str | None = None,
        field: str | None = None,
        after: Place | None = None,
        limit: int = 100,
    ) -> Sequence[QueueItem]:
        """Return open items, the most pressing first: all, or those of a moderator.

        Those of one of the VIEWS if it is named (a view asks for the remit of
        who looks), and of one field. It goes on behind the place `after`.
        """
        item = self.QueueItem
        found = sa.select(item).where(item.state == "open")
        if remit is not None:
            found = found.where(*self._in(remit))
            if view is not None:
                found = found.where(views.conditions(item, remit.member_id, self.clock())[view])
        if field is not None:
            found = found.where(item.field == field)
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

    def item(self, item_id: int) -> QueueItem:
        """Return an item as it is now; raises NotFound."""
        found = self.session.get(self.QueueItem, item_id, populate_existing=True)
        if found is None:
            raise NotFound(gettext("This is not in the queue."), item=item_id)
        return found

    def claim(self, item_id: int, member_id: int, version: int) -> QueueItem:
        """Hold an open item for 30 minutes, again too; raises Conflict if one was faster."""
        return self._change(
            item_id, member_id, version, claimed_by=member_id, claimed_until=self.clock() + CLAIM
        )

    def release(self, item_id: int, member_id: int, version: int) -> QueueItem:
        """Let others take an item; raises Conflict unless this member holds it."""
        held = self.QueueItem.claimed_by == member_id
        return self._change(item_id, member_id, version, held, **_UNCLAIMED)

    def done(
        self,
        item_id: int,
        actor_id: int,
        version: int,
        verb: str,
        reason: str,
        details: Mapping[str, Any] | None = None,
        *,
        about_id: int | None = None,
    ) -> Action:
        """Decide an item, as its version stood, and take it out of the queue.

        `details` hold nothing personal. `about_id` is the member whom the
        reason speaks of: erasing him empties it. Raises Refused without a
        reason, Conflict if the item changed or another moderator holds it.
        """
        if not reason.strip():
            raise Refused(gettext("Say why: a decision needs a reason."))
        item = self._change(item_id, actor_id, version, **_UNCLAIMED, state="done")
        now, (_, within) = self.clock(), self._undos.get((item.kind, verb), (None, None))
        action = self.Action(
            item_id=item.id,
            item_version=item.version,
            actor_id=actor_id,
            about_id=about_id,
            verb=verb,
            reason=reason.strip(),
            details=dict(details or {}),
            at=now,
            undo_until=now + within if within else None,
        )
        self.session.add(action)
        self.session.flush()
        self._audit(f"moderation.{verb}", actor_id, item, action, {"reason": action.reason})
        return action

    def undo(self, action_id: int, actor_id: int) -> QueueItem:
        """Take an action back and open its item again, held by nobody.

        Raises Refused if the verb cannot be undone or its time is over,
        Conflict if it was undone before or the item changed since.
        """
        action = self.session.get(self.Action, action_id, populate_existing=True)
        if action is None:
            raise NotFound(gettext("There is no such action."), action=action_id)
        item = self.item(action.item_id)
        undo, _ = self._undos.get((item.kind, action.verb), (None, None))
        now = self.clock()
        if undo is None or action.undo_until is None or action.undo_until <= now:
            raise Refused(gettext("This can no longer be undone."), action=action_id)
        self._take_back(action, actor_id, now)
        undo(action)
        self._audit("moderation.undone", actor_id, item, action)
        self.session.refresh(action)
        return self.item(item.id)

    def actions(self, item_id: int) -> Sequence[Action]:
        """Return what was done with an item, oldest first."""
        done = sa.select(self.Action).filter_by(item_id=item_id).order_by(self.Action.id)
        return self.session.scalars(done).all()

    def export_personal(self, member_id: int) -> list[dict[str, Any]]:
        """Return the decisions about a member, oldest first, ready for JSON."""
        about = sa.select(self.Action).filter_by(about_id=member_id).order_by(self.Action.id)
        return [
            {"at": one.at.isoformat(), "verb": one.verb, "reason": one.reason}
            for one in self.session.scalars(about)
        ]

    def erase_personal(self, member_id: int) -> None:
        """Empty the reasons that speak of a member; what was decided stays."""
        about = sa.update(self.Action).where(self.Action.about_id == member_id)
        self._write(about.values(reason=""))

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

    def _change(
        self,
        item_id: int,
        member_id: int,
        version: int,
        *conditions: sa.ColumnElement[bool],
        **values: Any,
    ) -> QueueItem:
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

    def _take_back(self, action: Action, actor_id: int, now: dt.datetime) -> None:
        item, done = self.QueueItem, self.Action
        open_again = sa.update(item).where(
            item.id == action.item_id, item.state == "done", item.version == action.item_version
        )
        undone = sa.update(done).where(done.id == action.id, done.undone_at.is_(None))
        if not (
            changed_one(self._write(open_again.values(state="open", version=item.version + 1)))
            and changed_one(self._write(undone.values(undone_at=now, undone_by=actor_id)))
        ):
            raise Conflict(
                gettext("Something happened since; it can no longer be undone."), action=action.id
            )

    def _audit(
        self,
        verb: str,
        actor_id: int,
        item: QueueItem,
        action: Action,
        personal: Mapping[str, Any] | None = None,
    ) -> None:
        self.audit.record(
            verb,
            actor_id=actor_id,
            subject=f"{item.kind}:{item.subject_id}",
            details={**action.details, "item": item.id, "action": action.id},
            personal=personal,
            about_id=action.about_id,
        )

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement.execution_options(synchronize_session=False))


_UNCLAIMED = {"claimed_by": None, "claimed_until": None}
