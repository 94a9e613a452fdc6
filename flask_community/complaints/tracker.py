"""Where a complaint stands, as the stages that its customer reads; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..i18n import marked
from .models import Complaint, ComplaintEvent
from .rules import REOPEN, SILENCE

DONE, NOW, AHEAD = "done", "now", "next"


@dataclass(frozen=True)
class Stage:
    """One step on the way of a complaint."""

    words: str
    """Marked for translation."""
    icon: str
    mark: str
    """DONE, NOW or AHEAD."""
    at: dt.datetime | None = None
    """When it was reached."""
    due: dt.datetime | None = None
    """By when it is promised, for the next one."""


def stages(complaint: Complaint, history: Sequence[ComplaintEvent]) -> list[Stage]:
    """Return the way of a complaint: what was reached, where it is, what comes."""
    reached = {event.event: event.at for event in history}
    state, ended = complaint.state, complaint.changed_at
    received = Stage(marked("Received"), "receipt", DONE, complaint.filed_at)
    if state == "withdrawn":
        return [received, Stage(marked("Withdrawn"), "undo", DONE, ended)]
    looked = _looked_at(complaint, reached)
    if state == "rejected":
        return [received, looked, Stage(marked("Turned down"), "x", NOW, ended)]
    way = [received, looked, Stage(marked("Answered"), "chat", DONE, reached.get("offer"))]
    way.append(Stage(marked("Settled"), "check", DONE, reached.get("accept")))
    return _marked_at(way, _POSITION[state], due_of(complaint))


def due_of(complaint: Complaint) -> dt.datetime | None:
    """Return when the next stage is due: our word, or 14 days for the customer's."""
    if complaint.state == "offered":
        return complaint.changed_at + SILENCE
    return complaint.next_due_at


def last_chance(complaint: Complaint) -> dt.datetime:
    """Return until when an ended complaint can be taken up again."""
    return complaint.changed_at + REOPEN


def _looked_at(complaint: Complaint, reached: dict[str, dt.datetime]) -> Stage:
    if complaint.state == "waiting_customer":
        return Stage(marked("We asked you"), "ask", DONE, reached.get("ask"))
    if complaint.joined_case_id is not None:
        return Stage(marked("Looked at with others"), "users", DONE, reached.get("join"))
    return Stage(marked("Looked at"), "eye", DONE, reached.get("triage"))


def _marked_at(way: list[Stage], position: int, due: dt.datetime | None) -> list[Stage]:
    marks = []
    for number, stage in enumerate(way):
        if number < position or position == len(way):
            marks.append(stage)
        elif number == position:
            marks.append(Stage(stage.words, stage.icon, NOW, stage.at))
        else:
            promise = due if number == position + 1 else None
            marks.append(Stage(stage.words, stage.icon, AHEAD, due=promise))
    return marks


_POSITION = {"received": 0, "open": 1, "waiting_customer": 1, "offered": 2}
_POSITION |= {"resolved": 4, "closed": 4}
