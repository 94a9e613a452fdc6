"""One case of two, two of one: silently, once, and back again for a week."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from flask_community.complaints.cases import CASE
from flask_community.complaints.models import Case
from flask_community.errors import Conflict, Refused

from .bed import FULL, Bed

Verb = Callable[[int], object]


def two_cases(bed: Bed) -> tuple[int, int, list[tuple[int, int]]]:
    """Return two cases about one product, of two batches, and who stands in them."""
    ware = bed.ware()
    people = [bed.complaint(name, ware) for name in ("Li", "Su")]
    people += [bed.complaint(name, ware, batch="C") for name in ("Fan", "Ma")]
    first = bed.case(*[number for _, number in people[:2]])
    return first, bed.case(*[number for _, number in people[2:]], batch="C"), people


def merged(bed: Bed, case: int, other: int) -> None:
    with bed.unit() as unit:
        unit.complaints.merging.merge(case, other, bed.boss_in(unit), "One kiln")


def split(bed: Bed, case: int, *numbers: int, one_batch: bool = False) -> int:
    with bed.unit() as unit:
        return unit.complaints.merging.split(
            case,
            numbers,
            bed.boss_in(unit),
            title="Lids",
            reason="Another fault",
            one_batch=one_batch,
        ).id


def undone(bed: Bed, case: int, other: int) -> None:
    with bed.unit() as unit:
        unit.complaints.merging.undo(case, other, bed.boss_in(unit))


def inside(bed: Bed, case: int) -> list[int]:
    with bed.unit() as unit:
        return [one.id for one in unit.complaints.cases.members.joined(case)]


def queued(bed: Bed) -> list[int]:
    with bed.unit() as unit:
        return sorted(one.subject_id for one in unit.moderation.queue() if one.kind == CASE)


def at_once(bed: Bed, *verbs: Callable[[], object]) -> int:
    """Do these at the same moment; return how many came through."""
    gate, through = threading.Barrier(len(verbs)), list[int]()

    def act(verb: Callable[[], object]) -> None:
        gate.wait()
        try:
            verb()
        except (Conflict, Refused, sa.exc.OperationalError):
            return
        through.append(1)

    threads = [threading.Thread(target=act, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(through)


def test_a_merged_case_leads_to_the_other_and_leaves_the_queue(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    merged(bed, case, other)
    assert inside(bed, case) == [number for _, number in people]
    assert (bed.case_state(other), queued(bed)) == ("merged", [case])
    with bed.unit() as unit:
        assert unit.complaints.cases.leading(other).id == case
        assert unit.complaints.cases.members.of(other) == []


def test_nobody_is_told_of_a_merge_and_no_promise_changes(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    told = [bed.told(member) for member, _ in people]
    with bed.unit() as unit:
        due = [unit.complaints.get(number).next_due_at for _, number in people]
    merged(bed, case, other)
    assert [bed.told(member) for member, _ in people] == told
    with bed.unit() as unit:
        assert [unit.complaints.get(number).next_due_at for _, number in people] == due


def test_a_merge_is_due_with_the_earlier_of_the_two(bed: Bed) -> None:
    ware = bed.ware()
    old = bed.case(bed.complaint("Li", ware)[1])
    bed.clock.forward(days=2)
    new = bed.case(bed.complaint("Su", ware)[1])
    with bed.unit() as unit:
        due = unit.complaints.cases.get(old).due_at
    merged(bed, new, old)
    with bed.unit() as unit:
        assert unit.complaints.cases.get(new).due_at == due


def test_what_the_merged_case_held_ends_with_the_one_that_answers_for_it(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    before = len(bed.brakes.calls)
    merged(bed, case, other)
    assert bed.brakes.calls[before:] == []
    bed.run(bed.started(case))
    assert bed.states() == ["offered"] * len(people)
    assert bed.brakes.calls[before:] == [
        (verb, number) for number in (case, other) for verb in ("lift", "reverse")
    ]


def test_buyers_of_the_merged_batch_are_offered_the_case_that_answers(bed: Bed) -> None:
    case, other, _ = two_cases(bed)
    merged(bed, case, other)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    late, number = bed.complaint("Late", product, batch="C", case_id=other)
    assert number in inside(bed, case)
    line = bed.line(bed.member("Next"), product, batch="C")
    with bed.unit() as unit:
        found = unit.complaints.offers.for_line(unit.orders.line(line), late)
        assert [one.case_id for one in found] == [case]


def test_cases_about_two_products_and_cases_being_carried_out_are_not_merged(bed: Bed) -> None:
    case, other, _ = two_cases(bed)
    elsewhere = bed.case(bed.complaint("An", bed.ware())[1])
    with pytest.raises(Refused):
        merged(bed, case, elsewhere)
    with pytest.raises(Refused):
        merged(bed, case, case)
    bed.started(other)
    for into, gone in ((case, other), (other, case)):
        with pytest.raises(Conflict):
            merged(bed, into, gone)
    assert len(inside(bed, case)) == 2


def test_a_merge_needs_a_reason(bed: Bed) -> None:
    case, other, _ = two_cases(bed)
    with bed.unit() as unit, pytest.raises(Refused):
        unit.complaints.merging.merge(case, other, bed.boss_in(unit), "  ")


def test_a_merge_is_undone_to_where_it_was(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    with bed.unit() as unit:
        unit.complaints.cases.investigate(other, bed.boss_in(unit), "The kiln")
    merged(bed, case, other)
    undone(bed, case, other)
    assert bed.case_state(other) == "investigating"
    assert inside(bed, other) == [number for _, number in people[2:]]
    assert (inside(bed, case), queued(bed)) == (
        [number for _, number in people[:2]],
        [case, other],
    )
    before = len(bed.brakes.calls)
    bed.run(bed.started(case))
    assert {number for _, number in bed.brakes.calls[before:]} == {case}


def test_a_merge_is_undone_for_seven_days(bed: Bed) -> None:
    case, other, _ = two_cases(bed)
    merged(bed, case, other)
    bed.clock.forward(days=7)
    with pytest.raises(Refused):
        undone(bed, case, other)


def test_a_merge_stays_when_the_case_was_decided_since_or_somebody_left(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    merged(bed, case, other)
    with bed.unit() as unit:
        unit.complaints.cases.remove(case, people[3][1], bed.boss_in(unit))
    with pytest.raises(Conflict):
        undone(bed, case, other)
    with bed.unit() as unit:
        unit.complaints.remedies.decide(case, bed.boss_in(unit), FULL, reason="So", key="k")
    with pytest.raises(Conflict):
        undone(bed, case, other)


def test_members_that_are_split_off_stand_in_a_case_of_their_own(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    told, before = [bed.told(member) for member, _ in people], len(bed.brakes.calls)
    merged(bed, case, other)
    new = split(bed, case, people[2][1], people[3][1], one_batch=True)
    assert inside(bed, new) == [people[2][1], people[3][1]]
    assert (bed.case_state(new), queued(bed)) == ("open", [case, new])
    assert bed.brakes.calls[before:] == [("pause", new), ("hold", new)]
    assert [bed.told(member) for member, _ in people] == told
    with bed.unit() as unit:
        made = unit.complaints.cases.get(new)
        assert (made.batch, made.title, made.split_from_id) == ("C", "Lids", case)


def test_a_split_leaves_somebody_and_takes_only_members(bed: Bed) -> None:
    case, _, people = two_cases(bed)
    for chosen in ((), (people[0][1], people[1][1]), (people[2][1],)):
        with pytest.raises(Refused):
            split(bed, case, *chosen)
    with pytest.raises(Refused):
        split(bed, case, people[0][1], people[2][1], one_batch=True)


def test_a_split_is_undone_unless_somebody_joined(bed: Bed) -> None:
    case, _, people = two_cases(bed)
    new = split(bed, case, people[1][1])
    undone(bed, case, new)
    assert inside(bed, case) == [number for _, number in people[:2]]
    assert bed.case_state(new) == "merged"
    again = split(bed, case, people[1][1])
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    bed.complaint("Late", product, case_id=again)
    with pytest.raises(Conflict):
        undone(bed, case, again)


def test_human_decisions_are_left_for_whoever_looks_for_groups(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    merged(bed, case, other)
    new = split(bed, case, people[0][1])
    with bed.unit() as unit:
        members = unit.complaints.cases.members
        assert members.left(other, "merged") == [number for _, number in people[2:]]
        assert members.left(case, "split") == [people[0][1]]
        assert [one.id for one in members.joined(new)] == [people[0][1]]


def test_of_two_who_merge_two_cases_into_each_other_one_wins(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    bed.boss()
    won = at_once(bed, lambda: merged(bed, case, other), lambda: merged(bed, other, case))
    assert won == 1
    assert sorted(bed.case_state(number) for number in (case, other)) == ["merged", "open"]
    assert sorted([*inside(bed, case), *inside(bed, other)]) == [number for _, number in people]


def test_of_two_who_split_the_same_member_off_one_wins(bed: Bed) -> None:
    case, other, people = two_cases(bed)
    merged(bed, case, other)
    bed.boss()
    assert at_once(bed, *[lambda: split(bed, case, people[0][1])] * 2) == 1
    with bed.unit() as unit:
        row = unit.models[Case]
        made = sa.select(sa.func.count(row.id)).where(row.split_from_id == case)
        assert unit.session.scalar(made) == 1


def test_whoever_joins_while_a_case_is_merged_stands_in_the_one_that_answers(bed: Bed) -> None:
    case, other, _ = two_cases(bed)
    bed.boss()
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    late, number = bed.complaint("Late", product, batch="C")

    def join() -> None:
        with bed.unit() as unit:
            unit.complaints.join(number, late, other)

    at_once(bed, join, lambda: merged(bed, case, other))
    with bed.unit() as unit:
        stands = unit.complaints.get(number).joined_case_id
        assert stands is None or unit.complaints.cases.get(stands).state != "merged"
