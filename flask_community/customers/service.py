"""The owner's figures, each with the rows that it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..complaints.models import Case
from ..complaints.rules import JOINABLE
from ..i18n import spoken
from ..members.models import Member
from ..members.service import MemberService
from ..money import Money
from ..orders.models import Line, Order, Product
from ..records import Models
from ..referrals.models import Attribution, Link, Visit

PAGE = 50
"""Rows of a list at a time."""

PATHS = ("direct", "link")
"""How an order came: by itself, or through somebody's link."""


@dataclass(frozen=True)
class Figures:
    """What the owner's start page counts."""

    people: int
    links: int
    orders: dict[str, int]
    """By path, a value of PATHS."""
    cases: int


@dataclass(frozen=True)
class Person:
    """A member, and what he did here."""

    id: int
    name: str
    joined_at: dt.datetime
    orders: int
    links: int


@dataclass(frozen=True)
class SharedLink:
    """A live link, who shares it, what came of it."""

    id: int
    sharer: str
    product: str | None
    campaign: str
    made_at: dt.datetime
    visits: int
    orders: int


@dataclass(frozen=True)
class PaidOrder:
    """A paid order and the way it came."""

    id: int
    host_key: str
    buyer: str | None
    """None for a guest."""
    placed_at: dt.datetime
    paid: Money
    sharers: Sequence[str]


@dataclass(frozen=True)
class OpenCase:
    """A case that is not decided and done."""

    id: int
    title: str
    product: str
    state: str
    created_at: dt.datetime
    due_at: dt.datetime | None


