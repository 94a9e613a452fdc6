"""What the owner sees: figures, the rows behind each of them, and what needs him."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import orm

from ..clock import Clock
from ..communities.greetings import Greetings
from ..communities.models import Label
from ..communities.people import People
from ..communities.rules import Size
from ..config import Settings
from ..experiences.service import ExperienceService
from ..members.service import MemberService
from ..records import Models
from .figures import Figures, FigureService
from .lists import Lists
from .paths import Paths
from .tasks import Finding, Task, Tasks

LABELS = 5
"""Labels that the start page shows."""


class CustomerService:
    """Reads what the slices below keep; writes nothing."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        settings: Settings,
        zone: dt.tzinfo,
        members: MemberService,
        greetings: Greetings,
        experiences: ExperienceService,
    ) -> None:
        own: dict[str, Any] = {"session": session, "models": models, "clock": clock}
        self.clock = clock
        self.hold_days = settings.hold_days
        paths = Paths(models=models, hold_days=settings.hold_days, zone=zone)
        self.lists = Lists(**own, members=members, paths=paths)
        self._figures = FigureService(**own, paths=paths, currency=settings.currency)
        self._people = People(**own)
        self._tasks = Tasks(
            **own,
            members=members,
            greetings=greetings,
            unanswered=experiences.unanswered,
            lists=self.lists,
        )

    def figures(self) -> Figures:
        """Count every list, and what the last 30 days brought."""
        return self._figures.all()

    def tasks(self, findings: Iterable[Finding] = ()) -> list[Task]:
        """Return what needs the owner now, the most pressing first."""
        return self._tasks.all(findings)

    def labels(self) -> Sequence[tuple[Label, Size]]:
        """Return the labels that most people wear or would like to wear."""
        return self._people.biggest(LABELS)
