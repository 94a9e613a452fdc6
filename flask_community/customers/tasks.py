"""What needs the owner, computed anew at each look and never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.greetings import Greetings
from ..complaints.waiting import Waiting
from ..earnings.holds import Holds
from ..earnings.settling import Settling
from ..experiences.unanswered import Unanswered
from ..members.service import MemberService
from ..moderation.models import QueueItem
from ..money import Money
from ..records import Models
from .lists import Lists
from .rules import pressing

CASES = 3
"""Open cases that are tasks of their own; the rest stand in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the doctor found in this shop."""

    code: str
    what: str
    fix: str
    """Both as the doctor prints them."""
    advice: bool = False
    """Whether the shop may well leave it so."""
    opening: bool = False
    """Whether it only matters once the shop is in public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that needs the owner."""

    code: str
    """A value of RANKS."""
    count: int = 1
    since: dt.datetime | None = None
    """Since when the first of them waits."""
    due_at: dt.datetime | None = None
    id: int | None = None
    """Of the one case or post that it is about."""
    slug: str | None = None
    """Of the one label that it is about."""
    name: str | None = None
    """Title of the case, post or product, or name of the newcomer."""
    label: str | None = None
    state: str | None = None
    """Of the case."""
    buyers: int = 0
    amounts: Sequence[Money] = ()
    """Rewards that the case holds, or payouts that wait."""
    finding: Finding | None = None


class Tasks:
    """Asks each slice below what waits. Reached as `customers.tasks()`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        members: MemberService,
        greetings: Greetings,
        unanswered: Unanswered,
        lists: Lists,
    ) -> None:
        self.session = session
        self.members = members
        self.greetings = greetings
        self.unanswered = unanswered
        self.lists = lists
        self.waiting = Waiting(session=session, models=models, clock=clock)
        self.holds = Holds(session=session, models=models, clock=clock)
        self.settling = Settling(session=session, models=models, members=members)
        self.QueueItem = models[QueueItem]

    def all(self, findings: Iterable[Finding] = ()) -> list[Task]:
        """Return what needs the owner, the most pressing first; what the doctor found too."""
        tasks = [
            *self._complaints(),
            *self._cases(),
            *self._appeals(),
            *self._payouts(),
            *self._newcomers(),
            *self._posts(),
            *self._products(),
            *map(_found, findings),
        ]
        return sorted(tasks, key=lambda task: pressing(task.code, task.due_at))

    # -- below --

    def _complaints(self) -> Iterator[Task]:
        promises, unanswered = self.waiting.promises(), self.waiting.unanswered()
        if promises.overdue:
            yield Task(code="overdue", count=promises.overdue, due_at=promises.oldest)
        if unanswered.count:
            yield Task(code="unanswered", count=unanswered.count, due_at=unanswered.due_at)

    def _cases(self) -> Iterator[Task]:
        cases = self.waiting.cases(CASES)
        held = self.holds.sums([case.id for case in cases])
        for case in cases:
            yield Task(
                code="case",
                id=case.id,
                name=case.title,
                label=case.product,
                state=case.state,
                due_at=case.due_at,
                buyers=case.buyers,
                amounts=held.get(case.id, ()),
            )

    def _appeals(self) -> Iterator[Task]:
        item = self.QueueItem
        waiting = sa.select(sa.func.count(item.id), sa.func.min(item.due_at)).where(
            item.state == "open", item.is_appeal.is_(True)
        )
        count, due_at = self.session.execute(waiting).one()
        if count:
            yield Task(code="appeals", count=count, due_at=due_at)

    def _payouts(self) -> Iterator[Task]:
        waiting = self.settling.waiting()
        if waiting.count:
            sums = [Money(minor, currency) for currency, minor in waiting.sums.items()]
            yield Task(code="payouts", count=waiting.count, since=waiting.oldest, amounts=sums)

    def _newcomers(self) -> Iterator[Task]:
        if waiting := self.greetings.waiting():
            yield Task(
                code="newcomers",
                count=waiting.count,
                since=waiting.longest.since,
                slug=waiting.slug,
                name=self.members.name(waiting.longest.member_id),
                label=waiting.label,
            )

    def _posts(self) -> Iterator[Task]:
        if waiting := self.unanswered.waiting():
            post = waiting.longest
            yield Task(
                code="posts",
                count=waiting.count,
                since=post.published_at,
                id=post.id,
                name=post.title,
            )

    def _products(self) -> Iterator[Task]:
        if found := self.lists.most_silent():
            product, count = found
            yield Task(code="products", count=count, name=product.title, buyers=product.orders)


def _found(finding: Finding) -> Task:
    code = "opening" if finding.opening else "advice" if finding.advice else "fault"
    return Task(code=code, finding=finding)
