"""Who may moderate which complaint and case: within his remit, and never his own affair."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..errors import Forbidden, NotFound
from ..i18n import gettext
from ..orders.models import Line, Product
from ..records import Models
from ..referrals.models import Attribution
from .appeals import Appeals
from .models import BulkItem, BulkOperation, Case, Complaint
from .rules import ANSWERABLE, JOINABLE

Row = TypeVar("Row", Complaint, Case)
Found = TypeVar("Found")


class Access:
    """The one gate before the desk's verbs, for pages and API alike.

    A moderator's own affair is a complaint of his own, one about a product he
    sells, and one about a sale that he led; and every case that such a
    complaint stands in, unless it is withdrawn. So is an appeal against what he
    turned down, where somebody else could hear it. To the owner the shop's goods
    and sales are not his own affair: nobody else could decide.
    """

    def __init__(
        self, *, session: orm.Session, models: Models, communities: CommunityService
    ) -> None:
        self.session = session
        self.appeals = Appeals(
            session=session, models=models, communities=communities, reaches=self._reaches
        )
        self.Complaint, self.Case = models[Complaint], models[Case]
        self.Operation, self.Item = models[BulkOperation], models[BulkItem]
        self.Product, self.Line = models[Product], models[Line]
        self.Attribution = models[Attribution]

    # -- what a moderator asks for --

    def complaint(self, remit: Remit, complaint_id: int) -> Complaint:
        """Return a complaint that a moderator may decide.

        Raises NotFound for one outside his remit too, Forbidden for his own.
        """
        found = self._one(self.Complaint, remit, complaint_id, self._complaints(remit))
        if found.member_id == remit.member_id:
            raise _own_affair()
        if complaint_id in self.appeals.barred(remit.member_id):
            message = gettext("You turned this down: somebody else hears the appeal.")
            raise Forbidden(message)
        return found

    def case(self, remit: Remit, case_id: int) -> Case:
        """Return a case that a moderator may decide; raises as `complaint`."""
        found = self._one(self.Case, remit, case_id, self._cases(remit))
        own = sa.select(self.Complaint.id).where(
            self.Complaint.joined_case_id == case_id, self._filed_by(remit.member_id)
        )
        if self.session.scalar(own.limit(1)) is not None:
            raise _own_affair()
        return found

    def may_decide(self, remit: Remit, case: Case) -> bool:
        """Tell whether a case is a moderator's to decide."""
        try:
            self.case(remit, case.id)
        except (Forbidden, NotFound):
            return False
        return True

    def complaints(self, remit: Remit, complaint_ids: Collection[int]) -> list[Complaint]:
        """Return these complaints, by id; raises as `complaint`."""
        return [self.complaint(remit, number) for number in sorted(set(complaint_ids))]

    def about_product(
        self, remit: Remit, product_id: int, *, limit: int = 200
    ) -> Sequence[Complaint]:
        """Return what a moderator may decide about a product and waits, oldest first."""
        one = self.Complaint
        about = sa.select(one).where(
            one.product_id == product_id,
            one.state.in_(ANSWERABLE),
            one.member_id != remit.member_id,
            *self._within(one, remit, self._complaints(remit)),
        )
        return self.session.scalars(about.order_by(one.id).limit(limit)).all()

    def joinable(self, remit: Remit, *, limit: int = 50) -> Sequence[Case]:
        """Return the cases that a moderator may let complaints join, the newest first."""
        case, one = self.Case, self.Complaint
        own = sa.select(one.joined_case_id).where(
            one.joined_case_id.is_not(None), self._filed_by(remit.member_id)
        )
        may = sa.select(case).where(
            case.state.in_(JOINABLE),
            case.id.not_in(own),
            *self._within(case, remit, self._cases(remit)),
        )
        return self.session.scalars(may.order_by(case.id.desc()).limit(limit)).all()

    def operation(self, case_id: int, operation_id: int) -> BulkOperation:
        """Return an operation of this very case; raises NotFound."""
        found = sa.select(self.Operation).filter_by(id=operation_id, case_id=case_id)
        return self._there(self.session.scalars(found).one_or_none())

    def item(self, case_id: int, item_id: int) -> BulkItem:
        """Return an item of an operation of this very case; raises NotFound."""
        operations = sa.select(self.Operation.id).filter_by(case_id=case_id)
        found = sa.select(self.Item).where(
            self.Item.id == item_id, self.Item.operation_id.in_(operations)
        )
        return self._there(self.session.scalars(found).one_or_none())

    # -- what is his own affair --

    def parties(self, remit: Remit) -> dict[str, Any]:
        """Return SELECTs of the ids that are a moderator's own affair, by kind of queue item."""
        own, one = self._filed_by(remit.member_id), self.Complaint
        complaints = sa.select(one.id).where(one.member_id == remit.member_id)
        cases = sa.select(one.joined_case_id).where(own, one.joined_case_id.is_not(None))
        return {
            "complaint": sa.union(complaints, self._complaints(remit), self._barred(remit)),
            "case": sa.union(cases, self._cases(remit)),
        }

    def _complaints(self, remit: Remit) -> Any:
        one = self.Complaint
        return sa.select(one.id).where(self._led_by(remit))

    def _barred(self, remit: Remit) -> Any:
        one = self.Complaint
        return sa.select(one.id).where(one.id.in_(self.appeals.barred(remit.member_id)))

    def _reaches(self, remit: Remit, complaint_id: int) -> bool:
        """Tell whether a complaint is a moderator's to decide, whoever decided it before."""
        one = self.Complaint
        within = self._within(one, remit, self._complaints(remit))
        found = sa.select(one.id).where(
            one.id == complaint_id, one.member_id != remit.member_id, *within
        )
        return self.session.scalar(found) is not None

    def _cases(self, remit: Remit) -> Any:
        one, case = self.Complaint, self.Case
        joined = sa.select(one.joined_case_id).where(
            one.joined_case_id.is_not(None), one.state != "withdrawn", self._led_by(remit)
        )
        sold = self._sold_by(remit, case)
        return sa.select(case.id).where(sa.or_(sold, case.id.in_(joined)))

    def _filed_by(self, member_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(self.Complaint.member_id == member_id, self.Complaint.state != "withdrawn")

    def _led_by(self, remit: Remit) -> sa.ColumnElement[bool]:
        """Return whether a complaint is about what a moderator sold, or led to be sold."""
        if remit.owns:
            return sa.false()
        one, fact, line = self.Complaint, self.Attribution, self.Line
        led = sa.select(fact.order_id).where(fact.sharer_id == remit.member_id, fact.share_bps > 0)
        lines = sa.select(line.id).where(line.order_id.in_(led))
        return sa.or_(self._sold_by(remit, one), one.line_id.in_(lines))

    def _sold_by(self, remit: Remit, row: type[Complaint | Case]) -> sa.ColumnElement[bool]:
        if remit.owns:
            return sa.false()
        his = sa.select(self.Product.id).where(self.Product.seller_id == remit.member_id)
        return row.product_id.in_(his)

    # -- below --

    def _one(self, row: type[Row], remit: Remit, row_id: int, own: Any) -> Row:
        found = sa.select(row).where(row.id == row_id, *self._within(row, remit, own))
        as_it_is = found.execution_options(populate_existing=True)
        return self._there(self.session.scalars(as_it_is).one_or_none())

    @staticmethod
    def _within(row: type[Complaint | Case], remit: Remit, own: Any) -> list[Any]:
        his = [] if remit.everywhere else [row.field.in_(remit.fields)]
        return [row.id.not_in(own), *his]

    @staticmethod
    def _there(found: Found | None) -> Found:
        if found is None:
            raise NotFound(gettext("There is nothing here."))
        return found


def _own_affair() -> Forbidden:
    return Forbidden(gettext("This is your own affair: somebody else decides it."))
