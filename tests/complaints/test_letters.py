"""The letter of a remedy: to each in his language, as far as it was written in it."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from flask_community.complaints.rules import AmountRule, Decision
from flask_community.errors import Refused
from flask_community.members.models import Member
from tests.complaints.bed import Bed

HALF = Decision(
    "part_refund",
    "Dear {name}, {amount}.",
    AmountRule("bps", 5_000),
    language="en",
    letters={"zh-Hans": "{name}，退你{amount}。"},
)


def reads(bed: Bed, member_id: int, tag: str) -> None:
    with bed.unit() as unit:
        member = unit.models[Member]
        unit.session.execute(sa.update(member).filter_by(id=member_id).values(locale=tag))


def letters(bed: Bed, decision: Decision) -> list[str]:
    """Return what an English and a Chinese reader get, in the preview and in the thread."""
    ware = bed.ware()
    english, first = bed.complaint("Ann", ware)
    chinese, second = bed.complaint("Su", ware)
    reads(bed, english, "en")
    reads(bed, chinese, "zh-Hans")
    case = bed.case(first, second)
    with bed.unit() as unit:
        shown = list(unit.complaints.remedies.preview(case, decision).letters)
    bed.run(bed.started(case, decision))
    with bed.unit() as unit:
        histories = [unit.complaints.history(number) for number in (first, second)]
        sent = [
            said.text or "" for history in histories for said in history if said.event == "offer"
        ]
    assert sorted(shown) == sorted(sent)
    return sent


def test_each_reads_the_letter_in_his_language(bed: Bed) -> None:
    assert letters(bed, HALF) == ["Dear Ann, CN¥49.50.", "Su，退你¥49.50。"]


def test_whoever_reads_another_language_is_told_that_it_is_as_written(bed: Bed) -> None:
    english, chinese = letters(bed, dataclasses.replace(HALF, letters={}))
    assert english == "Dear Ann, CN¥49.50."
    note, _, letter = chinese.partition("\n\n")
    assert "原文" in note
    assert letter == "Dear Su, ¥49.50."


def test_a_letter_whose_language_nobody_said_goes_out_as_it_is(bed: Bed) -> None:
    plain = dataclasses.replace(HALF, letters={}, language=None)
    assert letters(bed, plain)[1] == "Dear Su, ¥49.50."


def test_a_language_that_the_shop_does_not_speak_is_refused(bed: Bed) -> None:
    _, number = bed.complaint("Ann", bed.ware())
    case = bed.case(number)
    with bed.unit() as unit, pytest.raises(Refused, match="does not speak"):
        unit.complaints.remedies.preview(case, dataclasses.replace(HALF, letters={"tlh": "Qapla'"}))
