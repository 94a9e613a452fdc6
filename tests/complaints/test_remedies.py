"""One remedy for all of a case: decided once, carried out once each, come what may."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa

from flask_community.complaints.bulk import LEASE
from flask_community.complaints.models import BulkItem, LineRefund
from flask_community.complaints.remedies import Remedies
from flask_community.complaints.rules import AmountRule, Decision
from flask_community.errors import Conflict, HookMissing, Refused
from flask_community.hooks import HostHooks, RemedyOrder, RemedyResult

from .bed import FULL, Bed

HALF = Decision("part_refund", "Half of {product}.", AmountRule("bps", 5_000))
SORRY = Decision("apology", "Sorry, {name}.")


class Killed(BaseException):
    """What ends a process at this very line."""


def three(bed: Bed) -> tuple[int, list[int], list[int]]:
    """Return a case of three buyers: (case, members, complaints)."""
    ware = bed.ware()
    people, complaints = zip(*[bed.complaint(n, ware) for n in ("Li", "Su", "Fan")], strict=True)
    return bed.case(*complaints), list(people), list(complaints)


def items(bed: Bed, operation: int) -> list[str]:
    """Return the states of an operation's items."""
    with bed.unit() as unit:
        return [item.state for item in unit.complaints.remedies.items(operation)]


def test_one_remedy_answers_all_and_the_pause_lifts(bed: Bed) -> None:
    case, people, complaints = three(bed)
    assert bed.run(bed.started(case))
    assert sorted(bed.hooks.asked) == [f"{case}:{number}:1" for number in complaints]
    assert {order.amount.minor for order in bed.hooks.done.values()} == {9_900}
    assert bed.states() == ["offered"] * 3
    assert bed.case_state(case) == "resolved"
    assert bed.brakes.calls[2:] == [("lift", case), ("reverse", case)]
    with bed.unit() as unit:
        assert unit.moderation.queue() == []
        letter = unit.notices.inbox(people[0])[0]
    assert letter.body == f"Dear Li, CN¥99 for Gaiwan, C-{complaints[0]}."


def test_the_job_carries_it_out(bed: Bed) -> None:
    case, _, _ = three(bed)
    bed.started(case)
    assert bed.work() == 1
    assert bed.case_state(case) == "resolved"


def test_the_customer_accepts_or_his_silence_does(bed: Bed) -> None:
    case, people, complaints = three(bed)
    bed.run(bed.started(case))
    with bed.unit() as unit:
        unit.complaints.accept(complaints[0], people[0])
        unit.complaints.refuse(complaints[1], people[1], "I wanted a new one.")
    bed.clock.forward(days=14)
    with bed.unit() as unit:
        unit.complaints.tend()
    assert bed.states() == ["closed", "open", "resolved"]
    bed.clock.forward(days=16)
    with bed.unit() as unit:
        unit.complaints.tend()
    assert bed.states() == ["closed", "open", "closed"]
    assert bed.case_state(case) == "closed"


def test_running_twice_has_one_effect_each(bed: Bed) -> None:
    case, _, complaints = three(bed)
    operation = bed.started(case)
    assert bed.run(operation)
    assert bed.run(operation)
    assert len(bed.hooks.asked) == len(complaints)


def killed_at(bed: Bed, moment: str, nth: int) -> Callable[[RemedyOrder], RemedyResult]:
    """Make the till die before or after the effect of its nth call."""
    plain = bed.hooks.answer

    def answer(order: RemedyOrder) -> RemedyResult:
        if len(bed.hooks.asked) == nth:
            if moment == "after":
                bed.hooks.done.setdefault(order.key, order)
            raise Killed
        result: RemedyResult = plain(order)
        return result

    return answer


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_worker_killed_around_the_effect_leaves_one_effect_each(
    bed: Bed, moment: str, nth: int
) -> None:
    case, _, complaints = three(bed)
    operation = bed.started(case)
    plain, bed.hooks.answer = bed.hooks.answer, killed_at(bed, moment, nth)
    with pytest.raises(Killed):
        bed.run(operation)
    bed.hooks.answer = plain
    assert not bed.run(operation)
    bed.clock.forward(seconds=LEASE.total_seconds())
    assert bed.run(operation)
    assert sorted(bed.hooks.done) == [f"{case}:{number}:1" for number in complaints]
    assert bed.states() == ["offered"] * 3
    assert spent(bed) == [(9_900, 9_900)] * 3


def spent(bed: Bed) -> list[tuple[int, int]]:
    """Return what is promised and done for each line."""
    with bed.unit() as unit:
        row = unit.models[LineRefund]
        rows = unit.session.execute(sa.select(row.promised_minor, row.done_minor))
        return [(one[0], one[1]) for one in rows]


def test_a_killed_worker_is_followed_by_the_job_that_it_left(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)
    plain, bed.hooks.answer = bed.hooks.answer, killed_at(bed, "after", 2)
    with pytest.raises(Killed):
        bed.run(operation)
    bed.hooks.answer = plain
    bed.work()
    assert bed.case_state(case) == "resolving"
    bed.clock.forward(seconds=LEASE.total_seconds())
    bed.work()
    assert bed.case_state(case) == "resolved"


