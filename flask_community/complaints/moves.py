"""Moves a complaint or a case from state to state: once, on record, in the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Conflict, NotFound
from ..i18n import gettext
from ..records import Models, changed_one
from .models import Case, CaseEvent, Complaint, ComplaintEvent
from .rules import CASE_STEPS, COMPLAINT_STEPS, Step, next_state

Row = TypeVar("Row", bound=Complaint | Case)
Event = TypeVar("Event", bound=ComplaintEvent | CaseEvent)


class Moves(Generic[Row, Event]):
    """The one way in which the state of these rows changes."""

    def __init__(
        self,
        row: type[Row],
        event: type[Event],
        steps: Mapping[str, Step],
        *,
        session: orm.Session,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self.Row = row
        self.Event = event
        self.steps = steps
        self.session = session
        self.audit = audit
        self.clock = clock
        self.via: str | None = None
        """How whoever acts in this unit of work came in, if not by his log-in."""
        self._noun = row.__tablename__.removeprefix("community_")

    def get(self, row_id: int) -> Row:
        """Return a row as it is now; raises NotFound."""
        found = self.session.get(self.Row, row_id, populate_existing=True)
        if found is None:
            raise NotFound(gettext("There is nothing here."))
        return found

    def move(
        self,
        row_id: int,
        event: str,
        *,
        by: str,
        actor_id: int | None,
        text: str | None = None,
        **values: Any,
    ) -> Row:
        """Let `event` happen; `values` change in the same UPDATE.

        Raises Refused if it is not `by`'s to cause, Conflict if the row is not,
        or no longer, in a state from which it can happen.
        """
        before = self.get(row_id).state
        to = next_state(self.steps, event, before, by)
        row = self.Row
        change = sa.update(row).where(row.id == row_id, row.state == before)
        changed = {**values, "state": to, "changed_at": self.clock()}
        self.session.flush()
        if not changed_one(
            self.session.execute(
                change.values(**changed), execution_options={"synchronize_session": False}
            )
        ):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        self.note(row_id, event, before, to, by=by, actor_id=actor_id, text=text)
        return self.get(row_id)

    def take_back(self, row_id: int, made: Event, event: str, *, by: str, actor_id: int) -> Row:
        """Bring a row back to where it was before `made` happened.

        Raises Conflict if it is no longer where that had led it.
        """
        row, before = self.Row, made.from_state or ""
        there = sa.update(row).where(row.id == row_id, row.state == made.to_state)
        back = there.values(state=before, changed_at=self.clock())
        self.session.flush()
        if not changed_one(
            self.session.execute(back, execution_options={"synchronize_session": False})
        ):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        self.note(row_id, event, made.to_state, before, by=by, actor_id=actor_id)
        return self.get(row_id)

    def note(
        self,
        row_id: int,
        event: str,
        before: str | None,
        to: str,
        *,
        by: str,
        actor_id: int | None,
        text: str | None = None,
    ) -> None:
        """Put an event on record: in the row's history, and in the audit."""
        values = {f"{self._noun}_id": row_id, "event": event, "from_state": before, "to_state": to}
        self.session.add(self.Event(**values, by=by, actor_id=actor_id, text=text, at=self.clock()))
        self.audit.record(
            f"{self._noun}.{event}",
            actor_id=actor_id,
            subject=f"{self._noun}:{row_id}",
            details={"from": before, "to": to, "by": by, **({"via": self.via} if self.via else {})},
            personal={"text": text} if text and actor_id else None,
        )

    def history(self, row_id: int) -> Sequence[Event]:
        """Return what happened to a row, oldest first."""
        about = sa.select(self.Event).filter_by(**{f"{self._noun}_id": row_id})
        return self.session.scalars(about.order_by(self.Event.id)).all()


def complaint_moves(
    models: Models, session: orm.Session, audit: Audit, clock: Clock
) -> Moves[Complaint, ComplaintEvent]:
    """Return the moves of complaints."""
    rows, events = models[Complaint], models[ComplaintEvent]
    return Moves(rows, events, COMPLAINT_STEPS, session=session, audit=audit, clock=clock)


def case_moves(
    models: Models, session: orm.Session, audit: Audit, clock: Clock
) -> Moves[Case, CaseEvent]:
    """Return the moves of cases."""
    rows, events = models[Case], models[CaseEvent]
    return Moves(rows, events, CASE_STEPS, session=session, audit=audit, clock=clock)
