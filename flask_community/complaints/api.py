"""The API of complaints for customers: what is wrong, who reports it too, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..files.service import NewPicture
from ..rest.base import Api
from ..rest.operation import Page, page
from ..rest.pictures import taken_in
from . import schemas
from .desk_api import CaseApi
from .models import Complaint
from .shown import Rooms, whole_complaint
from .tracker_api import TrackerApi


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
        api.post(
            f"{one}/add",
            self.add,
            name="add_to_complaint",
            body=schemas.AnswerSchema(),
            answer=whole,
            key="optional",
            limit="message",
            uploads=True,
        )
        api.post(f"{one}/link", self.renew_link, name="renew_link", answer=whole)
        TrackerApi(api, rooms)
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
        shown = self._taken_in(id, member_id, pictures)
        return self._shown(self.rooms().complaints.answer(id, member_id, text, pictures=shown))

    def add(
        self,
        *,
        member_id: int,
        id: int,
        text: str,
        pictures: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Say more while the desk works on it."""
        shown = self._taken_in(id, member_id, pictures)
        return self._shown(self.rooms().complaints.add(id, member_id, text, pictures=shown))

    def renew_link(self, *, member_id: int, id: int) -> dict[str, Any]:
        """End every link that opens the complaint without a log-in, and make a new one."""
        complaints = self.rooms().complaints
        complaint = complaints.own(id, member_id)
        complaints.links.renew(complaint, member_id)
        return self._shown(complaint)

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

    def _taken_in(
        self, id: int, member_id: int, pictures: Sequence[Mapping[str, Any]]
    ) -> Sequence[NewPicture]:
        rooms = self.rooms()
        held = len(rooms.complaints.evidence.of(rooms.complaints.own(id, member_id).id))
        return taken_in(rooms.files, pictures, held=held)

    def _shown(self, complaint: Complaint) -> dict[str, Any]:
        return whole_complaint(
            self.web,
            self.rooms(),
            complaint,
            lambda one: self.web.url("complaint_picture", id=complaint.id, picture_id=one),
        )