def test_an_answer_that_comes_after_the_lease_ran_out_changes_nothing(bed: Bed) -> None:
    case, _, complaints = three(bed)
    operation = bed.started(case)
    with bed.unit() as unit:
        first = unit.complaints.bulk.due(operation)[0]
        slow = unit.complaints.bulk.lease(first)
        assert slow is not None
    bed.clock.forward(seconds=LEASE.total_seconds())
    assert bed.run(operation)
    with bed.unit() as unit:
        unit.complaints.bulk.keep(slow, RemedyResult(state="failed", error="too late"))
    assert items(bed, operation) == ["done"] * 3
    assert len(bed.hooks.done) == len(complaints)


def test_two_workers_at_once_ask_the_shop_once_each(bed: Bed) -> None:
    ware = bed.ware()
    complaints = [bed.complaint(f"Buyer {number}", ware)[1] for number in range(12)]
    case = bed.case(*complaints)
    operation, gate = bed.started(case), threading.Barrier(2)
    errors: list[BaseException] = []

    def work() -> None:
        gate.wait()
        try:
            bed.run(operation)
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert sorted(bed.hooks.asked) == sorted(f"{case}:{number}:1" for number in complaints)
    assert bed.case_state(case) == "resolved"
    assert bed.brakes.calls.count(("reverse", case)) == 1


def test_what_failed_keeps_the_case_resolving_until_it_is_retried(bed: Bed) -> None:
    case, _, complaints = three(bed)
    operation, plain = bed.started(case), bed.hooks.answer
    bad = f"{case}:{complaints[1]}:1"
    bed.hooks.answer = lambda order: (
        RemedyResult(state="failed", error="card expired") if order.key == bad else plain(order)
    )
    assert not bed.run(operation)
    assert items(bed, operation) == ["done", "failed", "done"]
    assert bed.case_state(case) == "resolving"
    bed.hooks.answer = plain
    with bed.unit() as unit:
        assert unit.complaints.remedies.retry(operation, bed.boss_in(unit)) == 1
    bed.work()
    assert bed.case_state(case) == "resolved"
    assert bed.hooks.asked.count(bad) == 2


def test_a_hook_that_raises_is_a_failed_item_and_no_dead_worker(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)

    def broken(order: RemedyOrder) -> RemedyResult:
        raise OSError("no line to the bank")

    bed.hooks.answer = broken
    assert not bed.run(operation)
    assert items(bed, operation) == ["failed"] * 3


def test_a_moderator_leaves_out_what_failed_with_a_reason(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)
    bed.hooks.answer = lambda order: RemedyResult(state="failed", error="gone")
    bed.run(operation)
    with bed.unit() as unit:
        boss = bed.boss_in(unit)
        found = unit.complaints.remedies.items(operation)
        with pytest.raises(Refused):
            unit.complaints.remedies.skip(found[0].id, boss, " ")
        for item in found:
            unit.complaints.remedies.skip(item.id, boss, "Paid in cash.")
        with pytest.raises(Conflict):
            unit.complaints.remedies.skip(found[0].id, boss, "Paid in cash.")
    assert bed.run(operation)
    assert spent(bed) == [(0, 0)] * 3


