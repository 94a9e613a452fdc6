"""How the API shows complaints and cases to the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..communities.rules import Remit
from ..communities.service import CommunityService
from ..files.service import Files
from ..members.service import MemberService
from ..money import Money
from ..orders.service import OrderService
from ..web import Web
from .models import Broadcast, BulkItem, BulkOperation, Case, CaseNote, Complaint
from .rules import CASE_STEPS, MODERATOR, customer_events, events_for
from .service import ComplaintService

_FACTS = ("id", "title", "state", "batch", "severity", "created_at", "due_at")
_KIN = ("merged_into_id", "split_from_id")
_COMPLAINT = ("id", "line_id", "reason", "wish", "state", "filed_at", "changed_at", "next_due_at")


class Rooms(Protocol):
    """What the API of complaints needs of the services of one request."""

    @property
    def complaints(self) -> ComplaintService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def members(self) -> MemberService: ...
    @property
    def communities(self) -> CommunityService: ...
    @property
    def files(self) -> Files: ...


def facts(complaint: Complaint) -> dict[str, Any]:
    """Return what `ComplaintSchema` shows."""
    return {name: getattr(complaint, name) for name in _COMPLAINT}


def whole_complaint(
    web: Web, rooms: Rooms, complaint: Complaint, picture: Callable[[int], str]
) -> dict[str, Any]:
    """Return what `WholeComplaintSchema` shows; `picture` says where its reader finds one."""
    path = rooms.complaints.links.path(complaint)
    return {
        **facts(complaint),
        "text": complaint.text,
        "about": rooms.orders.line(complaint.line_id),
        "events": customer_events(complaint.state),
        "others": rooms.complaints.others_of(complaint),
        "thread": rooms.complaints.history(complaint.id),
        "pictures": pictures_of(rooms, complaint, picture),
        "link": path and web.root() + path,
    }


def pictures_of(
    rooms: Rooms, complaint: Complaint, address: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Return the pictures of a complaint, each at the page that shows it to whom it may."""
    return [
        {
            **{name: getattr(one, name) for name in ("id", "width", "height", "alt")},
            "url": address(one.id),
        }
        for one in rooms.complaints.evidence.of(complaint.id)
    ]


def desk_complaint(web: Web, rooms: Rooms, remit: Remit, complaint: Complaint) -> dict[str, Any]:
    """Return what `DeskComplaintSchema` shows."""
    alike = rooms.complaints.access.about_product(remit, complaint.product_id)
    return {
        **facts(complaint),
        "text": complaint.text,
        "severity": complaint.severity,
        "customer": _person(rooms, complaint.member_id),
        "about": rooms.orders.line(complaint.line_id),
        "case": complaint.joined_case_id,
        "thread": rooms.complaints.history(complaint.id),
        "pictures": pictures_of(
            rooms,
            complaint,
            lambda one: web.url("desk_complaint_picture", id=complaint.id, picture_id=one),
        ),
        "alike": [one.id for one in alike if one.id != complaint.id],
    }


def desk_case(rooms: Rooms, remit: Remit, case: Case) -> dict[str, Any]:
    """Return what `CaseSchema` shows."""
    complaints, product = rooms.complaints, rooms.orders.product(case.product_id)
    members = complaints.cases.members.of(case.id)
    inside = {complaint.id for _, complaint in members}
    waiting = complaints.access.about_product(remit, case.product_id)
    loose = [one.id for one in waiting if one.joined_case_id is None and one.id not in inside]
    family = [one.id for one in complaints.cases.family(case)]
    figures = complaints.figures.of(case.id, case.product_id, family[1:])
    return {
        **{name: getattr(case, name) for name in (*_FACTS, *_KIN)},
        "mergeable": [one.id for one in complaints.merging.others(case)],
        "undoable": [one.case.id for one in complaints.merging.undoable(case)],
        "held": figures.held,
        "rewards": figures.rewards,
        "notes": [_note(rooms, one) for one in complaints.jottings.of(family)],
        "news": [_news(rooms, one) for one in complaints.broadcasts.of(case.id)],
        "product": product.host_key,
        "product_title": product.title,
        "buyers": complaints.cases.members.buyers(case.id),
        "events": events_for(CASE_STEPS, case.state, MODERATOR),
        "members": [_member(rooms, one.state, complaint) for one, complaint in members],
        "loose": loose,
        "history": complaints.cases.moves.history(case.id),
        "operations": [_operation(rooms, one) for one in complaints.remedies.operations(case.id)],
    }


def case_mark(rooms: Rooms, case_id: int) -> dict[str, Any]:
    """Return what `MarkSchema` shows."""
    operations = rooms.complaints.remedies.operations(case_id)
    state = rooms.complaints.cases.get(case_id).state
    return {"id": case_id, "state": state, "operations": [one.id for one in operations]}


def _member(rooms: Rooms, state: str, complaint: Complaint) -> dict[str, Any]:
    return {
        "complaint": complaint.id,
        "customer": _person(rooms, complaint.member_id),
        "state": state,
        "complaint_state": complaint.state,
        "reason": complaint.reason,
        "text": complaint.text,
    }


def _operation(rooms: Rooms, operation: BulkOperation) -> dict[str, Any]:
    remedies = rooms.complaints.remedies
    remedy = remedies.remedy(operation)
    moments = ("created_at", "start_at", "started_at", "finished_at")
    return {
        "id": operation.id,
        **{name: getattr(remedy, name) for name in ("kind", "version", "reason", "letter")},
        **{name: getattr(operation, name) for name in moments},
        "waits": rooms.complaints.confirming.waits(operation),
        "confirmed_at": remedy.confirmed_at,
        "items": [_item(one) for one in remedies.items(operation.id)],
    }


def _note(rooms: Rooms, note: CaseNote) -> dict[str, Any]:
    shown = {name: getattr(note, name) for name in ("id", "about_id", "text", "at")}
    return {**shown, "author": _person(rooms, note.author_id)}


def _news(rooms: Rooms, news: Broadcast) -> dict[str, Any]:
    names = ("id", "send_at", "stopped_at", "begun_at")
    letters, _ = rooms.complaints.broadcasts.counts(news.id)
    texts = [{"language": tag, "text": text} for tag, text in sorted(news.texts.items())]
    return {**{name: getattr(news, name) for name in names}, "letters": letters, "texts": texts}


def _item(item: BulkItem) -> dict[str, Any]:
    names = ("id", "complaint_id", "state", "reference", "error")
    shown = {name: getattr(item, name) for name in names}
    return {**shown, "amount": Money(item.amount_minor, item.currency)}


def _person(rooms: Rooms, member_id: int) -> dict[str, Any]:
    return {"id": member_id, "name": rooms.members.name(member_id)}
