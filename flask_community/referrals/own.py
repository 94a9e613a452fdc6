"""What a member does with his own links, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import NotFound
from ..i18n import gettext
from ..orders.models import Line, Order
from ..records import Models, changed_one
from ..web.fields import clean_text
from .models import Attribution, Link, Visit

NAME_LENGTH = 60
LINE_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Share:
    """One link of a member, and what came of it."""

    link: Link
    visits: int
    """Openings by people, the ones that could have become an order."""
    orders: int
    """Orders that the link has a part in."""
    kept: int
    """Those of them that were delivered and not wholly given back."""


class OwnLinks:
    """Lists, names, rests and ends links; another's is not found."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.Link = models[Link]
        self.Visit = models[Visit]
        self.Attribution = models[Attribution]
        self.Order = models[Order]
        self.Line = models[Line]
        self.clock = clock

    def of(
        self, sharer_id: int, limit: int | None = None, *, before: int | None = None
    ) -> list[Share]:
        """Return a member's links, newest first, each with what came of it.

        `before` is the id of the last one seen.
        """
        newest = sa.select(self.Link).filter_by(sharer_id=sharer_id)
        if before is not None:
            newest = newest.where(self.Link.id < before)
        return self._shares(
            self.session.scalars(newest.order_by(self.Link.id.desc()).limit(limit)).all()
        )

    def one(self, sharer_id: int, link_id: int) -> Share:
        """Return a member's own link with what came of it; raises NotFound."""
        return self._shares([self.link(sharer_id, link_id)])[0]

    def link(self, sharer_id: int, link_id: int) -> Link:
        """Return a member's own link; raises NotFound for another's too."""
        link = self.session.get(self.Link, link_id, populate_existing=True)
        if link is None or link.sharer_id != sharer_id:
            raise NotFound(gettext("There is no such link."))
        return link

    def rename(self, sharer_id: int, link_id: int, name: str) -> None:
        """Call a link something; nobody else reads it. Raises Refused, or NotFound."""
        name = clean_text(name, name="name", most=NAME_LENGTH, least=0)
        self._change(sharer_id, link_id, name=name)

    def say(self, sharer_id: int, link_id: int, line: str) -> None:
        """Tell whoever follows a link why, in one line. Raises Refused, or NotFound."""
        line = " ".join(clean_text(line, name="line", most=LINE_LENGTH, least=0).split())
        self._change(sharer_id, link_id, line=line)

    def rest(self, sharer_id: int, link_id: int) -> None:
        """Let a live link lead nowhere until it is resumed; again changes nothing."""
        # A link that rests keeps the date since when.
        since = sa.func.coalesce(self.Link.rests_since, self.clock())
        self._change(sharer_id, link_id, rests_since=since)

    def resume(self, sharer_id: int, link_id: int) -> None:
        """Let a link that rests lead on again; again changes nothing."""
        self._change(sharer_id, link_id, rests_since=None)

    def end(self, sharer_id: int, link_id: int) -> None:
        """End a link for good; raises NotFound if it has ended."""
        self._change(sharer_id, link_id, live_key=None, ended_at=self.clock())

    # -- below --

    def _change(self, sharer_id: int, link_id: int, **values: Any) -> None:
        """Change a member's own live link; raises NotFound for any other."""
        link = self.Link
        own = sa.update(link).where(
            link.id == link_id, link.sharer_id == sharer_id, link.live_key.is_not(None)
        )
        values_of = own.values(**values).execution_options(synchronize_session="fetch")
        if not changed_one(self.session.execute(values_of)):
            raise NotFound(gettext("There is no such link."))

    def _shares(self, links: Sequence[Link]) -> list[Share]:
        ids = [link.id for link in links]
        visits = self._visits(ids)
        orders, kept = self._orders(ids, kept=False), self._orders(ids, kept=True)
        return [
            Share(link, visits.get(link.id, 0), orders.get(link.id, 0), kept.get(link.id, 0))
            for link in links
        ]

    def _visits(self, link_ids: Sequence[int]) -> dict[int, int]:
        visit = self.Visit
        counts = (
            sa.select(visit.link_id, sa.func.count())
            .where(visit.link_id.in_(link_ids), visit.ineligible.is_(None))
            .group_by(visit.link_id)
        )
        return {row[0]: row[1] for row in self.session.execute(counts)}

    def _orders(self, link_ids: Sequence[int], *, kept: bool) -> dict[int, int]:
        part, order, line = self.Attribution, self.Order, self.Line
        counts = (
            sa.select(part.link_id, sa.func.count())
            .where(part.link_id.in_(link_ids), part.share_bps > 0)
            .group_by(part.link_id)
        )
        if kept:
            whole = sa.exists().where(
                line.order_id == order.id, line.returned_minor < line.paid_minor
            )
            counts = counts.join(order, order.id == part.order_id).where(
                order.state == "delivered", whole
            )
        return {row[0]: row[1] for row in self.session.execute(counts)}
