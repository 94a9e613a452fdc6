"""Verbs of earning: from orders to rewards, hold and release, ripen, pay out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .. import signals
from ..audit import Audit
from ..clock import Clock
from ..config import Settings
from ..errors import HookMissing
from ..hooks import HostHooks
from ..host import OrderEvent
from ..members.service import MemberService
from ..money import Money
from ..notices.rules import day, money, named, words
from ..notices.service import NoticeService
from ..orders.models import Line, Order
from ..orders.service import OrderService
from ..outbox import Outbox
from ..records import Models
from ..referrals.service import ReferralService
from .accrual import Accrual, deltas
from .changes import Changes, standing_of
from .checks import Checks
from .holds import Holds
from .ledger import Ledger
from .letters import REASONS
from .models import Earning, Payout
from .overview import Overview, Reward as Reward
from .payouts import Payouts
from .receipts import Receipts
from .rules import AccountKind, State, payable_on
from .standing import cleared, held, paid, recredited, reduced, rejected, ripened, upheld
from .ways import STORE_CREDIT

CHECK_JOB = "earnings.check_identity"
RIPEN_JOB = "earnings.ripen"

_REASONS = {
    OrderEvent.REFUNDED: "refunded",
    OrderEvent.CANCELLED: "cancelled",
    OrderEvent.CHARGED_BACK: "charged_back",
    OrderEvent.DISPUTE_WON: "dispute_won",
}


class EarningService:
    """Keeps what each sharer earned, and pays it out."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        settings: Settings,
        hooks: HostHooks,
        members: MemberService,
        orders: OrderService,
        referrals: ReferralService,
        notices: NoticeService,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self.session = session
        self.models = models
        self.Earning = models[Earning]
        self.Line = models[Line]
        self.hooks = hooks
        self.members = members
        self.orders = orders
        self.referrals = referrals
        self.notices = notices
        self.outbox = outbox
        self.audit = audit
        self.clock = clock
        base: dict[str, Any] = {"session": session, "models": models, "clock": clock}
        self.ledger = Ledger(**base)
        self._accrual = Accrual(**base, orders=orders, referrals=referrals)
        self._holds = Holds(**base)
        self._checks = Checks(**base, hooks=hooks, members=members, orders=orders)
        self.receipts = Receipts(**base, settings=settings)
        self.overview = Overview(**base)
        self.payouts = Payouts(
            **base,
            settings=settings,
            ledger=self.ledger,
            audit=audit,
            notices=notices,
            outbox=outbox,
        )

    # -- orders --

    def order_changed(self, order: Order, event: OrderEvent) -> None:
        """Bring an order's earnings to what the order is worth now.

        They are computed from the order as it stands, so that an event that
        comes late or twice changes nothing that is not due.
        """
        kept = self.orders.kept(order)
        earnings = self._accrual.earnings_of(order.id)
        if not earnings and any(kept.values()):
            earnings = self._accrue(order)
        if not earnings:
            return
        self._set_date(order, earnings)
        self._follow(earnings, kept, _REASONS.get(event, "refunded"))

    def check_identity(self, order_id: int) -> int:
        """Reject an order's earnings whose sharer proves to be its buyer; return how many.

        Asks the shop's own hooks, so it runs as a job, not amid the shop's checkout.
        """
        earnings = self._accrual.earnings_of(order_id)
        found = self._checks.of_order(order_id, {e.member_id for e in earnings})
        count = 0
        for earning in earnings:
            same = found.get(earning.member_id)
            if earning.checked_at is not None:
                continue
            if same is None or earning.state not in (State.PENDING, State.HELD):
                self._changes().note(earning, checked_at=self.clock())
                self._ripen_at(earning.payable_on, f"checked:{earning.id}")
                continue
            changes = self._changes(reason=same)
            lost = earning.credited_minor
            step = rejected(standing_of(earning))
            changes.apply(earning, step, reason=same, checked_at=self.clock())
            changes.post()
            self._tell("rejected", earning, lost, reason=words(REASONS[same]))
            count += 1
        return count

    # -- decisions --

    def hold(
        self,
        *,
        product_id: int,
        batch: str | None,
        case_id: int,
        reason: str,
        actor_id: int | None = None,
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
        freed = self._holds.decide(case_id, actor_id, "clear")
        return self._clear([e for e in freed if e.state == State.HELD], actor_id)

    def reverse(self, case_id: int, actor_id: int | None) -> int:
        """Take back what a case held where the buyer got money back; let the rest go.

        Returns how many were taken back.
        """
        freed = [
            e for e in self._holds.decide(case_id, actor_id, "uphold") if e.state == State.HELD
        ]
        refunded = [e for e in freed if self.orders.line(e.line_id).returned_minor]
        changes = self._changes(actor_id, reason="upheld")
        for earning in refunded:
            lost = earning.credited_minor - earning.out_minor
            changes.apply(earning, upheld(standing_of(earning)), reason="upheld")
            self._tell("upheld", earning, lost)
        changes.post()
        self._clear([e for e in freed if e not in refunded], actor_id)
        return len(refunded)

    # -- time --

    def ripen(self, limit: int = 500) -> int:
        """Make available what is payable by now and was checked; return how many."""
        row = self.Earning
        due = sa.select(row).where(
            row.state == State.PENDING.value,
            row.payable_on <= self.clock(),
            row.checked_at.is_not(None),
        )
        changes = self._changes()
        ripe = self.session.scalars(due.order_by(row.member_id, row.id).limit(limit)).all()
        for earning in ripe:
            changes.apply(earning, ripened(standing_of(earning), changes.debt(earning)))
            self._tell("available", earning, earning.credited_minor)
        changes.post()
        return len(ripe)

    # -- money out --

    def cash_out(self, member_id: int, amount: Money, key: str) -> Payout:
        """Ask for a payout of available money; the same `key` again returns the first.

        Raises Refused, InsufficientFunds or Conflict: roll back then.
        """
        return self.payouts.ask(member_id, amount, key)

    def payout_sent(self, payout_id: int, *, actor_id: int | None, reference: str) -> Payout:
        """Note that a payout has arrived, under the provider's reference."""
        return self.payouts.sent(payout_id, actor_id=actor_id, reference=reference)

    def payout_failed(self, payout_id: int, *, actor_id: int | None, reason: str) -> Payout:
        """Make the money of a failed payout available again."""
        return self.payouts.failed(payout_id, actor_id=actor_id, reason=reason)

    def can_take_credit(self) -> bool:
        """Tell whether the shop gives store credit for rewards."""
        return self.hooks.provides("spend_store_credit")

    def take_credit(self, member_id: int, amount: Money, key: str) -> Payout:
        """Take available money as store credit; the same `key` again returns the first.

        Any amount will do. A job has the shop give it after the commit. Raises
        HookMissing if the shop gives none, else as `cash_out()` does.
        """
        if not self.can_take_credit():
            raise HookMissing(hook="spend_store_credit")
        return self.payouts.ask(member_id, amount, key, STORE_CREDIT)

    # -- look-ups --

    def rewards_of(
        self, member_id: int, limit: int | None = 100, *, before: int | None = None
    ) -> list[Reward]:
        """Return a member's earnings that are or were worth something, newest first."""
        return self.overview.rewards(member_id, limit, before=before)

    def balances_of(self, member_id: int) -> dict[str, dict[AccountKind, int]]:
        """Return a member's balances in minor units, by currency and kind of account."""
        return self.ledger.balances(member_id)

    def payouts_of(
        self, member_id: int, limit: int | None = None, *, before: int | None = None
    ) -> Sequence[Payout]:
        """Return what a member asked for, newest first, those before payout `before`."""
        return self.overview.payouts(member_id, limit, before=before)

    def verify(self) -> list[str]:
        """Return every breach of the books and of what leads to them; [] if all is well."""
        return [*self.ledger.verify(), *self._checks.of_books()]

    def erase(self, member_id: int) -> None:
        """Forget nothing: the law wants the books kept, and they know an opaque id alone."""

    def export(self, member_id: int) -> dict[str, object]:
        """Return what is kept about a member's earnings, ready for JSON."""
        return self.overview.export(member_id)

    # -- below --

    def _accrue(self, order: Order) -> Sequence[Earning]:
        is_checked = not self._checks.can_ask()
        earnings = self._accrual.make(order, is_checked=is_checked)
        if not earnings:
            return ()
        days = self._accrual.payable_after(order.id)
        changes = self._changes()
        for earning in earnings:
            if earning.amount_minor:
                changes.apply(earning, paid(earning.member_id, earning.amount_minor))
                self._tell("pending", earning, earning.amount_minor, days=days)
                signals.later(self.session, signals.reward_earned, earning=earning.id)
        changes.post()
        if not is_checked:
            self.outbox.put(CHECK_JOB, {"order": order.id}, key=f"{CHECK_JOB}:{order.id}")
        for earning in earnings:
            line = self.orders.line(earning.line_id)
            for pause in self.referrals.cases_against(line.product_id, line.batch):
                self._hold([earning], pause.case_id, pause.reason, None)
        return earnings

    def _set_date(self, order: Order, earnings: Iterable[Earning]) -> None:
        if order.delivered_at is None:
            return
        on = payable_on(order.delivered_at, self._accrual.payable_after(order.id))
        self._ripen_at(on, f"order:{order.id}")
        for earning in earnings:
            if earning.payable_on is None:
                self._changes().note(earning, payable_on=on)
                if earning.credited_minor:
                    self._tell("dated", earning, earning.credited_minor, on=day(on))

    def _follow(self, earnings: Sequence[Earning], kept: dict[int, int], reason: str) -> None:
        changes = self._changes(reason=reason)
        again: list[Earning] = []
        for earning, delta in deltas(earnings, kept):
            now = standing_of(earning)
            if delta < 0:
                changes.apply(earning, reduced(now, -delta), reason=reason)
                self._tell("reduced", earning, -delta)
            else:
                step = recredited(now, delta, changes.debt(earning))
                changes.apply(earning, step, reason=None)
                self._tell("recredited", earning, delta)
                again.append(earning)
        for earning in again:
            if earning.state in (State.PENDING, State.AVAILABLE) and self._holds.is_on(earning):
                changes.apply(earning, held(standing_of(earning)), reason="case")
        changes.post()

    def _hold(
        self, earnings: Iterable[Earning], case_id: int, reason: str, actor_id: int | None
    ) -> int:
        changes = self._changes(actor_id, reason=reason)
        new = [e for e in earnings if not self._holds.is_on(e, case_id)]
        for earning in new:
            inside = earning.credited_minor - earning.out_minor
            if earning.state != State.HELD and inside:
                changes.apply(earning, held(standing_of(earning)), reason="case")
                self._tell("held", earning, inside, reason=reason)
        # After the earnings: MariaDB locks the row that a new row points at, but
        # shared, and whoever wants to change it next would deadlock with us.
        count = sum(self._holds.put(earning, case_id, reason) for earning in new)
        changes.post()
        return count

    def _clear(self, earnings: Sequence[Earning], actor_id: int | None) -> int:
        changes = self._changes(actor_id, reason="cleared")
        for earning in earnings:
            step = cleared(standing_of(earning), changes.debt(earning))
            changes.apply(earning, step, reason="cleared")
            self._tell("cleared", earning, earning.credited_minor)
            self._ripen_at(earning.payable_on, f"earning:{earning.id}:{earning.version}")
        changes.post()
        return len(earnings)

    def _ripen_at(self, on: dt.datetime | None, key: str) -> None:
        if on is not None:
            self.outbox.put(RIPEN_JOB, {}, key=f"{RIPEN_JOB}:{key}", at=on)

    def _tell(self, word: str, earning: Earning, amount: int, **params: object) -> None:
        title = named(self.orders.line(earning.line_id))
        self.notices.tell(
            earning.member_id,
            f"reward_{word}",
            {"amount": money(amount, earning.currency), "title": title, **params},
            key=f"earning:{earning.id}:{earning.version}:{word}",
        )

    def _changes(self, actor_id: int | None = None, reason: str | None = None) -> Changes:
        return Changes(
            session=self.session,
            models=self.models,
            ledger=self.ledger,
            audit=self.audit,
            clock=self.clock,
            actor_id=actor_id,
            reason=reason,
        )


def check_identity(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job that asks the shop whether sharer and buyer are one person."""
    services.earnings.check_identity(payload["order"])


def ripen(services: Any, payload: dict[str, Any]) -> None:
    """Handle the job that makes available what is payable by now."""
    services.earnings.ripen()


JOBS = {CHECK_JOB: check_identity, RIPEN_JOB: ripen}
"""Handlers for the composition root to register."""
