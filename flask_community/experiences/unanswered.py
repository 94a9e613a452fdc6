"""Posts that nobody has answered: shown to hosts, so that no first word falls into silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..records import Models
from .models import Post, Reaction

LATELY = dt.timedelta(days=30)
"""An older post is past its moment: nobody is asked to answer it."""

PATIENCE = dt.timedelta(days=1)
"""After so long without an answer the shop's owner is told."""

MOST = 6
"""Posts that a page shows at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many posts wait for an answer, and the one that has waited longest."""

    count: int
    longest: Post


class Unanswered:
    """Finds posts to which only their author has reacted. Reached as `experiences.unanswered`."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self.Post, self.Reaction = models[Post], models[Reaction]

    def of_community(
        self, community_id: int, *, after: int = 0, limit: int = MOST
    ) -> Sequence[Post]:
        """Return what nobody has answered in a community, the longest waiting first."""
        post = self.Post
        found = self._silent(sa.select(post)).where(
            post.community_id == community_id, post.id > after
        )
        return self.session.scalars(found.order_by(post.id).limit(limit)).all()

    def first_of(self, posts: Iterable[Post]) -> frozenset[int]:
        """Return the ids of those posts that are their author's first."""
        post, authors = self.Post, sorted({one.author_id for one in posts})
        firsts = sa.select(sa.func.min(post.id)).where(post.author_id.in_(authors))
        found = self.session.scalars(firsts.group_by(post.author_id)) if authors else ()
        return frozenset(found)

    def waiting(self) -> Waiting | None:
        """Return what has waited longer than PATIENCE anywhere, None if nothing has."""
        post = self.Post
        late = post.published_at <= self.clock() - PATIENCE
        found = self._silent(sa.select(post, sa.func.count().over())).where(late)
        row = self.session.execute(found.order_by(post.id).limit(1)).first()
        return None if row is None else Waiting(row[1], row[0])

    def _silent(self, posts: Any) -> Any:
        post, reaction = self.Post, self.Reaction
        answered = sa.exists().where(
            reaction.post_id == post.id, reaction.member_id != post.author_id
        )
        lately = post.published_at > self.clock() - LATELY
        return posts.where(post.hidden_at.is_(None), lately, sa.not_(answered))
