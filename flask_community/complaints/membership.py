"""Keeps which complaints stand in which case; people themselves are never merged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, NotFound
from ..i18n import gettext
from ..records import Models, changed_one, insert_once
from .models import Case, CaseMember, Complaint, ComplaintEvent
from .moves import Moves
from .rules import ANSWERABLE, COUNTED, CUSTOMER, JOINABLE, MODERATOR, STANDING


class Membership:
    """Who is suggested for a case, who has joined it, who was taken out."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        threads: Moves[Complaint, ComplaintEvent],
        clock: Clock,
    ) -> None:
        self.session = session
        self.Case, self.CaseMember = models[Case], models[CaseMember]
        self.Complaint = models[Complaint]
        self.threads = threads
        self.clock = clock

    def of(self, case_id: int) -> Sequence[tuple[CaseMember, Complaint]]:
        """Return who stands in a case, suggested ones too, by complaint."""
        member, complaint = self.CaseMember, self.Complaint
        found = (
            sa.select(member, complaint)
            .join(complaint, complaint.id == member.complaint_id)
            .where(member.case_id == case_id, member.state.in_(STANDING))
            .order_by(member.complaint_id)
        )
        return [(row[0], row[1]) for row in self.session.execute(found)]

    def joined(self, case_id: int, *, newest: bool = False) -> Sequence[Complaint]:
        """Return the complaints that have joined a case, by id.

        Whoever holds the case's row asks for the `newest`: one may have joined after
        this transaction took its snapshot (REPEATABLE READ of MariaDB), and a locking
        read sees him. The lock itself guards nothing; `hold()` does.
        """
        joined = sa.select(self.Complaint).filter_by(joined_case_id=case_id)
        if newest:
            joined = joined.with_for_update(read=True)
        return self.session.scalars(
            joined.order_by(self.Complaint.id), execution_options={"populate_existing": newest}
        ).all()

    def buyers(self, case_id: int) -> int:
        """Return how many different people have joined a case."""
        complaint = self.Complaint
        counted = sa.select(sa.func.count(sa.distinct(complaint.member_id))).where(
            complaint.joined_case_id == case_id,
            complaint.state.in_(COUNTED),
            complaint.mistaken.is_(False),
        )
        return self.session.scalar(counted) or 0

    def hold(
        self,
        case_id: int,
        states: Collection[str],
        *,
        due: dt.datetime | None = None,
        **values: object,
    ) -> bool:
        """Write a case's row: whoever joins, merges or ends it at the same moment waits.

        It is due at `due` from now on, unless it was earlier. False if the case
        is in none of these states any more.
        """
        case = self.Case
        mine = sa.update(case).where(case.id == case_id)
        # First by its key alone: where MariaDB looked at the state as well, it would lock the
        # index of states, and two who wait there for each other's row are a deadlock.
        self._write(mine.values(due_at=case.due_at))
        if due is not None:
            later = sa.or_(case.due_at.is_(None), case.due_at > due)
            values["due_at"] = sa.case((later, due), else_=case.due_at)
        stands = mine.where(case.state.in_(states))
        return changed_one(self._write(stands.values({"state": case.state, **values})))

    def join(self, case: Case, complaint: Complaint, *, origin: str, actor_id: int) -> bool:
        """Let a complaint join a case; False if it has already.

        Raises Conflict if the case takes in no more, or the complaint stands in
        another one, NotFound if they are not about the same product.
        """
        if complaint.product_id != case.product_id:
            raise NotFound(gettext("There is nothing here."))
        if complaint.joined_case_id == case.id:
            return False
        if case.state not in JOINABLE or complaint.state not in ANSWERABLE:
            raise Conflict(gettext("This has moved on meanwhile: load it again."))
        if not self.hold(case.id, JOINABLE, due=complaint.next_due_at):
            raise Conflict(gettext("This has moved on meanwhile: load it again."))
        free = sa.update(self.Complaint).where(
            self.Complaint.id == complaint.id, self.Complaint.joined_case_id.is_(None)
        )
        if not changed_one(self._write(free.values(joined_case_id=case.id))):
            raise Conflict(gettext("This complaint stands in another case."))
        self._stand(case.id, complaint.id, "joined", actor_id, origin=origin)
        state = complaint.state
        self.threads.note(complaint.id, "join", state, state, by=origin, actor_id=actor_id)
        return True

    def suggest(self, case_id: int, complaint: Complaint) -> None:
        """Suggest complaints about the same product, batch and reason; once each."""
        for other_id in self._alike(complaint):
            self._stand(case_id, other_id, "suggested", None, origin=CUSTOMER, anew=False)

    def leave(self, case_id: int, complaint_id: int, actor_id: int) -> Complaint:
        """Take a complaint out of a case; raises NotFound if it does not stand there."""
        complaint = self.threads.get(complaint_id)
        mine = sa.update(self.Complaint).where(
            self.Complaint.id == complaint_id, self.Complaint.joined_case_id == case_id
        )
        self._write(mine.values(joined_case_id=None))
        if not self._stand(case_id, complaint_id, "removed", actor_id, origin=None):
            raise NotFound(gettext("There is nothing here."))
        state = complaint.state
        self.threads.note(complaint_id, "leave", state, state, by=MODERATOR, actor_id=actor_id)
        return self.threads.get(complaint_id)

    def carry(
        self, source: Case, target: Case, complaint_ids: Collection[int], state: str, actor_id: int
    ) -> None:
        """Let complaints stand in another case of the same product, silently.

        `state` says what became of them in the old one: `merged`, `split` or
        `removed`. Their threads and promises stay as they are. Raises Conflict
        unless every one of them stands in the old case.
        """
        moved = sa.update(self.Complaint).where(
            self.Complaint.id.in_(complaint_ids), self.Complaint.joined_case_id == source.id
        )
        done: Any = self._write(moved.values(joined_case_id=target.id))
        if done.rowcount != len(complaint_ids):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        for number in sorted(complaint_ids):
            self._stand(source.id, number, state, actor_id, origin=None)
            self._stand(target.id, number, "joined", actor_id, origin=MODERATOR)

    def left(self, case_id: int, state: str) -> Sequence[int]:
        """Return the complaints that left a case by a merge or a split, by id."""
        member = self.CaseMember
        gone = sa.select(member.complaint_id).filter_by(case_id=case_id, state=state)
        return self.session.scalars(gone.order_by(member.complaint_id)).all()

    def _stand(
        self,
        case_id: int,
        complaint_id: int,
        state: str,
        by_id: int | None,
        *,
        origin: str | None,
        anew: bool = True,
    ) -> bool:
        """Keep where a complaint stands; True if that is new. With no `origin` it must stand."""
        match = {"complaint_id": complaint_id, "case_id": case_id}
        values = {"state": state, "by_id": by_id, "at": self.clock()}
        if origin and insert_once(
            self.session, self.CaseMember, {**match, **values, "origin": origin}, on=tuple(match)
        ):
            return True
        stands = sa.update(self.CaseMember).filter_by(**match)
        other = stands.where(self.CaseMember.state != state)
        return anew and changed_one(self._write(other.values(**values)))

    def _alike(self, complaint: Complaint) -> Sequence[int]:
        other = self.Complaint
        alike = sa.select(other.id).where(
            other.product_id == complaint.product_id,
            other.reason == complaint.reason,
            other.batch == complaint.batch if complaint.batch else other.batch.is_(None),
            other.id != complaint.id,
            other.joined_case_id.is_(None),
            other.state.in_(ANSWERABLE),
        )
        return self.session.scalars(alike.order_by(other.id)).all()

    def _write(self, statement: Any) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement, execution_options={"synchronize_session": False})
