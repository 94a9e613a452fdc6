"""Verbs of experience posts: post, edit, withdraw, react, and follow the order's fate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..clock import Clock
from ..communities.service import CommunityService
from ..errors import Conflict, Forbidden, NotFound, Refused
from ..files.album import Album
from ..files.service import Files, NewPicture
from ..host import OrderEvent
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.models import Line, Order, Product
from ..orders.service import OrderService
from ..records import Models, changed_one, insert_once
from ..web import clean_text
from . import rules
from .feeds import Feeds
from .models import Post, PostFate, PostPicture, PostRevision
from .reactions import Reactions
from .rules import Tally
from .unanswered import Unanswered


class ExperienceService:
    """Keeps posts, what members make of them, and their rank.

    Also an `OrderSubscriber`: what happens to an order later on shows on its posts.
    """

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        members: MemberService,
        orders: OrderService,
        communities: CommunityService,
        files: Files,
    ) -> None:
        self.session = session
        self.clock = clock
        self.members = members
        self.orders = orders
        self.communities = communities
        self.Post = models[Post]
        self.PostRevision = models[PostRevision]
        self.PostFate = models[PostFate]
        self.Line = models[Line]
        self.feeds = Feeds(session=session, models=models)
        self.reactions = Reactions(session=session, models=models, clock=clock)
        self.unanswered = Unanswered(session=session, models=models, clock=clock)
        self.pictures = Album(
            session=session,
            models=models,
            clock=clock,
            files=files,
            table=PostPicture,
            owner="post_id",
        )

    # -- read --

    def post(self, post_id: int) -> Post:
        """Return a post that is not withdrawn; raises NotFound."""
        found = self.session.get(self.Post, post_id)
        if found is None or found.hidden_at is not None:
            raise NotFound(gettext("There is no such post."))
        return found

    def own_post(self, post_id: int, author_id: int) -> Post:
        """Return a post for its author to change; raises NotFound for anybody else."""
        found = self.post(post_id)
        if found.author_id != author_id:
            raise NotFound(gettext("There is no such post."))
        return found

    def posts_of_product(self, product_id: int, limit: int = 10) -> Sequence[Post]:
        """Return the experience with a product, the best first."""
        return self.feeds.of_product(product_id, limit)

    def revisions(self, post_id: int) -> Sequence[PostRevision]:
        """Return the texts that edits have replaced, oldest first."""
        older = sa.select(self.PostRevision).filter_by(post_id=post_id)
        return self.session.scalars(older.order_by(self.PostRevision.number)).all()

    def fates(self, post_id: int) -> Sequence[PostFate]:
        """Return what became of the purchase, oldest first; empty while nothing did."""
        fates = sa.select(self.PostFate).filter_by(post_id=post_id)
        return self.session.scalars(fates.order_by(self.PostFate.id)).all()

    # -- write --

    def untold_lines(self, member_id: int) -> list[Line]:
        """Return what reached a member and he has not told of, newest first."""
        lines = self.orders.lines_of_buyer(member_id, delivered=True)
        told = sa.select(self.Post.line_id).where(
            self.Post.line_id.in_([line.id for line in lines]), self.Post.follow_up == 0
        )
        done = set(self.session.scalars(told))
        return [line for line in lines if line.id not in done]

    def own_line(self, member_id: int, line_id: int) -> Line:
        """Return an order line that a member may tell of.

        Raises NotFound for a line of somebody else, Refused before delivery.
        """
        line = self.orders.line(line_id)
        order = self.orders.order(line.order_id)
        if order.buyer_id != member_id:
            raise NotFound(gettext("There is no such order line."))
        if order.delivered_at is None or line.quantity == 0:
            raise Refused(gettext("Tell of it once it has reached you."), line=line.id)
        return line

    def post_experience(
        self,
        author_id: int,
        line_id: int,
        *,
        title: str,
        body: str,
        community_id: int | None = None,
        trust: int = rules.COLD_START_TRUST,
        pictures: Sequence[NewPicture] = (),
    ) -> Post:
        """Tell of a delivered order line of one's own; its facts are copied for good.

        `trust` is the trust in the author in the product's field, in millionths.
        Raises NotFound for a line of somebody else, Refused before delivery,
        Forbidden outside the community, Conflict for a line told of already.
        """
        line = self.own_line(author_id, line_id)
        order = self.orders.order(line.order_id)
        if community_id is not None and not self.communities.is_inside(community_id, author_id):
            raise Forbidden(gettext("Wear the label first: its wearers post here."))
        product = self.orders.product(line.product_id)
        now = self.clock()
        standing: dict[str, Any] = {
            "published_at": now,
            "proof": self._proof(author_id, product.id, seller_id=product.seller_id),
            "trust": trust,
            "nth": self._nth(author_id, community_id, now),
            "flags": 0,
        }
        values = {
            **_text(title, body),
            **_facts(line, order, product),
            **standing,
            **asdict(Tally()),
            "kind": "experience",
            "author_id": author_id,
            "community_id": community_id,
            "revision": 0,
            "tallied": 0,
            "follow_up": 0,
            "rank": rules.rank(Tally(), **standing),
        }
        if not insert_once(self.session, self.Post, values, on=("line_id", "follow_up")):
            raise Conflict(gettext("You have told of this purchase already."), line=line.id)
        told = sa.select(self.Post).filter_by(line_id=line.id, follow_up=0)
        post = self.session.scalars(told).one()
        for holder in sorted({author_id, product.seller_id or author_id}):
            self.reactions.mark_stake(post, holder)
        self._append_fate(post.id, line, order)
        self.pictures.add(post.id, pictures)
        return post

    def edit(self, post_id: int, author_id: int, *, title: str, body: str, revision: int) -> Post:
        """Replace a post's text; the old one stays in its history.

        `revision` is the one the author had before him. Raises NotFound unless
        he is its author, Conflict if it was edited since.
        """
        post = self.own_post(post_id, author_id)
        text, now = _text(title, body), self.clock()
        if post.revision != revision:
            raise Conflict(gettext("This post was edited since: load it again."))
        if (post.title, post.body) == (text["title"], text["body"]):
            return post
        old = {"number": revision, "title": post.title, "body": post.body, "replaced_at": now}
        written_at = post.edited_at or post.published_at
        kept = {"post_id": post.id, **old, "written_at": written_at}
        same = sa.update(self.Post).filter_by(id=post.id, revision=revision)
        edited = same.values(**text, revision=revision + 1, edited_at=now)
        if not changed_one(self._write(edited)):
            raise Conflict(gettext("This post was edited since: load it again."))
        self.session.add(self.PostRevision(**kept))
        self.session.flush()
        self.session.refresh(post)
        return post

    def change_pictures(
        self,
        post_id: int,
        author_id: int,
        *,
        add: Sequence[NewPicture] = (),
        remove: Collection[int] = (),
    ) -> None:
        """Take pictures of one's own post away, and add others behind those that stay."""
        post = self.own_post(post_id, author_id)
        self.pictures.remove(post.id, remove)
        self.pictures.add(post.id, add)

    def withdraw(self, post_id: int, author_id: int) -> None:
        """Take one's own post out of sight; its pictures are deleted.

        The line can not be told of again.
        """
        post = self.own_post(post_id, author_id)
        mine = sa.update(self.Post).filter_by(id=post.id)
        self._write(mine.where(self.Post.hidden_at.is_(None)).values(hidden_at=self.clock()))
        self.pictures.clear([post.id])
        self.session.refresh(post)

    def react(self, post_id: int, member_id: int, kind: str) -> bool:
        """Note that a member finds a post so; False if he has said it before.

        A stake-holder's reaction is kept and counts nothing. Raises Refused for
        a kind there is not.
        """
        post = self.post(post_id)
        weight = rules.reaction_weight(self._proof(member_id, post.product_id))
        return self.reactions.add(post, member_id, kind, weight)

    def take_back(self, post_id: int, member_id: int, kind: str) -> bool:
        """Take a reaction back; False if there is none."""
        return self.reactions.take_back(self.post(post_id), member_id, kind)

    def mark_stake(self, post_id: int, member_id: int) -> None:
        """Note that a member gains by a post: what he reacted or will react counts nothing."""
        self.reactions.mark_stake(self.post(post_id), member_id)

    def order_changed(self, order: Order, event: OrderEvent) -> None:
        """Append to the posts of an order what has become of it (OrderSubscriber)."""
        told = (
            sa.select(self.Post.id, self.Line)
            .join(self.Line, self.Line.id == self.Post.line_id)
            .where(self.Line.order_id == order.id)
            .order_by(self.Post.id)
        )
        for post_id, line in self.session.execute(told).all():
            self._append_fate(post_id, line, order)

    # -- a person's own --

    def export(self, member_id: int) -> dict[str, object]:
        """Return all that is kept here about a member, ready for JSON."""
        posts = sa.select(self.Post).filter_by(author_id=member_id).order_by(self.Post.id)
        return {
            "posts": [
                {
                    "post": post.id,
                    "title": post.title,
                    "body": post.body,
                    "product": post.product_title,
                    "published_at": post.published_at.isoformat(),
                    "earlier": [[old.title, old.body] for old in self.revisions(post.id)],
                    "pictures": self.pictures.export(post.id),
                }
                for post in self.session.scalars(posts)
            ],
            "reactions": self.reactions.export(member_id),
        }

    def erase(self, member_id: int) -> None:
        """Empty a member's texts and hide his posts; reactions stay under his opaque id."""
        posts = sa.update(self.Post).filter_by(author_id=member_id)
        self._write(posts.values(title="", body="", hidden_at=self.clock()))
        mine = sa.select(self.Post.id).filter_by(author_id=member_id)
        older = sa.update(self.PostRevision).where(self.PostRevision.post_id.in_(mine))
        self._write(older.values(title="", body=""))
        self.pictures.clear(self.session.scalars(mine).all())
        self.session.expire_all()

    # -- below --

    def _proof(
        self, member_id: int, product_id: int | None, *, seller_id: int | None = None
    ) -> int:
        roles = self.communities.roles_of(member_id, self.members.host_roles(member_id))
        bought = {line.product_id for line in self.orders.lines_of_buyer(member_id)}
        return rules.proof(
            has_line=product_id in bought,
            buys_here=bool(bought),
            gains=member_id == seller_id or not rules.STAFF.isdisjoint(roles),
        )

    def _nth(self, author_id: int, community_id: int | None, now: dt.datetime) -> int:
        recent = sa.select(sa.func.count()).select_from(self.Post)
        mine = recent.filter_by(author_id=author_id, community_id=community_id)
        day_ago = now - dt.timedelta(days=1)
        return 1 + (self.session.scalar(mine.where(self.Post.published_at > day_ago)) or 0)

    def _append_fate(self, post_id: int, line: Line, order: Order) -> None:
        fate = rules.fate(
            state=order.state, paid_minor=line.paid_minor, returned_minor=line.returned_minor
        )
        fates = self.fates(post_id)
        if fate != (fates[-1].fate if fates else "kept"):
            self.session.add(self.PostFate(post_id=post_id, fate=fate, at=self.clock()))
            self.session.flush()

    def _write(self, statement: sa.Update) -> sa.Result[Any]:
        return self.session.execute(statement.execution_options(synchronize_session=False))


def _text(title: str, body: str) -> dict[str, str]:
    return {
        "title": clean_text(title, name=gettext("The title"), most=rules.TITLE_LENGTH),
        "body": clean_text(body, name=gettext("The text"), most=rules.BODY_LENGTH),
    }


def _facts(line: Line, order: Order, product: Product) -> dict[str, Any]:
    return {
        "line_id": line.id,
        "product_id": product.id,
        "field": product.field,
        "plain_product_title": line.plain_title,
        "product_titles": line.titles,
        "variant": line.variant,
        "batch": line.batch,
        "paid_at": order.paid_at,
        "delivered_at": order.delivered_at,
    }
