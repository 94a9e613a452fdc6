"""Leaves a minute between the word that a remedy may begin and its beginning."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..outbox import Outbox
from ..records import Models, changed_one
from .bulk import run
from .models import BulkOperation
from .remedies import Remedies
from .rules import MODERATOR
from .safeguards import SEND_AFTER

JOB = "complaints.start"
"""Job that starts an operation, if nobody stopped it; its payload says which start."""


class Countdown:
    """Plans the start of an operation, and stops it. Reached as `ComplaintService.countdown`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        remedies: Remedies,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Operation = models[BulkOperation]
        self.remedies = remedies
        self.moves = remedies.cases.moves
        self.outbox = outbox
        self.clock = clock

    def start(self, operation_id: int, actor_id: int) -> BulkOperation:
        """Have an operation start in a minute; again changes nothing.

        Raises Conflict while a second person has not confirmed it, or if the
        case has moved on.
        """
        operation = self.remedies.get(operation_id)
        if operation.started_at is not None or operation.start_at is not None:
            return operation
        if self.moves.get(operation.case_id).state != "decided":
            raise Conflict(gettext("This has moved on meanwhile: load it again."))
        self.remedies.confirming.require(operation)
        at = self.clock() + SEND_AFTER
        if self._changed(operation_id, None, start_at=at, start_by_id=actor_id):
            moment = at.isoformat()
            key, payload = f"{JOB}:{operation_id}:{moment}", {"operation": operation_id}
            self.outbox.put(JOB, {**payload, "at": moment}, key=key, at=at)
            self._record("scheduled", operation, actor_id)
        return self.remedies.get(operation_id)

    def halt(self, operation_id: int, actor_id: int) -> BulkOperation:
        """Stop an operation that has not started; raises Conflict if it has."""
        operation = self.remedies.get(operation_id)
        planned = operation.start_at
        if planned is None or not self._cleared(operation_id, planned):
            raise Conflict(gettext("It has started already, or somebody stopped it."))
        self._record("halted", operation, actor_id)
        self._tell(operation, "halt", actor_id)
        return self.remedies.get(operation_id)

    def run_out(self, operation_id: int, at: dt.datetime) -> bool:
        """Start what was planned for `at`; False if it was stopped, or has started.

        If it cannot start any more (others joined and the sum needs a second
        person, or the case was merged), it stays decided and says so.
        """
        operation = self.remedies.get(operation_id)
        actor_id = operation.start_by_id
        if actor_id is None or not self._cleared(operation_id, at):
            return False
        try:
            self.remedies.start(operation_id, actor_id)
        except (Conflict, Refused):
            self._record("held_back", operation, None)
            return False
        return True

    # -- below --

    def _cleared(self, operation_id: int, planned: dt.datetime) -> bool:
        return self._changed(operation_id, planned, start_at=None, start_by_id=None)

    def _changed(self, operation_id: int, before: dt.datetime | None, **values: Any) -> bool:
        """Change when an operation starts, if that is still what it was `before`."""
        row = self.Operation
        same = row.start_at.is_(None) if before is None else row.start_at == before
        waiting = sa.update(row).where(row.id == operation_id, row.started_at.is_(None), same)
        self.session.flush()
        return changed_one(
            self.session.execute(
                waiting.values(**values), execution_options={"synchronize_session": False}
            )
        )

    def _tell(self, operation: BulkOperation, event: str, actor_id: int) -> None:
        state = self.moves.get(operation.case_id).state
        self.moves.note(operation.case_id, event, state, state, by=MODERATOR, actor_id=actor_id)

    def _record(self, what: str, operation: BulkOperation, actor_id: int | None) -> None:
        self.moves.audit.record(
            f"remedy.{what}",
            actor_id=actor_id,
            subject=f"case:{operation.case_id}",
            details={"operation": operation.id},
        )


def begin(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job `complaints.start`, in units of its own."""
    site, at = services.site, dt.datetime.fromisoformat(payload["at"])
    with site.unit() as unit:
        started = unit.complaints.countdown.run_out(payload["operation"], at)
    if started:
        run(site.unit, site.hooks, payload["operation"])
