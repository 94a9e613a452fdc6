"""News for everyone in a case: stopped within a minute, or once for each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flask_community.complaints import broadcast
from flask_community.complaints.rules import spoken
from flask_community.errors import Conflict, Refused

from .bed import Bed, Unit

NEWS = {
    "en": "Dear {name}, we asked the kiln about {product}, {number}.",
    "zh_Hans": "{name}，您好。",
}
SHOP = ("en", "zh_Hans")


class Killed(BaseException):
    """What ends a process at this very line."""


def three(bed: Bed) -> tuple[int, list[int], list[int]]:
    """Return a case of three buyers: (case, members, complaints)."""
    ware = bed.ware()
    people, complaints = zip(*[bed.complaint(n, ware) for n in ("Li", "Su", "Fan")], strict=True)
    return bed.case(*complaints), list(people), list(complaints)


def written(bed: Bed, case: int, key: str = "k") -> int:
    with bed.unit() as unit:
        return unit.complaints.broadcasts.write(case, bed.boss_in(unit), NEWS, key=key).id


def letters(bed: Bed, people: list[int]) -> list[int]:
    """Return how many letters of news each person got."""
    return [bed.told(member).count("complaint.moved") for member in people]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("zh-Hans", "zh"),
        ("zh_Hans_CN", "zh"),
        ("zh", "zh"),
        ("en-GB", "en"),
        ("fr", "en"),
        (None, "en"),
    ],
)
def test_everyone_reads_his_language_or_the_shops_first(tag: str | None, text: str) -> None:
    assert spoken({"en": "en", "zh_Hans": "zh"}, tag, SHOP) == text


def test_news_goes_out_after_a_minute_to_each_in_his_own_thread(bed: Bed) -> None:
    case, people, complaints = three(bed)
    with bed.unit() as unit:
        wish = unit.members.preferences(people[1])
        unit.members.prefer(people[1], type(wish)(**{**vars(wish), "locale": "zh_Hans"}))
    written(bed, case)
    assert bed.work() == 0
    bed.clock.forward(seconds=60)
    assert bed.work() == 1
    assert letters(bed, people) == [1, 1, 1]
    with bed.unit() as unit:
        said = [unit.complaints.history(number)[-1].text for number in complaints]
        assert unit.complaints.cases.moves.history(case)[-1].event == "tell"
    assert said[0] == f"Dear Li, we asked the kiln about Gaiwan, C-{complaints[0]}."
    assert said[1] == "Su，您好。"


def test_news_is_stopped_within_the_minute_and_not_after(bed: Bed) -> None:
    case, people, _ = three(bed)
    first, second = written(bed, case), written(bed, case, "l")
    with bed.unit() as unit:
        unit.complaints.broadcasts.stop(case, first, bed.boss_in(unit))
    bed.clock.forward(seconds=60)
    bed.work()
    assert letters(bed, people) == [1, 1, 1]
    with bed.unit() as unit, pytest.raises(Conflict):
        unit.complaints.broadcasts.stop(case, second, bed.boss_in(unit))


def test_the_same_key_sends_once_and_no_two_things(bed: Bed) -> None:
    case, people, _ = three(bed)
    assert written(bed, case) == written(bed, case)
    with bed.unit() as unit, pytest.raises(Conflict):
        unit.complaints.broadcasts.write(case, bed.boss_in(unit), {"en": "Else."}, key="k")
    bed.clock.forward(seconds=60)
    bed.work()
    assert letters(bed, people) == [1, 1, 1]


def test_late_joiners_and_those_who_left_get_none(bed: Bed) -> None:
    case, people, complaints = three(bed)
    written(bed, case)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
        unit.complaints.cases.remove(case, complaints[1], bed.boss_in(unit))
        unit.complaints.withdraw(complaints[2], people[2])
    late, _ = bed.complaint("Late", product, case_id=case)
    bed.clock.forward(seconds=60)
    bed.work()
    assert letters(bed, [*people, late]) == [1, 0, 0, 0]


def test_members_who_were_merged_meanwhile_get_it_all_the_same(bed: Bed) -> None:
    case, people, _ = three(bed)
    with bed.unit() as unit:
        product = unit.complaints.cases.get(case).product_id
    other = bed.case(bed.complaint("Ma", product)[1])
    written(bed, case)
    with bed.unit() as unit:
        unit.complaints.merging.merge(other, case, bed.boss_in(unit), "One kiln")
    bed.clock.forward(seconds=60)
    bed.work()
    assert letters(bed, people) == [1, 1, 1]


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_worker_killed_in_any_transaction_leaves_one_letter_each(
    bed: Bed, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "AT_ONCE", 1)
    case, people, _ = three(bed)
    news, opened = written(bed, case), 0

    @contextmanager
    def mortal() -> Iterator[Unit]:
        nonlocal opened
        opened += 1
        with bed.unit() as unit:
            yield unit
            if opened == nth:
                raise Killed

    with pytest.raises(Killed):
        broadcast.run(mortal, news)
    broadcast.run(bed.unit, news)
    assert letters(bed, people) == [1, 1, 1]
    broadcast.run(bed.unit, news)
    assert letters(bed, people) == [1, 1, 1]


def test_two_workers_at_once_send_one_letter_each(bed: Bed) -> None:
    case, people, _ = three(bed)
    news = written(bed, case)
    workers = [threading.Thread(target=broadcast.run, args=(bed.unit, news)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    broadcast.run(bed.unit, news)
    assert letters(bed, people) == [1, 1, 1]


def test_a_preview_shows_real_letters_and_sends_nothing(bed: Bed) -> None:
    case, people, complaints = three(bed)
    with bed.unit() as unit:
        number, shown = unit.complaints.broadcasts.preview(case, NEWS)
        assert unit.complaints.broadcasts.of(case) == []
    assert (number, len(shown)) == (3, 3)
    assert f"Dear Fan, we asked the kiln about Gaiwan, C-{complaints[2]}." in shown
    assert letters(bed, people) == [0, 0, 0]


def test_there_is_no_news_without_words_or_for_nobody_or_of_a_candidate(bed: Bed) -> None:
    case, people, complaints = three(bed)
    with bed.unit() as unit, pytest.raises(Refused):
        unit.complaints.broadcasts.write(case, bed.boss_in(unit), {"zh_Hans": "好"}, key="k")
    with bed.unit() as unit:
        for person, number in zip(people, complaints, strict=True):
            unit.complaints.withdraw(number, person)
    with pytest.raises(Refused):
        written(bed, case)
    ware = bed.ware()
    bed.complaint("Li", ware)
    _, second = bed.complaint("Su", ware, same_problem=True)
    with bed.unit() as unit:
        candidate = unit.complaints.get(second).joined_case_id
    assert candidate is not None
    with pytest.raises(Conflict):
        written(bed, candidate)
