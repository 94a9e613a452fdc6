"""Carries a remedy out for one member after another, exactly once each.

Every item is three steps: lease it and commit; ask the shop's hook, with no
transaction of ours open; keep the answer and commit. Whoever dies in between
leaves a lease that runs out, and the shop is asked again under the same key.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, HookMissing
from ..hooks import HostHooks, RemedyOrder, RemedyResult
from ..i18n import marked
from ..money import Money
from ..orders.models import Line, Order
from ..records import Models, changed_one
from .letters import Letters
from .models import BulkItem, Complaint, ComplaintEvent, Remedy
from .moves import Moves
from .notes import Notes
from .refunds import Refunds
from .rules import ANSWERABLE, PAYING, SYSTEM

LEASE = dt.timedelta(minutes=5)
"""How long a worker may take over one item before another one asks the shop again."""
ASK_AGAIN = dt.timedelta(hours=1)
"""When to ask again about a remedy that the shop calls pending."""

TOO_MUCH = marked("Together with what was given back before, it is more than was paid.")
ORDER_GONE = marked("The shop has deleted the order.")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """One item in one worker's hands."""

    item_id: int
    name: str
    order: RemedyOrder


class Bulk:
    """The two database steps of an item. Reached as `ComplaintService.bulk`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        threads: Moves[Complaint, ComplaintEvent],
        refunds: Refunds,
        letters: Letters,
        notes: Notes,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Item, self.Remedy = models[BulkItem], models[Remedy]
        self.Line, self.Order = models[Line], models[Order]
        self.Complaint = models[Complaint]
        self.threads = threads
        self.refunds = refunds
        self.letters = letters
        self.notes = notes
        self.clock = clock

    def due(self, operation_id: int, limit: int = 1000) -> list[int]:
        """Return items that wait, or whose lease ran out, by id."""
        item = self.Item
        waiting = sa.select(item.id).where(item.operation_id == operation_id, self._free())
        return list(self.session.scalars(waiting.order_by(item.id).limit(limit)))

    def lease(self, item_id: int) -> Lease | None:
        """Take an item; None if another worker has it or it needs no hook any more."""
        item, name = self.Item, secrets.token_hex(16)
        taken = sa.update(item).where(item.id == item_id, self._free())
        values = {"state": "leased", "lease": name, "leased_until": self.clock() + LEASE}
        if not self._change(taken.values(**values, attempts=item.attempts + 1)):
            return None
        row = self._item(item_id)
        if row.attempts == 1 and self._complaint(row).state not in ANSWERABLE:
            self._end(row, name, state="skipped", error="answered")
            return None
        if (order := self._order(row)) is None:
            self._end(row, name, state="failed", error=ORDER_GONE)
            return None
        if order.kind in PAYING and not row.reserved:
            if not self.refunds.promise(row):
                self._end(row, name, state="failed", error=TOO_MUCH)
                return None
            self._change(sa.update(item).where(item.id == item_id).values(reserved=True))
        return Lease(item_id, name, order)

    def keep(self, lease: Lease, result: RemedyResult) -> None:
        """Keep what the shop answered; nothing if another worker has the item by now."""
        row = self._item(lease.item_id)
        if result.state == "done":
            if self._end(row, lease.name, state="done", reference=result.reference, error=None):
                self.refunds.did(row)
                self._answer(row)
        elif result.state == "pending":
            later = self.clock() + ASK_AGAIN
            self._end(
                row, lease.name, state="leased", reference=result.reference, leased_until=later
            )
        else:
            self._end(row, lease.name, state="failed", error=(result.error or "")[:2000])

    # -- below --

    def _answer(self, row: BulkItem) -> None:
        remedy = self.session.get_one(self.Remedy, row.remedy_id)
        complaint = self._complaint(row)
        line = self.session.get_one(self.Line, complaint.line_id)
        amount = Money(row.amount_minor, row.currency)
        for one in self._same_line(complaint):
            text = self.letters.to(one, remedy, line, amount)
            self._offer(one, text)
            self.notes.remedy_done(one, remedy, text)

    def _same_line(self, complaint: Complaint) -> list[Complaint]:
        """Return the complaint, and others of the case about the same line."""
        one = self.Complaint
        same = sa.select(one).where(
            one.line_id == complaint.line_id,
            one.joined_case_id == complaint.joined_case_id,
            one.state.in_(ANSWERABLE),
        )
        others = [found for found in self.session.scalars(same) if found.id != complaint.id]
        return [complaint, *others]

    def _offer(self, complaint: Complaint, text: str) -> None:
        """Bring a complaint to offered, by the table; one that ended meanwhile stays."""
        steps = {"received": ("triage",), "waiting_customer": ("answer",), "open": ()}
        if complaint.state not in steps:
            state = complaint.state
            self.threads.note(
                complaint.id, "remedy", state, state, by=SYSTEM, actor_id=None, text=text
            )
            return
        for event in steps[complaint.state]:
            self.threads.move(complaint.id, event, by=SYSTEM, actor_id=None)
        self.threads.move(complaint.id, "offer", by=SYSTEM, actor_id=None, text=text)

    def _order(self, row: BulkItem) -> RemedyOrder | None:
        found = self.session.execute(
            sa.select(self.Order.host_id, self.Line.line_key)
            .join(self.Line, self.Line.order_id == self.Order.id)
            .where(self.Line.id == row.line_id)
        ).one()
        kind = self.session.get_one(self.Remedy, row.remedy_id).kind
        if found.host_id is None:
            return None
        return RemedyOrder(
            order=found.host_id,
            line=found.line_key,
            kind=kind,
            amount=Money(row.amount_minor, row.currency) if kind in PAYING else None,
            key=row.remedy_key,
        )

    def _end(self, row: BulkItem, name: str, **values: Any) -> bool:
        item = self.Item
        mine = sa.update(item).where(item.id == row.id, item.state == "leased", item.lease == name)
        return self._change(mine.values(**values, changed_at=self.clock()))

    def _free(self) -> sa.ColumnElement[bool]:
        item = self.Item
        left = sa.and_(item.state == "leased", item.leased_until <= self.clock())
        return sa.or_(item.state == "pending", left)

    def _item(self, item_id: int) -> BulkItem:
        return self.session.get_one(self.Item, item_id, populate_existing=True)

    def _complaint(self, row: BulkItem) -> Complaint:
        return self.threads.get(row.complaint_id)

    def _change(self, statement: Any) -> bool:
        self.session.flush()
        return changed_one(
            self.session.execute(statement, execution_options={"synchronize_session": False})
        )


class Finishing(Protocol):
    """What the runner asks of `Remedies`."""

    def finish(self, operation_id: int) -> bool:
        """End the case if everyone in it is answered."""


class Desk(Protocol):
    """What the runner asks of `ComplaintService`."""

    @property
    def bulk(self) -> Bulk:
        """Leases items and keeps answers."""

    @property
    def remedies(self) -> Finishing:
        """Ends the case."""


class Unit(Protocol):
    """One transaction's worth of services."""

    @property
    def complaints(self) -> Desk:
        """The service of complaints over the unit's session."""


