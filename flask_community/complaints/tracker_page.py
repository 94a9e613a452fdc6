"""The tracker of one complaint by its signed link: all of its customer's rights, and no other's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from ..i18n import gettext
from ..web import Web
from .follow import VERBS, Rooms, shown
from .links import LinkEnded
from .models import Complaint
from .rules import TEXT_LENGTH, number_text

View = Callable[[str], ResponseReturnValue]


class TrackerPages:
    """Whoever holds the link acts as the complaint's customer, on this complaint alone.

    Who is signed in beside it is not asked. The token is the proof, so its
    forms work in a browser that keeps no cookies.
    """

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        self._add("", self.follow, "tracker", limit="track")
        picture = "/pictures/<int(max=2147483647):picture_id>"
        self._add(picture, self.follow_picture, "tracker_picture")
        for name, view in (("add", self.add_here), ("answer", self.answer_here)):
            self._post(name, view, limit="message", uploads=True)
        self._post("accept", self.accept_here, limit="track")
        self._post("refuse", self.refuse_here, limit="message")
        self._post("take_up", self.take_up_here, limit="message")
        self._post("withdraw", self.withdraw_here, limit="track")

    # -- look --

    def follow(self, token: str) -> ResponseReturnValue:
        """Show the complaint."""
        try:
            complaint = self._opened(token)
        except LinkEnded:
            return self._ended(gettext("This link has ended"), status=404)
        number = number_text(complaint.id)
        return self.web.render(
            "community/complaints/show.html",
            title=gettext("Complaint %(number)s", number=number),
            to={verb: self.web.url(f"tracker_{verb}", token=token) for verb in VERBS},
            own=False,
            link=None,
            **shown(
                self.rooms(),
                complaint,
                lambda id: self.web.url("tracker_picture", token=token, picture_id=id),
            ),
        )

    def follow_picture(self, token: str, picture_id: int) -> ResponseReturnValue:
        """Show a picture of this very complaint."""
        rooms = self.rooms()
        picture = rooms.complaints.evidence.one(self._opened(token).id, picture_id)
        return rooms.files.shown(picture)

    # -- act --

    def add_here(self, token: str) -> ResponseReturnValue:
        """Say more about it."""
        return self._sent(token, self.rooms().complaints.add)

    def answer_here(self, token: str) -> ResponseReturnValue:
        """Answer a question of the desk."""
        return self._sent(token, self.rooms().complaints.answer)

    def accept_here(self, token: str) -> ResponseReturnValue:
        """Take the remedy."""
        complaint = self._opened(token)
        self.rooms().complaints.accept(complaint.id, complaint.member_id)
        return self._back(token)

    def refuse_here(self, token: str) -> ResponseReturnValue:
        """Say why the remedy is not enough."""
        complaint, text = self._opened(token), self._text()
        self.rooms().complaints.refuse(complaint.id, complaint.member_id, text)
        return self._back(token)

    def take_up_here(self, token: str) -> ResponseReturnValue:
        """Reopen what ended, or appeal."""
        complaint, text = self._opened(token), self._text()
        self.rooms().complaints.take_up(complaint.id, complaint.member_id, text)
        return self._back(token)

    def withdraw_here(self, token: str) -> ResponseReturnValue:
        """Take the complaint back, with which its link ends."""
        complaint, mistaken = self._opened(token), request.form.get("mistaken") == "1"
        self.rooms().complaints.withdraw(complaint.id, complaint.member_id, mistaken=mistaken)
        self.web.commit()
        return self._ended(gettext("Your complaint is withdrawn"))

    # -- below --

    def _add(
        self, rule: str, view: Callable[..., ResponseReturnValue], name: str, **how: Any
    ) -> None:
        self.web.add(f"/c/<token>{rule}", view, name=name, by_secret=True, **how)

    def _post(self, verb: str, view: View, **how: Any) -> None:
        rule = f"/{verb.replace('_', '-')}"
        self._add(rule, view, f"tracker_{verb}", methods=["POST"], **how)

    def _opened(self, token: str) -> Complaint:
        return self.rooms().complaints.links.open(token)

    def _sent(self, token: str, say: Callable[..., Complaint]) -> ResponseReturnValue:
        complaint, text, rooms = self._opened(token), self._text(), self.rooms()
        held = len(rooms.complaints.evidence.of(complaint.id))
        pictures = rooms.files.sent(held=held)
        say(complaint.id, complaint.member_id, text, pictures=pictures)
        return self._back(token)

    def _text(self) -> str:
        return self.web.form_text("text", most=TEXT_LENGTH)

    def _back(self, token: str) -> Response:
        self.web.commit()
        return self.web.see_other(self.web.url("tracker", token=token))

    def _ended(self, title: str, status: int = 200) -> Response:
        return self.web.render("community/complaints/ended.html", title=title, status=status)
