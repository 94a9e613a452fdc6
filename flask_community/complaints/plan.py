"""Works out who of a case gets what, before and at the moment of the decision."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from ..money import Money
from ..orders.models import Line
from ..orders.service import OrderService
from ..records import Models
from .letters import Letters
from .membership import Membership
from .models import BulkItem, Case, Complaint, Remedy
from .refunds import Refunds
from .rules import ANSWERABLE, PAYING, AmountRule, Decision

One = TypeVar("One")

PREVIEWED = 3
"""Letters shown before a decision."""


@dataclass(frozen=True)
class Planned:
    """What one member of a case gets."""

    complaint: Complaint
    line: Line
    amount: Money
    skip: str | None
    """A key of SKIPS, or None if the remedy is carried out."""


@dataclass(frozen=True)
class Preview:
    """What a decision would do."""

    planned: Sequence[Planned]
    letters: Sequence[str]

    @property
    def totals(self) -> list[Money]:
        """What is given back in all, by currency."""
        sums: Counter[str] = Counter()
        for one in self.planned:
            if one.skip is None:
                sums[one.amount.currency] += one.amount.minor
        return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def some(rows: Sequence[One], most: int) -> list[One]:
    """Return some at random, in their order: a preview always of the same ones hides the others."""
    chosen = sorted(secrets.SystemRandom().sample(range(len(rows)), min(most, len(rows))))
    return [rows[place] for place in chosen]


class Planner:
    """Plans a remedy; writes nothing."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        standing: Membership,
        refunds: Refunds,
        letters: Letters,
        orders: OrderService,
    ) -> None:
        self.session = session
        self.Remedy, self.Item = models[Remedy], models[BulkItem]
        self.standing = standing
        self.refunds = refunds
        self.letters = letters
        self.orders = orders

    def preview(self, case: Case, decision: Decision) -> Preview:
        """Return what a decision would do now, with real letters."""
        planned = list(self.plan(case, decision.kind, decision.amount))
        first = some([one for one in planned if one.skip is None], PREVIEWED)
        return Preview(
            planned,
            [self.letters.to(one.complaint, decision, one.line, one.amount) for one in first],
        )

    def plan(self, case: Case, kind: str, rule: AmountRule) -> Iterator[Planned]:
        """Say what each member gets who has no part in the newest remedy yet."""
        served = self._served(case)
        lines = {line_id for line_id in served.values() if line_id is not None}
        for complaint in self.standing.joined(case.id):
            if complaint.id in served:
                continue
            line = self.orders.line(complaint.line_id)
            currency = self.orders.order(line.order_id).currency
            left = self.refunds.left(line) if kind in PAYING else line.paid_minor
            minor = min(rule.amount(line.paid_minor), left)
            skip = None
            if complaint.state not in ANSWERABLE:
                skip = "answered"
            elif line.id in lines:
                skip = "same_line"
            elif rule.rule == "fixed" and rule.currency != currency:
                skip = "currency"
            elif kind in PAYING and minor == 0:
                skip = "nothing_left"
            else:
                lines.add(line.id)
            yield Planned(complaint, line, Money(0 if skip else minor, currency), skip)

    def _served(self, case: Case) -> dict[int, int | None]:
        """Return the complaints that the newest remedy has an item for, with its line."""
        if case.state not in ("resolving", "resolved"):
            return {}
        newest = sa.select(sa.func.max(self.Remedy.id)).filter_by(case_id=case.id)
        items = sa.select(self.Item.complaint_id, self.Item.line_id).where(
            self.Item.remedy_id == newest.scalar_subquery()
        )
        return {row[0]: row[1] for row in self.session.execute(items)}
