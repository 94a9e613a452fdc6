"""Pages of complaints for customers: what is wrong, who reports it too, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from flask import request
from flask.typing import ResponseReturnValue

from ..communities.service import CommunityService
from ..errors import NotFound, Refused
from ..files.service import Files
from ..i18n import gettext
from ..members.service import MemberService
from ..orders.models import Line
from ..orders.service import OrderService
from ..web import Web
from .desk import CasePages
from .follow import shown
from .models import Complaint
from .rules import REASONS, REMEDIES, TEXT_LENGTH, WISHES, number_text
from .service import ComplaintService
from .tracker_page import TrackerPages
from .words import WORDS

NUMBER = "<int(max=2147483647):id>"
OWN = {
    "add": "add_to_complaint",
    "answer": "answer_complaint",
    "accept": "accept_remedy",
    "refuse": "refuse_remedy",
    "take_up": "take_up_complaint",
    "withdraw": "withdraw_complaint",
}
"""The pages behind what the member can do about his complaint."""

View = Callable[[int], ResponseReturnValue]


class Rooms(Protocol):
    """What these pages need of the services of one request."""

    @property
    def complaints(self) -> ComplaintService:
        """What went wrong, and what is done about it."""

    @property
    def orders(self) -> OrderService:
        """Who bought what."""

    @property
    def members(self) -> MemberService:
        """Who is who."""

    @property
    def communities(self) -> CommunityService:
        """Who moderates what."""

    @property
    def files(self) -> Files:
        """The way into the shop's storage."""


