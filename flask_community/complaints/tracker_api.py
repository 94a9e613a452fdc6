"""The API of one complaint by its signed link, for whoever holds the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..files.service import NewPicture
from ..rest.base import Api
from ..rest.operation import ANYBODY
from ..rest.pictures import taken_in
from . import schemas
from .models import Complaint
from .shown import Rooms, whole_complaint


class TrackerApi:
    """The token in the path is the proof; it opens one complaint and nothing else."""

    def __init__(self, api: Api, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = api.web, rooms
        one, whole = "/tracker/{token}", schemas.WholeComplaintSchema()
        opens: dict[str, Any] = {"who": ANYBODY, "answer": whole}
        says: dict[str, Any] = {**opens, "body": schemas.MessageSchema(), "limit": "message"}
        shows: dict[str, Any] = {**says, "body": schemas.AnswerSchema(), "uploads": True}
        api.get(one, self.tracker, whole, name="tracker", who=ANYBODY, limit="track")
        api.post(f"{one}/add", self.add, name="tracker_add", **shows)
        api.post(f"{one}/answer", self.reply, name="tracker_answer", **shows)
        api.post(f"{one}/accept", self.accept, name="tracker_accept", limit="track", **opens)
        api.post(f"{one}/refuse", self.refuse, name="tracker_refuse", **says)
        api.post(f"{one}/take-up", self.take_up, name="tracker_take_up", **says)
        api.post(
            f"{one}/withdraw",
            self.withdraw,
            name="tracker_withdraw",
            body=schemas.WithdrawalSchema(),
            limit="track",
            **opens,
        )

    def tracker(self, *, token: str) -> dict[str, Any]:
        """Show the complaint that a link opens: stage, next date, thread, what can be done."""
        return self._shown(token, self._opened(token))

    def add(
        self, *, token: str, text: str, pictures: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """Say more while the desk works on it."""
        one = self._opened(token)
        taken = self._taken_in(one, pictures)
        complaints = self.rooms().complaints
        return self._shown(token, complaints.add(one.id, one.member_id, text, pictures=taken))

    def reply(
        self, *, token: str, text: str, pictures: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """Answer a question of the desk."""
        one = self._opened(token)
        taken = self._taken_in(one, pictures)
        complaints = self.rooms().complaints
        return self._shown(token, complaints.answer(one.id, one.member_id, text, pictures=taken))

    def accept(self, *, token: str) -> dict[str, Any]:
        """Take the remedy."""
        one = self._opened(token)
        return self._shown(token, self.rooms().complaints.accept(one.id, one.member_id))

    def refuse(self, *, token: str, text: str) -> dict[str, Any]:
        """Say why the remedy is not enough."""
        one = self._opened(token)
        return self._shown(token, self.rooms().complaints.refuse(one.id, one.member_id, text))

    def take_up(self, *, token: str, text: str) -> dict[str, Any]:
        """Reopen what ended, or appeal."""
        one = self._opened(token)
        return self._shown(token, self.rooms().complaints.take_up(one.id, one.member_id, text))

    def withdraw(self, *, token: str, mistaken: bool = False) -> dict[str, Any]:
        """Take the complaint back, with which its links end."""
        one, complaints = self._opened(token), self.rooms().complaints
        return self._shown(token, complaints.withdraw(one.id, one.member_id, mistaken=mistaken))

    # -- below --

    def _opened(self, token: str) -> Complaint:
        return self.rooms().complaints.links.open(token)

    def _taken_in(
        self, complaint: Complaint, pictures: Sequence[Mapping[str, Any]]
    ) -> Sequence[NewPicture]:
        rooms = self.rooms()
        held = len(rooms.complaints.evidence.of(complaint.id))
        return taken_in(rooms.files, pictures, held=held)

    def _shown(self, token: str, complaint: Complaint) -> dict[str, Any]:
        return whole_complaint(
            self.web,
            self.rooms(),
            complaint,
            lambda one: self.web.url("tracker_picture", token=token, picture_id=one),
        )
