"""Verbs of remedies: preview one for all of a case, decide it, start it, end it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, HookMissing, NotFound, Refused
from ..hooks import HostHooks
from ..i18n import gettext
from ..outbox import Outbox
from ..records import Models, changed_one, insert_once
from .cases import Cases
from .confirming import Confirming
from .models import BulkItem, BulkOperation, Complaint, Remedy
from .plan import Planned, Planner, Preview
from .refunds import Refunds
from .rules import (
    ANSWERABLE,
    MODERATOR,
    AmountRule,
    Decision,
    check_rule,
    params_hash,
    remedy_key,
    snapshot_hash,
)

JOB = "complaints.remedy"
"""Job that carries an operation out; its payload is `{"operation": id}`."""


class Remedies:
    """Decides for a whole case. Reached as `ComplaintService.remedies`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        cases: Cases,
        planner: Planner,
        confirming: Confirming,
        refunds: Refunds,
        outbox: Outbox,
        hooks: HostHooks,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Remedy = models[Remedy]
        self.Operation = models[BulkOperation]
        self.Item = models[BulkItem]
        self.cases = cases
        self.planner = planner
        self.confirming = confirming
        self.refunds = refunds
        self.outbox = outbox
        self.hooks = hooks
        self.clock = clock

    # -- look-ups --

    def get(self, operation_id: int) -> BulkOperation:
        """Return an operation as it is now; raises NotFound."""
        found = self.session.get(self.Operation, operation_id, populate_existing=True)
        if found is None:
            raise NotFound(gettext("There is nothing here."))
        return found

    def remedy(self, operation: BulkOperation) -> Remedy:
        """Return what an operation carries out."""
        return self.session.get_one(self.Remedy, operation.remedy_id)

    def operations(self, case_id: int) -> Sequence[BulkOperation]:
        """Return the operations of a case, oldest first."""
        mine = sa.select(self.Operation).filter_by(case_id=case_id)
        return self.session.scalars(mine.order_by(self.Operation.id)).all()

    def items(self, operation_id: int) -> Sequence[BulkItem]:
        """Return the items of an operation as they are now, by complaint."""
        item = self.Item
        mine = sa.select(item).where(item.operation_id == operation_id)
        return self.session.scalars(
            mine.order_by(item.complaint_id), execution_options={"populate_existing": True}
        ).all()

    def given(self, complaint: Complaint) -> tuple[Remedy, BulkItem] | None:
        """Return the newest remedy carried out for a complaint's line, and how much it was."""
        item = self.Item
        done = (
            sa.select(self.Remedy, item)
            .join(item, item.remedy_id == self.Remedy.id)
            .where(item.line_id == complaint.line_id, item.state == "done")
            .order_by(item.id.desc())
            .limit(1)
        )
        found = self.session.execute(done).one_or_none()
        return None if found is None else (found[0], found[1])

    # -- deciding --

    def preview(self, case_id: int, decision: Decision) -> Preview:
        """Return what a decision would do now, with real letters; raises Refused."""
        check_rule(decision.kind, decision.amount)
        self.planner.letters.check(decision)
        return self.planner.preview(self.cases.get(case_id), decision)

    def decide(
        self, case_id: int, actor_id: int, decision: Decision, *, reason: str, key: str
    ) -> BulkOperation:
        """Decide a case; nothing is carried out before `start()`.

        `key` is the sender's: the same decision with it again changes nothing.
        Raises HookMissing, before anything changes, if the shop cannot carry
        remedies out; Refused for a rule that makes no sense; Conflict if the
        key was used for another decision, or the case is past it.
        """
        hashed = params_hash({"case": case_id, "decision": _as_json(decision), "reason": reason})
        known = self.session.scalars(sa.select(self.Operation).filter_by(key=key)).one_or_none()
        if known is not None:
            if known.params_hash != hashed:
                raise Conflict(gettext("This key was used for another decision."), key=key)
            return known
        if not self.hooks.provides("apply_remedy"):
            message = gettext("The shop cannot carry remedies out: write HostHooks.apply_remedy.")
            raise HookMissing(message, hook="apply_remedy")
        check_rule(decision.kind, decision.amount)
        self.planner.letters.check(decision)
        self.cases.moves.move(case_id, "decide", by=MODERATOR, actor_id=actor_id, text=reason)
        remedy = self._keep(case_id, actor_id, decision, reason)
        return self._operation(remedy, key, hashed)

    def start(self, operation_id: int, actor_id: int) -> BulkOperation:
        """Freeze who gets what and have it carried out now; again changes nothing.

        The desk asks `Countdown`, which leaves a minute. Raises Conflict
        while a second person has not confirmed it.
        """
        operation = self.get(operation_id)
        if operation.started_at is not None:
            return operation
        self.confirming.require(operation)
        self.cases.moves.move(operation.case_id, "start", by=MODERATOR, actor_id=actor_id)
        return self._freeze(operation)

    def retry(self, operation_id: int, actor_id: int) -> int:
        """Ask the shop again for what failed, under the same keys; return how many."""
        item = self.Item
        failed = sa.update(item).where(item.operation_id == operation_id, item.state == "failed")
        result = self._write(failed.values(state="pending", lease=None, leased_until=None))
        self.cases.moves.audit.record(
            "remedy.retried", actor_id=actor_id, subject=f"operation:{operation_id}", details={}
        )
        self.outbox.put(JOB, {"operation": operation_id})
        return int(result.rowcount)  # type: ignore[attr-defined]

    def skip(self, item_id: int, actor_id: int, reason: str) -> None:
        """Leave out an item that failed, for a reason; raises Conflict if it has not."""
        if not reason.strip():
            raise Refused(gettext("Say why: a decision needs a reason."), field="reason")
        item = self.Item
        failed = sa.update(item).where(item.id == item_id, item.state == "failed")
        if not changed_one(self._write(failed.values(state="skipped", error="by_hand"))):
            raise Conflict(gettext("Somebody else changed this first; load it again."))
        found = self.session.get_one(item, item_id, populate_existing=True)
        self.refunds.give_up(found)
        self.cases.moves.audit.record(
            "remedy.skipped",
            actor_id=actor_id,
            subject=f"complaint:{found.complaint_id}",
            details={"operation": found.operation_id},
            personal={"reason": reason.strip()},
        )
        self.outbox.put(JOB, {"operation": found.operation_id})

    def finish(self, operation_id: int) -> bool:
        """End the case if everyone in it is answered; True if that is so.

        Asked after each worker's last commit, so that of two the later one
        sees what both did. Who joined after the start gets the same remedy,
        by an operation of his own.
        """
        operation = self.get(operation_id)
        case = self.cases.get(operation.case_id)
        if case.state != "resolving" or operation.started_at is None:
            return case.state in ("resolved", "closed")
        # Nobody joins between the look at who is late and the end of the case.
        if not self.cases.members.hold(case.id, ("resolving",)):
            return True
        if self._unfinished(case.id):
            self._come_back(operation)
            return False
        remedy = self.remedy(operation)
        if late := self._late(case.id, remedy.id):
            self._freeze(self._operation(remedy, f"{case.id}:{remedy.version}:late:{late}", ""))
            return False
        self.cases.end(case.id, remedy.decided_by_id, refunded=remedy.kind == "refund")
        done = sa.update(self.Operation).where(
            self.Operation.case_id == case.id, self.Operation.finished_at.is_(None)
        )
        self._write(done.values(finished_at=self.clock()))
        return True

    # -- below --

    def _keep(self, case_id: int, actor_id: int, decision: Decision, reason: str) -> Remedy:
        newest = sa.select(sa.func.max(self.Remedy.version)).filter_by(case_id=case_id)
        remedy = self.Remedy(
            case_id=case_id,
            version=(self.session.scalar(newest) or 0) + 1,
            kind=decision.kind,
            amount_rule=decision.amount.rule,
            amount_value=decision.amount.value,
            currency=decision.amount.currency,
            letter=decision.letter,
            language=decision.language,
            letters=dict(decision.letters),
            reason=reason,
            decided_by_id=actor_id,
            decided_at=self.clock(),
        )
        self.session.add(remedy)
        self.session.flush()
        return remedy

    def _operation(self, remedy: Remedy, key: str, hashed: str) -> BulkOperation:
        values = {
            "case_id": remedy.case_id,
            "remedy_id": remedy.id,
            "key": key,
            "params_hash": hashed,
            "created_at": self.clock(),
        }
        if not insert_once(self.session, self.Operation, values, on=("key",)):
            raise Conflict(gettext("Somebody else changed this first; load it again."), key=key)
        return self.session.scalars(sa.select(self.Operation).filter_by(key=key)).one()

    def _freeze(self, operation: BulkOperation) -> BulkOperation:
        remedy = self.remedy(operation)
        case = self.cases.get(operation.case_id)
        rule = AmountRule(remedy.amount_rule, remedy.amount_value, remedy.currency)
        items = [
            self._item(operation, remedy, one) for one in self.planner.plan(case, remedy.kind, rule)
        ]
        self.session.add_all(items)
        frozen = snapshot_hash(
            (item.complaint_id, item.state, item.amount_minor, item.currency) for item in items
        )
        started = sa.update(self.Operation).where(
            self.Operation.id == operation.id, self.Operation.started_at.is_(None)
        )
        self._write(started.values(started_at=self.clock(), snapshot_hash=frozen))
        self.outbox.put(JOB, {"operation": operation.id}, key=f"{JOB}:{operation.id}")
        return self.get(operation.id)

    def _item(self, operation: BulkOperation, remedy: Remedy, one: Planned) -> BulkItem:
        return self.Item(
            operation_id=operation.id,
            complaint_id=one.complaint.id,
            remedy_id=remedy.id,
            line_id=None if one.skip else one.line.id,
            state="skipped" if one.skip else "pending",
            amount_minor=one.amount.minor,
            currency=one.amount.currency,
            remedy_key=remedy_key(remedy.case_id, one.complaint.id, remedy.version),
            error=one.skip,
            changed_at=self.clock(),
        )

    def _unfinished(self, case_id: int) -> bool:
        operations = sa.select(self.Operation.id).filter_by(case_id=case_id)
        waiting = sa.select(self.Item.id).where(
            self.Item.operation_id.in_(operations),
            self.Item.state.in_(("pending", "leased", "failed")),
        )
        return self.session.scalar(waiting.limit(1)) is not None

    def _come_back(self, operation: BulkOperation) -> None:
        """Have a worker look again when the next lease runs out."""
        item = self.Item
        leases = sa.select(sa.func.min(item.leased_until)).where(
            item.operation_id == operation.id, item.state == "leased"
        )
        if (at := self.session.scalar(leases)) is not None:
            again = f"{JOB}:{operation.id}:{at.isoformat()}"
            self.outbox.put(JOB, {"operation": operation.id}, key=again, at=at)

    def _late(self, case_id: int, remedy_id: int) -> int:
        """Return the newest complaint that joined after the start, or 0."""
        served = sa.select(self.Item.complaint_id).filter_by(remedy_id=remedy_id)
        late = [
            complaint.id
            for complaint in self.cases.members.joined(case_id, newest=True)
            if complaint.state in ANSWERABLE
        ]
        return max(set(late) - set(self.session.scalars(served)), default=0)

    def _write(self, statement: Any) -> sa.Result[Any]:
        self.session.flush()
        return self.session.execute(statement, execution_options={"synchronize_session": False})


def _as_json(decision: Decision) -> dict[str, object]:
    rule = decision.amount
    return {
        "kind": decision.kind,
        "letter": decision.letter,
        "language": decision.language,
        "letters": dict(decision.letters),
        "amount": [rule.rule, rule.value, rule.currency],
    }
