"""Counts what members make of a post, and ranks it: at write time, exactly, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..errors import Conflict, Refused
from ..i18n import gettext
from ..records import Models, changed_one, insert_once
from . import rules
from .models import Post, PostStake, Reaction
from .rules import Tally


class Reactions:
    """Keeps reactions and stakes of posts; the sums on a post always follow from them."""

    def __init__(self, *, session: orm.Session, models: Models, clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self.Post = models[Post]
        self.PostStake = models[PostStake]
        self.Reaction = models[Reaction]

    def add(self, post: Post, member_id: int, kind: str, weight: int) -> bool:
        """Note a reaction of `weight` thousandths; False if it is there already."""
        _require_kind(kind)
        self._let_one_in(post)
        which = {"post_id": post.id, "member_id": member_id, "kind": kind}
        values = {**which, "weight": weight, "at": self.clock()}
        if not insert_once(self.session, self.Reaction, values, on=tuple(which)):
            return False
        self._count(post)
        return True

    def take_back(self, post: Post, member_id: int, kind: str) -> bool:
        """Take a reaction back; False if there is none."""
        _require_kind(kind)
        self._let_one_in(post)
        given = sa.delete(self.Reaction).filter_by(post_id=post.id, member_id=member_id, kind=kind)
        if not changed_one(self._write(given)):
            return False
        self._count(post)
        return True

    def mark_stake(self, post: Post, member_id: int) -> None:
        """Note that a member gains by a post: his reactions stay and count nothing."""
        self._let_one_in(post)
        which = {"post_id": post.id, "member_id": member_id}
        values = {**which, "since": self.clock()}
        if insert_once(self.session, self.PostStake, values, on=tuple(which)):
            self._count(post)

    def counts(self, post_ids: Iterable[int]) -> dict[int, dict[str, int]]:
        """Return how many members gave each kind, stake-holders left out, by post id."""
        counts = {post_id: dict.fromkeys(rules.KINDS, 0) for post_id in post_ids}
        counted = (
            sa.select(self.Reaction.post_id, self.Reaction.kind, sa.func.count())
            .where(self.Reaction.post_id.in_(sorted(counts)), self.Reaction.weight > 0)
            .group_by(self.Reaction.post_id, self.Reaction.kind)
        )
        for post_id, kind, members in self.session.execute(counted):
            counts[post_id][kind] = members
        return counts

    def given(self, post_id: int, member_id: int) -> frozenset[str]:
        """Return the kinds a member gave a post."""
        kinds = sa.select(self.Reaction.kind).filter_by(post_id=post_id, member_id=member_id)
        return frozenset(self.session.scalars(kinds))

    def export(self, member_id: int) -> list[dict[str, object]]:
        """Return every reaction of a member, ready for JSON."""
        mine = sa.select(self.Reaction).filter_by(member_id=member_id).order_by(self.Reaction.id)
        return [
            {"post": one.post_id, "kind": one.kind, "at": one.at.isoformat()}
            for one in self.session.scalars(mine)
        ]

    def verify(self) -> list[str]:
        """Return every post whose sums or rank do not follow from its reactions."""
        problems: list[str] = []
        for post in self._every_post():
            stored = Tally(*(getattr(post, kind) for kind in rules.KINDS)), post.rank
            if (replayed := self._replayed(post)) != stored:
                problems.append(f"post {post.id} says {stored}, its reactions say {replayed}")
        return problems

    # -- below --

    def _let_one_in(self, post: Post) -> None:
        # Locks the row until the commit, so that whoever counts after us counts
        # ours too. The row must really change: MariaDB shows a transaction the
        # newest state of a row only if it has changed that row itself.
        turn = sa.update(self.Post).filter_by(id=post.id)
        self._write(turn.values(tallied=self.Post.tallied + 1))

    def _count(self, post: Post) -> None:
        """Sum the rows up in SQL, in statements that see the newest ones, and rank."""
        holders = sa.select(self.PostStake.member_id).filter_by(post_id=post.id)
        theirs = sa.update(self.Reaction).filter_by(post_id=post.id)
        self._write(theirs.where(self.Reaction.member_id.in_(holders)).values(weight=0))
        mine = sa.update(self.Post).filter_by(id=post.id)
        self._write(mine.values({kind: self._sum(post.id, kind) for kind in rules.KINDS}))
        columns = [getattr(self.Post, kind) for kind in rules.KINDS]
        row = self.session.execute(sa.select(*columns).filter_by(id=post.id)).one()
        counted = dict(zip(rules.KINDS, row, strict=True))
        ranked = mine.filter_by(**counted).values(rank=self._rank(post, Tally(**counted)))
        if not changed_one(self._write(ranked)):
            raise Conflict
        self.session.refresh(post)

    def _every_post(self) -> Iterator[Post]:
        last = 0
        while posts := self._posts_behind(last):
            yield from posts
            last = posts[-1].id

    def _posts_behind(self, post_id: int, limit: int = 500) -> Sequence[Post]:
        posts = sa.select(self.Post).where(self.Post.id > post_id).order_by(self.Post.id)
        return self.session.scalars(posts.limit(limit)).all()

    def _replayed(self, post: Post) -> tuple[Tally, int]:
        rows = sa.select(self.Reaction.member_id, self.Reaction.kind, self.Reaction.weight)
        given = self.session.execute(rows.filter_by(post_id=post.id))
        tally = rules.tally((member_id, kind, weight) for member_id, kind, weight in given)
        return tally, self._rank(post, tally)

    def _sum(self, post_id: int, kind: str) -> Any:
        higher = orm.aliased(self.Reaction)
        outdone = sa.exists().where(
            higher.post_id == post_id,
            higher.member_id == self.Reaction.member_id,
            higher.kind.in_(rules.higher_than(kind)),
        )
        weights = sa.select(sa.func.coalesce(sa.func.sum(self.Reaction.weight), 0)).where(
            self.Reaction.post_id == post_id, self.Reaction.kind == kind, ~outdone
        )
        return weights.scalar_subquery()

    @staticmethod
    def _rank(post: Post, tally: Tally) -> int:
        return rules.rank(
            tally,
            trust=post.trust,
            proof=post.proof,
            published_at=post.published_at,
            nth=post.nth,
            flags=post.flags,
        )

    def _write(self, statement: sa.Update | sa.Delete) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))


def _require_kind(kind: str) -> None:
    if kind not in rules.KINDS:
        raise Refused(gettext("There is no such reaction."), field="kind")
