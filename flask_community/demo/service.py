"""Verbs of the demo: fill the community with a batch, take the batch away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.models import Label
from ..communities.service import CommunityService
from ..complaints.service import ComplaintService
from ..errors import CommunityError
from ..experiences.models import Post
from ..experiences.service import ExperienceService
from ..i18n import gettext
from ..members.models import Member
from ..members.service import MemberService
from ..orders.models import Line, Order
from ..records import Models
from ..referrals.rules import TouchKind
from ..referrals.service import ReferralService
from . import rules
from .closure import Closure
from .models import DemoRow


@dataclass(frozen=True)
class Buyer:
    """A customer whom something reached that nobody has told of yet."""

    member_id: int
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Filled:
    """What a batch holds."""

    rows: int
    people: int
    posts: int
    reactions: int
    links: int


class DemoService:
    """Makes a batch through the services of the other rooms, on customers who are there.

    Give it a session of its own, which sees no row of others begin (see
    `demonstrate.py`), and services that write to nobody.
    """

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        members: MemberService,
        communities: CommunityService,
        experiences: ExperienceService,
        referrals: ReferralService,
        complaints: ComplaintService,
    ) -> None:
        self.session = session
        self.models = models
        self.clock = clock
        self.members = members
        self.communities = communities
        self.experiences = experiences
        self.referrals = referrals
        self.complaints = complaints
        self.DemoRow = models[DemoRow]

    def is_there(self) -> bool:
        """Tell whether a batch is there."""
        return self.session.scalar(sa.select(self.DemoRow.id).limit(1)) is not None

    def buyers(self) -> list[Buyer]:
        """Return those a batch would stand on, the lowest number first."""
        member, order, line = self.models[Member], self.models[Order], self.models[Line]
        found = (
            sa.select(order.buyer_id)
            .join(line, line.order_id == order.id)
            .join(member, member.id == order.buyer_id)
            .where(order.delivered_at.is_not(None), line.quantity > 0)
            .where(member.host_id.is_not(None), member.erased_at.is_(None))
            .group_by(order.buyer_id)
            .order_by(order.buyer_id)
            .limit(rules.MOST_PEOPLE)
        )
        ids = [buyer_id for buyer_id in self.session.scalars(found) if buyer_id is not None]
        told = ((one, tuple(self.experiences.untold_lines(one)[: rules.MOST_POSTS])) for one in ids)
        return [Buyer(one, self.members.name(one), lines) for one, lines in told if lines]

    def fill(self) -> Filled:
        """Make a batch and remember each of its rows.

        Raises CommunityError if one is there, or if nothing was delivered to anybody.
        """
        if self.is_there():
            raise CommunityError("There is a batch already: flask community demo-data --remove.")
        # First of all, so that on SQLite nobody else writes between here and the end.
        self.session.add(self.DemoRow(place="", row_id=0))
        self.session.flush()
        before = self._newest()
        buyers = self.buyers()
        if not buyers:
            raise CommunityError(
                "Nothing was delivered to a customer yet that nobody has told of. Run flask "
                "community backfill, which brings past orders in, or deliver one order."
            )
        people = [buyer.member_id for buyer in buyers]
        label = self._label(buyers)
        posts = self._posts(buyers, self.communities.community_of(label.id).id)
        given = self._reactions(posts, people)
        links = self._links(posts)
        first = buyers[0]
        text = gettext(rules.COMPLAINT)
        self.complaints.file(first.member_id, first.lines[0].id, reason="other", text=text)
        return Filled(self._remember(before), len(people), len(posts), given, links)

    def remove(self) -> int:
        """Take a batch away with all that hangs on it; return how many rows it was.

        Raises CommunityError if there is none, or if an order, a pause or a decision
        rests upon it: those are real and stay, and so does the batch.
        """
        if not self.is_there():
            raise CommunityError("There is no batch to remove.")
        closure = Closure(self.session, self.models)
        kept = sa.select(self.DemoRow.place, self.DemoRow.row_id).where(self.DemoRow.place != "")
        for place, row_id in self.session.execute(kept):
            closure.add(place, [row_id])
        closure.grow()
        self._forget_pictures(closure)
        self.session.execute(sa.delete(self.DemoRow))
        return closure.delete()

    # -- the batch --

    def _label(self, buyers: Sequence[Buyer]) -> Label:
        name, statement = map(gettext, rules.LABEL)
        founder = buyers[0].member_id
        label = self.communities.found(founder, name=name, statement=statement)
        for product_id in sorted({line.product_id for one in buyers for line in one.lines}):
            self.communities.bind_product(label.id, product_id, actor_id=founder)
        for number, buyer in enumerate(buyers[1:]):
            stand = self.communities.aspire if number % 4 == 3 else self.communities.wear
            stand(label.id, buyer.member_id)
        return label

    def _posts(self, buyers: Sequence[Buyer], community_id: int) -> list[Post]:
        posts: list[Post] = []
        for buyer in buyers:
            inside = self.communities.is_inside(community_id, buyer.member_id)
            for line in buyer.lines:
                title, body = map(gettext, rules.POSTS[len(posts) % len(rules.POSTS)])
                posts.append(
                    self.experiences.post_experience(
                        buyer.member_id,
                        line.id,
                        title=title,
                        body=body,
                        community_id=community_id if inside else None,
                    )
                )
        return posts

    def _reactions(self, posts: Sequence[Post], people: Sequence[int]) -> int:
        authors = [people.index(post.author_id) for post in posts]
        given = rules.reactions(authors, len(people))
        for one in given:
            self.experiences.react(posts[one.post].id, people[one.person], one.kind)
        return len(given)

    def _links(self, posts: Sequence[Post]) -> int:
        """Share some posts; each link has ended, so that nobody can earn by it."""
        made = 0
        for post in posts[: rules.MOST_LINKS]:
            if post.product_id is None or self.referrals.pause_of(post.product_id) is not None:
                continue
            link = self.referrals.link_for(post.author_id, post_id=post.id)
            for _ in range(rules.visits(made)):
                self.referrals.record_visit(link.id, TouchKind.VISIT, None)
            self.referrals.own.end(post.author_id, link.id)
            made += 1
        return made

    # -- which rows it is --

    def _newest(self) -> dict[str, int]:
        """Return the highest id of each own table."""
        self.session.flush()
        own = [model for abstract, model in self.models.items() if abstract is not DemoRow]
        highest = {m.__tablename__: sa.select(sa.func.max(m.id)) for m in own}  # type: ignore[attr-defined]
        return {name: self.session.scalar(found) or 0 for name, found in highest.items()}

    def _remember(self, before: dict[str, int]) -> int:
        self.session.flush()
        rows = 0
        for model in self.models.values():
            if (last := before.get(model.__tablename__)) is None:
                continue
            row_id = model.id  # type: ignore[attr-defined]
            for new in self.session.scalars(sa.select(row_id).where(row_id > last)).all():
                self.session.add(self.DemoRow(place=model.__tablename__, row_id=new))
                rows += 1
        self.session.flush()
        return rows

    def _forget_pictures(self, closure: Closure) -> None:
        """Let the shop delete the files of pictures that people put to demo rows."""
        if posts := closure.ids.get(Post.__tablename__):
            self.experiences.pictures.clear(sorted(posts))
        if told := closure.ids.get("community_complaint"):
            self.complaints.evidence.clear(sorted(told))
