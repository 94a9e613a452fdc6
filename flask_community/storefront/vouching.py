"""Reads who kept a product and who of them vouches for it, for many products at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..experiences.models import Post
from ..experiences.service import ExperienceService
from ..members.service import MemberService
from ..orders.models import Line, Order, Product
from ..prose import first_words
from ..records import Models
from ..referrals.models import Link, Pause
from .rules import Voice, vouching

SHOWN = ("useful", "fun", "touching")
"""Reactions that speak for a voice, the highest first; money is none of them."""

_ASKED = 12
"""Voices of one product that the database hands on, the weightiest first."""
_WORDS = 110


@dataclass(frozen=True, slots=True)
class Voucher:
    """Somebody who kept a product, and what he says of it."""

    post_id: int
    name: str
    words: str
    bought_at: dt.datetime | None
    reactions: dict[str, int]
    """How many readers found it each of SHOWN."""
    gains: bool
    """Whether he earns if somebody buys through a link of his."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who kept a product; somebody did."""

    kept: int
    """How many members bought it and kept it."""
    names: Sequence[str]
    """Of those who vouch for it, the weightiest first."""
    vouchers: Sequence[Voucher] = ()


class Vouching:
    """Each method takes the same number of statements, however many products it is asked of."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        members: MemberService,
        experiences: ExperienceService,
        is_paid: bool,
    ) -> None:
        self.session = session
        self.members = members
        self.experiences = experiences
        self.is_paid = is_paid
        self.Post, self.Link = models[Post], models[Link]
        self.Pause = models[Pause]
        self.Product, self.Order, self.Line = models[Product], models[Order], models[Line]

    def of_each(self, keys: Collection[str], *, limit: int = 3) -> dict[str, Vouched]:
        """Return who kept each product, by its host key as text.

        A product that nobody kept is left out, and one whose sharing rests: a
        line has no room for what is wrong with it.
        """
        product, pause = self.Product, self.Pause
        rests = sa.exists().where(pause.product_id == product.id, pause.lifted_at.is_(None))
        known = sa.select(product.id, product.host_key).where(
            product.host_key.in_(sorted(keys)), ~rests
        )
        ids = {row.id: row.host_key for row in self.session.execute(known)}
        kept, voices = self._kept(ids), self._voices(ids)
        chosen = {id: vouching(voices.get(id, ()), limit) for id in kept}
        names = self.members.names(one.author for some in chosen.values() for one in some)
        return {
            ids[id]: Vouched(number, [names[one.author] for one in chosen[id]])
            for id, number in kept.items()
        }

    def of(self, product_id: int, reader_id: int | None = None) -> Vouched | None:
        """Return who kept a product and what two of them say; None if nobody did."""
        kept = self._kept([product_id]).get(product_id)
        if kept is None:
            return None
        chosen = vouching(self._voices([product_id], reader_id).get(product_id, ()))
        names = self.members.names(one.author for one in chosen)
        counts = self.experiences.reactions.counts(one.post for one in chosen)
        posts = self._posts([one.post for one in chosen])
        vouchers = [
            Voucher(
                one.post,
                names[one.author],
                first_words(posts[one.post].body, _WORDS),
                posts[one.post].paid_at,
                {kind: counts[one.post][kind] for kind in SHOWN},
                one.gains and one.author != reader_id,
            )
            for one in chosen
        ]
        return Vouched(kept, [one.name for one in vouchers], vouchers)

    # -- below --

    def _kept(self, product_ids: Iterable[int]) -> dict[int, int]:
        line, order = self.Line, self.Order
        buyers = (
            sa.select(line.product_id, sa.func.count(order.buyer_id.distinct()))
            .join(order, order.id == line.order_id)
            .where(line.product_id.in_(sorted(product_ids)), order.buyer_id.is_not(None))
            .where(*self._is_kept())
            .group_by(line.product_id)
        )
        return {row[0]: row[1] for row in self.session.execute(buyers)}

    def _voices(
        self, product_ids: Iterable[int], reader_id: int | None = None
    ) -> dict[int, list[Voice]]:
        post, gains = self.Post, self._gains(reader_id)
        weight = (gains, *(-getattr(post, name) for name in ("proof", *SHOWN)), post.id)
        place = sa.func.row_number().over(partition_by=post.product_id, order_by=weight)
        told = (
            sa.select(post.product_id, post.id, post.author_id, gains.label("gains"))
            .add_columns(post.proof, post.useful, post.fun, post.touching, place.label("place"))
            .join(self.Line, self.Line.id == post.line_id)
            .join(self.Order, self.Order.id == self.Line.order_id)
            .where(post.product_id.in_(sorted(product_ids)), post.hidden_at.is_(None))
            .where(post.proof > 0, *self._is_kept())
            .subquery()
        )
        voices: dict[int, list[Voice]] = {}
        best = sa.select(*list(told.c)[:-1]).where(told.c.place <= _ASKED)
        for product_id, post_id, author_id, gained, *weights in self.session.execute(best):
            one = Voice(post_id, author_id, bool(gained), *weights)
            voices.setdefault(product_id, []).append(one)
        return voices

    def _gains(self, reader_id: int | None) -> sa.ColumnElement[int]:
        link, post = self.Link, self.Post
        shares = sa.exists().where(
            link.sharer_id == post.author_id,
            link.product_id == post.product_id,
            link.live_key.is_not(None),
        )
        stands_aside: list[sa.ColumnElement[bool]] = [shares] if self.is_paid else []
        if reader_id is not None:
            stands_aside.append(post.author_id == reader_id)
        return sa.case((sa.or_(sa.false(), *stands_aside), 1), else_=0)

    def _is_kept(self) -> tuple[sa.ColumnElement[bool], ...]:
        line = self.Line
        left = sa.or_(line.returned_minor < line.paid_minor, line.paid_minor == 0)
        return self.Order.state == "delivered", line.quantity > 0, left

    def _posts(self, ids: Sequence[int]) -> dict[int, Any]:
        found = self.session.scalars(sa.select(self.Post).where(self.Post.id.in_(ids)))
        return {post.id: post for post in found}
