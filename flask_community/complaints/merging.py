"""Makes one case of two, and two of one; takes either back for seven days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from .. import signals
from ..clock import Clock
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..moderation.service import ModerationService
from ..records import Models, changed_one
from .cases import CASE, Cases
from .models import BulkOperation, Case, CaseEvent, Complaint
from .rules import DECISION, MERGEABLE, MODERATOR

UNDO = dt.timedelta(days=7)
"""How long a merge or a split can be taken back."""

QUIET = frozenset({"tell", "halt"})
"""Events after which a merge can still be taken back: they decide nothing."""


@dataclass(frozen=True)
class Undoable:
    """A merge or a split that can be taken back."""

    case: Case
    """What was merged into the case, or split off from it."""
    until: dt.datetime

    @property
    def is_split(self) -> bool:
        """Tell whether it was split off."""
        return self.case.state != "merged"


class Merging:
    """Moves people's complaints from case to case. Reached as `ComplaintService.merging`.

    People hear nothing of it: their threads and the dates that were promised to
    them stay, and the case is due when the earliest of its complaints is.
    """

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        cases: Cases,
        moderation: ModerationService,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Case, self.Operation = models[Case], models[BulkOperation]
        self.cases = cases
        self.moderation = moderation
        self.clock = clock

    # -- look-ups --

    def others(self, case: Case) -> Sequence[Case]:
        """Return the cases that could be merged into this one, oldest first."""
        if case.state not in MERGEABLE:
            return []
        other = self.Case
        alike = sa.select(other).where(
            other.product_id == case.product_id,
            other.state.in_(MERGEABLE),
            other.id != case.id,
        )
        return self.session.scalars(alike.order_by(other.id)).all()

    def undoable(self, case: Case) -> list[Undoable]:
        """Return what was merged into a case or split off from it and may be taken back."""
        made = [one for one in self.cases.moves.history(case.id) if one.event not in QUIET]
        last = made[-1].event if made else ""
        near = self._near(case) if last in ("take_in", "split") else []
        kin = [one for one in near if one.is_split == (last == "split")]
        return sorted(kin, key=lambda one: one.until)[-1:]

    # -- verbs --

    def merge(self, case_id: int, other_id: int, actor_id: int, reason: str) -> Case:
        """Let everyone in the other case stand in this one; the other leads to it from now on.

        Its pauses and holds stay, and end with this case. Raises Refused for
        cases about different products, Conflict if one of them is no case, or
        is being carried out.
        """
        case, other = self.cases.get(case_id), self.cases.get(other_id)
        if case.id == other.id or case.product_id != other.product_id:
            raise Refused(gettext("Only cases about one product are merged."), field="other")
        for number in sorted((case_id, other_id)):
            if number == case_id:
                self._touch(case, earliest=other.due_at)
            else:
                self.cases.moves.move(
                    other_id,
                    "merge",
                    by=MODERATOR,
                    actor_id=actor_id,
                    text=_said(reason),
                    merged_into_id=case_id,
                )
        self._unschedule(other_id)
        joined = [one.id for one in self.cases.members.joined(other_id, newest=True)]
        self._carry(other, case, joined, "merged", actor_id)
        self._note(case_id, "take_in", actor_id, _said(reason))
        self.moderation.settle(CASE, other_id)
        return self._pushed(case_id)

    def split(
        self,
        case_id: int,
        complaint_ids: Collection[int],
        actor_id: int,
        *,
        title: str,
        reason: str,
        one_batch: bool = False,
    ) -> Case:
        """Make a case of its own of these members of a case; return it.

        It rests and holds for itself, so that the end of one case lets nothing
        go that the other is about. Raises Refused unless some are ticked and
        some stay, Conflict if the case is being carried out.
        """
        case, chosen = self.cases.get(case_id), sorted(set(complaint_ids))
        inside = {one.id for one in self.cases.members.joined(case_id)}
        if not chosen or not set(chosen) < inside:
            raise Refused(gettext("Tick some members, and leave some."), field="complaint")
        self._touch(case)
        complaints = [self.cases.threads.get(number) for number in chosen]
        wide = shared_batch(complaints) if one_batch else case.batch
        new = self.cases.raise_from(actor_id, complaints, title, wide, split_from_id=case_id)
        self._carry(case, new, chosen, "split", actor_id)
        new = self.cases.moves.move(
            new.id,
            "confirm",
            by=MODERATOR,
            actor_id=actor_id,
            text=_said(reason),
            due_at=min(_promised(one) for one in complaints),
        )
        self._note(case_id, "split", actor_id, _said(reason))
        self.cases.breaker.rest(new, actor_id)
        signals.later(self.session, signals.case_opened, case=new.id)
        self._pushed(case_id)
        return self._pushed(new.id)

    def undo(self, case_id: int, other_id: int, actor_id: int) -> Case:
        """Take back that the other case was merged into this one, or split off from it.

        Raises Refused after seven days, Conflict if either case has moved on
        since, or somebody in question joined, left or was moved.
        """
        case, other = self.cases.get(case_id), self.cases.get(other_id)
        found = [one for one in self._near(case) if one.case.id == other_id]
        if not found:
            raise Refused(gettext("This can no longer be undone."))
        if found[0].is_split:
            return self._undo_split(case, other, actor_id)
        return self._undo_merge(case, other, actor_id)

    # -- below --

    def _near(self, case: Case) -> list[Undoable]:
        if case.state not in MERGEABLE:
            return []
        other = self.Case
        near = sa.select(other).where(
            sa.or_(other.merged_into_id == case.id, other.split_from_id == case.id),
            other.state.in_((*MERGEABLE, "merged")),
        )
        found = []
        for one in self.session.scalars(near.order_by(other.id)):
            last = self._last(one.id, "merge" if one.state == "merged" else "confirm")
            if one.merged_into_id in (None, case.id) and last.at + UNDO > self.clock():
                found.append(Undoable(one, last.at + UNDO))
        return found

    def _undo_merge(self, case: Case, other: Case, actor_id: int) -> Case:
        merged = self._last(other.id, "merge")
        self._unmoved(case.id, self._last(case.id, "take_in"))
        moved = self.cases.members.left(other.id, "merged")
        for number in sorted((case.id, other.id)):
            if number == case.id:
                self._touch(case)
            else:
                self.cases.moves.take_back(
                    other.id, merged, "unmerge", by=MODERATOR, actor_id=actor_id
                )
        self._write(sa.update(self.Case).where(self.Case.id == other.id), merged_into_id=None)
        self._carry(case, other, moved, "removed", actor_id)
        self._note(case.id, "let_go", actor_id)
        self._pushed(case.id)
        return self._pushed(other.id)

    def _undo_split(self, case: Case, new: Case, actor_id: int) -> Case:
        self._unmoved(new.id, self._last(new.id, "confirm"))
        self._unmoved(case.id, self._last(case.id, "split"))
        inside = [one.id for one in self.cases.members.joined(new.id)]
        if inside != list(self.cases.members.left(case.id, "split")):
            raise _moved_on()
        return self.merge(case.id, new.id, actor_id, gettext("The split was taken back."))

    def _unmoved(self, case_id: int, last: CaseEvent) -> None:
        since = [one for one in self.cases.moves.history(case_id) if one.id > last.id]
        if any(one.event not in QUIET for one in since):
            raise _moved_on()

    def _last(self, case_id: int, event: str) -> CaseEvent:
        return [one for one in self.cases.moves.history(case_id) if one.event == event][-1]

    def _touch(self, case: Case, *, earliest: dt.datetime | None = None) -> None:
        """Write the case's row, if it can still be merged and split; never extend its date."""
        held = self.cases.members.hold(case.id, MERGEABLE, due=earliest, changed_at=self.clock())
        if not held:
            raise Conflict(gettext("This has moved on meanwhile: load it again."))

    def _carry(
        self, source: Case, target: Case, numbers: Sequence[int], state: str, actor_id: int
    ) -> None:
        self.cases.members.carry(source, target, numbers, state, actor_id)
        self.cases.moves.audit.record(
            "case.members_moved",
            actor_id=actor_id,
            subject=f"case:{source.id}",
            details={"to": target.id, "complaints": list(numbers), "as": state},
        )

    def _note(self, case_id: int, event: str, actor_id: int, text: str | None = None) -> None:
        state = self.cases.get(case_id).state
        self.cases.moves.note(
            case_id, event, state, state, by=MODERATOR, actor_id=actor_id, text=text
        )

    def _unschedule(self, case_id: int) -> None:
        """Let no remedy of a case that is gone begin by itself."""
        operation = self.Operation
        planned = sa.update(operation).where(
            operation.case_id == case_id, operation.started_at.is_(None)
        )
        self._write(planned, start_at=None, start_by_id=None)

    def _pushed(self, case_id: int) -> Case:
        self.session.flush()
        case = self.cases.get(case_id)
        self.cases.push(case)
        return case

    def _write(self, statement: sa.Update, **values: object) -> bool:
        self.session.flush()
        changed = statement.values(**values).execution_options(synchronize_session=False)
        return changed_one(self.session.execute(changed))


def shared_batch(complaints: Sequence[Complaint]) -> str | None:
    """Return the one batch that all of these are about; raises Refused if there is none."""
    batches = {one.batch for one in complaints}
    if len(batches) != 1 or None in batches:
        raise Refused(gettext("These are not of one batch."), field="one_batch")
    return batches.pop()


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused(gettext("Say why: a decision needs a reason."), field="reason")
    return reason.strip()


def _promised(complaint: Complaint) -> dt.datetime:
    return complaint.next_due_at or complaint.filed_at + DECISION


def _moved_on() -> Conflict:
    return Conflict(gettext("Something happened since; it can no longer be undone."))