class ComplaintPages:
    """Own orders and own complaints; all others are not found. With them, the desk's."""

    def __init__(self, web: Web, rooms: Callable[[], Rooms]) -> None:
        self.web, self.rooms = web, rooms
        web.add("/wrong", self.lines, name="wrong")
        web.add("/orders/<key>/wrong", self.lines_of_order, name="order_wrong")
        web.add(f"/lines/{NUMBER}/wrong", self.form, name="line_wrong")
        web.add(
            f"/lines/{NUMBER}/wrong",
            self.file,
            name="file_complaint",
            methods=["POST"],
            limit="complain",
            uploads=True,
        )
        web.add("/complaints", self.index, name="complaints")
        web.add(f"/complaints/{NUMBER}", self.show, name="complaint")
        self._post("answer", self.answer, OWN["answer"], limit="message", uploads=True)
        self._post("add", self.add, OWN["add"], limit="message", uploads=True)
        self._post("accept", self.accept, OWN["accept"])
        self._post("refuse", self.refuse, OWN["refuse"])
        self._post("take-up", self.take_up, OWN["take_up"])
        self._post("withdraw", self.withdraw, OWN["withdraw"])
        self._post("link", self.renew_link, "renew_link")
        TrackerPages(web, rooms)
        CasePages(web, rooms)

    # -- something is wrong --

    def lines(self) -> ResponseReturnValue:
        """Show everything the member bought: which of it is it?"""
        member_id = self.web.require_member()
        self.web.commit()
        return self._lines(list(self.rooms().orders.lines_of_buyer(member_id, delivered=False)))

    def lines_of_order(self, key: str) -> ResponseReturnValue:
        """Show the lines of one own order, named by the shop's own key."""
        member_id = self.web.require_member()
        self.web.commit()
        orders = self.rooms().orders
        order = orders.find(key)
        if order is None or order.buyer_id != member_id:
            raise NotFound(gettext("There is no such order."))
        return self._lines(list(orders.lines(order.id)))

    def form(self, id: int) -> ResponseReturnValue:
        """Ask what is wrong with an own line, and show who reports the same."""
        member_id = self.web.require_member()
        self.web.commit()
        complaints = self.rooms().complaints
        line = complaints.own_line(id, member_id)
        return self._render(
            "community/complaints/form.html",
            title=gettext("What is wrong with it?"),
            line=line,
            order=self.rooms().orders.order(line.order_id),
            offers=complaints.similar(id, member_id),
            notice=complaints.cases.notice(line.product_id),
            wishes={kind: REMEDIES[kind] for kind in WISHES},
        )

    def file(self, id: int) -> ResponseReturnValue:
        """File a complaint, alone or with the others it was offered to join."""
        member_id = self.web.require_member()
        case_id, gathered = _join(request.form.get("join", ""))
        reason = gathered or self.web.form_text("reason", most=20)
        complaint = self.rooms().complaints.file(
            member_id,
            id,
            reason=reason,
            text=self.web.form_text("text", most=TEXT_LENGTH),
            wish=request.form.get("wish") or None,
            case_id=case_id,
            same_problem=gathered is not None,
            pictures=self.rooms().files.sent(),
        )
        to = self.web.url("complaint", id=complaint.id)
        self.web.commit()
        return self.web.see_other(to)

    # -- where it stands --

    def index(self) -> ResponseReturnValue:
        """Show own complaints, newest first."""
        member_id = self.web.require_member()
        self.web.commit()
        rooms = self.rooms()
        return self._render(
            "community/complaints/index.html",
            title=gettext("My complaints"),
            complaints=[
                (one, rooms.orders.line(one.line_id))
                for one in rooms.complaints.of_member(member_id)
            ],
        )

    def show(self, id: int) -> ResponseReturnValue:
        """Show one own complaint: stage, next date, thread, what can be done."""
        member_id = self.web.require_member()
        self.web.commit()
        rooms = self.rooms()
        complaint = rooms.complaints.own(id, member_id)
        path = rooms.complaints.links.path(complaint)
        return self.web.render(
            "community/complaints/show.html",
            title=gettext("Complaint %(number)s", number=number_text(id)),
            to={verb: self.web.url(name, id=id) for verb, name in OWN.items()},
            own=True,
            link=path and self.web.root() + path,
            **shown(
                rooms,
                complaint,
                lambda one: self.web.url("complaint_picture", id=id, picture_id=one),
            ),
        )

    def renew_link(self, id: int) -> ResponseReturnValue:
        """End every link of an own complaint, and show a new one."""
        member_id, complaints = self.web.require_member(), self.rooms().complaints
        complaints.links.renew(complaints.own(id, member_id), member_id)
        return self._back(id)

    def add(self, id: int) -> ResponseReturnValue:
        """Say more about it."""
        return self._sent(id, self.rooms().complaints.add)

    def answer(self, id: int) -> ResponseReturnValue:
        """Answer a question of the desk."""
        return self._sent(id, self.rooms().complaints.answer)

    def accept(self, id: int) -> ResponseReturnValue:
        """Take the remedy."""
        self.rooms().complaints.accept(id, self.web.require_member())
        return self._back(id)

    def refuse(self, id: int) -> ResponseReturnValue:
        """Say why the remedy is not enough."""
        member_id, text = self.web.require_member(), self._text()
        self.rooms().complaints.refuse(id, member_id, text)
        return self._back(id)

    def take_up(self, id: int) -> ResponseReturnValue:
        """Reopen what ended, or appeal."""
        member_id, text = self.web.require_member(), self._text()
        self.rooms().complaints.take_up(id, member_id, text)
        return self._back(id)

    def withdraw(self, id: int) -> ResponseReturnValue:
        """Take the complaint back."""
        mistaken = request.form.get("mistaken") == "1"
        self.rooms().complaints.withdraw(id, self.web.require_member(), mistaken=mistaken)
        return self._back(id)

    # -- below --

    def _post(self, verb: str, view: View, name: str, **how: Any) -> None:
        rule = f"/complaints/{NUMBER}/{verb}"
        self.web.add(rule, view, name=name, methods=["POST"], **how)

    def _render(self, template: str, *, title: str, **context: Any) -> ResponseReturnValue:
        words: dict[str, Any] = {**WORDS, "number": number_text, **context}
        return self.web.render(template, title=title, **words)

    def _lines(self, lines: list[Line]) -> ResponseReturnValue:
        orders = self.rooms().orders
        return self._render(
            "community/complaints/lines.html",
            title=gettext("Something is wrong"),
            lines=[(line, orders.order(line.order_id)) for line in lines],
        )

    def _sent(self, id: int, say: Callable[..., Complaint]) -> ResponseReturnValue:
        member_id, text, rooms = self.web.require_member(), self._text(), self.rooms()
        held = len(rooms.complaints.evidence.of(rooms.complaints.own(id, member_id).id))
        say(id, member_id, text, pictures=rooms.files.sent(held=held))
        return self._back(id)

    def _text(self) -> str:
        return self.web.form_text("text", most=TEXT_LENGTH)

    def _back(self, id: int) -> ResponseReturnValue:
        self.web.commit()
        return self.web.see_other(self.web.url("complaint", id=id))


def _join(choice: str) -> tuple[int | None, str | None]:
    """Read `case:<id>`, `same:<reason>` or nothing; raises Refused on junk."""
    kind, _, value = choice.partition(":")
    if kind == "case" and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value), None
    if kind == "same" and value in REASONS:
        return None, value
    if choice:
        raise Refused(gettext("Choose from the list."), field="join")
    return None, None
