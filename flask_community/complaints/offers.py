"""Finds what a complaint can join, and tells no more about others than it may."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..i18n import gettext
from ..orders.models import Line
from ..records import Models
from .models import Case, CaseMember, Complaint
from .rules import ANSWERABLE, JOINABLE, REASONS, STANDING, bucket

UNDECIDED = ("open", "investigating")


@dataclass(frozen=True)
class Offer:
    """«Others report this»: something a new complaint can join."""

    case_id: int | None
    """A case or candidate; None if nobody joined the loose complaints yet."""
    title: str
    reason: str
    buyers: str
    """How many, as `bucket()` tells it; empty below three."""
    same_batch: bool
    is_public: bool
    """Whether a moderator has confirmed it and written its title."""
    decided_by: dt.datetime | None = None
    """When everyone in a confirmed case hears, if that is still to come."""


class Offers:
    """«Others report this: join them», asked before a complaint is sent."""

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Complaint, self.Case = models[Complaint], models[Case]
        self.CaseMember = models[CaseMember]

    def for_line(self, line: Line, member_id: int) -> list[Offer]:
        """Return what a complaint about a line could join: open cases, then the same batch."""
        offers = [*self._case_offers(line, member_id), *self._loose_offers(line, member_id)]
        return sorted(offers, key=lambda one: (not one.is_public, not one.same_batch))

    def _case_offers(self, line: Line, member_id: int) -> list[Offer]:
        return [
            Offer(
                case_id=one.id,
                title=one.title,
                reason="",
                buyers=bucket(self._others(one.id, member_id)),
                same_batch=one.batch is not None,
                is_public=one.state != "candidate",
                decided_by=one.due_at if one.state in UNDECIDED else None,
            )
            for one in self._cases_about(line)
        ]

    def _cases_about(self, line: Line) -> list[Case]:
        """Return the cases about a line's product and batch, by id; for a merged one its heir."""
        case, found = self.Case, dict[int, Case]()
        about = sa.select(case).where(
            case.product_id == line.product_id, case.state.in_((*JOINABLE, "merged"))
        )
        rows = {one.id: one for one in self.session.scalars(about)}
        for one in rows.values():
            heir: Case | None = one if one.batch in (None, line.batch) else None
            while heir is not None and heir.merged_into_id is not None:
                heir = rows.get(heir.merged_into_id)
            if heir is not None:
                found[heir.id] = heir
        return [found[number] for number in sorted(found)]

    def _others(self, case_id: int, member_id: int) -> int:
        """Return how many others stand in a case, the suggested ones too."""
        complaint, member = self.Complaint, self.CaseMember
        count = (
            sa.select(sa.func.count(sa.distinct(complaint.member_id)))
            .join(member, member.complaint_id == complaint.id)
            .where(
                member.case_id == case_id,
                member.state.in_(STANDING),
                complaint.member_id != member_id,
                complaint.mistaken.is_(False),
            )
        )
        return self.session.scalar(count) or 0

    def _loose_offers(self, line: Line, member_id: int) -> list[Offer]:
        complaint, suggested = self.Complaint, self.CaseMember
        in_case = sa.select(suggested.complaint_id).where(suggested.state == "suggested")
        same_batch = complaint.batch == line.batch if line.batch else complaint.batch.is_(None)
        count = sa.func.count(sa.distinct(complaint.member_id))
        loose = (
            sa.select(complaint.reason, count)
            .where(
                complaint.product_id == line.product_id,
                same_batch,
                complaint.member_id != member_id,
                complaint.state.in_(ANSWERABLE),
                complaint.joined_case_id.is_(None),
                complaint.id.not_in(in_case),
            )
            .group_by(complaint.reason)
            .order_by(count.desc(), complaint.reason)
        )
        return [
            Offer(None, gettext(REASONS[reason]), reason, bucket(number), True, False)
            for reason, number in self.session.execute(loose)
        ]
