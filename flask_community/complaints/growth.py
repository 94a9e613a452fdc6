"""Which cases grow: how many buyers joined of late, beside those it was opened with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..records import Models
from .models import CaseEvent, CaseMember, Complaint

LATELY = dt.timedelta(hours=24)
"""How long a new buyer makes a case a growing one."""


@dataclass(frozen=True)
class Growth:
    """What joined a case lately."""

    buyers: int
    until: dt.datetime
    """When the newest of them is no news any more."""


class Grown:
    """Reads it for a page of cases at once. Reached as `Cases.grown`."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session, self.clock = session, clock
        self.CaseMember, self.CaseEvent = models[CaseMember], models[CaseEvent]
        self.Complaint = models[Complaint]

    def of(self, case_ids: Collection[int]) -> Mapping[int, Growth]:
        """Return what joined each case lately; those that did not grow are left out."""
        member, complaint = self.CaseMember, self.Complaint
        first = (
            sa.select(
                member.case_id.label("case_id"),
                complaint.member_id.label("buyer"),
                sa.func.min(member.at).label("at"),
            )
            .join(complaint, complaint.id == member.complaint_id)
            .where(member.case_id.in_(case_ids), member.state == "joined")
            .group_by(member.case_id, complaint.member_id)
            .subquery()
        )
        start = sa.func.coalesce(self._confirmed(first.c.case_id), self._begun(first.c.case_id))
        grown = (
            sa.select(first.c.case_id, sa.func.count(first.c.buyer), sa.func.max(first.c.at))
            .where(first.c.at > self.clock() - LATELY, first.c.at > start)
            .group_by(first.c.case_id)
        )
        rows = self.session.execute(grown) if case_ids else ()
        return {case_id: Growth(buyers, newest + LATELY) for case_id, buyers, newest in rows}

    def _confirmed(self, case_id: sa.ColumnElement[int]) -> sa.ScalarSelect[dt.datetime]:
        event = self.CaseEvent
        opened = sa.select(sa.func.max(event.at)).where(
            event.case_id == case_id, event.event == "confirm"
        )
        return opened.scalar_subquery()

    def _begun(self, case_id: sa.ColumnElement[int]) -> sa.ScalarSelect[dt.datetime]:
        member = self.CaseMember
        begun = sa.select(sa.func.min(member.at)).where(
            member.case_id == case_id, member.state == "joined"
        )
        return begun.scalar_subquery()
