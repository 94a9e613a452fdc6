"""Carries what is available out to a member: asked for once, then given or returned."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import orm

from .. import signals
from ..audit import Audit
from ..clock import Clock
from ..config import Settings
from ..errors import Conflict, InsufficientFunds, NotFound, Refused
from ..i18n import gettext
from ..money import Money
from ..notices.rules import money
from ..notices.service import NoticeService
from ..outbox import Outbox
from ..records import Models, changed_one, find_newest, insert_once
from .changes import Changes, standing_of
from .ledger import Ledger
from .letters import NOTICES, amount_text
from .models import Earning, Payout, PayoutItem
from .rules import AccountKind, Event, State, move
from .standing import arrived, drawn, returned
from .ways import FAILED, MONEY, STORE_CREDIT, WAYS, Way

CREDIT_JOB = "earnings.give_credit"
"""Job that asks the shop to give store credit; its payload is `{"payout": id}`."""


class Payouts:
    """Asks for money or store credit, and settles what was asked for."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        settings: Settings,
        ledger: Ledger,
        audit: Audit,
        notices: NoticeService,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self.session = session
        self.models = models
        self.Payout = models[Payout]
        self.PayoutItem = models[PayoutItem]
        self.Earning = models[Earning]
        self.settings = settings
        self.ledger = ledger
        self.audit = audit
        self.notices = notices
        self.outbox = outbox
        self.clock = clock

    def ask(self, member_id: int, amount: Money, key: str, way: str = MONEY) -> Payout:
        """Move `amount` from available into a payout; the same `key` again returns it.

        Raises Refused below the minimum of money, or while the member owes the
        shop; InsufficientFunds if he has less; Conflict if another request was first.
        """
        self._check(amount, key, way)
        values = {
            "currency": amount.currency,
            "amount_minor": amount.minor,
            "way": way,
            "state": WAYS[way].waiting.value,
            "asked_at": self.clock(),
        }
        match = {"member_id": member_id, "request_key": key}
        if not insert_once(self.session, self.Payout, {**match, **values}, on=tuple(match)):
            return self._answered(match, amount, way)
        self._check_debt(member_id, amount.currency)
        payout = self.session.scalars(sa.select(self.Payout).filter_by(**match)).one()
        self._draw(payout)
        self._post(payout, WAYS[way].ask, "asked")
        self._record(payout, "asked", actor_id=member_id)
        signals.later(self.session, signals.reward_taken, payout=payout.id)
        if way == STORE_CREDIT:
            self.outbox.put(CREDIT_JOB, {"payout": payout.id}, key=f"{CREDIT_JOB}:{payout.id}")
        return payout

    def sent(self, payout_id: int, *, actor_id: int | None, reference: str) -> Payout:
        """Note that the money has arrived; raises NotFound, or Conflict if it is settled."""
        return self._arrived(payout_id, MONEY, actor_id, reference)

    def given(self, payout_id: int) -> Payout:
        """Note that the shop's own books hold the credit; raises as `sent()` does."""
        return self._arrived(payout_id, STORE_CREDIT, None, None)

    def failed(
        self, payout_id: int, *, actor_id: int | None, reason: str, way: str = MONEY
    ) -> Payout:
        """Make the money available again; raises NotFound, or Conflict if it is settled."""
        payout = self._settle(payout_id, WAYS[way].waiting, FAILED, reference=reason[:120])
        self._post(payout, WAYS[way].fail, "failed")
        items = self._items(payout.id)
        back = [(earning, min(part, earning.out_minor)) for earning, part in items]
        self._settle_debt(payout, payout.amount_minor - sum(part for _, part in back), actor_id)
        self._give_back(back, WAYS[way], actor_id)
        self._record(payout, "failed", actor_id=actor_id, reason=reason)
        return payout

    def get(self, payout_id: int) -> Payout:
        """Return a payout as it is now; raises NotFound."""
        found = self.session.get(self.Payout, payout_id, populate_existing=True)
        if found is None:
            raise NotFound(gettext("There is no such payout."))
        return found

    # -- below --

    def _arrived(
        self, payout_id: int, way: str, actor_id: int | None, reference: str | None
    ) -> Payout:
        given = WAYS[way].given.value
        payout = self._settle(payout_id, WAYS[way].waiting, given, reference=reference)
        self._post(payout, WAYS[way].arrive, "sent")
        changes = self._changes(actor_id)
        for earning, _ in self._items(payout.id):
            changes.apply(earning, arrived(standing_of(earning), WAYS[way]))
        self._record(payout, "sent", actor_id=actor_id)
        return payout

    def _settle_debt(self, payout: Payout, amount: int, actor_id: int | None) -> None:
        """Use money whose earning was refunded on the way for the debt this had made.

        What other credits have settled of that debt meanwhile goes back to them.
        """
        owed = -self.ledger.balance(AccountKind.DEBT, payout.member_id, payout.currency)
        if taken := min(amount, owed):
            postings = move(Event.OFFSET_DEBT, taken, payout.member_id)
            self.ledger.post(
                f"payout:{payout.id}:debt", Event.OFFSET_DEBT, postings, currency=payout.currency
            )
        self._give_back(self._settlers(payout, amount - taken), WAYS[payout.way], actor_id)

    def _settlers(self, payout: Payout, amount: int) -> list[tuple[Earning, int]]:
        """Return the earnings that debt was taken from, newest first, up to `amount`."""
        row, item, other = self.Earning, self.PayoutItem, self.Payout
        paid_out = (
            sa.select(sa.func.coalesce(sa.func.sum(item.amount_minor), 0))
            .join(other, other.id == item.payout_id)
            .where(item.earning_id == row.id, other.state != "failed", other.id != payout.id)
            .scalar_subquery()
        )
        own = (
            sa.select(item.id)
            .where(item.earning_id == row.id, item.payout_id == payout.id)
            .exists()
        )
        found = sa.select(row, row.out_minor - paid_out).where(
            row.member_id == payout.member_id,
            row.currency == payout.currency,
            row.out_minor > paid_out,
            ~own,
        )
        settlers: list[tuple[Earning, int]] = []
        for earning, out in self.session.execute(found.order_by(row.id.desc())):
            if part := min(amount, int(out)):
                settlers.append((earning, part))
                amount -= part
        return settlers

    def _give_back(
        self, parts: Iterable[tuple[Earning, int]], way: Way, actor_id: int | None
    ) -> None:
        changes = self._changes(actor_id)
        for earning, part in parts:
            step = returned(standing_of(earning), part, changes.debt(earning), way)
            changes.apply(earning, step)
        changes.post()

    def _check(self, amount: Money, key: str, way: str) -> None:
        if not 1 <= len(key) <= 80 or not key.isprintable():
            raise Refused(gettext("A request has a key of 1 to 80 characters."), field="key")
        # Credit costs the shop no transfer: any amount will do.
        least = self.settings.payout_minimum if way == MONEY else 1
        if amount.minor < least:
            sentence = gettext(
                "The smallest payout is %(least)s.", least=amount_text(least, amount.currency)
            )
            raise Refused(sentence, field="amount", least_minor=least)

    def _check_debt(self, member_id: int, currency: str) -> None:
        debt = -self.ledger.balance(AccountKind.DEBT, member_id, currency)
        if debt > 0:
            sentence = gettext(
                "You owe the shop %(debt)s; your next rewards settle it first.",
                debt=amount_text(debt, currency),
            )
            raise Refused(sentence, debt_minor=debt)

    def _answered(self, match: dict[str, object], amount: Money, way: str) -> Payout:
        first = find_newest(self.session, self.Payout, match)
        if Money(first.amount_minor, first.currency) != amount:
            raise Conflict(gettext("This request was made before, for another amount."))
        if first.way != way:
            raise Conflict(gettext("This request was made before, in another way."))
        return first

    def _draw(self, payout: Payout) -> None:
        """Take the money out of the oldest available earnings.

        Earnings before accounts, here as everywhere: so nobody deadlocks.
        """
        row, left = self.Earning, payout.amount_minor
        available = sa.select(row).where(
            row.member_id == payout.member_id,
            row.currency == payout.currency,
            row.state == State.AVAILABLE.value,
            row.credited_minor > row.out_minor,
        )
        changes = self._changes(payout.member_id)
        oldest = available.order_by(row.id).execution_options(populate_existing=True)
        for earning in self.session.scalars(oldest).all():
            if not left:
                break
            part = min(left, earning.credited_minor - earning.out_minor)
            changes.apply(earning, drawn(standing_of(earning), part, WAYS[payout.way]))
            item = self.PayoutItem(payout_id=payout.id, earning_id=earning.id, amount_minor=part)
            self.session.add(item)
            left -= part
        if left:
            raise InsufficientFunds(amount_minor=payout.amount_minor, missing_minor=left)

    def _items(self, payout_id: int) -> list[tuple[Earning, int]]:
        row, item = self.Earning, self.PayoutItem
        found = (
            sa.select(row, item.amount_minor)
            .join(item, item.earning_id == row.id)
            .where(item.payout_id == payout_id)
            .order_by(row.id)
            .execution_options(populate_existing=True)
        )
        return [(earning, part) for earning, part in self.session.execute(found)]

    def _settle(
        self, payout_id: int, waiting: State, state: str, *, reference: str | None
    ) -> Payout:
        row = self.Payout
        settled = self.session.execute(
            sa.update(row)
            .where(row.id == payout_id, row.state == waiting.value)
            .values(state=state, reference=reference, settled_at=self.clock())
            .execution_options(synchronize_session=False)
        )
        payout = self.get(payout_id)
        if not changed_one(settled):
            raise Conflict(gettext("This payout is settled already."), payout=payout_id)
        return payout

    def _post(self, payout: Payout, event: Event, word: str) -> None:
        postings = move(event, payout.amount_minor, payout.member_id)
        self.ledger.post(f"payout:{payout.id}:{word}", event, postings, currency=payout.currency)

    def _record(
        self, payout: Payout, word: str, *, actor_id: int | None, reason: str | None = None
    ) -> None:
        self.audit.record(
            f"payout.{word}",
            actor_id=actor_id,
            subject=f"payout:{payout.id}",
            details={
                "amount_minor": payout.amount_minor,
                "currency": payout.currency,
                "way": payout.way,
            },
            about_id=payout.member_id,
            personal={"reason": reason} if reason else None,
        )
        self._tell(payout, word, reason or "")

    def _tell(self, payout: Payout, word: str, reason: str) -> None:
        kind = f"{WAYS[payout.way].told_as}_{word}"
        if kind in NOTICES:
            amount = money(payout.amount_minor, payout.currency)
            params = {"amount": amount, "reason": reason}
            self.notices.tell(payout.member_id, kind, params, key=f"payout:{payout.id}:{word}")

    def _changes(self, actor_id: int | None) -> Changes:
        return Changes(
            session=self.session,
            models=self.models,
            ledger=self.ledger,
            audit=self.audit,
            clock=self.clock,
            actor_id=actor_id,
        )
