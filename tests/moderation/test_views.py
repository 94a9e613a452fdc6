"""Claims about the views of the queue: what each shows is what it counts."""

from __future__ import annotations

import datetime as dt

import pytest

from flask_community.communities.rules import Remit
from flask_community.moderation.views import SOON, VIEWS, Waiting
from flask_community.moderation.words import clock_tone, priority_look
from tests.rooms import NOON, Rooms, Unit

MINUTE = dt.timedelta(minutes=1)


def filled(unit: Unit, moderator: int) -> Remit:
    """Put four items into the queue, one of them held; return the moderator's remit."""
    for number, (field, due) in enumerate(
        [("tea", NOON - MINUTE), ("tea", NOON + SOON), ("cups", NOON + SOON + MINUTE), (None, None)]
    ):
        kind = "case" if number < 3 else "complaint"
        unit.moderation.push(
            kind, number + 1, field=field, title="Glaze", due_at=due, is_appeal=number == 3
        )
    held = unit.moderation.queue(field="cups")[0]
    unit.moderation.claim(held.id, moderator, held.version)
    return Remit(moderator, everywhere=True)


def test_each_view_counts_what_it_shows(rooms: Rooms) -> None:
    moderator = rooms.member("Mo")
    with rooms.unit() as unit:
        remit = filled(unit, moderator)
        queue = unit.moderation.queue
        shown = {view: [one.subject_id for one in queue(remit, view=view)] for view in VIEWS}
        assert shown == {
            "mine": [3],
            "free": [1, 2, 4],
            "soon": [1, 2],
            "growing": [],
            "groups": [1, 2, 3],
            "appeals": [4],
            "snoozed": [],
        }
        counts = {view: len(subjects) for view, subjects in shown.items()}
        assert unit.moderation.waiting(remit) == Waiting(4, counts, {"cups": 1, "tea": 2})


def test_news_that_are_no_appeal_end_an_appeal(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        first = unit.moderation.push("complaint", 1, field="tea", title="T", is_appeal=True)
        assert first.is_appeal
        assert not unit.moderation.push("complaint", 1, field="tea", title="T").is_appeal


def test_counts_stay_within_a_moderators_remit(rooms: Rooms) -> None:
    moderator = rooms.member("Mo")
    with rooms.unit() as unit:
        filled(unit, moderator)
        waiting = unit.moderation.waiting(Remit(moderator, fields=frozenset({"cups"})))
        assert (waiting.all, waiting.fields) == (1, {"cups": 1})


def test_an_expired_claim_is_nobodys(rooms: Rooms) -> None:
    moderator = rooms.member("Mo")
    with rooms.unit() as unit:
        remit = filled(unit, moderator)
    rooms.clock.move(minutes=31)
    with rooms.unit() as unit:
        waiting = unit.moderation.waiting(remit)
        assert (waiting.views["mine"], waiting.views["free"]) == (0, 4)


@pytest.mark.parametrize(("priority", "word"), [(3, "Urgent"), (2, "Urgent"), (1, "High")])
def test_a_priority_reads_as_a_word(priority: int, word: str) -> None:
    assert priority_look(priority)[0] == word
    assert priority_look(-1)[0] == priority_look(0)[0] == "Normal"


def test_a_date_is_past_near_or_far() -> None:
    dates = (NOON, NOON + MINUTE, NOON + SOON, NOON + SOON + MINUTE)
    tones = [clock_tone(date, NOON, SOON) for date in dates]
    assert tones == ["warn", "wait", "wait", "accent"]
