"""Verbs of cases: gather, open by hand, pause what it is about, end it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from .. import signals
from ..clock import Clock
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..moderation.service import ModerationService
from ..orders.service import OrderService
from ..records import Models, find_or_insert, insert_once
from .breaker import Breaker
from .growth import Grown
from .membership import Membership
from .models import Case, CaseEvent, Complaint, ComplaintEvent
from .moves import Moves
from .notes import Notes
from .rules import (
    ANSWERABLE,
    CLOSE_AFTER,
    CUSTOMER,
    DECISION,
    JOINABLE,
    LIVE_CASES,
    MODERATOR,
    REASONS,
    SYSTEM,
    case_number,
    number_text,
)

CASE, COMPLAINT = "case", "complaint"
"""Kinds of our items in the moderators' queue."""


class Cases:
    """Complaints with one cause. Reached as `ComplaintService.cases`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        moves: Moves[Case, CaseEvent],
        threads: Moves[Complaint, ComplaintEvent],
        members: Membership,
        breaker: Breaker,
        orders: OrderService,
        moderation: ModerationService,
        notes: Notes,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Case = models[Case]
        self.moves = moves
        self.threads = threads
        self.members = members
        self.grown = Grown(session=session, models=models, clock=clock)
        self.breaker = breaker
        self.orders = orders
        self.moderation = moderation
        self.notes = notes
        self.clock = clock

    def get(self, case_id: int) -> Case:
        """Return a case as it is now; raises NotFound."""
        return self.moves.get(case_id)

    def live_for(self, product_id: int) -> Sequence[Case]:
        """Return the open cases about a product, oldest first."""
        case = self.Case
        about = sa.select(case).where(case.product_id == product_id, case.state.in_(LIVE_CASES))
        return self.session.scalars(about.order_by(case.id)).all()

    def leading(self, case_id: int) -> Case:
        """Return the case that answers for this one: itself, or what it was merged into."""
        case = self.get(case_id)
        while case.merged_into_id is not None:
            case = self.get(case.merged_into_id)
        return case

    def family(self, case: Case) -> list[Case]:
        """Return a case and all that were merged into it, the case first."""
        found, row = [case], self.Case
        for one in found:
            merged = sa.select(row).where(row.merged_into_id == one.id).order_by(row.id)
            found.extend(self.session.scalars(merged))
        return found

    def covers(self, case: Case, batch: str | None) -> bool:
        """Tell whether a case, or one merged into it, is about this batch."""
        return any(one.batch in (None, batch) for one in self.family(case))

    def notice(self, product_id: int) -> str | None:
        """Return what everybody may read about a product while a case is open, or None.

        Neutral: no title, no number, no blame before the decision.
        """
        if not self.live_for(product_id):
            return None
        return gettext(
            "We look into a problem that buyers told us of. Sharing rests until it is decided."
        )

    # -- by customers --

    def gather(self, complaint: Complaint) -> Case:
        """Take a complaint and those of others about the same for one problem.

        Makes, or finds, the candidate of its product, batch and reason. The
        complaint joins it; the others are only suggested, since nobody asked
        them. A candidate changes nothing in public: a moderator decides.
        """
        now, match = self.clock(), {"candidate_key": _candidate_key(complaint)}
        values = {
            "product_id": complaint.product_id,
            "batch": complaint.batch,
            "field": complaint.field,
            "source": CUSTOMER,
            "title": REASONS[complaint.reason],
            "state": "candidate",
            "severity": complaint.severity,
            "explanation": {"same": ["product", "batch", "reason"]},
            "created_at": now,
            "changed_at": now,
        }
        made = insert_once(self.session, self.Case, {**match, **values}, on=tuple(match))
        case = find_or_insert(self.session, self.Case, match, values)
        if made:
            self._raised(case, by=CUSTOMER, actor_id=complaint.member_id)
        self.members.suggest(case.id, complaint)
        self.join(case, complaint, origin=CUSTOMER, actor_id=complaint.member_id)
        return self.get(case.id)

    def join(self, case: Case, complaint: Complaint, *, origin: str, actor_id: int) -> None:
        """Let a complaint join a case; nothing happens if it has. Raises as `Membership.join`."""
        if not self.members.join(case, complaint, origin=origin, actor_id=actor_id):
            return
        self.moderation.settle(COMPLAINT, complaint.id)
        complaint = self.threads.get(complaint.id)
        if case.state == "candidate":
            self.notes.joined(complaint, case.id)
        else:
            self._take_in(case, complaint)
        self.push(self.get(case.id))

    # -- by moderators --

    def open(
        self,
        actor_id: int,
        complaint_ids: Collection[int],
        *,
        title: str,
        reason: str,
        batch: str | None = None,
    ) -> Case:
        """Open a case from these complaints: sharing pauses and rewards are held.

        The candidate that some of them stand in becomes the case; without one
        a new case is made. `batch` narrows it to one batch of the product.
        Sharers, and buyers they brought, are told first. Raises Refused for
        complaints about different products, Conflict if they stand in
        different cases or the case is open.
        """
        complaints = [self.threads.get(number) for number in sorted(set(complaint_ids))]
        if len({complaint.product_id for complaint in complaints}) != 1:
            raise Refused(gettext("Tick complaints about one product."), field="complaint")
        case = self._candidate_of(complaints) or self.raise_from(actor_id, complaints, title, batch)
        for complaint in complaints:
            self.members.join(case, complaint, origin=MODERATOR, actor_id=actor_id)
            self.moderation.settle(COMPLAINT, complaint.id)
        self.members.hold(case.id, JOINABLE)
        joined = self.members.joined(case.id, newest=True)
        case = self.moves.move(
            case.id,
            "confirm",
            by=MODERATOR,
            actor_id=actor_id,
            text=reason,
            title=title,
            batch=batch,
            candidate_key=None,
            due_at=min(complaint.filed_at for complaint in joined) + DECISION,
        )
        self.breaker.stop(case, {complaint.member_id for complaint in joined}, actor_id)
        for complaint in joined:
            self._take_in(case, complaint)
        self.push(self.get(case.id))
        signals.later(self.session, signals.case_opened, case=case.id)
        return self.get(case.id)

    def add(self, case_id: int, complaint_ids: Collection[int], actor_id: int) -> Case:
        """Let further complaints join a case; raises Conflict if it takes in none."""
        case = self.get(case_id)
        for number in sorted(set(complaint_ids)):
            self.join(case, self.threads.get(number), origin=MODERATOR, actor_id=actor_id)
        return self.get(case_id)

    def remove(self, case_id: int, complaint_id: int, actor_id: int) -> None:
        """Take a complaint out of a case; it goes its own way again."""
        if self.get(case_id).state not in ("candidate", "open", "investigating", "decided"):
            raise Conflict(gettext("The remedy is being carried out: members stay as they are."))
        complaint = self.members.leave(case_id, complaint_id, actor_id)
        if complaint.state in ANSWERABLE:
            queue_complaint(self.moderation, complaint)

    def dismiss(self, case_id: int, actor_id: int, reason: str) -> Case:
        """End a candidate: these are no group. Its complaints go their own ways."""
        case = self.moves.move(
            case_id, "dismiss", by=MODERATOR, actor_id=actor_id, text=reason, candidate_key=None
        )
        for _, complaint in self.members.of(case_id):
            left = self.members.leave(case_id, complaint.id, actor_id)
            if left.state in ANSWERABLE:
                queue_complaint(self.moderation, left)
        self.moderation.settle(CASE, case_id)
        return case

    def investigate(self, case_id: int, actor_id: int, reason: str) -> Case:
        """Look into it: the maker or seller is heard before the decision."""
        return self.moves.move(case_id, "investigate", by=MODERATOR, actor_id=actor_id, text=reason)

    def end(self, case_id: int, actor_id: int, *, refunded: bool) -> Case:
        """Everyone is answered: the pause lifts, what was held is decided.

        `actor_id` is who decided the case: by his word the money moves again.
        `refunded` says that he gave everyone the full price back.
        """
        case = self.moves.move(case_id, "finish", by=SYSTEM, actor_id=None)
        self.breaker.resume(self.family(case), actor_id, refunded=refunded)
        self.moderation.settle(CASE, case_id)
        signals.later(self.session, signals.case_resolved, case=case_id)
        return case

    def close_old(self, limit: int) -> int:
        """Close cases that were resolved 30 days ago; return how many."""
        case = self.Case
        old = sa.select(case.id).where(
            case.state == "resolved", case.changed_at <= self.clock() - CLOSE_AFTER
        )
        closed = 0
        for case_id in self.session.scalars(old.order_by(case.id).limit(limit)).all():
            with contextlib.suppress(Conflict):  # another worker closed it
                self.moves.move(case_id, "close", by=SYSTEM, actor_id=None)
                closed += 1
        return closed

    # -- below --

    def _take_in(self, case: Case, complaint: Complaint) -> None:
        if complaint.state == "received":
            due = complaint.filed_at + DECISION
            complaint = self.threads.move(
                complaint.id, "triage", by=SYSTEM, actor_id=None, next_due_at=due
            )
        self.notes.case_opened(complaint, case, self.orders.product(case.product_id))

    def _candidate_of(self, complaints: Sequence[Complaint]) -> Case | None:
        found = {c.joined_case_id for c in complaints if c.joined_case_id is not None}
        if len(found) > 1:
            raise Conflict(gettext("These complaints stand in different cases."))
        return self.get(found.pop()) if found else None

    def raise_from(
        self,
        actor_id: int,
        complaints: Sequence[Complaint],
        title: str,
        batch: str | None,
        *,
        split_from_id: int | None = None,
    ) -> Case:
        """Make a candidate of these complaints; none of them stands in it yet."""
        now, first = self.clock(), complaints[0]
        case = self.Case(
            product_id=first.product_id,
            batch=batch,
            field=first.field,
            source=MODERATOR,
            title=title,
            severity=max(complaint.severity for complaint in complaints),
            explanation={"complaints": len(complaints)},
            split_from_id=split_from_id,
            created_at=now,
            changed_at=now,
        )
        self.session.add(case)
        self.session.flush()
        self._raised(case, by=MODERATOR, actor_id=actor_id)
        return case

    def _raised(self, case: Case, *, by: str, actor_id: int) -> None:
        self.moves.note(case.id, "raise", None, "candidate", by=by, actor_id=actor_id)

    def push(self, case: Case) -> None:
        """Put a case before the moderators of its field, as it stands now."""
        grown = self.grown.of([case.id]).get(case.id)
        self.moderation.push(
            CASE,
            case.id,
            field=case.field,
            title=case.title,
            priority=case.severity + 1,
            due_at=case.due_at,
            number=case_number(case.id),
            growing_until=grown.until if grown else None,
        )


def queue_complaint(
    moderation: ModerationService, complaint: Complaint, *, is_appeal: bool = False
) -> None:
    """Put a complaint that stands alone before the moderators of its field."""
    moderation.push(
        COMPLAINT,
        complaint.id,
        field=complaint.field,
        title=REASONS[complaint.reason],
        priority=complaint.severity,
        due_at=complaint.next_due_at,
        number=number_text(complaint.id),
        is_appeal=is_appeal,
    )


def _candidate_key(complaint: Complaint) -> str:
    batch = hashlib.sha256((complaint.batch or "").encode()).hexdigest()[:24]
    return f"{complaint.product_id}:{complaint.reason}:{batch}"
