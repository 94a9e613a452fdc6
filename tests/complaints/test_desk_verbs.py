"""Claims about many complaints at once, about the search of the desk, and about growing cases."""

from __future__ import annotations

from typing import Any

import pytest

from flask_community.communities.rules import Remit
from flask_community.errors import Refused
from flask_community.moderation.deeds import left_of
from flask_community.moderation.models import Deed
from flask_community.moderation.verbs import Chosen, Wish
from tests.complaints.bed import Bed, Unit


def ticked(unit: Unit, mod: int) -> list[Chosen]:
    items = unit.moderation.queue(Remit(mod, everywhere=True))
    return [Chosen(one.id, one.version) for one in items if one.kind == "complaint"]


def do(unit: Unit, mod: int, verb: str, chosen: list[Chosen], **wish: Any) -> Deed:
    return unit.moderation.deeds.do(Remit(mod, everywhere=True), verb, chosen, Wish(**wish))


def found(unit: Unit, mod: int, words: str) -> set[str | None]:
    items = unit.moderation.queue(Remit(mod, everywhere=True), words=words)
    return {one.number for one in items}


def test_ticked_complaints_join_a_case_and_leave_it_by_undo(bed: Bed) -> None:
    mod, gaiwan = bed.member("Mo"), bed.ware()
    case_id = bed.case(bed.complaint("Li", gaiwan)[1])
    bed.complaint("Su", gaiwan), bed.complaint("Fan", bed.ware())
    with bed.unit() as unit:
        deed = do(unit, mod, "join", ticked(unit, mod), into=case_id)
        assert list(left_of(deed).values()) == ["it is about something else than the case"]
        assert unit.complaints.cases.members.buyers(case_id) == 2
        unit.moderation.deeds.undo(deed.token, Remit(mod, everywhere=True))
        assert unit.complaints.cases.members.buyers(case_id) == 1
        assert found(unit, mod, "C-2") == {"C-2"}


def test_all_ticked_are_asked_once_and_for_good(bed: Bed) -> None:
    mod, gaiwan = bed.member("Mo"), bed.ware()
    asked = [bed.complaint(name, gaiwan)[1] for name in ("Li", "Su")]
    with bed.unit() as unit:
        deed = do(unit, mod, "ask", ticked(unit, mod), text="A photo, please?")
        said = [unit.complaints.history(one)[-1].text for one in asked]
        assert said == ["A photo, please?"] * 2
        with pytest.raises(Refused, match="can no longer"):
            unit.moderation.deeds.undo(deed.token, Remit(mod, everywhere=True))


def test_nobody_asks_about_his_own_complaint(bed: Bed) -> None:
    own, number = bed.complaint("Li", bed.ware())
    with bed.unit() as unit:
        deed = do(unit, own, "ask", ticked(unit, own), text="Why?")
        assert "This is your own affair" in str(left_of(deed))
        assert unit.complaints.get(number).state == "received"


def test_the_desk_finds_by_number_product_and_what_was_said(bed: Bed) -> None:
    mod, gaiwan = bed.member("Mo"), bed.ware()
    bed.complaint("Li", gaiwan, text="Flakes off, 100% sure")
    bed.complaint("Su", gaiwan, text="A crack", reason="broken")
    with bed.unit() as unit:
        assert found(unit, mod, "c-2") == {"C-2"}
        assert found(unit, mod, "flakes") == found(unit, mod, "0%") == {"C-1"}
        assert found(unit, mod, "arrived broken") == {"C-2"}
        assert found(unit, mod, "gaiwan") == {"C-1", "C-2"}
        assert found(unit, mod, "_") == set()


def test_a_case_grows_by_new_buyers_for_a_day(bed: Bed) -> None:
    mod, gaiwan = bed.member("Mo"), bed.ware()
    case_id = bed.case(bed.complaint("Li", gaiwan)[1])
    bed.clock.forward(hours=2)
    _, second = bed.complaint("Su", gaiwan)
    remit = Remit(mod, everywhere=True)
    with bed.unit() as unit:
        assert not unit.moderation.queue(remit, view="growing")
        unit.complaints.cases.add(case_id, [second], mod)
        assert unit.complaints.rows.of([("case", case_id)])["case", case_id].grown == 1
        assert [one.number for one in unit.moderation.queue(remit, view="growing")] == ["G-1"]
        bed.clock.forward(hours=24)
        assert not unit.moderation.queue(remit, view="growing")
