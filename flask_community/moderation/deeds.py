"""What a moderator does with many items at once: each by itself, and back again."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..audit import Audit
from ..communities.rules import Remit
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext
from ..notices.service import NoticeService, naming
from ..records import Models, changed_one
from .models import Deed, QueueItem
from .seats import Seats
from .verbs import (
    CLAIM,
    MOST,
    NEEDS,
    NO_WISH,
    OWN,
    SHIFT,
    SNOOZES,
    UNDO,
    Chosen,
    Result,
    Verb,
    Verbs,
    Wish,
)

if TYPE_CHECKING:
    from .queue import Queue


class Deeds:
    """Verbs over chosen items. Reached as `ModerationService.deeds`.

    What can be done is done; what changed meanwhile, or is not his, is left as
    it is, and the deed says so item by item.
    """

    def __init__(
        self,
        *,
        queue: Queue,
        seats: Seats,
        models: Models,
        audit: Audit,
        notices: NoticeService,
        remits: Callable[[int], Remit],
        verbs: Verbs,
        prefix: str,
    ) -> None:
        self.queue, self.session, self.clock = queue, queue.session, queue.clock
        self.seats, self.Deed = seats, models[Deed]
        self.audit, self.notices = audit, notices
        self.remits, self.verbs, self.prefix = remits, verbs, prefix

    def do(self, remit: Remit, verb: str, chosen: Sequence[Chosen], wish: Wish = NO_WISH) -> Deed:
        """Do a verb with each item that is as it was shown; say which were left, and why.

        Raises Refused for an unknown verb, no item or too many, or a wish that
        the verb cannot do without.
        """
        more = self.verbs()
        if verb not in OWN and verb not in more:
            raise Refused(gettext("There is no such verb."), field="verb")
        if not 0 < len(chosen) <= MOST:
            raise Refused(gettext("Tick at least one."), field="item")
        needed = more[verb].needs if verb in more else NEEDS.get(verb)
        if needed and getattr(wish, needed) is None:
            raise Refused(gettext("Say to whom, for how long, where or what."), field=needed)
        do = self._with(remit, more[verb], wish) if verb in more else self._own(remit, verb, wish)
        versions = {one.id: one.version for one in chosen}
        his = self.queue.items_in(remit, versions)
        results = [
            self._each(remit, verb, his.get(item_id), item_id, versions[item_id], do)
            for item_id in sorted(versions)
        ]
        deed = self._kept(remit, verb, results, more)
        if verb == "assign":
            self._tell(remit, deed, wish.member or 0)
        return deed

    def one(self, remit: Remit, verb: str, chosen: Chosen, wish: Wish = NO_WISH) -> Deed:
        """Do a verb with one item; raises Conflict if it cannot be done as it was shown."""
        deed = self.do(remit, verb, [chosen], wish)
        if chosen.id in left_of(deed):
            item = self.queue.item(chosen.id)
            raise Conflict(
                gettext("Somebody else changed this first; load it again."),
                item=item.id,
                version=item.version,
            )
        return deed

    def of(self, token: str, actor_id: int) -> Deed:
        """Return what a moderator did himself; raises NotFound for another's too."""
        own = sa.select(self.Deed).filter_by(token=token, actor_id=actor_id)
        fresh = own.execution_options(populate_existing=True)
        if (found := self.session.scalars(fresh).one_or_none()) is None:
            raise NotFound(gettext("There is no such action."))
        return found

    def undo(self, token: str, remit: Remit) -> Deed:
        """Put back every item that nobody touched since; say which were left.

        Raises Refused after its time, Conflict if it was undone before or
        everything moved on.
        """
        deed, now = self.of(token, remit.member_id), self.clock()
        if not deed.can_be_undone or deed.undo_until <= now:
            raise Refused(gettext("This can no longer be undone."))
        row = self.Deed
        once = sa.update(row).where(row.id == deed.id, row.undone_at.is_(None))
        if not changed_one(self._write(once.values(undone_at=now))):
            raise Conflict(gettext("Something happened since; it can no longer be undone."))
        his = self.queue.items_in(remit, [one["item"] for one in done_of(deed)])
        results = [self._back(remit, deed.verb, his, one) for one in done_of(deed)]
        if results and all("left" in one for one in results):
            raise Conflict(gettext("Something happened since; it can no longer be undone."))
        self._write(sa.update(row).where(row.id == deed.id).values(results=results))
        return self.of(token, remit.member_id)

    def forget(self, member_id: int) -> None:
        """Drop what a member did; the audit keeps what it must."""
        self._write(sa.delete(self.Deed).where(self.Deed.actor_id == member_id))

    # -- one item --

    def _each(
        self,
        remit: Remit,
        verb: str,
        item: QueueItem | None,
        item_id: int,
        version: int,
        do: Callable[[QueueItem, int], Result],
    ) -> Result:
        if item is None:
            return {"item": item_id, "left": "gone"}
        was = _standing(item)
        try:
            kept = do(item, version)
        except Refused as refused:
            return {"item": item_id, "left": _why(refused)}
        now = self.queue.item(item_id)
        self._note(f"moderation.{verb}", remit, now)
        return {"item": item_id, "version": now.version, "was": was, **kept}

    def _own(self, remit: Remit, verb: str, wish: Wish) -> Callable[[QueueItem, int], Result]:
        item, me, now = self.queue.QueueItem, remit.member_id, self.clock()
        conditions: list[sa.ColumnElement[bool]] = []
        values: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
        if verb == "take":
            values = {"claimed_by": me, "claimed_until": now + CLAIM}
        elif verb == "release":
            conditions = [item.claimed_by == me]
        elif verb == "assign":
            values = {"claimed_by": wish.member, "claimed_until": now + SHIFT}
        elif verb == "snooze":
            values = {"snoozed_until": self._until(wish)}
        else:
            values, conditions = {"snoozed_until": None}, [item.snoozed_until > now]
        other = self._colleague(wish) if verb == "assign" else None

        def do(one: QueueItem, version: int) -> Result:
            if other is not None and one.id not in self.queue.items_in(other, [one.id]):
                raise Refused(code="theirs")
            until = values.get("snoozed_until")
            if until and one.due_at is not None and one.due_at < until:
                raise Refused(code="due")
            self.queue.change(one.id, me, version, *conditions, **values)
            return {}

        return do

    def _with(self, remit: Remit, verb: Verb, wish: Wish) -> Callable[[QueueItem, int], Result]:
        def do(one: QueueItem, version: int) -> Result:
            if one.kind != verb.kind:
                raise Refused(code="kind")
            verb.check(remit, one, wish)
            changed = self.queue.change(one.id, remit.member_id, version)
            return {"kept": verb.do(remit, changed, wish)}

        return do

    def _back(
        self, remit: Remit, verb: str, his: Mapping[int, QueueItem], result: Result
    ) -> Result:
        item_id, item = result["item"], his.get(result["item"])
        if item is None:
            return {"item": item_id, "left": "gone"}
        more, state = self.verbs(), item.state
        values = {} if verb in more else _stood(result["was"])
        if not self.queue.restore(item_id, result["version"], was=state, **values):
            return {"item": item_id, "left": "changed"}
        if verb in more and (undo := more[verb].undo) is not None:
            undo(remit, item, result["kept"])
        self._note("moderation.undone", remit, item)
        return {"item": item_id}

    # -- below --

    def _kept(
        self, remit: Remit, verb: str, results: list[Result], more: Mapping[str, Verb]
    ) -> Deed:
        now, row = self.clock(), self.Deed
        self.seats.take(remit.member_id)
        old = sa.delete(row).where(row.actor_id == remit.member_id, row.undo_until <= now)
        self._write(old)
        deed = row(
            token=secrets.token_urlsafe(16),
            actor_id=remit.member_id,
            verb=verb,
            results=results,
            at=now,
            undo_until=now + UNDO,
            can_be_undone=verb not in more or more[verb].undo is not None,
        )
        self.session.add(deed)
        self.session.flush()
        return deed

    def _until(self, wish: Wish) -> dt.datetime:
        if wish.hours not in SNOOZES:
            raise Refused(gettext("Choose from the list."), field="hours")
        return self.clock() + dt.timedelta(hours=wish.hours)

    def _colleague(self, wish: Wish) -> Remit:
        try:
            return self.remits(wish.member or 0)
        except Refused:
            raise Refused(gettext("This member has no desk."), field="member") from None

    def _tell(self, remit: Remit, deed: Deed, member_id: int) -> None:
        count = len(done_of(deed))
        if not count or member_id == remit.member_id:
            return
        self.notices.tell(
            member_id,
            "desk.assigned",
            {"by": naming(remit.member_id), "count": str(count)},
            url=f"{self.prefix}/desk?view=mine",
            key=f"deed:{deed.token}",
        )

    def _note(self, action: str, remit: Remit, item: QueueItem) -> None:
        self.audit.record(
            action,
            actor_id=remit.member_id,
            subject=f"{item.kind}:{item.subject_id}",
            details={"item": item.id, "version": item.version},
        )

    def _write(self, statement: sa.Update | sa.Delete) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement.execution_options(synchronize_session=False))


def done_of(deed: Deed) -> list[Result]:
    """Return what was done, or undone, by a deed."""
    return [one for one in deed.results if "left" not in one]


def left_of(deed: Deed) -> dict[int, str]:
    """Return why each item was left, by its id: a word of `LEFT`, or a sentence."""
    return {one["item"]: one["left"] for one in deed.results if "left" in one}


def _why(refused: Refused) -> str:
    if "code" in refused.data:
        return str(refused.data["code"])
    return "changed" if "version" in refused.data else str(refused)


def _standing(item: QueueItem) -> dict[str, Any]:
    times = {"claimed_until": item.claimed_until, "snoozed_until": item.snoozed_until}
    stamps = {name: at and at.isoformat() for name, at in times.items()}
    return {"claimed_by": item.claimed_by, **stamps}


def _stood(was: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: was[name] for name in ("claimed_until", "snoozed_until")}
    read = {name: at and dt.datetime.fromisoformat(at) for name, at in times.items()}
    return {"claimed_by": was["claimed_by"], **read}
