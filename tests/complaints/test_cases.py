"""Opening a case by hand, what it stops, who joins it, how it ends."""

from __future__ import annotations

import pytest

from flask_community.errors import Conflict, NotFound, Refused

from .bed import Bed


def test_opening_pauses_holds_and_tells_every_member(bed: Bed) -> None:
    ware = bed.ware()
    people, complaints = zip(*[bed.complaint(n, ware) for n in ("Li", "Su", "Fan")], strict=True)
    case = bed.case(*complaints)
    assert bed.brakes.calls == [("pause", case), ("hold", case)]
    assert bed.states() == ["open"] * 3
    assert all(bed.told(person)[-1] == "complaint.case" for person in people)
    with bed.unit() as unit:
        (item,) = unit.moderation.queue()
        assert (item.kind, item.subject_id) == ("case", case)


def test_a_candidate_of_customers_becomes_the_case(bed: Bed) -> None:
    ware = bed.ware()
    _, first = bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    with bed.unit() as unit:
        candidate = unit.complaints.get(second).joined_case_id
    assert bed.case(first, second) == candidate
    with bed.unit() as unit:
        assert unit.complaints.cases.members.buyers(candidate or 0) == 2
        events = [event.event for event in unit.complaints.cases.moves.history(candidate or 0)]
        assert events == ["raise", "confirm"]


def test_after_a_case_is_open_the_same_trouble_makes_a_new_candidate_only_apart(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    case = bed.case(second)
    _, third = bed.complaint("Fan", ware, case_id=case)
    with bed.unit() as unit:
        assert unit.complaints.get(third).state == "open"
        assert unit.complaints.get(third).joined_case_id == case
        assert [one.id for one in unit.complaints.cases.live_for(ware)] == [case]


def test_a_buyer_with_two_complaints_counts_once(bed: Bed) -> None:
    ware = bed.ware()
    li, first = bed.complaint("Li", ware)
    with bed.unit() as unit:
        line = unit.complaints.get(first).line_id
        second = unit.complaints.file(li, line, reason="broken", text="And cracked").id
    case = bed.case(first, second)
    with bed.unit() as unit:
        assert unit.complaints.cases.members.buyers(case) == 1


def test_complaints_about_two_products_are_no_case(bed: Bed) -> None:
    _, first = bed.complaint("Li", bed.ware())
    _, second = bed.complaint("Su", bed.ware())
    with pytest.raises(Refused):
        bed.case(first, second)
    assert bed.brakes.calls == []


def test_nothing_ticked_is_no_case(bed: Bed) -> None:
    with pytest.raises(Refused):
        bed.case()


def test_a_complaint_stands_in_one_case_only(bed: Bed) -> None:
    ware = bed.ware()
    _, first = bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware)
    bed.case(first)
    bed.case(second)
    with pytest.raises(Conflict):
        bed.case(first, second)


def test_who_is_taken_out_goes_his_own_way(bed: Bed) -> None:
    ware = bed.ware()
    _, first = bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware)
    case, boss = bed.case(first, second), bed.boss()
    with bed.unit() as unit:
        unit.complaints.cases.remove(case, second, boss)
        assert unit.complaints.get(second).joined_case_id is None
        assert [c.id for c in unit.complaints.cases.members.joined(case)] == [first]
        assert {item.kind for item in unit.moderation.queue()} == {"case", "complaint"}
        with pytest.raises(NotFound):
            unit.complaints.cases.remove(case, second, boss)


def test_a_dismissed_candidate_lets_everyone_go(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    boss = bed.boss()
    with bed.unit() as unit:
        case = unit.complaints.get(second).joined_case_id or 0
        assert unit.complaints.cases.dismiss(case, boss, "Unlike each other").state == "dismissed"
        assert unit.complaints.cases.members.of(case) == []
        assert unit.complaints.get(second).joined_case_id is None
        assert [item.kind for item in unit.moderation.queue()] == ["complaint"] * 2
    assert bed.brakes.calls == []


def test_a_dismissed_candidate_can_be_raised_anew(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    boss = bed.boss()
    with bed.unit() as unit:
        old = unit.complaints.get(second).joined_case_id or 0
        unit.complaints.cases.dismiss(old, boss, "Unlike each other")
    _, third = bed.complaint("Fan", ware, same_problem=True)
    with bed.unit() as unit:
        assert unit.complaints.get(third).joined_case_id not in (None, old)


def test_joining_never_extends_when_a_case_is_due(bed: Bed) -> None:
    ware = bed.ware()
    _, first = bed.complaint("Li", ware)
    case = bed.case(first)
    with bed.unit() as unit:
        due = unit.complaints.cases.get(case).due_at
    bed.clock.forward(days=3)
    bed.complaint("Su", ware, case_id=case)
    with bed.unit() as unit:
        now = unit.complaints.cases.get(case).due_at
        assert due is not None
        assert now is not None
        assert now <= due


def test_of_two_moderators_who_open_a_candidate_at_once_one_wins(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    bed.case(second)
    with pytest.raises(Conflict):
        bed.case(second)
    assert [name for name, _ in bed.brakes.calls] == ["pause", "hold"]
