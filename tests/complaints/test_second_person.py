"""Above the limit, and for a danger, a second person says yes; then there is a minute."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from flask_community.complaints.models import BulkOperation, CaseNote
from flask_community.complaints.rules import Decision
from flask_community.complaints.safeguards import check_confirming, is_covered, needs_second
from flask_community.config import Settings
from flask_community.errors import Conflict, Forbidden, Refused

from .bed import FULL, START, Bed, Unit
from .test_merging import at_once

SUMS = st.dictionaries(st.sampled_from(["CNY", "EUR"]), st.integers(0, 10**9), max_size=2)


def decided(bed: Bed, *names: str, decision: Decision = FULL, **said: str) -> tuple[int, int]:
    """Return a case of these buyers and the operation that its moderator decided on."""
    ware = bed.ware()
    case = bed.case(*[bed.complaint(name, ware, **said)[1] for name in names])
    with bed.unit() as unit:
        boss = bed.boss_in(unit)
        made = unit.complaints.remedies.decide(case, boss, decision, reason="Kiln", key="k")
        return case, made.id


def operation(unit: Unit, number: int) -> BulkOperation:
    return unit.complaints.remedies.get(number)


def confirmed(bed: Bed, number: int, by: int, **how: bool) -> None:
    with bed.unit() as unit:
        unit.complaints.confirming.confirm(operation(unit, number), by, **how)


def started(bed: Bed, number: int) -> None:
    with bed.unit() as unit:
        unit.complaints.countdown.start(number, bed.boss_in(unit))


@given(SUMS, SUMS, st.integers(0, 10**9))
def test_what_was_confirmed_covers_less_and_never_more(
    seen: dict[str, int], now: dict[str, int], limit: int
) -> None:
    more = any(minor > seen.get(currency, 0) for currency, minor in now.items())
    assert is_covered(now, seen) != more
    assert is_covered(now, None) is False
    assert needs_second(now, 2, limit)
    assert needs_second(now, 0, limit) == any(minor > limit for minor in now.values())


def test_nobody_confirms_his_own_unless_he_is_alone_a_day_later_and_proves_who_he_is() -> None:
    later, alone = START + dt.timedelta(hours=24), {"alone": True, "is_fresh": True}
    check_confirming(1, START, 2, START, alone=False, is_fresh=False)
    check_confirming(1, START, 1, later, **alone)
    with pytest.raises(Forbidden):
        check_confirming(1, START, 1, later, alone=False, is_fresh=True)
    with pytest.raises(Forbidden):
        check_confirming(1, START, 1, later, alone=True, is_fresh=False)
    with pytest.raises(Refused):
        check_confirming(1, START, 1, later - dt.timedelta(seconds=1), **alone)


def test_a_sum_above_the_limit_waits_for_a_second_person(bed: Bed) -> None:
    bed.settings = Settings(remedy_limit=19_799)
    _, small = decided(bed, "Li")
    started(bed, small)
    case, large = _large(bed)
    with pytest.raises(Conflict):
        started(bed, large)
    with pytest.raises(Forbidden):
        confirmed(bed, large, bed.boss())
    confirmed(bed, large, bed.member("He Min"))
    started(bed, large)
    bed.clock.forward(seconds=60)
    bed.work()
    assert bed.case_state(case) == "resolved"


def _large(bed: Bed) -> tuple[int, int]:
    ware = bed.ware()
    case = bed.case(*[bed.complaint(name, ware)[1] for name in ("Su", "Fan")])
    with bed.unit() as unit:
        boss = bed.boss_in(unit)
        made = unit.complaints.remedies.decide(case, boss, FULL, reason="Kiln", key="large")
        return case, made.id


def test_a_danger_waits_for_a_second_person_whatever_it_costs(bed: Bed) -> None:
    _, number = decided(bed, "Li", decision=Decision("apology", "Sorry."), reason="danger")
    with pytest.raises(Conflict):
        started(bed, number)
    confirmed(bed, number, bed.member("He Min"))
    started(bed, number)


def test_who_is_alone_confirms_after_a_day_and_it_is_on_record(bed: Bed) -> None:
    bed.settings = Settings(remedy_limit=0)
    case, number = decided(bed, "Li")
    boss = bed.boss()
    with pytest.raises(Refused):
        confirmed(bed, number, boss, alone=True, is_fresh=True)
    bed.clock.forward(hours=24)
    confirmed(bed, number, boss, alone=True, is_fresh=True)
    with bed.unit() as unit:
        events = [one.event for one in unit.complaints.cases.moves.history(case)]
        assert events[-1] == "second"
        remedy = unit.complaints.remedies.remedy(operation(unit, number))
        assert (remedy.confirmed_by_id, remedy.confirmed_sums) == (boss, {"CNY": 9_900})


def test_whoever_joins_after_the_yes_needs_another_one(bed: Bed) -> None:
    bed.settings = Settings(remedy_limit=0)
    case, number = decided(bed, "Li")
    second = bed.member("He Min")
    confirmed(bed, number, second)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    started(bed, number)
    bed.complaint("Late", product, case_id=case)
    bed.clock.forward(seconds=60)
    bed.work()
    assert bed.case_state(case) == "decided"
    with pytest.raises(Conflict):
        started(bed, number)
    confirmed(bed, number, second)
    started(bed, number)
    bed.clock.forward(seconds=60)
    bed.work()
    assert bed.case_state(case) == "resolved"


def test_of_two_who_confirm_at_once_one_is_kept(bed: Bed) -> None:
    bed.settings = Settings(remedy_limit=0)
    case, number = decided(bed, "Li")
    seconds = [bed.member(name) for name in ("He Min", "Qu")]
    at_once(bed, *[lambda one=one: confirmed(bed, number, one) for one in seconds])
    with bed.unit() as unit:
        events = [one.event for one in unit.complaints.cases.moves.history(case)]
    assert events.count("second") == 1


def test_a_remedy_starts_after_a_minute_and_is_stopped_before(bed: Bed) -> None:
    case, number = decided(bed, "Li")
    started(bed, number)
    with bed.unit() as unit:
        unit.complaints.countdown.halt(number, bed.boss_in(unit))
    bed.clock.forward(seconds=60)
    bed.work()
    assert (bed.case_state(case), bed.hooks.asked) == ("decided", [])
    started(bed, number)
    assert bed.work() == 0
    bed.clock.forward(seconds=60)
    bed.work()
    assert (bed.case_state(case), len(bed.hooks.asked)) == ("resolved", 1)
    with bed.unit() as unit, pytest.raises(Conflict):
        unit.complaints.countdown.halt(number, bed.boss_in(unit))


def test_a_stopped_start_does_not_come_back_with_a_later_one(bed: Bed) -> None:
    case, number = decided(bed, "Li")
    started(bed, number)
    with bed.unit() as unit:
        unit.complaints.countdown.halt(number, bed.boss_in(unit))
    bed.clock.forward(seconds=30)
    started(bed, number)
    bed.clock.forward(seconds=30)
    bed.work()
    assert bed.case_state(case) == "decided"


def test_a_merged_case_starts_nothing(bed: Bed) -> None:
    case, number = decided(bed, "Li")
    started(bed, number)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    other = bed.case(bed.complaint("Su", product)[1])
    with bed.unit() as unit:
        unit.complaints.merging.merge(other, case, bed.boss_in(unit), "One kiln")
    bed.clock.forward(seconds=60)
    bed.work()
    assert (bed.case_state(case), bed.hooks.asked) == ("merged", [])


def test_a_note_is_for_the_desk_and_goes_with_whom_it_speaks_of(bed: Bed) -> None:
    case, _ = decided(bed, "Li")
    with bed.unit() as unit:
        person = unit.complaints.cases.members.joined(case)[0].member_id
        jottings, boss = unit.complaints.jottings, bed.boss_in(unit)
        jottings.write(case, boss, "Spare lids are set aside.")
        jottings.write(case, boss, "Li sent a picture.", about_id=person)
        with pytest.raises(Refused):
            jottings.write(case, boss, "Who?", about_id=boss)
        assert [one["text"] for one in jottings.export_personal(person)] == ["Li sent a picture."]
        unit.audit.seal()
        jottings.erase_personal(person)
        unit.audit.erase_personal(person)
        assert [one.text for one in jottings.of([case])] == ["Spare lids are set aside."]
        assert list(unit.audit.verify()) == []
        assert len(unit.session.query(unit.models[CaseNote]).all()) == 2
