"""Reads posts in the order of their rank, page by page, by keyset only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import Refused
from ..i18n import gettext
from ..records import Models
from . import rules
from .models import Post

Place = tuple[int, int]
"""Where a feed goes on: rank and id of the last post seen."""


@dataclass(frozen=True)
class Feed:
    """One page of posts, and where the next one begins."""

    posts: Sequence[Post]
    after: Place | None
    """None if this was the last page."""


class Feeds:
    """Lists posts that are not withdrawn."""

    def __init__(self, *, session: orm.Session, models: Models) -> None:
        self.session = session
        self.Post = models[Post]

    def of_community(
        self, community_id: int, tab: str, *, after: Place | None = None, limit: int = 20
    ) -> Feed:
        """Return a page of a community's posts; raises Refused for a tab there is not.

        `useful` is everything by rank, `fun` and `touching` what somebody found
        so, by rank; `new` goes by time alone.
        """
        if tab not in rules.TABS:
            raise Refused(gettext("There is no such tab."), field="tab")
        rank, id_ = self.Post.rank, self.Post.id
        posts = self._shown().filter_by(community_id=community_id)
        if tab in ("fun", "touching"):
            posts = posts.where(getattr(self.Post, tab) > 0)
        if after is not None:
            older = id_ < after[1]
            behind = sa.or_(rank < after[0], sa.and_(rank == after[0], older))
            posts = posts.where(older if tab == "new" else behind)
        order = (id_.desc(),) if tab == "new" else (rank.desc(), id_.desc())
        found = self.session.scalars(posts.order_by(*order).limit(limit + 1)).all()
        page = found[:limit]
        return Feed(page, (page[-1].rank, page[-1].id) if len(found) > limit else None)

    def of_product(self, product_id: int, limit: int = 10) -> Sequence[Post]:
        """Return the experience with a product, the best first."""
        mine = self._shown().filter_by(product_id=product_id)
        best = mine.order_by(self.Post.rank.desc(), self.Post.id.desc())
        return self.session.scalars(best.limit(limit)).all()

    def of_author(self, author_id: int, limit: int = 50) -> Sequence[Post]:
        """Return what a member posted, the newest first."""
        mine = self._shown().filter_by(author_id=author_id).order_by(self.Post.id.desc())
        return self.session.scalars(mine.limit(limit)).all()

    def _shown(self) -> Any:
        return sa.select(self.Post).where(self.Post.hidden_at.is_(None))
