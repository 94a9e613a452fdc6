"""The rows behind each of the owner's figures, newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..complaints.models import Case, Complaint
from ..complaints.rules import JOINABLE
from ..complaints.waiting import Waiting
from ..experiences.models import Post
from ..i18n import spoken
from ..members.models import Member
from ..members.service import MemberService
from ..money import Money
from ..orders.models import Line, Order, Product
from ..records import Models
from ..referrals.models import Attribution, Link, Visit
from . import rules
from .paths import Paths, within
from .rules import Wanted

PAGE = 50
"""Rows of a list at a time."""

OFTEN, RECENT = 5, dt.timedelta(days=180)
"""Orders within so long that make a product one that is bought often."""


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


@dataclass(frozen=True)
class Promise:
    """A complaint whose customer was promised to hear."""

    id: int
    product: str
    state: str
    filed_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True)
class SilentProduct:
    """A product that is bought often and that nobody has told of."""

    id: int
    key: str
    """The shop's own."""
    title: str
    orders: int
    """Delivered ones, of the last 180 days."""


class Lists:
    """Reads what the slices below keep; writes nothing.

    `before` is the id of the last row seen.
    """

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        members: MemberService,
        clock: Clock,
        paths: Paths,
    ) -> None:
        self.session = session
        self.clock = clock
        self.members = members
        self.paths = paths
        self.waiting = Waiting(session=session, models=models, clock=clock)
        self.Member, self.Link, self.Visit = models[Member], models[Link], models[Visit]
        self.Order, self.Line = models[Order], models[Line]
        self.Product, self.Case = models[Product], models[Case]
        self.Complaint, self.Post = models[Complaint], models[Post]
        self.Attribution = models[Attribution]

    def people(
        self, before: int | None = None, limit: int = PAGE, *, when: str = "ever"
    ) -> list[Person]:
        """Return the members, with their paid orders and live links.

        `when` they joined is a value of WHEN, `settled` left out.
        """
        member, now = self.Member, self.clock()
        joined = {"month": rules.month(now), "before": rules.before(now)}.get(when)
        asked: list[sa.ColumnElement[bool]] = [member.erased_at.is_(None)]
        asked += [within(member.joined_at, joined)] if joined else []
        wanted = sa.select(member.id, member.joined_at)
        found = self._page(wanted, member, sa.and_(*asked), before, limit)
        ids = [row.id for row in found]
        names = self.members.names(ids)
        orders = self._by(self.Order, self.Order.buyer_id, ids, self.paths.paid())
        links = self._by(self.Link, self.Link.sharer_id, ids, self.Link.ended_at.is_(None))
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
        found = self._page(wanted, link, link.ended_at.is_(None), before, limit)
        ids = [row.id for row in found]
        names = self.members.names(row.sharer_id for row in found)
        visits = self._by(self.Visit, self.Visit.link_id, ids, self.Visit.ineligible.is_(None))
        fact = self.Attribution
        paid = fact.order_id.in_(sa.select(self.Order.id).where(self.paths.paid()))
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

    def orders(
        self, wanted: Wanted, before: int | None = None, limit: int = PAGE
    ) -> list[PaidOrder]:
        """Return the paid orders that are wanted."""
        order = self.Order
        columns = sa.select(
            order.id, order.host_key, order.buyer_id, order.placed_at, order.currency
        )
        condition = self.paths.wanted(wanted, self.clock())
        found = self._page(columns, order, condition, before, limit)
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
        found = self._page(wanted, case, case.state.in_(JOINABLE), before, limit)
        return [
            OpenCase(one.id, one.title, about.title, one.state, one.created_at, one.due_at)
            for one, about in found
        ]

    def promises(
        self, before: int | None = None, limit: int = PAGE, *, late: bool = False
    ) -> list[Promise]:
        """Return complaints whose promise falls due within 24 hours; with `late`, overdue ones."""
        one, product = self.Complaint, self.Product
        wanted = sa.select(one, product).join(product, product.id == one.product_id)
        due = self.waiting.is_overdue() if late else self.waiting.is_due()
        return [
            Promise(found.id, about.title, found.state, found.filed_at, found.next_due_at)
            for found, about in self._page(wanted, one, due, before, limit)
        ]

    def silent_products(self, before: int | None = None, limit: int = PAGE) -> list[SilentProduct]:
        """Return products that are bought often and that nobody has told of."""
        wanted, _ = self._silent()
        if before is not None:
            wanted = wanted.where(self.Product.id < before)
        found = self.session.execute(wanted.order_by(self.Product.id.desc()).limit(limit))
        return [_silent(product, orders) for product, orders in found]

    def most_silent(self) -> tuple[SilentProduct, int] | None:
        """Return the silent product bought most often, and how many there are; None without."""
        wanted, orders = self._silent()
        most = wanted.add_columns(sa.func.count().over()).order_by(orders.desc(), self.Product.id)
        row = self.session.execute(most.limit(1)).first()
        return None if row is None else (_silent(row[0], row[1]), row[2])

    # -- below --

    def _silent(self) -> tuple[Any, Any]:
        """Return a SELECT of products and their orders, and the column of the latter."""
        product, order, line, post = self.Product, self.Order, self.Line, self.Post
        told = sa.exists().where(post.product_id == product.id, post.hidden_at.is_(None))
        bought = sa.func.count(sa.distinct(line.order_id))
        often = (
            sa.select(line.product_id, bought.label("orders"))
            .join(order, order.id == line.order_id)
            .where(line.quantity > 0, order.state == "delivered")
            .where(order.delivered_at > self.clock() - RECENT)
            .group_by(line.product_id)
            .having(bought >= OFTEN)
            .subquery()
        )
        wanted = sa.select(product, often.c.orders)
        wanted = wanted.join(often, often.c.product_id == product.id)
        return wanted.where(sa.not_(told)), often.c.orders

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


def _silent(product: Product, orders: int) -> SilentProduct:
    return SilentProduct(product.id, product.host_key, product.title, orders)
