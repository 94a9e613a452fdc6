"""Verbs of moderation: claim, decide with a reason, undo; many at once are `deeds`."""

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
from ..notices.service import NoticeService
from ..records import Models, changed_one
from .deeds import Deeds
from .models import Action, QueueItem
from .queue import NOBODY, Finds, Parties, Queue
from .seats import Seats
from .verbs import CLAIM, Verbs

Undo = Callable[[Action], None]
"""Takes back what followed from an action; raises Refused if it cannot any more."""


class ModerationService(Queue):
    """The queue, and what one moderator decides about one item of it."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        audit: Audit,
        notices: NoticeService,
        clock: Clock,
        remits: Callable[[int], Remit],
        parties: Parties = lambda remit: {},
        finds: Finds = lambda words: {},
        verbs: Verbs = lambda: {},
        prefix: str = "",
    ) -> None:
        super().__init__(session=session, models=models, clock=clock, parties=parties, finds=finds)
        self.Action = models[Action]
        self.audit = audit
        self.seats = Seats(session=session, models=models)
        """Who sits at the desk, and what each one looks for."""
        self.deeds = Deeds(
            queue=self,
            seats=self.seats,
            models=models,
            audit=audit,
            notices=notices,
            remits=remits,
            verbs=verbs,
            prefix=prefix,
        )
        """What is done with many items at once, and undone."""
        self._undos: dict[tuple[str, str], tuple[Undo, dt.timedelta]] = {}

    def on_undo(self, kind: str, verb: str, undo: Undo, *, within: dt.timedelta) -> None:
        """Make a verb undoable for items of a kind, for so long after it was done."""
        if (kind, verb) in self._undos:
            raise CommunityError(f"two ways to undo {verb!r} of {kind!r}: keep one")
        self._undos[kind, verb] = (undo, within)

    def claim(self, item_id: int, member_id: int, version: int) -> QueueItem:
        """Hold an open item for 30 minutes, again too; raises Conflict if one was faster."""
        return self.change(
            item_id, member_id, version, claimed_by=member_id, claimed_until=self.clock() + CLAIM
        )

    def release(self, item_id: int, member_id: int, version: int) -> QueueItem:
        """Let others take an item; raises Conflict unless this member holds it."""
        held = self.QueueItem.claimed_by == member_id
        return self.change(item_id, member_id, version, held, **NOBODY)

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
        item = self.change(item_id, actor_id, version, **NOBODY, state="done")
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
        """Return the decisions about a member, oldest first, and the views he saved."""
        about = sa.select(self.Action).filter_by(about_id=member_id).order_by(self.Action.id)
        decided = [
            {"at": one.at.isoformat(), "verb": one.verb, "reason": one.reason}
            for one in self.session.scalars(about)
        ]
        return decided + self.seats.export(member_id)

    def erase_personal(self, member_id: int) -> None:
        """Empty the reasons that speak of a member, and his desk; what was decided stays."""
        about = sa.update(self.Action).where(self.Action.about_id == member_id)
        self._write(about.values(reason=""))
        self.deeds.forget(member_id)
        self.seats.erase(member_id)

    def _take_back(self, action: Action, actor_id: int, now: dt.datetime) -> None:
        done = self.Action
        undone = sa.update(done).where(done.id == action.id, done.undone_at.is_(None))
        if not (
            self.restore(action.item_id, action.item_version, was="done", state="open")
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
