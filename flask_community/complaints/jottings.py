"""What the desk notes about a case, for itself: customers never read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..audit import Audit
from ..clock import Clock
from ..errors import Refused
from ..i18n import gettext
from ..records import Models
from .models import CaseMember, CaseNote, Complaint


class Jottings:
    """Notes on cases. Reached as `ComplaintService.jottings`.

    A note may speak of one buyer: he gets it when he asks what is kept about
    him, and it is emptied when he is forgotten. The audit holds its words as a
    salted commitment, so that emptying it does not break the chain.
    """

    def __init__(self, *, session: orm.Session, models: Models, audit: Audit, clock: Clock) -> None:
        self.session = session
        self.CaseNote, self.CaseMember = models[CaseNote], models[CaseMember]
        self.Complaint = models[Complaint]
        self.audit = audit
        self.clock = clock

    def of(self, case_ids: Sequence[int]) -> Sequence[CaseNote]:
        """Return the notes on cases, newest first; those that were emptied are left out."""
        note = self.CaseNote
        mine = sa.select(note).where(note.case_id.in_(case_ids), note.text != "")
        return self.session.scalars(mine.order_by(note.id.desc())).all()

    def write(
        self, case_id: int, author_id: int, text: str, *, about_id: int | None = None
    ) -> CaseNote:
        """Note something; raises Refused unless whom it speaks of stands, or stood, in the case."""
        if not text.strip():
            raise Refused(gettext("Write something."), field="text")
        if about_id is not None and not self._stood(case_id, about_id):
            raise Refused(gettext("Choose from the list."), field="about")
        note = self.CaseNote(
            case_id=case_id,
            author_id=author_id,
            about_id=about_id,
            text=text.strip(),
            at=self.clock(),
        )
        self.session.add(note)
        self.session.flush()
        self.audit.record(
            "case.noted",
            actor_id=author_id,
            subject=f"case:{case_id}",
            details={"note": note.id},
            personal={"text": note.text},
            about_id=about_id,
        )
        return note

    def export_personal(self, member_id: int) -> list[dict[str, Any]]:
        """Return what was noted about a member, and by him, oldest first, ready for JSON."""
        note = self.CaseNote
        his = sa.select(note).where(self._of(member_id), note.text != "").order_by(note.id)
        return [
            {"at": one.at.isoformat(), "case": one.case_id, "text": one.text}
            for one in self.session.scalars(his)
        ]

    def erase_personal(self, member_id: int) -> None:
        """Empty what was noted about a member, and by him; that there was a note stays."""
        emptied = sa.update(self.CaseNote).where(self._of(member_id)).values(text="")
        self.session.flush()
        self.session.execute(emptied, execution_options={"synchronize_session": False})
        self.session.expire_all()

    def _of(self, member_id: int) -> sa.ColumnElement[bool]:
        note = self.CaseNote
        by_him = sa.and_(note.author_id == member_id, note.about_id.is_(None))
        return sa.or_(note.about_id == member_id, by_him)

    def _stood(self, case_id: int, member_id: int) -> bool:
        complaint, member = self.Complaint, self.CaseMember
        stood = (
            sa.select(complaint.id)
            .join(member, member.complaint_id == complaint.id)
            .where(member.case_id == case_id, complaint.member_id == member_id)
        )
        return self.session.scalar(stood.limit(1)) is not None
