"""The API of complaints for customers: what is wrong, who reports it too, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..rest.base import Api
from ..rest.operation import Page, page
from ..rest.pictures import taken_in
from . import schemas
from .desk_api import CaseApi
from .models import Complaint
from .rules import COMPLAINT_STEPS, CUSTOMER, events_for
from .shown import Rooms, facts, pictures_of


class ComplaintApi:
    """One's own lines and complaints; all others are not found. With them, the desk's."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        one, whole = "/complaints/{id}", schemas.WholeComplaintSchema()
        says: dict[str, Any] = {"body": schemas.MessageSchema(), "answer": whole}
        api.get("/lines/{line}/similar", self.similar, schemas.SimilarSchema(), name="similar")
        api.list("/complaints", self.complaints, schemas.ComplaintSchema(), name="complaints")
        api.get(one, self.complaint, whole, name="complaint")
        api.post(
            "/complaints",
            self.file,
            name="file_complaint",
            body=schemas.NewComplaintSchema(),
            answer=whole,
            status=201,
            at="complaint",
            key="optional",
            limit="complain",
            uploads=True,
            refuses=(404,),
        )
        api.post(
            f"{one}/answer",
            self.reply,
            name="answer_complaint",
            body=schemas.AnswerSchema(),
            answer=whole,
            key="optional",
            limit="message",
            uploads=True,
        )
        api.post(f"{one}/accept", self.accept, name="accept_remedy", answer=whole)
        api.post(f"{one}/refuse", self.refuse, name="refuse_remedy", **says)
        api.post(f"{one}/take-up", self.take_up, name="take_up_complaint", **says)
        api.post(
            f"{one}/withdraw",
            self.withdraw,
            name="withdraw_complaint",
            body=schemas.WithdrawalSchema(),
            answer=whole,
        )
        CaseApi(api, rooms)

    # -- something is wrong --

    def similar(self, *, member_id: int, line: int) -> dict[str, Any]:
        """Tell what others report about the same product, before one complains."""
        complaints = self.rooms().complaints
        own = complaints.own_line(line, member_id)
        return {
            "notice": complaints.cases.notice(own.product_id),
            "offers": complaints.similar(line, member_id),
        }

    def file(
        self,
        *,
        member_id: int,
        line: int,
        reason: str,
        text: str,
        wish: str | None = None,
        case: int | None = None,
        same_problem: bool = False,
        pictures: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Say what is wrong with something one bought, alone or with others."""
        complaint = self.rooms().complaints.file(
            member_id,
            line,
            reason=reason,
            text=text,
            wish=wish,
            case_id=case,
            same_problem=same_problem,
            pictures=taken_in(self.rooms().files, pictures),
        )
        return self._shown(complaint)

    # -- where it stands --

    def complaints(self, *, member_id: int, after: Sequence[int] | None, limit: int) -> Page:
        """List one's complaints, newest first."""
        before = after[0] if after else None
        found = self.rooms().complaints.of_member(member_id, limit=limit + 1, before=before)
        return page(found, limit, lambda complaint: (complaint.id,))

    def complaint(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Show one of one's complaints: stage, next date, thread, what can be done."""
        return self._shown(self.rooms().complaints.own(id, member_id))

    def reply(
        self,
        *,
        member_id: int,
        id: int,
        text: str,
        pictures: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Answer a question of the desk."""
        rooms = self.rooms()
        held = len(rooms.complaints.evidence.of(rooms.complaints.own(id, member_id).id))
        shown = taken_in(rooms.files, pictures, held=held)
        return self._shown(rooms.complaints.answer(id, member_id, text, pictures=shown))

    def accept(self, *, member_id: int, id: int) -> dict[str, Any]:
        """Take the remedy."""
        return self._shown(self.rooms().complaints.accept(id, member_id))

    def refuse(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Say why the remedy is not enough."""
        return self._shown(self.rooms().complaints.refuse(id, member_id, text))

    def take_up(self, *, member_id: int, id: int, text: str) -> dict[str, Any]:
        """Reopen what ended, or appeal."""
        return self._shown(self.rooms().complaints.take_up(id, member_id, text))

    def withdraw(self, *, member_id: int, id: int, mistaken: bool = False) -> dict[str, Any]:
        """Take a complaint back."""
        withdrawn = self.rooms().complaints.withdraw(id, member_id, mistaken=mistaken)
        return self._shown(withdrawn)

    # -- below --

    def _shown(self, complaint: Complaint) -> dict[str, Any]:
        rooms = self.rooms()
        return {
            **facts(complaint),
            "text": complaint.text,
            "about": rooms.orders.line(complaint.line_id),
            "events": events_for(COMPLAINT_STEPS, complaint.state, CUSTOMER),
            "others": rooms.complaints.others_of(complaint),
            "thread": rooms.complaints.history(complaint.id),
            "pictures": pictures_of(self.web, rooms, complaint, page="complaint_picture"),
        }