def test_what_is_pending_is_asked_again_under_the_same_key(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation, plain = bed.started(case), bed.hooks.answer
    bed.hooks.answer = lambda order: RemedyResult(state="pending", reference="P-1")
    assert not bed.run(operation)
    assert items(bed, operation) == ["leased"] * 3
    bed.hooks.answer = plain
    bed.clock.forward(hours=1)
    bed.work()
    assert bed.case_state(case) == "resolved"


def test_without_the_hook_nothing_is_decided(bed: Bed) -> None:
    case, _, _ = three(bed)
    bed.hooks = HostHooks()
    with pytest.raises(HookMissing):
        bed.started(case)
    assert bed.case_state(case) == "open"


def test_the_same_key_decides_once_and_no_two_things(bed: Bed) -> None:
    case, _, _ = three(bed)
    assert bed.started(case) == bed.started(case)
    with pytest.raises(Conflict):
        bed.started(case, HALF)
    with pytest.raises(Conflict):
        bed.started(case, HALF, key="another")


def test_all_refunds_of_a_line_stay_within_its_price(bed: Bed) -> None:
    ware = bed.ware()
    li, first = bed.complaint("Li", ware)
    bed.run(bed.started(bed.case(first), HALF))
    with bed.unit() as unit:
        line = unit.complaints.get(first).line_id
        second = unit.complaints.file(li, line, reason="broken", text="Now it broke.").id
    other = bed.case(second)
    with bed.unit() as unit:
        (total,) = unit.complaints.remedies.preview(other, FULL).totals
    assert total.minor == 4_950
    bed.run(bed.started(other, key="second"))
    assert spent(bed) == [(9_900, 9_900)]


def test_the_guard_holds_when_two_cases_promise_at_once(bed: Bed) -> None:
    ware = bed.ware()
    li, first = bed.complaint("Li", ware)
    with bed.unit() as unit:
        line = unit.complaints.get(first).line_id
        second = unit.complaints.file(li, line, reason="broken", text="Now it broke.").id
    operations = [bed.started(bed.case(number), key=str(number)) for number in (first, second)]
    assert [bed.run(operation) for operation in operations] == [True, False]
    assert items(bed, operations[1]) == ["failed"]
    assert spent(bed) == [(9_900, 9_900)]


def test_two_complaints_about_one_line_get_one_remedy_and_two_answers(bed: Bed) -> None:
    ware = bed.ware()
    li, first = bed.complaint("Li", ware)
    with bed.unit() as unit:
        line = unit.complaints.get(first).line_id
        second = unit.complaints.file(li, line, reason="broken", text="And cracked").id
    operation = bed.started(bed.case(first, second))
    assert bed.run(operation)
    assert items(bed, operation) == ["done", "skipped"]
    assert bed.states() == ["offered", "offered"]
    assert bed.told(li).count("complaint.remedy") == 2
    with bed.unit() as unit:
        unit.complaints.accept(second, li)


def test_who_withdrew_before_his_turn_gets_nothing(bed: Bed) -> None:
    case, people, complaints = three(bed)
    operation = bed.started(case)
    with bed.unit() as unit:
        unit.complaints.withdraw(complaints[0], people[0], mistaken=True)
    assert bed.run(operation)
    assert items(bed, operation) == ["skipped", "done", "done"]
    assert len(bed.hooks.done) == 2


def test_who_waits_for_a_question_is_answered_with_the_others(bed: Bed) -> None:
    case, _, complaints = three(bed)
    with bed.unit() as unit:
        unit.complaints.ask(complaints[0], bed.boss_in(unit), "A photo?")
    assert bed.run(bed.started(case))
    assert bed.states() == ["offered"] * 3


def test_who_joins_after_the_start_gets_the_same_remedy(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    _, late = bed.complaint("Late", product, case_id=case)
    assert bed.work() == 1
    assert bed.case_state(case) == "resolving"
    assert bed.work() == 1
    assert bed.case_state(case) == "resolved"
    assert len(items(bed, operation)) == 3
    assert f"{case}:{late}:1" in bed.hooks.done
    assert bed.states() == ["offered"] * 4


def test_who_joins_at_the_end_is_answered_or_told_that_it_is_over(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    late, number = bed.complaint("Late", product)
    look, threads = Remedies._late, list[threading.Thread]()

    def join() -> None:
        with suppress(Conflict, sa.exc.OperationalError), bed.unit() as unit:
            unit.complaints.join(number, late, case)

    def look_slowly(self: Remedies, case_id: int, remedy_id: int) -> int:
        found = look(self, case_id, remedy_id)
        if not threads:
            threads.append(thread := threading.Thread(target=join))
            thread.start()
            thread.join(0.5)  # long enough to get in, if nothing keeps him out
        return found

    monkeypatch.setattr(Remedies, "_late", look_slowly)
    bed.run(operation)
    threads[0].join()
    with bed.unit() as unit:
        stands = unit.complaints.get(number)
        assert stands.joined_case_id is None or stands.state == "offered"
    assert bed.case_state(case) == "resolved"


def test_a_preview_shows_three_real_letters_and_the_sum(bed: Bed) -> None:
    ware = bed.ware()
    complaints = [bed.complaint(f"Buyer {number}", ware)[1] for number in range(5)]
    case = bed.case(*complaints)
    with bed.unit() as unit:
        preview = unit.complaints.remedies.preview(case, HALF)
        assert [str(total) for total in preview.totals] == ["247.50 CNY"]
        assert len(preview.letters) == 3
        assert unit.complaints.remedies.operations(case) == []


def test_an_apology_moves_no_money(bed: Bed) -> None:
    case, _, _ = three(bed)
    assert bed.run(bed.started(case, SORRY))
    assert {order.amount for order in bed.hooks.done.values()} == {None}
    assert bed.brakes.calls[2:] == [("lift", case), ("release", case)]
    assert spent(bed) == []


def test_the_snapshot_is_frozen_at_the_start(bed: Bed) -> None:
    case, _, _ = three(bed)
    operation = bed.started(case)
    with bed.unit() as unit:
        kept = unit.complaints.remedies.get(operation)
        assert kept.snapshot_hash is not None
        item = unit.models[BulkItem]
        frozen = unit.session.scalars(sa.select(item).filter_by(operation_id=operation)).all()
        assert [one.amount_minor for one in frozen] == [9_900] * 3
        with pytest.raises(Conflict):
            unit.complaints.cases.remove(case, frozen[0].complaint_id, bed.boss_in(unit))


def test_a_remedy_out_of_the_menu_is_refused(bed: Bed) -> None:
    case, _, _ = three(bed)
    with pytest.raises(Refused):
        bed.started(case, dataclasses.replace(HALF, kind="party"))
    assert bed.case_state(case) == "open"
