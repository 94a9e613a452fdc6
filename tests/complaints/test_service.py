"""Filing, joining, and what each side may do with a complaint."""

from __future__ import annotations

import pytest

from flask_community.complaints.offers import Offer
from flask_community.errors import Conflict, NotFound, Refused

from .bed import Bed


def test_filing_acknowledges_with_a_number_and_the_next_date(bed: Bed) -> None:
    buyer, complaint = bed.complaint("Li", bed.ware())
    with bed.unit() as unit:
        (notice,) = unit.notices.inbox(buyer)
        assert f"C-{complaint}" in notice.subject
        assert "3 Nov 2026, 09:00" in notice.body
        assert notice.url == f"/community/complaints/{complaint}"
        assert [event.event for event in unit.complaints.history(complaint)] == ["file"]


def test_the_same_complaint_twice_in_a_day_is_one(bed: Bed) -> None:
    buyer = bed.member("Li")
    line = bed.line(buyer, bed.ware())
    with bed.unit() as unit:
        filed = [
            unit.complaints.file(buyer, line, reason="quality", text="Flakes").id for _ in range(2)
        ]
    assert filed[0] == filed[1]
    assert bed.told(buyer) == ["complaint.received"]


def test_nobody_complains_about_a_line_of_another(bed: Bed) -> None:
    line = bed.line(bed.member("Li"), bed.ware())
    other = bed.member("Su")
    with bed.unit() as unit, pytest.raises(NotFound):
        unit.complaints.file(other, line, reason="quality", text="Flakes")


def test_a_complaint_of_another_is_not_found(bed: Bed) -> None:
    _, complaint = bed.complaint("Li", bed.ware())
    other = bed.member("Su")
    with bed.unit() as unit:
        for act in (
            lambda: unit.complaints.own(complaint, other),
            lambda: unit.complaints.withdraw(complaint, other),
            lambda: unit.complaints.accept(complaint, other),
            lambda: unit.complaints.take_up(complaint, other, "again"),
            lambda: unit.complaints.join(complaint, other, 1),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_reason_out_of_the_list_is_refused(bed: Bed) -> None:
    buyer = bed.member("Li")
    line = bed.line(buyer, bed.ware())
    with bed.unit() as unit, pytest.raises(Refused):
        unit.complaints.file(buyer, line, reason="boredom", text="Flakes")


def test_the_first_one_is_offered_nothing_and_the_second_is_not_told_how_many(bed: Bed) -> None:
    ware = bed.ware()
    first, _ = bed.complaint("Li", ware)
    second = bed.member("Su")
    line = bed.line(second, ware)
    with bed.unit() as unit:
        (offer,) = unit.complaints.similar(line, second)
        assert offer == Offer(None, offer.title, "quality", "", same_batch=True, is_public=False)
        (own,) = unit.orders.lines_of_buyer(first)
        assert unit.complaints.similar(own.id, first) == []


def test_who_says_same_problem_joins_a_candidate_and_others_are_only_suggested(bed: Bed) -> None:
    ware = bed.ware()
    _, first = bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    with bed.unit() as unit:
        case_id = unit.complaints.get(second).joined_case_id
        assert case_id is not None
        assert unit.complaints.get(first).joined_case_id is None
        assert unit.complaints.cases.get(case_id).state == "candidate"
        stands = {c.id: m.state for m, c in unit.complaints.cases.members.of(case_id)}
    assert stands == {first: "suggested", second: "joined"}
    assert bed.brakes.calls == []


def test_the_third_joins_the_candidate_that_the_second_made(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    third = bed.member("Fan")
    line = bed.line(third, ware)
    with bed.unit() as unit:
        (offer,) = unit.complaints.similar(line, third)
        assert offer.case_id == unit.complaints.get(second).joined_case_id
        filed = unit.complaints.file(
            third, line, reason="quality", text="Too", case_id=offer.case_id
        )
        assert filed.joined_case_id == offer.case_id
        assert unit.complaints.cases.members.buyers(offer.case_id or 0) == 2


def test_an_offer_tells_numbers_in_buckets_and_no_names_or_texts(bed: Bed) -> None:
    ware = bed.ware()
    for number in range(4):
        bed.complaint(f"Buyer {number}", ware, text=f"Secret {number}")
    asker = bed.member("Su")
    line = bed.line(asker, ware)
    with bed.unit() as unit:
        (offer,) = unit.complaints.similar(line, asker)
    assert offer.buyers == "3–9"
    assert "Secret" not in repr(offer)
    assert "Buyer" not in repr(offer)


def test_another_batch_gets_no_offer_of_this_one(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    other = bed.member("Fan")
    line = bed.line(other, ware, batch="C")
    with bed.unit() as unit:
        case_id = unit.complaints.get(second).joined_case_id
        assert unit.complaints.similar(line, other) == []
        with pytest.raises(NotFound):
            unit.complaints.file(other, line, reason="quality", text="Too", case_id=case_id)


def test_a_question_waits_for_the_customer_and_his_answer_comes_back(bed: Bed) -> None:
    buyer, complaint = bed.complaint("Li", bed.ware())
    boss = bed.boss()
    with bed.unit() as unit:
        assert unit.complaints.ask(complaint, boss, "A photo?").state == "waiting_customer"
        assert not unit.moderation.queue()
        assert unit.complaints.answer(complaint, buyer, "Here.").state == "open"
        (item,) = unit.moderation.queue()
    assert (item.kind, item.subject_id) == ("complaint", complaint)
    assert bed.told(buyer)[-1] == "complaint.moved"


def test_a_rejected_complaint_can_be_appealed_for_180_days(bed: Bed) -> None:
    buyer, complaint = bed.complaint("Li", bed.ware())
    boss = bed.boss()
    with bed.unit() as unit:
        unit.complaints.reject(complaint, boss, "It was dropped.")
        assert unit.complaints.take_up(complaint, buyer, "It was not.").state == "open"
        unit.complaints.reject(complaint, boss, "The photo shows it.")
    bed.clock.forward(days=181)
    with bed.unit() as unit, pytest.raises(Refused):
        unit.complaints.take_up(complaint, buyer, "Still not.")


def test_nothing_is_accepted_that_was_not_carried_out(bed: Bed) -> None:
    buyer, complaint = bed.complaint("Li", bed.ware())
    with bed.unit() as unit, pytest.raises(Conflict):
        unit.complaints.accept(complaint, buyer)


def test_a_withdrawn_complaint_leaves_the_queue_and_stays_counted(bed: Bed) -> None:
    ware = bed.ware()
    bed.complaint("Li", ware)
    su, second = bed.complaint("Su", ware, same_problem=True)
    with bed.unit() as unit:
        case_id = unit.complaints.withdraw(second, su).joined_case_id
        assert case_id is not None
        assert unit.complaints.cases.members.buyers(case_id) == 1
        with pytest.raises(Conflict):
            unit.complaints.withdraw(second, su)


def test_erasing_empties_what_was_written(bed: Bed) -> None:
    buyer, complaint = bed.complaint("Li", bed.ware())
    with bed.unit() as unit:
        unit.complaints.ask(complaint, bed.boss_in(unit), "A photo, Li?")
        (kept,) = unit.complaints.personal.export(buyer)
        assert kept["text"] == "The glaze comes off."
        unit.complaints.personal.erase(buyer)
        assert unit.complaints.get(complaint).text == ""
        assert all(event.text is None for event in unit.complaints.history(complaint))
