"""What is decided about rewards: hold them, let them go, take them back, credit them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..orders.models import Line
from ..orders.service import OrderService
from ..records import Models
from ..referrals.service import ReferralService
from .accrual import Accrual, is_decided
from .aftermath import Aftermath
from .changes import Changes, standing_of
from .holds import Holds
from .models import Earning
from .rules import State
from .second_look import Bar
from .standing import cleared, granted, held, upheld


class Decisions:
    """Carries out what people decide, and cases for them."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        orders: OrderService,
        referrals: ReferralService,
        accrual: Accrual,
        holds: Holds,
        after: Aftermath,
        changes: Callable[[int | None, str], Changes],
    ) -> None:
        self.session = session
        self.Earning, self.Line = models[Earning], models[Line]
        self.clock = clock
        self.orders = orders
        self.referrals = referrals
        self.accrual = accrual
        self.holds = holds
        self.after = after
        self.changes = changes

    def hold(
        self,
        product_id: int,
        batch: str | None,
        case_id: int,
        reason: str,
        actor_id: int | None,
    ) -> int:
        """Hold every unpaid earning of a product, or of one batch; return how many."""
        row, line = self.Earning, self.Line
        unpaid = (
            sa.select(row)
            .join(line, line.id == row.line_id)
            .where(
                line.product_id == product_id,
                row.state.in_([State.PENDING, State.AVAILABLE, State.HELD]),
                row.credited_minor > row.out_minor,
            )
            .order_by(row.member_id, row.id)
        )
        if batch is not None:
            unpaid = unpaid.where(line.batch == batch)
        return self._hold(self.session.scalars(unpaid).all(), case_id, reason, actor_id)

    def release(self, case_id: int, actor_id: int | None) -> int:
        """Let go what a case held, by decision of `actor_id`; return how many went back."""
        freed = self.holds.decide(case_id, actor_id, "clear")
        return self._clear([e for e in freed if e.state == State.HELD], actor_id)

    def reverse(self, case_id: int, actor_id: int | None) -> int:
        """Take back what a case held where the buyer got money back; let the rest go.

        Returns how many were taken back.
        """
        freed = [e for e in self.holds.decide(case_id, actor_id, "uphold") if e.state == State.HELD]
        refunded = [e for e in freed if self.orders.line(e.line_id).returned_minor]
        changes = self.changes(actor_id, "upheld")
        for earning in refunded:
            lost = earning.credited_minor - earning.out_minor
            changes.apply(earning, upheld(standing_of(earning)), reason="upheld")
            self.after.tell("upheld", earning, lost)
        changes.post()
        self._clear([e for e in freed if e not in refunded], actor_id)
        return len(refunded)

    def outlook(self, earning: Earning) -> tuple[int, Bar | None]:
        """Return what a person could let go or credit anew, and what is in his way."""
        if earning.state == State.HELD:
            inside = earning.credited_minor - earning.out_minor
            return (0, Bar.CASE) if self.holds.is_on(earning) else (inside, None)
        lacks = self.accrual.missing(earning) if is_decided(earning) else 0
        return (lacks, None) if lacks else (0, Bar.NOTHING)

    def grant(self, earning: Earning, actor_id: int) -> int:
        """Let a reward go, or credit it anew, by decision of `actor_id`; return how much."""
        if earning.state == State.HELD:
            self._clear([earning], actor_id)
            return earning.credited_minor
        self.orders.hold_still(earning.order_id)
        lacks, now = self.accrual.missing(earning), self.clock()
        changes = self.changes(actor_id, "granted")
        step = granted(standing_of(earning), lacks)
        checked_at = earning.checked_at or now
        changes.apply(earning, step, reason="granted", checked_at=checked_at)
        changes.post()
        self.hold_for_cases([earning])
        self.after.ripen_at(earning.payable_on, f"earning:{earning.id}:{earning.version}")
        return lacks

    def hold_for_cases(self, earnings: Iterable[Earning]) -> None:
        """Hold what is new for the cases that stopped its product."""
        for earning in earnings:
            line = self.orders.line(earning.line_id)
            for pause in self.referrals.cases_against(line.product_id, line.batch):
                self._hold([earning], pause.case_id, pause.reason, None)

    # -- below --

    def _hold(
        self, earnings: Iterable[Earning], case_id: int, reason: str, actor_id: int | None
    ) -> int:
        changes = self.changes(actor_id, reason)
        new = [e for e in earnings if not self.holds.is_on(e, case_id)]
        for earning in new:
            inside = earning.credited_minor - earning.out_minor
            if earning.state != State.HELD and inside:
                changes.apply(earning, held(standing_of(earning)), reason="case")
                self.after.tell("held", earning, inside, reason=reason)
        # After the earnings: MariaDB locks the row that a new row points at, but
        # shared, and whoever wants to change it next would deadlock with us.
        count = sum(self.holds.put(earning, case_id, reason) for earning in new)
        changes.post()
        return count

    def _clear(self, earnings: Sequence[Earning], actor_id: int | None) -> int:
        changes = self.changes(actor_id, "cleared")
        for earning in earnings:
            step = cleared(standing_of(earning), changes.debt(earning))
            changes.apply(earning, step, reason="cleared")
            self.after.tell("cleared", earning, earning.credited_minor)
            self.after.ripen_at(earning.payable_on, f"earning:{earning.id}:{earning.version}")
        changes.post()
        return len(earnings)
