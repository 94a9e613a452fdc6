"""Thanks that travel back from a buyer to whoever sent him, once for each part in an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..config import Settings
from ..errors import Conflict, NotFound, Refused
from ..i18n import gettext, marked
from ..members.service import MemberService
from ..notices.rules import named, words
from ..notices.service import NoticeService, naming
from ..orders.models import Line, Order
from ..records import Models, changed_one
from .models import Attribution, Link

NOTICES: Mapping[str, tuple[str, str]] = {
    "thanks_due": (
        marked("%(name)s told you of what has arrived"),
        marked("%(title)s is with you. If it is what you hoped for, say thanks: it is one tap."),
    ),
    "thanked": (
        marked("Somebody thanks you"),
        marked("For %(title)s, which came through your link: %(said)s"),
    ),
    "thanked_by": (
        marked("%(name)s thanks you"),
        marked("For %(title)s, which came through your link: %(said)s"),
    ),
}
"""Subject and body of each notice of this room, for the composition root to merge."""

SAID: Mapping[str, str] = {
    "useful": marked("It is as useful as you said."),
    "fun": marked("I enjoy it."),
    "touching": marked("It means something to me."),
}
"""What can be said, by code: words of ours, so that thanks can hurt nobody."""

MOST = 20
"""How many thanks are offered at once."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Thanks that a buyer may give."""

    id: int
    """Of the attribution."""
    sharer_id: int
    bought: Line
    arrived_at: dt.datetime

    @property
    def title(self) -> str:
        """Of what was bought."""
        return self.bought.title


class Thanks:
    """Offers thanks once an order has arrived, and hands them on."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        settings: Settings,
        members: MemberService,
        notices: NoticeService,
        clock: Clock,
    ) -> None:
        self.session = session
        self.Attribution = models[Attribution]
        self.Link = models[Link]
        self.Order = models[Order]
        self.Line = models[Line]
        self.prefix = settings.url_prefix
        self.members = members
        self.notices = notices
        self.clock = clock

    def arrived(self, order: Order) -> None:
        """Tell the buyer of an order that has arrived whom he may thank."""
        if order.buyer_id is None or order.imported:
            return
        for owed in self._owed(self.Attribution.order_id == order.id, buyer_id=order.buyer_id):
            self.notices.tell(
                order.buyer_id,
                "thanks_due",
                {"name": naming(owed.sharer_id), "title": named(owed.bought)},
                url=f"{self.prefix}/thanks",
                key=f"thanks_due:{owed.id}",
            )

    def owed_by(self, member_id: int) -> list[Owed]:
        """Return whom a member may thank, what arrived last first."""
        return self._owed(buyer_id=member_id)

    def say(self, member_id: int, attribution_id: int, said: str, *, by_name: bool) -> None:
        """Thank a sharer, once; by name only if the buyer wants it.

        Raises NotFound for what is not his to thank for, Conflict if he has.
        """
        if said not in SAID:
            raise Refused(gettext("Choose one of the sentences."), field="said")
        own = self.Attribution.id == attribution_id
        owed = next(iter(self._owed(own, buyer_id=member_id, also_thanked=True)), None)
        if owed is None:
            raise NotFound(gettext("There is nothing to give thanks for."))
        part = self.Attribution
        once = sa.update(part).where(part.id == owed.id, part.thanked_at.is_(None))
        if not changed_one(self.session.execute(once.values(thanked_at=self.clock()))):
            raise Conflict(gettext("You have said thanks already."))
        person = {"name": naming(member_id)} if by_name else {}
        self.notices.tell(
            owed.sharer_id,
            "thanked_by" if by_name else "thanked",
            {**person, "title": named(owed.bought), "said": words(SAID[said])},
            url=f"{self.prefix}/my/shares",
            key=f"thanks:{owed.id}",
        )

    def counted(self, link_id: int) -> int:
        """Return how often somebody said thanks for a link."""
        part = self.Attribution
        thanked = sa.select(sa.func.count()).where(
            part.link_id == link_id, part.thanked_at.is_not(None)
        )
        return self.session.scalar(thanked) or 0

    # -- below --

    def _owed(
        self,
        *conditions: sa.ColumnElement[bool],
        buyer_id: int,
        also_thanked: bool = False,
    ) -> list[Owed]:
        part, order = self.Attribution, self.Order
        found = (
            sa.select(part, order.delivered_at)
            .join(order, order.id == part.order_id)
            .where(order.buyer_id == buyer_id, order.state == "delivered", part.share_bps > 0)
            .where(part.sharer_id != buyer_id, *conditions)
            .order_by(order.delivered_at.desc(), part.id.desc())
            .limit(MOST)
        )
        if not also_thanked:
            found = found.where(part.thanked_at.is_(None))
        rows = self.session.execute(found).all()
        bought = self._bought([row[0] for row in rows])
        return [Owed(one.id, one.sharer_id, bought[one.id], at) for one, at in rows if at]

    def _bought(self, parts: Sequence[Attribution]) -> dict[int, Line]:
        """Return what each part thanks for: the product of its link, else the first thing bought."""
        line, link = self.Line, self.Link
        bought = sa.select(line).where(line.order_id.in_([part.order_id for part in parts]))
        led = sa.select(link.id, link.product_id).where(link.id.in_([p.link_id for p in parts]))
        lines = self.session.scalars(bought.order_by(line.id)).all()
        products = {row.id: row.product_id for row in self.session.execute(led)}
        return {
            part.id: min(
                (one.product_id != products.get(part.link_id), place, one)
                for place, one in enumerate(lines)
                if one.order_id == part.order_id
            )[2]
            for part in parts
        }
