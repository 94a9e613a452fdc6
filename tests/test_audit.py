"""Claims about the audit log: sealed once, and every later change shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from flask_community.audit import AuditChain, AuditEvent, Problem
from tests.rooms import MODELS, Rooms, Unit, together

Event, Chain = MODELS[AuditEvent], MODELS[AuditChain]


def record(rooms: Rooms, *notes: str, **options: Any) -> None:
    with rooms.unit() as unit:
        for note in notes:
            unit.audit.record(
                "note.made", actor_id=None, subject="note:1", details={"note": note}, **options
            )


def seal(rooms: Rooms) -> int:
    with rooms.unit() as unit:
        return unit.audit.seal()


def verify(rooms: Rooms) -> list[Problem]:
    with rooms.unit() as unit:
        return unit.audit.verify()


def row(unit: Unit, seq: int) -> AuditEvent:
    return unit.session.scalars(sa.select(Event).filter_by(seq=seq)).one()


def test_an_empty_log_is_clean(rooms: Rooms) -> None:
    assert verify(rooms) == []
    assert seal(rooms) == 0
    assert verify(rooms) == []


def test_a_sealed_log_is_clean_and_grows(rooms: Rooms) -> None:
    record(rooms, "a", "b")
    assert seal(rooms) == 2
    record(rooms, "c", "Tee aus 苏州")
    assert verify(rooms) == []
    assert seal(rooms) == 2
    assert seal(rooms) == 0
    assert verify(rooms) == []


def test_an_event_of_a_rolled_back_change_is_not_told(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        unit.audit.record("note.made", actor_id=None, subject="note:1", details={})
        unit.session.rollback()
    assert seal(rooms) == 0


def test_a_long_log_is_sealed_in_turns(rooms: Rooms) -> None:
    record(rooms, *"abcde")
    for expected in (2, 2, 1, 0):
        with rooms.unit() as unit:
            assert unit.audit.seal(limit=2) == expected
    assert verify(rooms) == []


def change_detail(unit: Unit) -> None:
    row(unit, 3).details = {"note": "x"}


def change_actor(unit: Unit) -> None:
    row(unit, 3).actor_id = 99


def change_time(unit: Unit) -> None:
    row(unit, 3).at = row(unit, 3).at.replace(microsecond=1)


def change_hash(unit: Unit) -> None:
    row(unit, 3).hash = "f" * 64


def delete(unit: Unit) -> None:
    unit.session.delete(row(unit, 3))


def swap_places(unit: Unit) -> None:
    third, fourth = row(unit, 3), row(unit, 4)
    for event, seq in ((third, -1), (fourth, 3), (third, 4)):
        event.seq = seq
        unit.session.flush()


def swap_contents(unit: Unit) -> None:
    third, fourth = row(unit, 3), row(unit, 4)
    third.details, fourth.details = fourth.details, third.details


def swap_keys(unit: Unit) -> None:
    third, fourth = row(unit, 3).id, row(unit, 4).id
    for old, new in ((third, -1), (fourth, third), (-1, fourth)):
        unit.session.execute(sa.update(Event).where(Event.id == old).values(id=new))


@pytest.mark.parametrize(
    "tamper",
    [
        change_detail,
        change_actor,
        change_time,
        change_hash,
        delete,
        swap_places,
        swap_contents,
        swap_keys,
    ],
)
def test_verify_names_the_first_row_that_was_tampered_with(
    rooms: Rooms, tamper: Callable[[Unit], None]
) -> None:
    record(rooms, *"abcde")
    seal(rooms)
    with rooms.unit() as unit:
        tamper(unit)
    assert verify(rooms)[0].seq == 3


def test_one_changed_row_is_one_problem(rooms: Rooms) -> None:
    record(rooms, *"abcde")
    seal(rooms)
    with rooms.unit() as unit:
        change_detail(unit)
        changed = row(unit, 3).id
    assert verify(rooms) == [Problem(3, changed, "is not what was sealed")]


def test_a_row_rewritten_with_its_hash_is_named_too(rooms: Rooms) -> None:
    record(rooms, *"abcde")
    seal(rooms)
    with rooms.unit() as unit:
        third = row(unit, 3)
        unit.session.execute(
            sa.update(Chain).values(seq=2, hash=third.prev_hash),
        )
        third.seq, third.details = None, {"note": "x"}
        unit.session.flush()
        unit.audit.seal(limit=1)
        unit.session.execute(sa.update(Chain).values(seq=5, hash=row(unit, 5).hash))
    assert [(one.seq, one.what) for one in verify(rooms)] == [
        (3, "does not lead to the event after it")
    ]


def test_a_cut_off_tail_shows(rooms: Rooms) -> None:
    record(rooms, *"abc")
    seal(rooms)
    with rooms.unit() as unit:
        unit.session.delete(row(unit, 3))
    assert verify(rooms) == [Problem(3, None, "the chain ends at 2, not at 3")]


def test_a_log_emptied_whole_shows(rooms: Rooms) -> None:
    record(rooms, *"abc")
    seal(rooms)
    with rooms.unit() as unit:
        unit.session.execute(sa.delete(Event))
    assert verify(rooms) == [Problem(1, None, "the chain ends at 0, not at 3")]


def test_a_lost_end_of_the_chain_shows(rooms: Rooms) -> None:
    record(rooms, *"abc")
    seal(rooms)
    with rooms.unit() as unit:
        unit.session.execute(sa.delete(Chain))
    assert [one.seq for one in verify(rooms)] == [4]


def test_erasing_a_person_keeps_the_log_clean(rooms: Rooms) -> None:
    ana, ben = rooms.member("Ana"), rooms.member("Ben")
    record(rooms, "a", personal={"mail": "ana@example.org"}, about_id=ana)
    record(rooms, "b", personal={"mail": "ben@example.org"}, about_id=ben)
    seal(rooms)
    with rooms.unit() as unit:
        unit.audit.erase_personal(ana)
    assert verify(rooms) == []
    with rooms.unit() as unit:
        assert unit.audit.export_personal(ana) == []
        (kept,) = unit.audit.export_personal(ben)
    assert kept["values"] == {"mail": "ben@example.org"}


def test_a_personal_value_cannot_be_exchanged(rooms: Rooms) -> None:
    ana = rooms.member("Ana")
    record(rooms, "a", personal={"mail": "ana@example.org"}, about_id=ana)
    seal(rooms)
    with rooms.unit() as unit:
        event = row(unit, 1)
        assert event.personal is not None
        salt = event.personal["mail"]["salt"]
        event.personal = {"mail": {"salt": salt, "value": "eve@example.org"}}
    assert [one.what for one in verify(rooms)] == ["holds personal values that were not sealed"]


def test_the_same_value_twice_has_two_commitments(rooms: Rooms) -> None:
    record(rooms, "a", "b", personal={"mail": "ana@example.org"}, about_id=1)
    with rooms.unit() as unit:
        first, second = unit.session.scalars(sa.select(Event))
        assert first.commitments != second.commitments


def test_personal_values_are_about_the_actor_unless_told_otherwise(rooms: Rooms) -> None:
    with rooms.unit() as unit:
        for about in (None, 8):
            unit.audit.record(
                "a", actor_id=7, subject="x:1", details={}, personal={"n": 1}, about_id=about
            )
        assert len(unit.audit.export_personal(7)) == len(unit.audit.export_personal(8)) == 1


def test_two_sealers_at_once_make_one_chain(rooms: Rooms) -> None:
    def work(number: int) -> int:
        if number % 2:
            record(rooms, f"late {number}")
        return seal(rooms)

    for _ in range(5):
        record(rooms, *"abcde")
        answers = together(work, 4)
        assert [one for one in answers if not isinstance(one, int)] == []
        assert verify(rooms) == []
    while seal(rooms):
        pass
    assert verify(rooms) == []
    with rooms.unit() as unit:
        assert unit.session.scalar(sa.select(sa.func.max(Event.seq))) == 5 * (5 + 2)


def test_a_sealer_with_a_stale_view_seals_nothing(rooms: Rooms) -> None:
    record(rooms, "a")
    assert seal(rooms) == 1
    record(rooms, "b")
    with rooms.unit() as slow:
        slow.session.execute(sa.select(Chain.seq)).all()
        slow.session.execute(sa.select(Event.id)).all()
        assert seal(rooms) == 1
        assert slow.audit.seal() == 0
    assert verify(rooms) == []


def test_a_changed_hash_is_one_problem(rooms: Rooms) -> None:
    record(rooms, *"abcde")
    seal(rooms)
    with rooms.unit() as unit:
        change_hash(unit)
    assert [one.seq for one in verify(rooms)] == [3]
