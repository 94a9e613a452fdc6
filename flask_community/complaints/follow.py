"""What a complaint's customer reads of it, whether he is signed in or came by its link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..files.service import Files
from ..orders.service import OrderService
from .models import Complaint, ComplaintEvent, Evidence
from .rules import CUSTOMER, customer_events, number_text
from .service import ComplaintService
from .tracker import due_of, last_chance, stages
from .words import WORDS

VERBS = ("add", "answer", "accept", "refuse", "take_up", "withdraw")
"""What he can do about it, by the names that its template uses."""


class Rooms(Protocol):
    """What this needs of the services of one request."""

    @property
    def complaints(self) -> ComplaintService: ...
    @property
    def orders(self) -> OrderService: ...
    @property
    def files(self) -> Files: ...


def shown(rooms: Rooms, complaint: Complaint, picture: Callable[[int], str]) -> dict[str, Any]:
    """Return what `show.html` needs; `picture` returns where the reader finds one by its id."""
    complaints = rooms.complaints
    history = complaints.history(complaint.id)
    pictures = complaints.evidence.of(complaint.id)
    return {
        **WORDS,
        "number": number_text,
        "complaint": complaint,
        "line": rooms.orders.line(complaint.line_id),
        "history": history,
        "pictures": by_event(history, pictures, picture),
        "held": len(pictures),
        "stages": stages(complaint, history),
        "due": due_of(complaint),
        "last_chance": last_chance(complaint),
        "given": complaints.remedies.given(complaint),
        "others": complaints.others_of(complaint),
        "events": customer_events(complaint.state),
    }


def by_event(
    history: Sequence[ComplaintEvent],
    pictures: Sequence[Evidence],
    address: Callable[[int], str],
) -> dict[int, list[tuple[str, Evidence, None]]]:
    """Return pictures as their template wants them, by the id of the event they came with."""
    said = [event for event in history if event.by == CUSTOMER]
    found: dict[int, list[tuple[str, Evidence, None]]] = {}
    for one in pictures:
        before = [event.id for event in said if event.at <= one.added_at]
        came_with = before[-1] if before else history[0].id
        found.setdefault(came_with, []).append((address(one.id), one, None))
    return found
