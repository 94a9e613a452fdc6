"""What complaints keep about one person: to hand out, and to empty."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..files.album import Album
from ..records import Models
from .models import Complaint, ComplaintEvent, Evidence
from .moves import Moves
from .rules import number_text


class PersonalComplaints:
    """Reached as `ComplaintService.personal`."""

    def __init__(
        self,
        *,
        session: orm.Session,
        models: Models,
        threads: Moves[Complaint, ComplaintEvent],
        evidence: Album[Evidence],
    ) -> None:
        self.session = session
        self.Complaint, self.ComplaintEvent = models[Complaint], models[ComplaintEvent]
        self.threads = threads
        self.evidence = evidence

    def export(self, member_id: int) -> list[dict[str, Any]]:
        """Return a member's complaints with all that was said, oldest first, ready for JSON."""
        mine = sa.select(self.Complaint).filter_by(member_id=member_id)
        return [
            {
                "number": number_text(one.id),
                "filed_at": one.filed_at.isoformat(),
                "reason": one.reason,
                "text": one.text,
                "wish": one.wish,
                "state": one.state,
                "pictures": self.evidence.export(one.id),
                "thread": [
                    {"at": said.at.isoformat(), "event": said.event, "text": said.text}
                    for said in self.threads.history(one.id)
                ],
            }
            for one in self.session.scalars(mine.order_by(self.Complaint.id))
        ]

    def erase(self, member_id: int) -> None:
        """Empty what a member wrote and what was written to him; end his links, keep the figures."""
        mine = sa.select(self.Complaint.id).filter_by(member_id=member_id)
        said = sa.update(self.ComplaintEvent).where(self.ComplaintEvent.complaint_id.in_(mine))
        told = sa.update(self.Complaint).where(self.Complaint.member_id == member_id)
        self.session.flush()
        self.evidence.clear(self.session.scalars(mine).all())
        for statement in (said.values(text=None), told.values(text="", link_nonce=None)):
            self.session.execute(statement, execution_options={"synchronize_session": False})
        self.session.expire_all()
