"""Who hears an appeal: somebody who did not decide before, where the shop has one who could."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..errors import Forbidden
from ..records import Models
from .models import Complaint, ComplaintEvent
from .rules import MODERATOR

_TURNS = ("appeal", "accept", "reopen")
"""After which of these a complaint is an appeal, or no longer one."""

Reaches = Callable[[Remit, int], bool]
"""Tells whether a moderator may decide a complaint, but for having decided it before."""


def is_appeal(history: Sequence[ComplaintEvent]) -> bool:
    """Tell whether a complaint with this history is an appeal."""
    turns = [event.event for event in history if event.event in _TURNS]
    return turns[-1:] == ["appeal"]


class Appeals:
    """Asked by `Access`. Others who could are looked for among those who were given a role here,
    and those who have decided before: roles that only the shop knows cannot be listed."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        communities: CommunityService,
        reaches: Reaches,
    ) -> None:
        self.session = session
        self.Complaint, self.ComplaintEvent = models[Complaint], models[ComplaintEvent]
        self.communities = communities
        self.reaches = reaches

    def barred(self, member_id: int) -> list[int]:
        """Return the appeals against what this moderator decided that somebody else can hear."""
        one, event = self.Complaint, self.ComplaintEvent
        appealed = sa.select(event.complaint_id).where(event.event == "appeal")
        his = (
            sa.select(one)
            .join(event, event.complaint_id == one.id)
            .where(event.event == "reject", event.actor_id == member_id)
            .where(one.state.in_(("open", "waiting_customer")), one.id.in_(appealed))
            .distinct()
        )
        return [found.id for found in self.session.scalars(his) if self._others_could(found)]

    def _others_could(self, complaint: Complaint) -> bool:
        event = self.ComplaintEvent
        about = sa.select(event).filter_by(complaint_id=complaint.id).order_by(event.id)
        history = self.session.scalars(about).all()
        deciders = {one.actor_id for one in history if one.event == "reject"}
        others = (
            remit
            for remit in self._moderators()
            if remit.member_id not in deciders | {complaint.member_id}
        )
        return is_appeal(history) and any(self.reaches(one, complaint.id) for one in others)

    def _moderators(self) -> Iterator[Remit]:
        event = self.ComplaintEvent
        acted = sa.select(event.actor_id).where(event.by == MODERATOR).distinct()
        given = {grant.member_id for grant in self.communities.roles.grants()}
        for member_id in sorted(given | {one for one in self.session.scalars(acted) if one}):
            try:
                yield self.communities.remit_of(member_id)
            except Forbidden:
                continue
