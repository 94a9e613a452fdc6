"""Newcomers of a community, and the one hello that each of them gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Forbidden, NotFound, Refused
from ..i18n import gettext, marked
from ..notices.service import NoticeService, naming
from ..records import Models, insert_once
from . import rules
from .models import Community, Greeting, Label, Membership
from .service import CommunityService

NOTICES: Mapping[str, tuple[str, str]] = {
    "greeted": (
        marked("%(name)s says hello"),
        marked("Welcome to %(label)s. Look around, and tell of what you know: here it is read."),
    ),
}
"""Subject and body of each notice of this room, for the composition root to merge."""

MOST = 6
"""Newcomers that a page shows at once."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joined lately and whom nobody has greeted."""

    member_id: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many newcomers wait in all communities, and who has waited longest, and where."""

    count: int
    longest: Newcomer
    slug: str
    """Of the label."""
    label: str


class Greetings:
    """Knows who is new where, and hands a greeting on."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        clock: Clock,
        communities: CommunityService,
        notices: NoticeService,
        audit: Audit,
        prefix: str,
    ) -> None:
        self.session = session
        self.clock = clock
        self.communities = communities
        self.notices = notices
        self.audit = audit
        self.prefix = prefix
        self.Greeting = models[Greeting]
        self.Membership = models[Membership]
        self.Community, self.Label = models[Community], models[Label]

    # -- who may --

    def hosts(self, community_id: int, member_id: int | None) -> bool:
        """Tell whether newcomers are shown to this member first."""
        return member_id is not None and not rules.HOSTS.isdisjoint(
            self._roles(community_id, member_id)
        )

    def may_greet(self, community_id: int, member_id: int | None) -> bool:
        """Tell whether a member may say hello in a community."""
        if member_id is None:
            return False
        is_inside = self.communities.is_inside(community_id, member_id)
        return rules.may_greet(self._roles(community_id, member_id), is_inside=is_inside)

    # -- who waits --

    def newcomers(
        self, community_id: int, *, besides: int | None = None, limit: int = MOST
    ) -> Sequence[Newcomer]:
        """Return whom nobody has greeted yet, the longest waiting first.

        `besides` is left out: who looks does not greet himself.
        """
        joined = self.Membership
        found = sa.select(joined.member_id, joined.since).where(
            joined.community_id == community_id, self._is_new(), joined.member_id != (besides or 0)
        )
        rows = self._among(found).order_by(joined.since, joined.id).limit(limit)
        return [Newcomer(*row) for row in self.session.execute(rows)]

    def waiting(self) -> Waiting | None:
        """Return who waits for a hello in any community, None if nobody does."""
        joined = self.Membership
        found = self._among(
            sa.select(
                joined.member_id,
                joined.since,
                self.Label.slug,
                self.Label.name,
                sa.func.count().over().label("waiting"),
            ).where(self._is_new())
        )
        row = self.session.execute(found.order_by(joined.since, joined.id).limit(1)).first()
        if row is None:
            return None
        return Waiting(row.waiting, Newcomer(row.member_id, row.since), row.slug, row.name)

    # -- say hello --

    def greet(self, label: Label, newcomer_id: int, *, by: int) -> bool:
        """Say hello to a newcomer, who is told; False if somebody did before.

        Raises Forbidden for one from outside, Refused for oneself, NotFound for
        whom nobody of this community knows.
        """
        community_id = self.communities.community_of(label.id).id
        if not self.may_greet(community_id, by):
            raise Forbidden(gettext("Wear the label first: its wearers greet here."))
        if newcomer_id == by:
            raise Refused(gettext("Let somebody else greet you."), field="member")
        if not self.communities.is_inside(community_id, newcomer_id):
            raise NotFound(gettext("Nobody of that number is in this community."))
        who = {"community_id": community_id, "member_id": newcomer_id}
        values = {**who, "by_id": by, "at": self.clock()}
        if not insert_once(self.session, self.Greeting, values, on=tuple(who)):
            return False
        self._tell(label, newcomer_id, by)
        subject = f"community:{community_id}"
        self.audit.record("member.greeted", actor_id=by, subject=subject, details=who)
        return True

    # -- a person's own --

    def export(self, member_id: int) -> list[dict[str, Any]]:
        """Return the greetings a member gave and got, oldest first, ready for JSON."""
        row = self.Greeting
        his = sa.select(row).where(sa.or_(row.member_id == member_id, row.by_id == member_id))
        return [
            {
                "community": one.community_id,
                "way": "given" if one.by_id == member_id else "got",
                "at": one.at.isoformat(),
            }
            for one in self.session.scalars(his.order_by(row.id))
        ]

    def erase(self, member_id: int) -> None:
        """Forget the greetings a member got; those he gave stay under his opaque id."""
        got = sa.delete(self.Greeting).filter_by(member_id=member_id)
        self.session.execute(got, execution_options={"synchronize_session": False})

    # -- below --

    def _roles(self, community_id: int, member_id: int) -> frozenset[str]:
        scopes = (rules.community_scope(community_id),)
        said = self.communities.members.host_roles(member_id)
        return self.communities.roles_of(member_id, said, scopes=scopes)

    def _is_new(self) -> sa.ColumnElement[bool]:
        joined, greeted = self.Membership, self.Greeting
        hello = sa.exists().where(
            greeted.community_id == joined.community_id, greeted.member_id == joined.member_id
        )
        fresh = joined.since > self.clock() - rules.NEW_FOR
        # Whoever founded the label is no guest in it.
        return sa.and_(
            joined.state == "in", fresh, joined.member_id != self.Label.founder_id, sa.not_(hello)
        )

    def _among(self, found: Any) -> Any:
        """Join the label that a membership leads to."""
        place = found.join(self.Community, self.Community.id == self.Membership.community_id)
        return place.join(self.Label, self.Label.id == self.Community.label_id)

    def _tell(self, label: Label, newcomer_id: int, by: int) -> None:
        self.notices.tell(
            newcomer_id,
            "greeted",
            {"name": naming(by), "label": label.name},
            url=f"{self.prefix}/labels/{label.slug}",
            key=f"greeted:{label.id}:{newcomer_id}",
        )
