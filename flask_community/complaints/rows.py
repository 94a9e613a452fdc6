"""What a row of the desk's queue says about a complaint or a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..i18n import spoken
from ..members.service import MemberService
from ..orders.models import Line, Order, Product
from ..records import Models
from .growth import Grown
from .models import Case, CaseMember, Complaint, ComplaintEvent
from .rules import STANDING
from .words import CASE_NEWS, DESK_NEWS

COMPLAINT, CASE = "complaint", "case"


@dataclass(frozen=True)
class Row:
    """One subject of the queue."""

    news: str | None
    """Why it waits, marked for translation; None for a new complaint."""
    product: str
    batch: str | None
    words: str | None = None
    """The customer's own."""
    buyer: str | None = None
    order: str | None = None
    """The shop's key of the order."""
    buyers: int | None = None
    """Different people in a case, those only suggested too."""
    grown: int = 0
    """How many of them joined lately."""


class Rows:
    """Reads a page of subjects at once. Reached as `ComplaintService.rows`."""

    def __init__(
        self, *, session: orm.Session, models: Models, members: MemberService, clock: Clock
    ) -> None:
        self.session = session
        self.grown = Grown(session=session, models=models, clock=clock)
        self.Complaint, self.ComplaintEvent = models[Complaint], models[ComplaintEvent]
        self.Case, self.CaseMember = models[Case], models[CaseMember]
        self.Line, self.Order, self.Product = models[Line], models[Order], models[Product]
        self.members = members

    def of(self, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Row]:
        """Return what to say about each (kind, id); other kinds are left out."""
        ids: dict[str, list[int]] = {COMPLAINT: [], CASE: []}
        for kind, subject_id in subjects:
            if kind in ids:
                ids[kind].append(subject_id)
        rows = {(COMPLAINT, key): row for key, row in self._complaints(ids[COMPLAINT]).items()}
        return rows | {(CASE, key): row for key, row in self._cases(ids[CASE]).items()}

    def _complaints(self, ids: Collection[int]) -> Mapping[int, Row]:
        complaint, line, order = self.Complaint, self.Line, self.Order
        wanted = (
            sa.select(complaint, line, order.host_key)
            .join(line, line.id == complaint.line_id)
            .join(order, order.id == line.order_id)
            .where(complaint.id.in_(ids))
        )
        found = self.session.execute(wanted).all() if ids else []
        names = self.members.names(row[0].member_id for row in found)
        news = self._news(ids)
        rows = {}
        for one, sold, order_key in found:
            event, said = news.get(one.id, ("file", None))
            rows[one.id] = Row(
                news=DESK_NEWS.get(event),
                product=sold.title,
                batch=one.batch,
                words=said or one.text,
                buyer=names[one.member_id],
                order=order_key,
            )
        return rows

    def _news(self, ids: Collection[int]) -> dict[int, tuple[str, str | None]]:
        """Return the last thing that brought each complaint to the desk, and its words."""
        event = self.ComplaintEvent
        newest = (
            sa.select(sa.func.max(event.id))
            .where(event.complaint_id.in_(ids), event.event.in_(DESK_NEWS))
            .group_by(event.complaint_id)
        )
        said = sa.select(event.complaint_id, event.event, event.text).where(event.id.in_(newest))
        return {row[0]: (row[1], row[2]) for row in self.session.execute(said)} if ids else {}

    def _cases(self, ids: Collection[int]) -> Mapping[int, Row]:
        case, member, complaint = self.Case, self.CaseMember, self.Complaint
        wanted = (
            sa.select(
                case.id,
                case.state,
                case.batch,
                self.Product.plain_title,
                self.Product.titles,
                sa.func.count(sa.distinct(complaint.member_id)),
            )
            .join(self.Product, self.Product.id == case.product_id)
            .outerjoin(member, sa.and_(member.case_id == case.id, member.state.in_(STANDING)))
            .outerjoin(complaint, complaint.id == member.complaint_id)
            .where(case.id.in_(ids))
            .group_by(
                case.id, case.state, case.batch, self.Product.plain_title, self.Product.titles
            )
        )
        found = self.session.execute(wanted).all() if ids else []
        grown = self.grown.of([row[0] for row in found])
        return {
            case_id: Row(
                CASE_NEWS.get(state),
                spoken(title, titles),
                batch,
                buyers=buyers,
                grown=grown[case_id].buyers if case_id in grown else 0,
            )
            for case_id, state, batch, title, titles, buyers in found
        }
