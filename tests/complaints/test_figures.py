"""Claims about the figures of a case: they name a cause only where batches stand out."""

from __future__ import annotations

import datetime as dt

import pytest

from flask_community.complaints.figures import Batch, Figures
from flask_community.money import Money

from .bed import Bed


def cause_of(*batches: Batch) -> tuple[str, float] | None:
    found = Figures(batches, [], []).cause
    return None if found is None else (found.batch, round(found.lift, 1))


def test_a_batch_that_stands_out_is_the_cause() -> None:
    assert cause_of(Batch("B", 11, 38), Batch("C", 3, 595)) == ("B", 13.1)


@pytest.mark.parametrize(
    "batches",
    [
        (),
        (Batch("B", 2, 2), Batch("C", 0, 98)),
        (Batch("B", 9, 100),),
        (Batch("B", 5, 40), Batch("C", 5, 60)),
        (Batch(None, 9, 5), Batch("C", 1, 95)),
        (Batch("B", 9, 0), Batch("C", 1, 95)),
    ],
    ids=["nothing", "too few", "one batch", "even", "no batch", "no orders"],
)
def test_no_cause_is_named_without_figures_for_it(batches: tuple[Batch, ...]) -> None:
    assert cause_of(*batches) is None


def test_figures_are_counted_from_members_and_orders(bed: Bed) -> None:
    ware = bed.ware()
    numbers = [bed.complaint(name, ware)[1] for name in ("Li", "Su")]
    bed.clock.forward(days=2)
    numbers.append(bed.complaint("Fan", ware, batch="C", paid=5_000)[1])
    bed.line(bed.member("An"), ware, batch="C")
    case_id = bed.case(*numbers, batch=None)
    with bed.unit() as unit:
        figures = unit.complaints.figures.of(case_id, ware)
    assert figures.batches == [Batch("B", 2, 2), Batch("C", 1, 2)]
    assert figures.paid == [Money(24_800, "CNY")]
    first = dt.date(2026, 11, 2)
    assert [buyers for _, buyers in figures.days] == [2, 2, 3]
    assert figures.days[0][0] == first


def test_a_mistaken_complaint_is_not_counted(bed: Bed) -> None:
    ware = bed.ware()
    (_, one), (su, two) = bed.complaint("Li", ware), bed.complaint("Su", ware)
    case_id = bed.case(one, two)
    with bed.unit() as unit:
        unit.complaints.withdraw(two, su, mistaken=True)
    with bed.unit() as unit:
        assert unit.complaints.figures.of(case_id, ware).batches == [Batch("B", 1, 2)]


def test_a_row_of_the_queue_says_who_what_and_why(bed: Bed) -> None:
    ware = bed.ware()
    li, one = bed.complaint("Li", ware)
    boss = bed.boss()
    with bed.unit() as unit:
        unit.complaints.ask(one, boss, "A photo?")
        unit.complaints.answer(one, li, "Here it is.")
    case_id = bed.case(bed.complaint("Su", ware)[1], bed.complaint("Fan", ware)[1])
    with bed.unit() as unit:
        rows = unit.complaints.rows.of([("complaint", one), ("case", case_id), ("post", 7)])
    assert rows.keys() == {("complaint", one), ("case", case_id)}
    told, case = rows["complaint", one], rows["case", case_id]
    assert (told.buyer, told.words, told.news) == ("Li", "Here it is.", "The customer answered")
    assert (case.buyers, case.batch, case.words) == (2, "B", None)
