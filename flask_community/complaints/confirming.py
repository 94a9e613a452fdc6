"""A second person's yes to a decision above the limit, or about a danger."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict
from ..i18n import gettext
from ..records import Models, changed_one
from .cases import Cases
from .models import BulkOperation, Remedy
from .plan import Planner
from .rules import MODERATOR, AmountRule, Decision
from .safeguards import check_confirming, is_covered, needs_second


class Confirming:
    """Asks for a second person, and keeps his yes. Reached as `ComplaintService.confirming`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        cases: Cases,
        planner: Planner,
        limit: int,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Remedy = models[Remedy]
        self.cases = cases
        self.planner = planner
        self.limit = limit
        self.clock = clock

    def would_need(self, case_id: int, decision: Decision) -> bool:
        """Tell whether a decision would need a second person."""
        case = self.cases.get(case_id)
        preview = self.planner.preview(case, decision)
        sums = {total.currency: total.minor for total in preview.totals}
        return needs_second(sums, case.severity, self.limit)

    def waits(self, operation: BulkOperation) -> bool:
        """Tell whether an operation waits for a second person before it can begin.

        A yes covers what its giver saw: who joins afterwards and makes the sum
        larger needs another one.
        """
        if operation.started_at is not None:
            return False
        remedy, case = self._remedy(operation), self.cases.get(operation.case_id)
        sums = self._sums(operation)
        needed = needs_second(sums, case.severity, self.limit)
        return needed and not is_covered(sums, remedy.confirmed_sums)

    def require(self, operation: BulkOperation) -> None:
        """Raise Conflict while an operation waits for a second person."""
        if self.waits(operation):
            raise Conflict(gettext("A second person confirms this first."))

    def confirm(
        self,
        operation: BulkOperation,
        actor_id: int,
        *,
        alone: bool = False,
        is_fresh: bool = False,
    ) -> None:
        """Say yes to a decision; again changes nothing.

        `alone` says that there is nobody else who could, `is_fresh` that he has
        just proved who he is. Raises as `check_confirming`, Conflict if another
        one was faster or the case has moved on.
        """
        remedy, now = self._remedy(operation), self.clock()
        if self.cases.get(operation.case_id).state != "decided":
            raise Conflict(gettext("This has moved on meanwhile: load it again."))
        if not self.waits(operation):
            return
        check_confirming(
            remedy.decided_by_id,
            remedy.decided_at,
            actor_id,
            now,
            alone=alone,
            is_fresh=is_fresh,
        )
        row, seen = self.Remedy, remedy.confirmed_at
        unchanged = row.confirmed_at.is_(None) if seen is None else row.confirmed_at == seen
        sums = self._sums(operation)
        yes = sa.update(row).where(row.id == remedy.id, unchanged)
        values = {"confirmed_by_id": actor_id, "confirmed_at": now, "confirmed_sums": sums}
        self.session.flush()
        if not changed_one(
            self.session.execute(
                yes.values(**values), execution_options={"synchronize_session": False}
            )
        ):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        self.session.refresh(remedy)
        self._record(operation, actor_id, remedy)

    def _record(self, operation: BulkOperation, actor_id: int, remedy: Remedy) -> None:
        moves, state = self.cases.moves, self.cases.get(operation.case_id).state
        moves.note(operation.case_id, "second", state, state, by=MODERATOR, actor_id=actor_id)
        moves.audit.record(
            "remedy.confirmed",
            actor_id=actor_id,
            subject=f"case:{operation.case_id}",
            details={
                "operation": operation.id,
                "sums": remedy.confirmed_sums,
                "alone": actor_id == remedy.decided_by_id,
            },
        )

    def _sums(self, operation: BulkOperation) -> dict[str, int]:
        remedy, case = self._remedy(operation), self.cases.get(operation.case_id)
        rule = AmountRule(remedy.amount_rule, remedy.amount_value, remedy.currency)
        sums: dict[str, int] = {}
        for one in self.planner.plan(case, remedy.kind, rule):
            if one.skip is None:
                sums[one.amount.currency] = sums.get(one.amount.currency, 0) + one.amount.minor
        return sums

    def _remedy(self, operation: BulkOperation) -> Remedy:
        return self.session.get_one(self.Remedy, operation.remedy_id, populate_existing=True)
