"""Carries out what the rules say of earnings: the rows, the books and the audit log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Conflict
from ..records import Models, changed_one
from .ledger import Draft, Ledger
from .models import Earning
from .rules import AccountKind, Posting, State
from .second_look import DECISIONS
from .standing import Standing, Step


class Changes:
    """Changes of earnings that belong together: apply each, then post the money once."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        ledger: Ledger,
        audit: Audit,
        clock: Clock,
        actor_id: int | None = None,
        reason: str | None = None,
        overtake: Callable[[Collection[int]], None] | None = None,
    ) -> None:
        self.session = session
        self.Earning = models[Earning]
        self.ledger = ledger
        self.audit = audit
        self.clock = clock
        self.actor_id = actor_id
        self.reason = reason
        self._overtake = overtake
        """Told what no longer stands as it could be appealed from."""
        self._turned: set[int] = set()
        self._drafts: list[Draft] = []
        self._owed: dict[tuple[int, str], int] = {}

    def debt(self, earning: Earning) -> int:
        """Return what the earning's owner owes in its currency, this batch included."""
        key = earning.member_id, earning.currency
        if key not in self._owed:
            self._owed[key] = -self.ledger.balance(AccountKind.DEBT, *key)
        return self._owed[key]

    def apply(self, earning: Earning, step: Step, **values: Any) -> None:
        """Change an earning's row as the step says, and note the money for `post()`.

        Raises Conflict if somebody else has changed it since it was read.
        """
        # Once for each change of the row, and never for a change that lost.
        ref = f"earning:{earning.id}:{earning.version + 1}"
        if earning.state in DECISIONS:
            self._turned.add(earning.id)
        self._update(earning, **_columns(step.after), **values)
        for number, (event, postings) in enumerate(step.moves, 1):
            self._drafts.append(
                Draft(f"{ref}:{number}", event, postings, earning.currency, self.reason)
            )
            self._count_debt(earning, postings)
        self._record(earning, step, values.get("reason"))

    def note(self, earning: Earning, **values: Any) -> None:
        """Change columns that move no money; raises Conflict as `apply()` does."""
        self._update(earning, **values)

    def post(self) -> None:
        """Post the money of every change; raises InsufficientFunds."""
        drafts, self._drafts = self._drafts, []
        self.ledger.post_all(drafts)
        turned, self._turned = self._turned, set()
        if turned and self._overtake is not None:
            self._overtake(turned)

    def _count_debt(self, earning: Earning, postings: Iterable[Posting]) -> None:
        change = sum(p.amount for p in postings if p.account_kind is AccountKind.DEBT)
        if change:
            self._owed[earning.member_id, earning.currency] = self.debt(earning) - change

    def _record(self, earning: Earning, step: Step, reason: str | None) -> None:
        moved = [[event.value, max(p.amount for p in postings)] for event, postings in step.moves]
        details = {
            "state": earning.state,
            "credited_minor": earning.credited_minor,
            "currency": earning.currency,
            "moved_minor": moved,
            "reason": reason or self.reason,
        }
        self.audit.record(
            f"earning.{step.event.value}",
            actor_id=self.actor_id,
            subject=f"earning:{earning.id}",
            details=details,
        )

    def _update(self, earning: Earning, **values: Any) -> None:
        self.session.flush()
        row = self.Earning
        changed = self.session.execute(
            sa.update(row)
            .where(row.id == earning.id, row.version == earning.version)
            .values(**values, version=earning.version + 1, changed_at=self.clock())
            .execution_options(synchronize_session=False)
        )
        if not changed_one(changed):
            raise Conflict(earning=earning.id)
        self.session.refresh(earning)


def standing_of(earning: Earning) -> Standing:
    """Return an earning's row as the rules see it."""
    return Standing(
        party=earning.member_id,
        state=State(earning.state),
        credited=earning.credited_minor,
        out=earning.out_minor,
        back_to=State(earning.back_to) if earning.back_to else None,
    )


def _columns(after: Standing) -> dict[str, Any]:
    assert after.state is not None
    return {
        "state": after.state.value,
        "credited_minor": after.credited,
        "out_minor": after.out,
        "back_to": after.back_to.value if after.back_to else None,
    }
