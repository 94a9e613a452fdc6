"""Who may decide which appeal: within his remit, and never his own affair."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.rules import Remit
from ..errors import Forbidden, NotFound
from ..i18n import gettext
from ..orders.models import Line, Order, Product
from ..records import Models
from .models import Appeal, Earning, Hold
from .second_look import ALONE, KIND


class AppealAccess:
    """The one gate before the desk's verbs of appeals, for pages and API alike.

    A moderator's own affair is an appeal of his own, one about an order that he
    placed, one about a product he sells, and one from a decision of his. Not to
    the owner: the shop's goods never are his own affair, since nobody else
    might be there to decide, and his own decision no longer after a day.
    """

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.Appeal, self.Earning, self.Hold = models[Appeal], models[Earning], models[Hold]
        self.Order, self.Line, self.Product = models[Order], models[Line], models[Product]
        self.clock = clock

    def appeal(self, remit: Remit, appeal_id: int) -> Appeal:
        """Return an appeal that a moderator may decide.

        Raises NotFound for one outside his remit too, Forbidden for his own.
        """
        row = self.Appeal
        found = sa.select(row).where(row.id == appeal_id, row.id.not_in(self._not_his(remit)))
        if not remit.everywhere:
            found = found.where(row.field.in_(remit.fields))
        as_it_is = found.execution_options(populate_existing=True)
        appeal = self.session.scalars(as_it_is).one_or_none()
        if appeal is None:
            raise NotFound(gettext("There is nothing here."))
        if appeal.member_id == remit.member_id:
            raise Forbidden(gettext("This is your own affair: somebody else decides it."))
        return appeal

    def parties(self, remit: Remit) -> dict[str, Any]:
        """Return a SELECT of the appeals that are a moderator's own affair, by kind of item."""
        own = sa.select(self.Appeal.id).where(self.Appeal.member_id == remit.member_id)
        return {KIND: sa.union(own, self._not_his(remit))}

    def _not_his(self, remit: Remit) -> Any:
        row, earning = self.Appeal, self.Earning
        bought = sa.select(self.Order.id).where(self.Order.buyer_id == remit.member_id)
        about = [earning.order_id.in_(bought), self._decided_by(remit)]
        if not remit.owns:
            sold = sa.select(self.Line.id).join(
                self.Product, self.Product.id == self.Line.product_id
            )
            his = sold.where(self.Product.seller_id == remit.member_id)
            about.append(earning.line_id.in_(his))
        joined = sa.select(row.id).join(earning, earning.id == row.earning_id)
        return joined.where(sa.or_(*about))

    def _decided_by(self, remit: Remit) -> sa.ColumnElement[bool]:
        """Return whether a moderator decided against the reward himself."""
        row, hold = self.Appeal, self.Hold
        by_him = sa.select(hold.earning_id).where(
            hold.decided_by == remit.member_id, hold.verdict == "uphold"
        )
        decided = row.earning_id.in_(by_him)
        if not remit.owns:
            return decided
        return sa.and_(decided, row.made_at > self.clock() - ALONE)