class CustomerService:
    """Reads what the slices below keep; writes nothing.

    Lists are newest first, a page at a time: `before` is the id of the last
    row seen.
    """

    def __init__(
        self, *, session: orm.Session, models: Models, members: MemberService, clock: Clock
    ) -> None:
        self.session = session
        self.clock = clock
        self.Member, self.Link, self.Visit = models[Member], models[Link], models[Visit]
        self.Order, self.Line = models[Order], models[Line]
        self.Product, self.Case = models[Product], models[Case]
        self.Attribution = models[Attribution]
        self.members = members

    def figures(self) -> Figures:
        """Count every list of this service."""
        return Figures(
            people=self._count(self.Member, self._people()),
            links=self._count(self.Link, self._live()),
            orders={path: self._count(self.Order, self._orders(path)) for path in PATHS},
            cases=self._count(self.Case, self._open()),
        )

    def people(self, before: int | None = None, limit: int = PAGE) -> list[Person]:
        """Return the members, with their paid orders and live links."""
        member = self.Member
        found = self._page(
            sa.select(member.id, member.joined_at), member, self._people(), before, limit
        )
        ids = [row.id for row in found]
        names = self.members.names(ids)
        orders = self._by(self.Order, self.Order.buyer_id, ids, self._paid())
        links = self._by(self.Link, self.Link.sharer_id, ids, self._live())
        return [
            Person(
                row.id, names[row.id], row.joined_at, orders.get(row.id, 0), links.get(row.id, 0)
            )
            for row in found
        ]

    def links(self, before: int | None = None, limit: int = PAGE) -> list[SharedLink]:
        """Return the live links, with their visits and the orders that came through them."""
        link, product = self.Link, self.Product
        wanted = sa.select(
            link.id,
            link.sharer_id,
            link.campaign,
            link.made_at,
            product.plain_title,
            product.titles,
        ).outerjoin(product, product.id == link.product_id)
        found = self._page(wanted, link, self._live(), before, limit)
        ids = [row.id for row in found]
        names = self.members.names(row.sharer_id for row in found)
        visits = self._by(self.Visit, self.Visit.link_id, ids, self.Visit.ineligible.is_(None))
        fact = self.Attribution
        paid = fact.order_id.in_(sa.select(self.Order.id).where(self._paid()))
        orders = self._by(fact, fact.link_id, ids, sa.and_(fact.share_bps > 0, paid))
        return [
            SharedLink(
                id=row.id,
                sharer=names[row.sharer_id],
                product=row.plain_title and spoken(row.plain_title, row.titles),
                campaign=row.campaign,
                made_at=row.made_at,
                visits=visits.get(row.id, 0),
                orders=orders.get(row.id, 0),
            )
            for row in found
        ]

    def orders(self, path: str, before: int | None = None, limit: int = PAGE) -> list[PaidOrder]:
        """Return the paid orders that came by this path, a value of PATHS."""
        order = self.Order
        wanted = sa.select(
            order.id, order.host_key, order.buyer_id, order.placed_at, order.currency
        )
        found = self._page(wanted, order, self._orders(path), before, limit)
        ids = [row.id for row in found]
        sharers = self._sharers(ids)
        people = {row.buyer_id for row in found if row.buyer_id is not None}
        names = self.members.names(people.union(*sharers.values()))
        paid = self._paid_for(ids)
        return [
            PaidOrder(
                id=row.id,
                host_key=row.host_key,
                buyer=names.get(row.buyer_id),
                placed_at=row.placed_at,
                paid=Money(paid.get(row.id, 0), row.currency),
                sharers=[names[sharer] for sharer in sorted(sharers.get(row.id, ()))],
            )
            for row in found
        ]

    def cases(self, before: int | None = None, limit: int = PAGE) -> list[OpenCase]:
        """Return the cases that are under way, candidates too."""
        case, product = self.Case, self.Product
        wanted = sa.select(case, product).join(product, product.id == case.product_id)
        found = self._page(wanted, case, self._open(), before, limit)
        return [
            OpenCase(one.id, one.title, about.title, one.state, one.created_at, one.due_at)
            for one, about in found
        ]

    # -- what each figure counts --

    def _people(self) -> sa.ColumnElement[bool]:
        return self.Member.erased_at.is_(None)

    def _live(self) -> sa.ColumnElement[bool]:
        return self.Link.ended_at.is_(None)

    def _open(self) -> sa.ColumnElement[bool]:
        return self.Case.state.in_(JOINABLE)

    def _paid(self) -> sa.ColumnElement[bool]:
        order = self.Order
        return sa.or_(order.paid_at.is_not(None), order.delivered_at.is_not(None))

    def _orders(self, path: str) -> sa.ColumnElement[bool]:
        fact = self.Attribution
        shared = self.Order.id.in_(sa.select(fact.order_id).where(fact.share_bps > 0))
        return sa.and_(self._paid(), shared if path == "link" else sa.not_(shared))

    # -- below --

    def _count(self, row: Any, condition: sa.ColumnElement[bool]) -> int:
        return self.session.scalar(sa.select(sa.func.count(row.id)).where(condition)) or 0

    def _page(
        self,
        wanted: Any,
        row: Any,
        condition: sa.ColumnElement[bool],
        before: int | None,
        limit: int,
    ) -> Sequence[Any]:
        found = wanted.where(condition)
        if before is not None:
            found = found.where(row.id < before)
        return self.session.execute(found.order_by(row.id.desc()).limit(limit)).all()

    def _by(
        self, row: Any, column: Any, ids: Sequence[int], condition: sa.ColumnElement[bool]
    ) -> dict[int, int]:
        counts = (
            sa.select(column, sa.func.count(row.id))
            .where(column.in_(ids), condition)
            .group_by(column)
        )
        return {found[0]: found[1] for found in self.session.execute(counts)}

    def _sharers(self, order_ids: Sequence[int]) -> dict[int, set[int]]:
        fact = self.Attribution
        facts = sa.select(fact.order_id, fact.sharer_id).where(
            fact.order_id.in_(order_ids), fact.share_bps > 0
        )
        sharers: dict[int, set[int]] = {}
        for order_id, sharer_id in self.session.execute(facts):
            sharers.setdefault(order_id, set()).add(sharer_id)
        return sharers

    def _paid_for(self, order_ids: Sequence[int]) -> dict[int, int]:
        line = self.Line
        sums = (
            sa.select(line.order_id, sa.func.sum(line.paid_minor))
            .where(line.order_id.in_(order_ids), line.quantity > 0)
            .group_by(line.order_id)
        )
        return {row[0]: int(row[1]) for row in self.session.execute(sums)}
