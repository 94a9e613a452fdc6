"""Claims about the stages of a complaint: one of them is now, what is promised is dated."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flask_community.complaints.rules import COMPLAINT_STATES, SILENCE
from flask_community.complaints.tracker import DONE, NOW, Stage, last_chance, stages

FILED = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
CHANGED = FILED + dt.timedelta(hours=5)
PROMISED = FILED + dt.timedelta(days=1)


def way(state: str, *events: str, case: int | None = None) -> list[Stage]:
    """Return the stages of a complaint in this state, after these events an hour apart."""
    complaint = SimpleNamespace(
        state=state, filed_at=FILED, changed_at=CHANGED, next_due_at=PROMISED, joined_case_id=case
    )
    hours = [FILED + dt.timedelta(hours=number) for number in range(1, len(events) + 1)]
    history = [SimpleNamespace(event=event, at=at) for event, at in zip(events, hours, strict=True)]
    return stages(cast(Any, complaint), cast(Any, history))


def words(stages: list[Stage]) -> list[str]:
    return [stage.words for stage in stages]


def test_our_promise_stands_at_the_next_stage() -> None:
    received, looked, *_ = way("received")
    assert (received.mark, received.at, looked.due) == (NOW, FILED, PROMISED)
    assert way("open", "triage")[2].due == PROMISED


def test_the_customers_fourteen_days_stand_before_the_end() -> None:
    *before, answered, settled = way("offered", "triage", "offer")
    assert [stage.mark for stage in before] == [DONE, DONE]
    assert (answered.mark, settled.due) == (NOW, CHANGED + SILENCE)


def test_whoever_stands_with_others_reads_so() -> None:
    assert words(way("open", "join", case=1))[1] == "Looked at with others"
    assert words(way("open", "triage"))[1] == "Looked at"
    assert words(way("waiting_customer", "triage", "ask"))[1] == "We asked you"


def test_an_end_of_another_kind_has_its_own_last_stage() -> None:
    assert words(way("rejected", "triage", "reject"))[-1] == "Turned down"
    assert words(way("withdrawn", "withdraw")) == ["Received", "Withdrawn"]


@pytest.mark.parametrize("state", COMPLAINT_STATES)
def test_at_most_one_stage_is_now_and_nothing_done_comes_after(state: str) -> None:
    marks = [stage.mark for stage in way(state, "triage", "offer", "accept")]
    assert marks.count(NOW) <= 1
    assert marks == sorted(marks, key=["done", "now", "next"].index)


def test_the_last_chance_lies_180_days_after_the_end() -> None:
    ended = cast(Any, SimpleNamespace(changed_at=FILED))
    assert last_chance(ended) - FILED == dt.timedelta(days=180)