OpenUnit = Callable[[], AbstractContextManager[Unit]]
"""Opens a unit in an own session that commits when its block ends well."""


def run(open_unit: OpenUnit, hooks: HostHooks, operation_id: int) -> bool:
    """Carry an operation out as far as it goes; True if its case is resolved.

    Any number of workers may run one operation at once, and run it again.
    """
    while waiting := _due(open_unit, operation_id):
        for item_id in waiting:
            with open_unit() as unit:
                lease = unit.complaints.bulk.lease(item_id)
            if lease is not None:
                result = _ask(hooks, lease.order)
                with open_unit() as unit:
                    unit.complaints.bulk.keep(lease, result)
    try:
        return _finish(open_unit, operation_id)
    except Conflict:
        # Another worker has just ended it: look at what he left.
        return _finish(open_unit, operation_id)


def carry_out(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job `complaints.remedy`, in units of its own."""
    run(services.site.unit, services.site.hooks, payload["operation"])


def _due(open_unit: OpenUnit, operation_id: int) -> list[int]:
    with open_unit() as unit:
        return unit.complaints.bulk.due(operation_id)


def _finish(open_unit: OpenUnit, operation_id: int) -> bool:
    with open_unit() as unit:
        return unit.complaints.remedies.finish(operation_id)


def _ask(hooks: HostHooks, order: RemedyOrder) -> RemedyResult:
    try:
        return hooks.apply_remedy(order)
    except HookMissing:
        raise
    except Exception as error:
        # The shop may have done it all the same: a retry has the same key.
        log.exception("remedy %s failed", order.key)
        return RemedyResult(state="failed", error=f"{type(error).__name__}: {error}")
